"""`rowlock token` says which key signed, so that a 401 for another DATA_DIR can be understood."""

from pathlib import Path

from api.auth import DevelopmentKey
from tests.cli.conftest import KEY, Run


def test_token_names_its_key_and_issuer(run: Run, folder: Path) -> None:
    """The token alone is on standard output; key, file and issuer are on standard error."""
    first, second = run("token", "alice"), run("token", "alice")

    kid = DevelopmentKey.load_or_create(folder / KEY).kid
    said = (
        f"{kid} in {folder / KEY}, issuer urn:rowlock:development: only a server with the same "
        "DATA_DIR accepts it.\n"
    )
    assert first.stderr == f"A new key {said}"
    assert second.stderr == f"Key {said}"
    assert [len(done.stdout.split()) for done in (first, second)] == [1, 1]


def test_other_data_folder_is_another_key(run: Run, folder: Path) -> None:
    """With another DATA_DIR the key differs, and the line says that it was made just now."""
    here, there = run("token", "alice"), run("token", "alice", DATA_DIR="elsewhere")

    other = DevelopmentKey.load_or_create(folder / "elsewhere" / KEY.name)
    assert other.kid not in here.stderr
    assert there.stderr.startswith(
        f"A new key {other.kid} in {folder}/elsewhere/development-key.pem, "
    )
