"""A fault of tests/policies/mutants.py and who must notice it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A fault, and what breaks: a statement, or the name of something in api/database/identity.py.

    In a statement `{table}` stands for each table in turn, `{select}`, `{insert}`, … for the names
    of its policies, `{user_id_check}` for that of its check. A table without one is left out.
    `{column}` stands for each column of each table that the API's role may use by that command.
    """

    fault: str
    name: str
    breaks: str
    caught_by: frozenset[str]

    def __str__(self) -> str:
        return f"{self.name}: {' + '.join(sorted(self.caught_by))}"


def mutant(fault: str, name: str, breaks: str, *caught_by: str) -> Mutant:
    """A mutant and who notices it."""
    return Mutant(fault, name, breaks, frozenset(caught_by))
