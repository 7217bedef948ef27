"""The example rows in the documents: tasks of two users, one of them changed and completed."""

from tests.support.installation import Installation

# Each statement runs in its own transaction, bound to the user, like a request of the API.
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
    """Run the statements of WORK."""
    for user, statement in WORK:
        installation.run(
            f"select set_config('app.user_id', '{user}', true); {statement}", "rowlock_api"
        )
