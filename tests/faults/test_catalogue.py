"""The catalogue is read strictly, and all its files are valid."""

from pathlib import Path

import pytest

from api.operations.startup_checks import CHECKS
from db.audit_schema import RULES
from tests.faults import catalogue
from tests.faults.catalogue import FaultError, faults, read
from tests.faults.fault import Fault, Finding

RIGHT = """\
-- title: a fault
-- finds: some_rule | {table} | is wrong
-- variant_of: another

alter table {table} reset (fillfactor);
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a new file of the catalogue."""
    return tmp_path / "wrong.sql"


def one(file: Path, text: str) -> Fault:
    """The only fault of a file with this text."""
    file.write_text(text)
    (fault,) = read(file)
    return fault


def test_fault_has_a_table_of_its_own(file: Path) -> None:
    """A statement with {table} is planted on a correct table that is named after the file."""
    fault = one(file, RIGHT)

    assert fault.plant.endswith("\nalter table app.wrong reset (fillfactor);\n")
    assert fault.plant.count("create policy wrong_") == 4
    assert fault.findings(180000) == [("some_rule", "app.wrong", "is wrong")]


def test_fault_without_a_table_is_planted_as_it_stands(file: Path) -> None:
    """Statements without {table} get no table."""
    fault = one(file, RIGHT.replace("alter table {table} reset (fillfactor);", "select 1;"))

    assert fault.plant == "select 1;\n"


def test_finding_may_need_a_newer_server(file: Path) -> None:
    """A finding with `since` is not expected on an older server."""
    fault = one(file, RIGHT.replace("is wrong", "is wrong | since 17"))

    assert fault.found == (Finding("some_rule", "{table}", "is wrong", 170000),)
    assert fault.findings(160009) == []
    assert fault.findings(170000) == [("some_rule", "app.wrong", "is wrong")]


def test_values_make_variants(file: Path) -> None:
    """Lines of the same placeholders add values, lines of others multiply them."""
    file.write_text(
        "-- each: {who} = select | insert\n-- each: {who} = update\n"
        "-- each: {set} {to} = x 1 | y 2 3\n"
        + RIGHT.replace("reset (fillfactor)", "set {set} = {to} for {who} and {{who}}")
    )

    found = list(read(file))

    assert [fault.name for fault in found] == [
        f"wrong[{who}, {set_}]"
        for who in ("select", "insert", "update")
        for set_ in ("x, 1", "y, 2 3")
    ]
    assert found[-1].body == "alter table {table} set y = 2 3 for update and {update};\n"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("-- title: a fault\n", "", "title"),
        ("-- title:", "-- tilte:", "no key with a value: -- tilte: a fault"),
        ("-- title: a fault", "-- title", "no key with a value: -- title"),
        ("-- title: a fault", "-- title: a fault\n-- title: two", "title"),
        ("-- variant_of: another\n", "", "apart, no_pgrls, pgrls, variant_of"),
        ("-- variant_of: another", "-- variant_of: another\n-- apart: why", "apart, no_pgrls"),
        ("-- finds: some_rule | {table} | is wrong\n", "", "finds"),
        (" | is wrong", "", "finds takes a rule, an object and a detail"),
        ("is wrong", "is wrong | 17", "finds takes a rule, an object and a detail"),
        ("{table} |", "{tabel} |", "unknown: tabel"),
        ("(fillfactor)", "({filler})", "unknown: filler"),
        ("-- variant_of", "-- advice: other_rule\n-- variant_of", "unknown: other_rule"),
        ("-- variant_of", "-- caught_by: matrix\n-- variant_of", "mutant"),
        ("-- variant_of", "-- needs: truncate\n-- variant_of", "unknown: truncate"),
        ("-- variant_of", "-- each: {a} {b} = 1\n-- variant_of", "each placeholder needs a value"),
        ("alter table {table} reset (fillfactor);\n", "", "the statements"),
    ],
)
def test_mistake_in_a_file_is_refused(file: Path, right: str, wrong: str, said: str) -> None:
    """The error names the file and what is wrong with it."""
    assert right in RIGHT

    with pytest.raises(FaultError, match=rf"wrong\.sql: .*{said}"):
        one(file, RIGHT.replace(right, wrong))


def test_variant_of_no_listed_fault_is_refused(file: Path) -> None:
    """The fault of a variant must be listed in the document."""
    with pytest.raises(FaultError, match="variant of no listed fault"):
        catalogue.check((one(file, RIGHT),))


def test_two_faults_of_one_name_are_refused(file: Path) -> None:
    """Two faults with the same title or file name are refused."""
    fault = one(file, RIGHT.replace("variant_of", "no_pgrls"))
    other = one(file.with_name("other.sql"), RIGHT.replace("variant_of", "no_pgrls"))

    with pytest.raises(FaultError, match="two faults of one name"):
        catalogue.check((fault, other))


def test_every_rule_that_is_named_exists() -> None:
    """Every check and rule that a fault names has a file in db/checks or db/audit/rules."""
    known = {path.stem for folder in (CHECKS, RULES) for path in folder.glob("*.sql")}
    named = {rule for fault in faults() for rule in fault.rules}
    caught = {name for fault in faults() for name in fault.caught_by} - {"matrix", "sequence"}

    assert named | caught <= known
