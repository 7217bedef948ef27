"""Composes schema audit from its files: one SQL text, which db/install.py applies like one file.

The views and functions of db/audit are used unchanged. The checks of db/checks and the rules of
db/audit/rules are queries. Together they become one function, which the view audit.findings reads.
"""

from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
VIEWS = HERE / "audit"
RULES = VIEWS / "rules"
CHECKS = HERE / "checks"

# The schema's name in rowlock.installed_policies. No policy file can have this name.
NAME = "audit/*.sql"

# These come first, because run_rules() and the other views use them.
FIRST = (
    "schema/before.sql",
    "memberships.sql",
    "functions/*.sql",
    "access/commands.sql",
    "access/tables.sql",
    "access/principals.sql",
    "access/privileges.sql",
    "access/policies.sql",
    "access/direct.sql",
    "access/matrix.sql",
)
LAST = "schema/after.sql"

# Checks of the session. Only the guard runs them: it has a session of the API, the auditor has not.
ABOUT_THE_SESSION = ("role_name.sql", "unbound.sql")

LEVEL = "-- level: "

# A rule that fails must not hide the findings of the others. With this search path, names are
# printed with their schema. JIT compilation of such long queries takes longer than running them.
RUN_RULES = """
create function audit.run_rules()
returns table (rule text, level text, object text, detail text, remedy text)
language plpgsql stable
set search_path = pg_catalog
set jit = off
as $rules$
#variable_conflict use_column
begin
%s
end
$rules$;
comment on function audit.run_rules() is
'Every check of db/checks and every rule of db/audit/rules, each with what it finds.';
"""

RUN_RULE = """
begin
return query
select '{name}', '{level}', f.object::text, f.detail::text, f.remedy::text
from (
{sql}
) as f (object, detail, remedy);
exception when others then
return query
select '{name}', 'error', '{name}', 'cannot be checked: ' || sqlerrm, '-- run: rowlock migrate';
end;
"""


def compose() -> str:
    """The SQL that drops and creates schema audit."""
    return "\n".join(_pieces())


def rule_files() -> list[Path]:
    """Every check and rule: each row that one returns is a finding."""
    checks = [path for path in CHECKS.glob("*.sql") if path.name not in ABOUT_THE_SESSION]
    return sorted([*checks, *RULES.glob("*.sql")], key=lambda path: path.name)


def sources() -> list[Path]:
    """Every file that the schema is composed of."""
    return sorted({*VIEWS.rglob("*.sql"), *rule_files()})


def level(sql: str) -> str:
    """The level of a rule's findings: `error`, unless its second line names another."""
    second = sql.split("\n", 2)[1]
    return second.removeprefix(LEVEL) if second.startswith(LEVEL) else "error"


def _pieces() -> Iterator[str]:
    first = [path for pattern in FIRST for path in sorted(VIEWS.glob(pattern))]
    yield from map(_read, first)
    yield RUN_RULES % "".join(map(_run_rule, rule_files()))
    yield from (_read(path) for path in sorted(VIEWS.glob("*.sql")) if path not in first)
    yield _read(VIEWS / LAST)


def _run_rule(path: Path) -> str:
    sql = _read(path)
    return RUN_RULE.format(name=path.stem, level=level(sql), sql=sql.rstrip())


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
