"""The tables of the report on a terminal: the columns and cells for each view."""

from collections.abc import Iterable
from typing import Any

from rich.text import Text

from api.audit.access_matrix import COMMANDS, OF_ROWS, matrix, reached, reaches
from api.audit.printable import qualified
from api.audit.report import Report, Row

SIGNS = {"none": Text("-", "dim"), "own": Text("✓ own", "green"), "all": Text("! all", "yellow")}

NAMED = 10  # names listed in one cell

Cell = Text | str
Section = tuple[str, tuple[str, ...], Iterable[list[Cell]]]


def sections(report: Report) -> Iterable[Section]:
    """The name of each view, the headings of its table, and the rows; wrong ones come first."""
    views = report.views
    yield "access", ("role", "table", *COMMANDS), _access(report)
    yield (
        "tables",
        ("", "table", "owner", "forced", "policies s/i/u/d", "user-led key/index"),
        _tables(views),
    )
    yield (
        "policies",
        ("table", "policy", "command", "to", "using", "with check"),
        (
            [
                qualified(row["schema_name"], row["table_name"]),
                row["policy"],
                row["command"],
                _list(row["roles"]),
                row["using_expression"] or "-",
                row["check_expression"] or "-",
            ]
            for row in views["policies"]
        ),
    )
    yield "roles", ("", "role", "attributes", "bypasses policies as"), _roles(views)
    yield "grants", ("grantee", "privileges", "kind", "on"), _grants(views["grants"])
    yield (
        "functions",
        ("function", "owner", "rights of", "search_path", "executable by"),
        (
            [
                row["function"],
                row["owner"],
                "owner" if row["security_definer"] else "caller",
                row["search_path"] or "-",
                _list(row["executable_by"]),
            ]
            for row in views["functions"]
        ),
    )
    yield from _others(views)


def _others(views: dict[str, list[Row]]) -> Iterable[Any]:
    yield (
        "views",
        ("view", "owner", "kind", "rights of", "readable by"),
        (
            [
                row["view_name"],
                row["owner"],
                row["kind"],
                "caller" if row["security_invoker"] else "owner",
                _list(row["readable_by"]),
            ]
            for row in views["views"]
        ),
    )
    yield (
        "publications",
        ("publication", "table", "rows"),
        (
            [
                row["publication"],
                qualified(row["schema_name"], row["table_name"]) if row["table_name"] else "-",
                row["row_filter"] or "all",
            ]
            for row in views["publications"]
        ),
    )
    yield (
        "server",
        ("setting", "value", "what it means"),
        (
            [row["setting"], "not shown" if row["value"] is None else row["value"], row["detail"]]
            for row in views["server"]
        ),
    )
    yield (
        "drift",
        ("", "file", "installed (UTC)", "by"),
        (
            [
                _mark(good=not row["drifted"]),
                row["file"],
                f"{row['installed_at']:%Y-%m-%d %H:%M}" if row["installed_at"] else "never",
                row["installed_by"] or "-",
            ]
            for row in views["drift"]
        ),
    )


def _access(report: Report) -> Iterable[list[Cell]]:
    """A row for all tables that a role reaches in the same way."""
    for role, tables in matrix(report).items():
        alike: dict[tuple[str, ...], list[str]] = {}
        for table, cells in reached(tables).items():
            words = tuple(reaches(cells, command) for command in COMMANDS)
            alike.setdefault(words, []).append(table)
        if not alike:
            yield [role, "no table", *(SIGNS["none"] for _ in COMMANDS)]
        for words, names in alike.items():
            yield [role, _list(names), *(SIGNS[word] for word in words)]


def _tables(views: dict[str, list[Row]]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for row in sorted(views["tables"], key=_is_guarded):
        counts = (row[f"{command}_policies"] for command in OF_ROWS)
        led = row["leads_with_user_id"], row["index_leads_with_user_id"]
        rows.append(
            [
                _mark(good=_is_guarded(row)),
                qualified(row["schema_name"], row["table_name"]),
                row["owner"],
                "yes" if row["row_security"] and row["forced"] else "no",
                "/".join(str(count) for count in counts),
                "/".join("yes" if each else "no" for each in led),
            ]
        )
    return rows


def _is_guarded(row: Row) -> bool:
    return bool(row["row_security"] and row["forced"] and row["leads_with_user_id"])


def _roles(views: dict[str, list[Row]]) -> Iterable[list[Cell]]:
    attributes = {
        "superuser": "superuser",
        "bypass_rls": "bypassrls",
        "can_login": "login",
        "create_role": "createrole",
        "create_db": "createdb",
        "replication": "replication",
    }
    for row in sorted(views["roles"], key=lambda row: not row["reaches"]):
        held = [word for name, word in attributes.items() if row[name]]
        yield [
            Text("!", "yellow") if row["reaches"] else _mark(good=True),
            row["role"],
            _list(held),
            _list(row["reaches"]),
        ]


def _grants(rows: list[Row]) -> Iterable[list[Cell]]:
    """A row for all objects on which a grantee has the same privileges."""
    held: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        word = row["privilege"] + ("*" if row["grantable"] else "")
        held.setdefault((row["grantee"], row["kind"], row["object"]), []).append(word)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for (grantee, kind, thing), words in held.items():
        alike.setdefault((grantee, _list(sorted(words)), kind), []).append(thing)
    for (grantee, privileges, kind), things in alike.items():
        yield [grantee, privileges, kind, _list(things)]


def _list(names: list[str] | None) -> str:
    """The first names, and how many more there are."""
    names = names or ["-"]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _mark(*, good: bool) -> Text:
    return Text("✓", "green") if good else Text("✗", "red")
