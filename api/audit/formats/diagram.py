"""The diagram of roles, policies and tables: where each box lies, and which lines join them.

The template draws it, so that every name is escaped in the one place where names are.
"""

from dataclasses import dataclass, field

from api.audit.matrix import COMMANDS, OF_ROWS, Cells, Matrix, matrix, reaches
from api.audit.printable import qualified, visible
from api.audit.report import Report, Row

# A picture of more is none; every role, policy and table is in the lists below it.
MOST_TABLES, MOST_ROLES = 10, 10

WIDTH = 780
ROLE_X, ROLE_WIDTH = 4, 168
POLICY_X, POLICY_WIDTH = 262, 246
TABLE_X, TABLE_WIDTH = 588, 188
ROW, BOX, TOP, GAP = 44, 36, 28, 20
PER_LETTER = 8  # the width of one, at the size of the style sheet

# A policy that asks this may still be wider than it looks; then its roles go by "every row".
IDENTITY = "app.current_user_id()"


@dataclass(frozen=True, slots=True)
class Box:
    """A box with a name and a note below it; `kind` is its class in the style sheet."""

    kind: str
    x: int
    y: float
    width: int
    height: float
    name: str
    note: str

    @property
    def label(self) -> str:
        """The name as far as it fits."""
        most = self.width // PER_LETTER - 1
        return self.name if len(self.name) <= most else self.name[: most - 1] + "…"


@dataclass(frozen=True, slots=True)
class Line:
    """A curve between two boxes, from the right side of one to the left side of the other."""

    kind: str
    start: tuple[float, float]
    end: tuple[float, float]

    @property
    def path(self) -> str:
        """The curve as SVG writes it."""
        (x1, y1), (x2, y2) = self.start, self.end
        bend = (x1 + x2) / 2
        return f"M{x1:g} {y1:g} C{bend:g} {y1:g} {bend:g} {y2:g} {x2:g} {y2:g}"


