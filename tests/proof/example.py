"""What the documents' database holds: two users, and a task of alice's that was worked on."""

from tests.support.installation import Installation

# As the API does it: each statement in a transaction of the user's.
WORK = (
    (
        "alice",
        (
            "insert into app.tasks (id, title)"
            " values ('01a21022-53f0-7a48-80d4-a29af602934d', 'Water the plants')"
        ),
    ),
    ("alice", "update app.tasks set title = 'Water the ferns' where title = 'Water the plants'"),
    ("alice", "update app.tasks set completed = true where title = 'Water the ferns'"),
    ("bob", "insert into app.tasks (title) values ('Call the bank')"),
)


def example(installation: Installation) -> None:
    """Do what the two users did."""
    for user, statement in WORK:
        installation.run(
            f"select set_config('app.user_id', '{user}', true); {statement}", "rowlock_api"
        )
