"""The names that `rowlock new-table` accepts, and its error messages for other names."""

import pytest

from api.operations.new_table.names import Names, NewTableError


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("notes", "note"),
        ("line_items", "line_item"),
        ("categories", "category"),
        ("boxes", "box"),
        ("classes", "class_"),
        ("addresses", "address"),
    ],
)
def test_row_is_named_after_the_table(table: str, row: str) -> None:
    """The name of a row is the singular of the table's name."""
    if row == "class_":  # the singular, class, is a reserved word, so it must be given
        with pytest.raises(NewTableError, match="--singular must not be class"):
            Names.of(table)
        assert Names.of(table, "lesson").row == "lesson"
    else:
        assert Names.of(table).row == row


def test_given_singular_wins() -> None:
    """For an irregular plural the singular must be given as an argument."""
    assert Names.of("people", "person").values()["Row"] == "Person"
    with pytest.raises(NewTableError, match="The name of one row of people is not clear"):
        Names.of("people")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("Notes", "NAME must be lower-case words"),
        ("1notes", "NAME must be lower-case words"),
        ("notes;", "NAME must be lower-case words"),
        ("../notes", "NAME must be lower-case words"),
        ("notes__x", "NAME must be lower-case words"),
        ("", "NAME must be lower-case words"),
        ("x" * 25, "NAME must not be longer than 24 characters"),
        ("lambda", "NAME must not be lambda, a reserved word of Python"),
        ("users", "--singular must not be user: the generated code uses that name itself"),
        ("paths", "--singular must not be path: the generated code uses that name itself"),
        ("replace", "NAME must not be replace: Rowlock uses that name itself"),
        ("columns", "NAME must not be columns: Rowlock uses that name itself"),
        ("user", "NAME must not be user, a reserved word of SQL"),
        ("select", "NAME must not be select, a reserved word of SQL"),
        ("problems", "NAME must not be problems: Rowlock uses that name itself"),
        ("health", "NAME must not be health: Rowlock uses that name itself"),
        ("roles", "NAME must not be roles: Rowlock uses that name itself"),
        ("identity", "NAME must not be identity: Rowlock uses that name itself"),
    ],
)
def test_name_is_checked(table: str, sentence: str) -> None:
    """A name that is not an identifier, or is reserved, is refused with the reason."""
    with pytest.raises(NewTableError) as refused:
        Names.of(table)
    assert str(refused.value).startswith(sentence)
