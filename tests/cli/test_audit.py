"""`rowlock audit` without a database URL audits the embedded database."""

from pathlib import Path

from tests.cli.conftest import Run


def test_embedded_database_is_audited(used_folder: Path, run: Run) -> None:
    """It audits the development database, and writes the report into the working directory."""
    done = run("audit", "--format", "html", "--as", "alice", "--output", "audit.html")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "What alice reaches" in (used_folder / "audit.html").read_text()


def test_database_without_migrations_gets_a_sentence(folder: Path, run: Run) -> None:
    """For a development database without migrations, a sentence says which command to run."""
    done = run("audit")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Database rowlock is not Rowlock's: it has no table rowlock.alembic_version. Correct the "
        "URL, or run: rowlock migrate\n"
    )
    assert (folder / ".rowlock").is_dir()
