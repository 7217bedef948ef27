"""A fault: the statements that plant it, and all findings that it must have."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
GOOD_TABLE = (HERE / "good_table.sql").read_text(encoding="utf-8")
COMMANDS = ("select", "insert", "update", "delete")
OF_A_TABLE = {"table", "name", "user_id_check", "column", *COMMANDS}

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Finding:
    """A finding of a check of db/checks or a rule of db/audit/rules, since a server's version."""

    rule: str
    object: str
    detail: str
    since: int = 0


@dataclass(frozen=True)
class Fault:
    """A fault; README.md explains the fields, which are the keys of its file."""

    path: Path
    name: str
    title: str
    body: str
    found: tuple[Finding, ...] = ()
    also: frozenset[str] = frozenset()
    advice: frozenset[str] = frozenset()
    since: int = 0
    pgrls: tuple[str, ...] = ()
    no_pgrls: str = ""
    variant_of: str = ""
    apart: str = ""
    mutant: str = ""
    caught_by: frozenset[str] = frozenset()
    needs: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def listed(self) -> bool:
        """Whether it is planted together with others, and listed in docs/reference/rules.md."""
        return bool(self.pgrls or self.no_pgrls)

    @property
    def rules(self) -> tuple[str, ...]:
        """The checks and rules that find it, in the order of its file."""
        stated = dict.fromkeys(finding.rule for finding in self.found)
        return (*stated, *sorted(self.also))

    @property
    def plant(self) -> str:
        """The SQL that plants the fault, with a new correct table if the SQL contains {table}."""
        own_table = OF_A_TABLE & placeholders(self.body)
        return fill(GOOD_TABLE * bool(own_table) + self.body, self._names)

    @property
    def places(self) -> set[str]:
        """What pgrls reports about the planted fault: a rule or mode, and the object."""
        return {fill(place, self._names) for place in self.pgrls}

    def findings(self, version: int, **names: str) -> list[tuple[str, str, str]]:
        """The rule, object and detail of every finding on a server of this version.

        `names` are those of the test: its `database` and the `owner` of the schema.
        """
        filled = self._names | names
        return sorted(
            (finding.rule, fill(finding.object, filled), fill(finding.detail, filled))
            for finding in self.found
            if version >= finding.since
        )

    @property
    def _names(self) -> dict[str, str]:
        own = self.path.stem
        return {
            "table": f"app.{own}",
            "name": own,
            "user_id_check": f"{own}_user_id_check",
            **{command: f"{own}_{command}_own" for command in COMMANDS},
        }


def placeholders(text: str) -> set[str]:
    """The names that stand in braces."""
    return set(_PLACEHOLDER.findall(text))


def fill(text: str, names: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; KeyError if a name is missing."""
    return _PLACEHOLDER.sub(lambda found: names[found[1]], text)
