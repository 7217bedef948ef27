"""The mutants of tests/faults, and the statements that each of them runs."""

from collections.abc import Iterator
from contextlib import closing

from tests.faults.catalogue import faults
from tests.faults.fault import OF_A_TABLE, Fault, fill, placeholders
from tests.support import isolation
from tests.support.server import Server, connect

MUTANTS = [fault for fault in faults() if fault.mutant]
# Faults in the API's code: each replaces one name in a module.
CODE = [fault for fault in MUTANTS if fault.path.suffix == ".py"]
# Faults in settings: committed, because only new connections have them. So each test creates its
# own database.
SETTINGS = [fault for fault in MUTANTS if "user" in placeholders(fault.body)]
# Faults in the catalogue: planted in the owner's transaction, which is rolled back.
CATALOGUE = [fault for fault in MUTANTS if fault not in CODE + SETTINGS]

COMMANDS = {"r": "select", "a": "insert", "w": "update", "d": "delete"}

POLICIES = """
select polrelid::regclass::text, polname, polcmd, polqual is not null, polwithcheck is not null
from pg_policy
inner join pg_class as c on polrelid = c.oid
where c.relnamespace = 'app'::regnamespace and polroles = array['rowlock_api'::regrole::oid]
"""

USER_ID_CHECKS = """
select conrelid::regclass::text, conname
from pg_constraint
inner join pg_class as c on conrelid = c.oid
where
    c.relnamespace = 'app'::regnamespace
    and pg_get_constraintdef(pg_constraint.oid) = 'CHECK ((user_id <> ''''::text))'
"""


def statements_of(server: Server, database: str, mutant: Fault) -> Iterator[tuple[str, str]]:
    """The mutant's statement for each table that has the policy, column or check it changes."""
    with closing(connect(server.owner_url(database))) as owner, owner.cursor() as cursor:
        known = {table.name: {"table": table.name} for table in isolation.tables(owner)}
        cursor.execute(POLICIES)
        for table, policy, code, *_ in cursor:
            known[table][COMMANDS[code]] = policy
        cursor.execute(USER_ID_CHECKS)
        for table, check in cursor:
            known[table]["user_id_check"] = check
    needed = placeholders(mutant.body)
    if not needed & OF_A_TABLE:
        yield "schema", mutant.body
    elif "column" in needed:
        command = mutant.body.split()[1]
        for table, column in _granted_columns(server, database, command):
            yield f"{table}.{column}", fill(mutant.body, {"table": table, "column": column})
    else:
        # Some tables lack the policy that the statement changes, or the policy without which the
        # statement does no harm.
        needed |= {mutant.needs} - {""}
        for table, names in known.items():
            if needed <= names.keys():
                yield table, fill(mutant.body, names)


def _granted_columns(server: Server, database: str, command: str) -> list[tuple[str, str]]:
    """Each column that rowlock_api may use by a command."""
    with closing(connect(server.owner_url(database))) as owner:
        return [
            (table.name, column)
            for table in isolation.tables(owner)
            # Revoking the only column would revoke the command, which is another mutant.
            if len(table.granted[command]) > 1
            for column in sorted(table.granted[command])
        ]
