"""Each hand-written file has at most 300 lines, and half of the files have at most 140."""

import subprocess
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
MOST, MEDIAN = 300, 140
# Written by hand: code, SQL and tests. Locks, generated files and documents have other endings.
ENDINGS = {".cjs", ".css", ".html", ".lua", ".mako", ".mjs", ".py", ".sh", ".sql", ".tmpl", ".ts"}
IGNORED = {"node_modules"}


def lengths(folder: Path) -> dict[str, int]:
    """The number of lines of each hand-written file below a folder."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [Path(name) for name in listed.stdout.splitlines()]
    return {
        str(path): len((folder / path).read_text(encoding="utf-8").splitlines())
        for path in paths
        if path.suffix in ENDINGS and IGNORED.isdisjoint(path.parts) and (folder / path).is_file()
    }


def too_long(found: dict[str, int]) -> list[str]:
    """The files with more lines than the limit."""
    return [name for name, lines in found.items() if lines > MOST]


def test_no_file_is_too_long() -> None:
    """No file is longer than 300 lines, so that a file has one subject."""
    found = lengths(ROOT)

    assert "api/main.py" in found
    assert too_long(found) == []


@pytest.mark.parametrize("folder", ["alembic", "api", "bench", "db", "tests"])
def test_half_of_the_files_are_short(folder: str) -> None:
    """In each folder, the median length is at most 140 lines."""
    assert median(lengths(ROOT / folder).values()) <= MEDIAN


def test_long_file_is_found(tmp_path: Path) -> None:
    """A file of 301 lines is reported, and one of 300 is not."""
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)  # noqa: S607
    (tmp_path / "long.sql").write_text("select 1;\n" * (MOST + 1))
    (tmp_path / "short.py").write_text("pass\n" * MOST)
    (tmp_path / "lock.txt").write_text("a\n" * 1000)

    assert too_long(lengths(tmp_path)) == ["long.sql"]
