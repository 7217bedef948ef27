"""What a new table is called, and which names are refused."""

import keyword
import re
from dataclasses import dataclass
from typing import Self

from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS

from api.settings.types import OWN_PATHS

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# So that no line of the generated SQL is longer than 100 characters.
MAX_LENGTH = 24
# Policy files that belong to no table, a module of api/tables, and constants of `queries`.
TAKEN = {
    *("columns", "discovery", "identity", "roles"),
    *("create", "delete", "list", "path", "read", "replace"),
}
# Names in the generated handlers and tests.
OF_HANDLERS = {
    *("id", "json", "queries", "request", "response", "user", "created", "no_content", "ok"),
    *("alice", "bob", "changed", "client", "path", "refused", "replaced", "router", "pages"),
}


class NewTableError(Exception):
    """The table cannot be made. The message says why, and names what is wrong."""


@dataclass(frozen=True, slots=True)
class Names:
    """A table's name, in the plural, and the name of one of its rows."""

    table: str
    row: str

    @classmethod
    def of(cls, table: str, row: str | None = None) -> Self:
        """Check a table's name; without `row`, its singular is derived.

        Raises:
            NewTableError: a name is no identifier, reserved, or too long.
        """
        _check(table, "NAME")
        if table in RESERVED_WORDS:
            raise NewTableError(f"NAME must not be {table}, a reserved word of SQL.")
        if table in OWN_PATHS or table in TAKEN:
            raise NewTableError(f"NAME must not be {table}: Rowlock uses that name itself.")
        row = row or _singular(table)
        _check(row, "--singular")
        if row in OF_HANDLERS:
            raise NewTableError(
                f"--singular must not be {row}: the generated code uses that name itself."
            )
        if row == table:
            raise NewTableError(
                f"The name of one row of {table} is not clear: give it with --singular. "
                "Tables are named in the plural."
            )
        return cls(table, row)

    def values(self) -> dict[str, str]:
        """What the templates are filled with."""
        return {
            "table": self.table,
            "TABLE": self.table.upper(),
            "row": self.row,
            "Row": "".join(part.capitalize() for part in self.row.split("_")),
            "words": self.table.replace("_", " "),
            "Words": self.table.replace("_", " ").capitalize(),
            "word": self.row.replace("_", " "),
            "article": "an" if self.row[0] in "aeiou" else "a",
            "Article": "An" if self.row[0] in "aeiou" else "A",
        }


def _check(name: str, argument: str) -> None:
    if not NAME.fullmatch(name):
        raise NewTableError(
            f"{argument} must be lower-case words of a-z and 0-9, joined by _, such as notes or "
            f"line_items; {name!r} is not."
        )
    if len(name) > MAX_LENGTH:
        raise NewTableError(f"{argument} must not be longer than {MAX_LENGTH} characters.")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise NewTableError(f"{argument} must not be {name}, a reserved word of Python.")


def _singular(table: str) -> str:
    for ending, singular in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ss", "ss"), ("s", "")):
        if table.endswith(ending):
            return table.removesuffix(ending) + singular
    return table
