"""The mistakes that the tutorial warns of, as replacements in the generated SQL."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake: its name in the tutorial, and the replacement that makes it."""

    name: str
    before: str
    after: str = ""


ENABLE = "alter table app.notes enable row level security;\n"
FORCE = "alter table app.notes force row level security;\n"
OWN = "    for select to rowlock_api\n    using (user_id = app.current_user_id());\n"

MISTAKES = (
    Mistake("row-level security is not enabled", ENABLE),
    Mistake("row-level security is not forced", FORCE),
    Mistake("a command has no policy", f"create policy notes_select_own on app.notes\n{OWN}"),
    Mistake("a policy shows every row", OWN, "    for select to rowlock_api\n    using (true);\n"),
    Mistake(
        "a key does not lead with `user_id`",
        "primary key (user_id, id)",
        "primary key (id, user_id)",
    ),
    Mistake("a command is not granted", "grant delete on app.notes to rowlock_api;\n"),
)
