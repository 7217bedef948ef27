"""The text report of `rowlock audit`, and its exit status."""

import re

from tests.report.conftest import HOSTILE, MANY_TABLES, Run
from tests.support.server import Server


def test_good_database_passes(audit: Run, database: str) -> None:
    """A migrated database has no finding of level error, and the status is 0."""
    done = audit(database)

    assert (done.status, done.err) == (0, "")
    assert "✗ error" not in done.out
    assert "✗" not in done.out.splitlines()[-1]


def test_error_is_printed_with_its_remedy(audit: Run, server: Server, own_database: str) -> None:
    """An error gives status 1 and prints SQL; after this SQL has run, the status is 0."""
    server.execute("alter table app.tasks no force row level security", database=own_database)
    before = audit(own_database)
    remedy = (
        "alter table app.tasks enable row level security; "
        "alter table app.tasks force row level security;"
    )
    server.execute(remedy, database=own_database)

    assert before.status == 1
    assert "✗ error tables_rls  app.tasks: " in before.out
    assert f"\n{remedy}\n" in before.out
    assert "✗ 2 errors" in before.out  # tables_rls and drift
    assert audit(own_database).status == 0


def test_hostile_names_reach_no_terminal(audit: Run, server: Server, own_database: str) -> None:
    """Control characters and marks that reverse the text are printed as codes."""
    server.execute("create table app.{} (id int)", HOSTILE, database=own_database)

    done = audit(own_database)

    assert done.status == 1
    assert "<U+001B>[31m<script>" in done.out
    assert "<U+202E>אבג<U+009B>" in done.out
    assert {"\x1b", "\x9b", "\u202e"} & set(done.out + done.err) == set()
    assert "A remedy contains unprintable characters: copy it from --format json.\n" in done.out


def test_many_tables_stay_readable(audit: Run, server: Server, own_database: str) -> None:
    """The first of 500 tables are printed and the rest is counted; faulty tables come first."""
    server.execute(MANY_TABLES, database=own_database)
    server.execute("alter table app.t77 disable row level security", database=own_database)

    done = audit(own_database)
    tables = done.out.partition("\ntables ")[2].splitlines()

    assert done.status == 1
    assert next(line for line in tables if "app.t" in line).startswith("│ ✗ │ app.t77 ")
    assert len(done.out.splitlines()) < 400
    assert re.search(r"│ rowlock_api +│ app\.\w+, .* │ ✓ own +│ - +│", done.out)
    assert re.search(r"app\.t10\d and 4\d\d more ", re.sub(r"[│\s]+", " ", done.out))
    assert "\n✗ error tables_rls  app.t77: row-level security is disabled\n" in done.out
    assert "\nand 490 more of drift: --format json has them all.\n" in done.out
    assert re.search(r"\n  and 4\d\d more: --format json has them all\.\n", done.out)


def test_pipe_breaks_no_name(audit: Run, server: Server, own_database: str) -> None:
    """In a pipe, each long name of a table or policy is on one line, without a break."""
    names = [f"app.{letter * 59}_end" for letter in "abc"]
    policies = [f"{letter * 56}_policy" for letter in "abc"]
    for name, policy in zip(names, policies, strict=True):
        server.execute(
            f"create table {name} (user_id text);"
            f" create policy {policy} on {name} to rowlock_api using (user_id = 'a')",
            database=own_database,
        )

    out = audit(own_database).out
    lines = [line for line in out.splitlines() if line.startswith("│")]

    for name in names + policies:
        assert any(name in line for line in lines)
