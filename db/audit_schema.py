"""Composes schema audit out of its files: one piece of SQL, which db/install.py applies as a file.

The views of db/audit and their functions go in as they are. The start-up guard's checks and the
rules of db/audit/rules are queries; they become one function, which the view audit.findings reads.
"""

from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
VIEWS = HERE / "audit"
SCHEMA = VIEWS / "schema"
FUNCTIONS = VIEWS / "functions"
RULES = VIEWS / "rules"
CHECKS = HERE / "checks"

# The schema's name in rowlock.installed_policies. No policy file can have it: it is no file name.
NAME = "audit/*.sql"

# Functions and other views read it.
FIRST = "memberships.sql"

# These ask about the session, which is the API's for the guard and somebody's psql here.
ABOUT_THE_SESSION = ("role_name.sql", "unbound.sql")

LEVEL = "-- level: "

# A rule that fails must not hide what the others find. Names are qualified in what they print,
# whatever the caller's search path is; compiling so long a query would take longer than running it.
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
    """The SQL that makes schema audit anew."""
    return "\n".join(_pieces())


def rule_files() -> list[Path]:
    """Every file that findings come from."""
    checks = [path for path in CHECKS.glob("*.sql") if path.name not in ABOUT_THE_SESSION]
    return sorted([*checks, *RULES.glob("*.sql")], key=lambda path: path.name)


def sources() -> list[Path]:
    """Every file that the schema is composed of."""
    return sorted({*VIEWS.rglob("*.sql"), *rule_files()})


def level(sql: str) -> str:
    """How grave the findings of a rule are: an error, unless its second line says otherwise."""
    second = sql.split("\n", 2)[1]
    return second.removeprefix(LEVEL) if second.startswith(LEVEL) else "error"


def _pieces() -> Iterator[str]:
    yield _read(SCHEMA / "before.sql")
    yield _read(VIEWS / FIRST)
    yield from map(_read, sorted(FUNCTIONS.glob("*.sql")))
    yield RUN_RULES % "".join(map(_run_rule, rule_files()))
    yield from (_read(path) for path in sorted(VIEWS.glob("*.sql")) if path.name != FIRST)
    yield _read(SCHEMA / "after.sql")


def _run_rule(path: Path) -> str:
    sql = _read(path)
    return RUN_RULE.format(name=path.stem, level=level(sql), sql=sql.rstrip())


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
