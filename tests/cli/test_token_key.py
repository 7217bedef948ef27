"""`rowlock token` names the key: a server with another DATA_DIR refuses the token with 401."""

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
    """With another DATA_DIR the key is another one, and the output says that it is new."""
    here, there = run("token", "alice"), run("token", "alice", DATA_DIR="elsewhere")

    other = DevelopmentKey.load_or_create(folder / "elsewhere" / KEY.name)
    assert other.kid not in here.stderr
    assert there.stderr.startswith(
        f"A new key {other.kid} in {folder}/elsewhere/development-key.pem, "
    )
