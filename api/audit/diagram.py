"""The diagram of roles, policies and tables: where each box lies, and which lines join them.

The template draws it, so that every name is escaped in the one place where names are.
"""

from dataclasses import dataclass, field

from api.audit.matrix import COMMANDS, Cells, Matrix, matrix, reaches
from api.audit.report import Report, Row
from api.audit.visible import qualified, visible

# A picture of more is none; every role, policy and table is in the lists below it.
MOST_TABLES, MOST_ROLES = 10, 10

WIDTH = 780
ROLE_X, ROLE_WIDTH = 4, 168
POLICY_X, POLICY_WIDTH = 262, 246
TABLE_X, TABLE_WIDTH = 588, 188
ROW, BOX, TOP, GAP = 44, 36, 28, 20
PER_LETTER = 8  # the width of one, at the size of the style sheet


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

    all_tables: int
    all_roles: int
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    height: float = TOP
    width: int = WIDTH

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out."""
        return self.all_tables <= MOST_TABLES and self.all_roles <= MOST_ROLES


def draw(report: Report) -> Diagram:
    """Lay out the first tables, their policies, and the roles that reach rows of theirs."""
    access = matrix(report)
    tables = report.views["tables"][:MOST_TABLES]
    names = [qualified(row["schema_name"], row["table_name"]) for row in tables]
    reaching = [role for role in access if any(_reaches(access, role, name) for name in names)]
    made = Diagram(len(report.views["tables"]), len(reaching))
    places = _place_roles(made, reaching[:MOST_ROLES])
    for row, name in zip(tables, names, strict=True):
        policies = [p for p in report.views["policies"] if _speaks_for(p, row)]
        top = made.height
        for policy in policies:
            box = _place(made, "policy", policy["policy"], _command(policy))
            made.lines += [
                _join("own", places[role], box)
                for role in places
                if _comes_by(policy, policies, access[role].get(name, {}), role)
            ]
        around = [role for role in places if "all" in _reaches(access, role, name)]
        if around or not policies:
            kind, note = ("around", "not held back by a policy") if around else ("policy", "")
            box = _place(made, kind, "every row" if around else "no row", note)
            made.lines += [_join("around", places[role], box) for role in around]
        guarded = row["row_security"] and row["forced"]
        note = "row security forced" if guarded else "row security not forced"
        height = made.height - top - ROW + BOX
        made.boxes.append(
            Box(
                "table" if guarded else "open",
                TABLE_X,
                top,
                TABLE_WIDTH,
                height,
                visible(name),
                note,
            )
        )
        made.height += GAP
    made.height = max(made.height, TOP + len(places) * ROW)
    return made


def _place_roles(made: Diagram, roles: list[str]) -> dict[str, Box]:
    boxes = {
        role: Box("role", ROLE_X, TOP + number * ROW, ROLE_WIDTH, BOX, visible(role), "role")
        for number, role in enumerate(roles)
    }
    made.boxes += boxes.values()
    return boxes


def _place(made: Diagram, kind: str, name: str, note: str) -> Box:
    """Put the next policy under the last, with its line to the table at its side."""
    box = Box(kind, POLICY_X, made.height, POLICY_WIDTH, BOX, visible(name), note)
    made.boxes.append(box)
    middle = box.y + BOX / 2
    line = "own" if kind == "policy" else kind
    made.lines.append(Line(line, (POLICY_X + POLICY_WIDTH, middle), (TABLE_X, middle)))
    made.height += ROW
    return box


def _join(kind: str, role: Box, policy: Box) -> Line:
    return Line(kind, (ROLE_X + ROLE_WIDTH, role.y + BOX / 2), (POLICY_X, policy.y + BOX / 2))


def _reaches(access: Matrix, role: str, table: str) -> set[str]:
    cells = access[role].get(table, {})
    return {reaches(cells, command) for command in COMMANDS} - {"none"}


def _speaks_for(policy: Row, table: Row) -> bool:
    key = "schema_name", "table_name"
    return all(policy[name] == table[name] for name in key)


def _command(policy: Row) -> str:
    word = "every command" if policy["command"] == "all" else str(policy["command"])
    return word if policy["permissive"] else f"{word}, restrictive"


def _comes_by(policy: Row, policies: list[Row], cells: Cells, role: str) -> bool:
    """Whether the role reaches its own rows by this policy: it names the role, or no other does."""
    commands = COMMANDS if policy["command"] == "all" else (policy["command"],)
    if not any(reaches(cells, command) == "own" for command in commands):
        return False
    rivals = [other for other in policies if other["command"] in {policy["command"], "all"}]
    naming = [other for other in rivals if {role, "public"} & set(other["roles"])]
    return policy in naming or not naming
