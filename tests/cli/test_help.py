"""The help and the completion of `rowlock`, and which modules they import."""

import subprocess
import sys

import pytest

from api import cli
from tests.cli.conftest import Run


@pytest.mark.parametrize("command", [[], *([name] for name in cli.COMMANDS), ["audit", "trail"]])
def test_each_command_has_help(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    """--help and -h print usage, options and status 0, before any setting is read."""
    printed = []
    for option in ("--help", "-h"):
        assert cli.main([*command, option]) == 0
        printed.append(capsys.readouterr())

    assert printed[0] == printed[1]
    assert printed[0].err == ""
    assert f"Usage: {' '.join(['rowlock', *command])} [OPTIONS]" in printed[0].out


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rowlock ", ["serve", "migrate", "token", "doctor", "new-table", "audit"]),
        ("rowlock audit --f", ["--format"]),
        ("rowlock audit --format ", ["text", "json", "sarif", "html"]),
        ("rowlock audit trail --", ["--verify", "--heads", "--retain", "--user", "--help"]),
    ],
)
def test_shell_completes(run: Run, words: str, found: list[str]) -> None:
    """Commands, options and their values are completed."""
    variables = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}

    done = run(_ROWLOCK_COMPLETE="bash_complete", **variables)

    assert done.stderr == ""
    assert done.stdout.split() == [f"plain,{word}" for word in found]


def test_completion_is_installed_by_one_line(run: Run) -> None:
    """The script that a shell evaluates names the command."""
    for shell in ("bash", "zsh", "fish"):
        done = run(_ROWLOCK_COMPLETE=f"{shell}_source")
        assert (done.returncode, done.stderr) == (0, "")
        assert f"_ROWLOCK_COMPLETE={shell}_complete" in done.stdout


def test_help_loads_no_server() -> None:
    """Help and completion do not import the API and the audit: that takes ten times as long."""
    code = "import sys; from api import cli; cli.main(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = set(done.stdout.split())
    assert "click" in loaded
    assert loaded.isdisjoint({"fastapi", "sqlalchemy", "uvicorn", "pydantic", "psycopg2", "jinja2"})