@dataclass(slots=True)
class Diagram:
    """What to draw, and of how much it is the beginning."""

    tables_left_out: int
    roles_left_out: int
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    height: float = TOP
    width: int = WIDTH

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out."""
        return self.tables_left_out == self.roles_left_out == 0


def draw(report: Report) -> Diagram:
    """Lay out the first tables, their policies, and the roles that reach rows of theirs.

    A table without a policy that nobody but its owner reaches, such as a partition, is left out.
    """
    access = matrix(report)
    free = {row["role"] for row in report.views["roles"] if row["superuser"] or row["bypass_rls"]}
    tables = [row for row in report.views["tables"] if _matters(report, access, row, free)]
    tables = tables[:MOST_TABLES]
    names = [qualified(row["schema_name"], row["table_name"]) for row in tables]
    reaching = [role for role in access if any(_reaches(access, role, name) for name in names)]
    made = Diagram(len(report.views["tables"]) - len(tables), max(0, len(reaching) - MOST_ROLES))
    notes = {row["role"]: _role_note(row) for row in report.views["roles"]}
    places = _place_roles(made, {role: notes.get(role, "") for role in reaching[:MOST_ROLES]})
    for row, name in zip(tables, names, strict=True):
        cells = {role: access[role].get(name, {}) for role in places}
        around = {role for role in places if _goes_around(report, row, role, cells[role], free)}
        top = made.height
        policies = [p for p in report.views["policies"] if _speaks_for(p, row)]
        for policy in policies:
            wide = [
                role for role in places if _opens(policy, role, cells[role]) and role not in around
            ]
            own = [role for role in places if _comes_by(policy, policies, cells[role], role)]
            kind = "wide" if wide else "policy"
            box = _place(made, kind, policy["policy"], _command(policy))
            made.lines += [_join("own", places[role], box) for role in own if role not in wide]
            made.lines += [_join("wide", places[role], box) for role in wide]
        if around:
            box = _place(made, "around", "every row", "not held back by a policy")
            made.lines += [_join("around", places[role], box) for role in places if role in around]
        elif not policies:
            _place(made, "policy", "no row", "there is no policy")
        _place_table(made, row, name, top)
    made.height = max(made.height, TOP + len(places) * ROW)
    return made


def _place_roles(made: Diagram, roles: dict[str, str]) -> dict[str, Box]:
    boxes = {
        role: Box("role", ROLE_X, TOP + number * ROW, ROLE_WIDTH, BOX, visible(role), note)
        for number, (role, note) in enumerate(roles.items())
    }
    made.boxes += boxes.values()
    return boxes


def _role_note(row: Row) -> str:
    """What of a role bears most on what it reaches."""
    if row["superuser"]:
        return "superuser"
    if row["bypass_rls"]:
        return "BYPASSRLS"
    return "may log in" if row["can_login"] else "may not log in"


def _place(made: Diagram, kind: str, name: str, note: str) -> Box:
    """Put the next policy under the last, with its line to the table at its side."""
    box = Box(kind, POLICY_X, made.height, POLICY_WIDTH, BOX, visible(name), note)
    made.boxes.append(box)
    middle = box.y + BOX / 2
    line = "own" if kind == "policy" else kind
    made.lines.append(Line(line, (POLICY_X + POLICY_WIDTH, middle), (TABLE_X, middle)))
    made.height += ROW
    return box


def _place_table(made: Diagram, row: Row, name: str, top: float) -> None:
    """Put a table beside all of its policies."""
    guarded = row["row_security"] and row["forced"]
    kind, note = (
        ("table", "row security forced") if guarded else ("open", "row security not forced")
    )
    height = made.height - top - ROW + BOX
    made.boxes.append(Box(kind, TABLE_X, top, TABLE_WIDTH, height, visible(name), note))
    made.height += GAP


def _join(kind: str, role: Box, policy: Box) -> Line:
    return Line(kind, (ROLE_X + ROLE_WIDTH, role.y + BOX / 2), (POLICY_X, policy.y + BOX / 2))


def _reaches(access: Matrix, role: str, table: str) -> set[str]:
    cells = access[role].get(table, {})
    return {reaches(cells, command) for command in COMMANDS} - {"none"}


def _speaks_for(policy: Row, table: Row) -> bool:
    key = "schema_name", "table_name"
    return all(policy[name] == table[name] for name in key)


def _matters(report: Report, access: Matrix, table: Row, free: set[str]) -> bool:
    name = qualified(table["schema_name"], table["table_name"])
    return any(_speaks_for(policy, table) for policy in report.views["policies"]) or any(
        _reaches(access, role, name) for role in access.keys() - free - {table["owner"]}
    )


def _goes_around(report: Report, table: Row, role: str, cells: Cells, free: set[str]) -> bool:
    """Whether some command of the role reaches every row, and no policy is what lets it."""
    opened = {
        command
        for policy in report.views["policies"]
        if _speaks_for(policy, table) and _opens(policy, role, cells)
        for command in _commands(policy)
    }
    wide = {command for command in COMMANDS if reaches(cells, command) == "all"}
    return bool(wide) and (role in free or role == table["owner"] or not wide <= opened)


def _opens(policy: Row, role: str, cells: Cells) -> bool:
    """Whether the policy lets the role reach every row: it does not ask who the user is."""
    asked = f"{policy['using_expression']} {policy['check_expression']}"
    return (
        policy["permissive"]
        and IDENTITY not in asked
        and bool({role, "public"} & set(policy["roles"]))
        and any(reaches(cells, command) == "all" for command in _commands(policy))
    )


def _commands(policy: Row) -> tuple[str, ...]:
    return OF_ROWS if policy["command"] == "all" else (policy["command"],)


def _command(policy: Row) -> str:
    word = "every command" if policy["command"] == "all" else str(policy["command"])
    return word if policy["permissive"] else f"{word}, restrictive"


def _comes_by(policy: Row, policies: list[Row], cells: Cells, role: str) -> bool:
    """Whether the role reaches its own rows by this policy: it names the role, or no other does."""
    if not any(reaches(cells, command) == "own" for command in _commands(policy)):
        return False
    rivals = [other for other in policies if other["command"] in {policy["command"], "all"}]
    naming = [other for other in rivals if {role, "public"} & set(other["roles"])]
    return policy in naming or not naming
