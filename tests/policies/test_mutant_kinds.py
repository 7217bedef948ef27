"""The mutants cover every kind of fault, every policy and every check."""

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class in all but its name

from tests.policies.mutants import CATALOGUE, COMMANDS, MUTANTS, POLICIES
from tests.support.api_role import CHECKS

# The kinds of faults that must be noticed, and those that were added to them.
DEMANDED = {
    "drop a policy",
    "using (true)",
    "drop WITH CHECK's condition",
    "disable RLS",
    "NO FORCE",
    "grant TRUNCATE",
    "BYPASSRLS",
    "a session-wide setting",
    "an unbound session",
}
ADDED = {
    "another policy",
    "a policy for everyone",
    "a column grant",
    "a missing grant",
    "a trespassing key",
    "around the policies",
    "a role with more rights",
    "a wrong identity",
}

# Checks that no mutant of a migrated database can fail: their tests are the guard's own.
ELSEWHERE = {"encoding", "role_name", "server_version"}


def test_catalogue_holds_every_demanded_kind() -> None:
    """The mutants show the nine demanded kinds of faults, those that were added, and no other."""
    assert {mutant.mutant for mutant in MUTANTS} == DEMANDED | ADDED


def test_catalogue_holds_every_policy_and_condition(owner: Connection) -> None:
    """Each policy is dropped once; each USING and each WITH CHECK loses its condition once."""
    statements = {mutant.body.rstrip(";\n") for mutant in CATALOGUE}
    with owner.cursor() as cursor:
        cursor.execute(POLICIES)
        policies = cursor.fetchall()

    needed = set()
    for _, _, code, using, with_check in policies:
        command = COMMANDS[code]
        policy = f"policy {{{command}}} on {{table}}"
        needed.add(f"drop {policy}")
        needed |= {f"alter {policy} using (true)"} if using else set()
        needed |= {f"alter {policy} with check (true)"} if with_check else set()

    assert policies
    assert needed <= statements


def test_catalogue_needs_every_check() -> None:
    """Each file of db/checks is the catcher of a mutant, or has its failing test elsewhere."""
    catchers = {name for mutant in MUTANTS for name in mutant.caught_by}

    assert catchers - {"matrix", "sequence"} == CHECKS.keys() - ELSEWHERE
