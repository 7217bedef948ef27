"""`alembic check` and `alembic revision --autogenerate` as commands."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.migrations.conftest import Migrated
from tests.support.api_role import failing_checks
from tests.support.server import text

ROOT = Path(__file__).parents[2]

# Alembic finds a new class in this file as it does in a new folder.
MODELS = Path("api/tables/tasks/model.py")
MODEL = '''
from uuid import UUID

from sqlalchemy import Column, FetchedValue, Text
from sqlmodel import Field, SQLModel


class Probe(SQLModel, table=True):
    """A probe of one user."""

    __tablename__ = "probes"
    __table_args__ = {"schema": "app"}

    id: UUID | None = Field(
        default=None, primary_key=True, sa_column_kwargs={"server_default": FetchedValue()}
    )
    user_id: str | None = Field(
        default=None, sa_column=Column(Text, FetchedValue(), primary_key=True)
    )
    body: str
'''


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A copy of the code that a test may change."""
    for name in ("alembic", "api", "db"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def alembic(code: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run Alembic in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "alembic.config", *arguments],
        cwd=code,
        env=os.environ | {"PYTHONPATH": str(code)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def settings(database: Migrated) -> dict[str, str]:
    """The environment variables that Alembic reads."""
    return {
        "DATABASE_URL": text(database.server.api_url(database.name)),
        "MIGRATION_DATABASE_URL": text(database.server.owner_url(database.name)),
        "ALLOW_DEVELOPMENT_KEY": "true",
        "ALLOW_PLAINTEXT": "true",  # TEST_DATABASE_URL may name another server
    }


def test_nothing_to_do_at_head(migrated: Migrated, code: Path) -> None:
    """At head the models and the database agree, and checking changes nothing."""
    migrated.execute("create schema other; create table other.theirs (id int)")
    migrated.execute("drop policy tasks_select_own on app.tasks")
    before = migrated.catalogue()

    found = alembic(code, "check", **settings(migrated))

    assert (found.returncode, found.stdout) == (0, "No new upgrade operations detected.\n")
    revisions = set((code / "alembic" / "versions").iterdir())
    made = alembic(code, "revision", "--autogenerate", "-m", "nothing", **settings(migrated))
    assert made.returncode == 0
    assert set((code / "alembic" / "versions").glob("*.py")) <= revisions
    assert migrated.catalogue() == before


def test_new_field_becomes_a_column(migrated: Migrated, code: Path) -> None:
    """A new field of a model becomes a column with a plain SQL type."""
    with (code / MODELS).open("a") as models:
        models.write("\n    note: str | None = None\n")  # of the last model

    made = alembic(code, "revision", "--autogenerate", "-m", "note", **settings(migrated))
    upgraded = alembic(code, "upgrade", "head", **settings(migrated))
    checked = alembic(code, "check", **settings(migrated))

    assert (made.returncode, upgraded.returncode) == (0, 0), upgraded.stderr
    assert checked.stdout == "No new upgrade operations detected.\n"


def test_new_model_becomes_a_closed_table(migrated: Migrated, code: Path) -> None:
    """A new model becomes a table whose key begins with user_id; only its policies are missing."""
    with (code / MODELS).open("a") as models:
        models.write(MODEL)
    missing = alembic(code, "check", **settings(migrated))

    made = alembic(code, "revision", "--autogenerate", "-m", "probes", **settings(migrated))
    assert made.returncode == 0, made.stderr
    upgraded = alembic(code, "upgrade", "head", **settings(migrated))
    assert upgraded.returncode == 0, upgraded.stderr
    checked = alembic(code, "check", **settings(migrated))

    assert missing.returncode != 0
    assert "New upgrade operations detected" in missing.stdout + missing.stderr
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert migrated.fetch(
        "select relrowsecurity, relforcerowsecurity from pg_class"
        " where oid = 'app.probes'::regclass"
    ) == [(True, True)]
    assert migrated.fetch(
        "select attname, format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = 'app.probes'::regclass and attnum > 0 order by attnum"
    ) == [("user_id", "text"), ("id", "uuid"), ("body", "text")]
    with closing(migrated.connect()) as connection:
        assert {name: len(found) for name, found in failing_checks(connection).items()} == {
            "tables_policies": 1,
            "drift": 1,
        }
    assert alembic(code, "downgrade", "-1", **settings(migrated)).returncode == 0


def test_revision_without_autogenerate_is_empty(migrated: Migrated, code: Path) -> None:
    """A revision without changes can be run, and has a place for statements by hand."""
    made = alembic(code, "revision", "-m", "by hand", **settings(migrated))
    upgraded = alembic(code, "upgrade", "head", **settings(migrated))

    assert (made.returncode, upgraded.returncode) == (0, 0), made.stdout + upgraded.stderr
    (path,) = (code / "alembic" / "versions").glob("*by_hand.py")
    assert "floor = revision  # None where this only adds" in path.read_text()


def test_model_without_user_id_is_refused(migrated: Migrated, code: Path) -> None:
    """A model without user_id is refused."""
    with (code / MODELS).open("a") as models:
        models.write(MODEL.replace("user_id", "owner_id"))

    made = alembic(code, "revision", "--autogenerate", "-m", "probes", **settings(migrated))

    assert made.returncode != 0
    assert "app.probes: its model needs a field user_id in its primary key" in made.stdout


def test_embedded_database_needs_no_url(code: Path) -> None:
    """Without a URL in the environment, both commands use the embedded database."""
    # The path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="rowlock-") as folder:
        upgraded = alembic(code, "upgrade", "head", DATA_DIR=folder)
        assert upgraded.returncode == 0, upgraded.stderr

        found = alembic(code, "check", DATA_DIR=folder)
        with (code / MODELS).open("a") as models:
            models.write(MODEL)
        made = alembic(code, "revision", "--autogenerate", "-m", "probes", DATA_DIR=folder)
        upgraded = alembic(code, "upgrade", "head", DATA_DIR=folder)
        checked = alembic(code, "check", DATA_DIR=folder)

    assert (found.returncode, found.stdout) == (0, "No new upgrade operations detected.\n")
    assert made.returncode == 0, made.stderr
    (path,) = (code / "alembic" / "versions").glob("*probes.py")
    assert "force row level security" in path.read_text()
    assert upgraded.returncode == 0, upgraded.stderr
    assert (checked.returncode, checked.stdout) == (0, "No new upgrade operations detected.\n")
