"""`rowlock new-table`: writes the files of a new table, so that all of its tests pass as written.

The files are a revision, a policy file, a folder of `api/tables` and a test. Nothing that exists is
changed: a table's folder is found by its place, and so is its policy file.
"""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from string import Template

from alembic.script import ScriptDirectory

from api.operations.migrate import ROOT, alembic_config
from api.operations.new_table.names import Names, NewTableError

TEMPLATES = Path(__file__).parent / "templates"

# Which file each template becomes, in the order in which they are edited.
TARGETS = {
    "revision.py": "alembic/versions/{stamp}_{table}.py",
    "policies.sql": "db/policies/{table}.sql",
    "package.py": "api/tables/{table}/__init__.py",
    "model.py": "api/tables/{table}/model.py",
    "schemas.py": "api/tables/{table}/schemas.py",
    "queries.py": "api/tables/{table}/queries.py",
    "routes.py": "api/tables/{table}/routes.py",
    "test.py": "tests/tables/test_{table}.py",
}


def new_table(names: Names, folder: Path = ROOT, now: datetime | None = None) -> list[Path]:
    """Write the files of a table into a checkout. Returns their paths, relative to the checkout.

    Raises:
        NewTableError: a file exists already, the folder is no checkout, or a file cannot be
            written. Nothing is left behind.
    """
    if not (folder / "alembic" / "versions").is_dir():
        raise NewTableError(
            f"{folder} has no folder alembic/versions: run the command in a checkout of Rowlock."
        )
    stamp, values = _revision(now or datetime.now(UTC))
    values |= names.values()
    written = {
        Path(target.format(stamp=stamp, table=names.table)): Template(
            (TEMPLATES / f"{template}.tmpl").read_text(encoding="utf-8")
        ).substitute(values)
        for template, target in TARGETS.items()
    }
    if existing := [path for path in written if (folder / path).exists()]:
        raise NewTableError(
            f"{existing[0]} exists already, and nothing is overwritten: choose another name."
        )
    _write(folder, written)
    _format(folder, list(written))
    return list(written)


def _revision(now: datetime) -> tuple[str, dict[str, str]]:
    """The stamp of the new revision's file, and what its template needs."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head() or ""
    revision = f"{now:%Y%m%d%H%M}"
    if head.isdecimal() and int(revision) <= int(head):  # made in the same minute
        revision = str(int(head) + 1)
    return f"{now:%Y-%m-%d-%H%M}", {"revision": revision, "down_revision": head}


def _write(folder: Path, files: dict[Path, str]) -> None:
    made: list[Path] = []
    try:
        for path, text in files.items():
            target = folder / path
            for parent in reversed(target.parents):
                if not parent.is_dir():
                    parent.mkdir()
                    made.append(parent)
            with target.open("x", encoding="utf-8") as file:
                made.append(target)
                file.write(text)
    except OSError as error:
        for path in reversed(made):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
        raise NewTableError(f"{target} cannot be written: {error.strerror}.") from None


def _format(folder: Path, paths: list[Path]) -> None:
    """Break lines that are too long for a long name, where ruff is installed (`make check`)."""
    ruff = Path(sys.executable).with_name("ruff")
    if ruff.exists():
        files = [path for path in paths if path.suffix == ".py"]
        subprocess.run([ruff, "format", "--quiet", "--no-cache", *files], cwd=folder, check=True)  # noqa: S603
