"""`rowlock new-table` writes all files of a table or none, and overwrites nothing."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api import cli
from api.operations.new_table import new_table
from api.operations.new_table.names import Names, NewTableError

ROOT = Path(__file__).parents[2]
NOTES = Names.of("notes")
# The folder has only some modules of these packages, so ruff cannot detect them.
FIRST_PARTY = 'lint.isort.known-first-party = ["api", "tests"]'
NOW = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
REVISION = "alembic/versions/2026-11-27-1500_notes.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that the command accepts as a checkout."""
    (tmp_path / "alembic/versions").mkdir(parents=True)
    return tmp_path


def files(folder: Path) -> set[str]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_file_is_named_in_the_answer(checkout: Path) -> None:
    """The returned paths are exactly the written files."""
    written = new_table(NOTES, checkout, NOW)

    assert files(checkout) == {str(path) for path in written}
    assert REVISION in files(checkout)


def test_no_placeholder_is_left(checkout: Path) -> None:
    """Each file names notes, and contains no placeholder."""
    for path in new_table(NOTES, checkout, NOW):
        text = (checkout / path).read_text()
        assert "$" not in text
        assert "note" in text.lower()


@pytest.mark.parametrize("names", [NOTES, Names.of("subscription_preferences")])
def test_generated_files_pass_the_linters(checkout: Path, names: Names) -> None:
    """The linters of `make check` report no finding, even for the longest name."""
    for name in ("pyproject.toml", "db/policies/.sqlfluff"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, checkout / name)
    written = new_table(names, checkout, NOW)

    programs = Path(sys.executable).parent
    policies = f"db/policies/{names.table}.sql"
    for command in (
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "--config", FIRST_PARTY, "."],
        ["sqlfluff", "lint", "--config", "db/policies/.sqlfluff", policies],
    ):
        done = subprocess.run(
            [programs / command[0], *command[1:]],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert Path(policies) in written


def test_table_is_short(checkout: Path) -> None:
    """A table has at most 60 lines of Python and 45 of SQL, without blank lines and comments."""
    new_table(NOTES, checkout, NOW)
    python = [
        line
        for name in ("model", "schemas", "queries", "routes")
        for line in (checkout / f"api/tables/notes/{name}.py").read_text().splitlines()
    ]
    table = (checkout / REVISION).read_text().partition('r"""')[2].partition('"""')[0]
    sql = [*table.splitlines(), *(checkout / "db/policies/notes.sql").read_text().splitlines()]

    assert len([line for line in python if line.strip()]) <= 60
    assert len([line for line in sql if line.strip() and not line.startswith("--")]) <= 45


@pytest.mark.parametrize(
    "existing",
    ["db/policies/notes.sql", "api/tables/notes/routes.py", "tests/tables/test_notes.py", REVISION],
)
def test_existing_file_is_kept(checkout: Path, existing: str) -> None:
    """If one of the files exists, the command refuses, changes nothing and writes no file."""
    (checkout / existing).parent.mkdir(parents=True, exist_ok=True)
    (checkout / existing).write_text("mine")

    with pytest.raises(NewTableError, match=f"^{existing} exists already, and nothing is overwri"):
        new_table(NOTES, checkout, NOW)

    assert files(checkout) == {existing}
    assert (checkout / existing).read_text() == "mine"


def test_nothing_is_left_where_a_file_cannot_be_written(checkout: Path) -> None:
    """If a folder cannot be created, the command stops and removes the files that it wrote."""
    (checkout / "tests").write_text("no folder")

    with pytest.raises(NewTableError, match="cannot be written"):
        new_table(NOTES, checkout, NOW)

    assert files(checkout) == {"tests"}
    assert not (checkout / "api").exists()


def test_folder_without_revisions_is_refused(tmp_path: Path) -> None:
    """A folder without revisions, such as an installed package, is refused."""
    with pytest.raises(NewTableError, match="run the command in a checkout of Rowlock"):
        new_table(NOTES, tmp_path, NOW)

    assert files(tmp_path) == set()


def test_revision_follows_the_newest_one(checkout: Path) -> None:
    """If the clock is behind, the new revision still sorts after the newest one."""
    new_table(NOTES, checkout, datetime(2020, 1, 1, tzinfo=UTC))

    text = (checkout / "alembic/versions/2020-01-01-0000_notes.py").read_text()
    revision, before = (
        line.split('"')[1] for line in text.splitlines() if line.startswith(("revision", "down_"))
    )
    assert int(revision) == int(before) + 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("tasks",), "db/policies/tasks.sql exists already, and nothing is overwritten"),
        (("events",), "db/policies/events.sql exists already, and nothing is overwritten"),
        (("select",), "NAME must not be select, a reserved word of SQL."),
        (("Notes",), "NAME must be lower-case words of a-z and 0-9"),
        (("people",), "The name of one row of people is not clear: give it with --singular."),
    ],
)
def test_command_refuses_in_one_sentence(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that is refused gives one sentence on standard error, and status 1."""
    assert cli.main(["new-table", *arguments]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(sentence)
    assert err.count("\n") == 1
