"""The mutants cover every kind of fault, every policy and every check."""

from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from tests.policies.mutants import CATALOGUE, COMMANDS, MUTANTS, POLICIES
from tests.support.api_role import CHECKS

# The kinds of faults that the tests must detect at least, and further kinds.
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

# No mutant of a migrated database fails these checks. tests/guard tests them.
ELSEWHERE = {"encoding", "role_name", "server_version"}


def test_catalogue_holds_every_demanded_kind() -> None:
    """The mutants have all kinds of DEMANDED and ADDED, and no other kind."""
    assert {mutant.mutant for mutant in MUTANTS} == DEMANDED | ADDED


def test_catalogue_holds_every_policy_and_condition(owner: Connection) -> None:
    """A mutant drops each policy; others replace each USING and each WITH CHECK with true."""
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
    """Each check of db/checks, except those in ELSEWHERE, detects a mutant."""
    catchers = {name for mutant in MUTANTS for name in mutant.caught_by}

    assert catchers - {"matrix", "sequence"} == CHECKS.keys() - ELSEWHERE
