"""api/ keeps its import contracts (importlinter in pyproject.toml), and a violation is found."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A module, and an import that violates a contract of this module.
FORBIDDEN = {
    "database knows HTTP": ("database/urls.py", "import fastapi"),
    "auth knows the database": ("auth/claims.py", "import api.database.urls"),
    "audit knows FastAPI": ("audit/report.py", "import starlette.requests"),
    "audit knows HTTP of ours": ("audit/report.py", "import api.http.problems"),
    "operations know a table": ("operations/migrate.py", "import api.tables.tasks.model"),
    "generic pages know a task": ("http/responses.py", "import api.tables.tasks.schemas"),
    "a table knows main": ("tables/tasks/queries.py", "import api.main"),
}


def lint(folder: Path) -> tuple[int, str]:
    """Check the contracts in a folder. Returns the exit status and what was printed."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("planted", FORBIDDEN.values(), ids=FORBIDDEN)
def test_forbidden_import_is_found(planted: tuple[str, str], tmp_path: Path) -> None:
    """A copy keeps the contracts until a module imports from a higher package."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "api", tmp_path / "api", ignore=shutil.ignore_patterns("__pycache__"))
    name, line = planted
    module = tmp_path / "api" / name
    module.write_text(f"{module.read_text()}\n{line}\n")

    status, printed = lint(tmp_path)

    assert status == 1, printed
    assert "BROKEN" in printed
    assert "api." + name.removesuffix(".py").replace("/", ".") in printed


def test_contracts_are_kept() -> None:
    """The positive control: the repository itself keeps the contracts."""
    status, printed = lint(ROOT)

    assert status == 0, printed
    assert "0 broken" in printed
