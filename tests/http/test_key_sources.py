"""Each setting for verification keys, tested over HTTP with real tokens."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from jose import jws
from pydantic import HttpUrl, SecretStr

from api.settings import Settings
from tests.support.api import running_api
from tests.support.issuer import AUDIENCE, ISSUER, Issuer

MINTED: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "better-auth" / "tokens.json").read_text()
)
BETTER_AUTH = "http://auth.example.test"
TEN_YEARS = 315_576_000.0  # the stored tokens are valid for years
SECRET = "a secret of the issuer and of the API, long enough"


@pytest.mark.parametrize("algorithm", MINTED)
def test_better_auths_own_tokens_keep_their_users_apart(
    algorithm: str, api_settings: Settings, issuer: Issuer, tmp_path: Path
) -> None:
    """Two users with tokens from Better Auth each see only their own task."""
    minted = MINTED[algorithm]
    jwks_file = tmp_path / "jwks.json"
    jwks_file.write_text(json.dumps(minted["jwks"]))
    settings = api_settings.model_copy(
        update={
            "jwks_file": jwks_file,
            "jwt_issuer": BETTER_AUTH,
            "jwt_audience": BETTER_AUTH,
            "jwt_max_lifetime": TEN_YEARS,
        }
    )

    with running_api(settings, issuer) as running:
        users = [running.client(user["token"], user["id"]) for user in minted["users"].values()]
        created = [user.create_task(title=user.user_id) for user in users]
        lists = [user.get(f"/api/{user.user_id}/tasks").json() for user in users]

        assert lists == [[task] for task in created]
        assert users[0].get(f"/api/tasks/{created[1]['id']}").status_code == 404
        for user in users:
            user.delete(f"/api/tasks/{user.tasks()[0]['id']}")
            user.close()


def test_keys_come_from_a_url(api_settings: Settings, issuer: Issuer) -> None:
    """With JWKS_URL the keys are fetched at the start, and tokens signed by them are accepted."""
    with _published(issuer.jwks_file.parent) as url:
        settings = api_settings.model_copy(
            update={"jwks_file": None, "jwks_url": HttpUrl(f"{url}/{issuer.jwks_file.name}")}
        )
        with running_api(settings, issuer) as running, running.user() as user:
            assert user.tasks() == []
            assert user.get("/health/ready").json()["keys"] is True


def test_key_is_a_shared_secret(api_settings: Settings, issuer: Issuer) -> None:
    """With JWT_SECRET, only an HS256 token that was signed with that secret is accepted."""
    settings = api_settings.model_copy(update={"jwks_file": None, "jwt_secret": SecretStr(SECRET)})
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "shared", "exp": int(time.time()) + 60}

    with running_api(settings, issuer) as running:
        with running.client(jws.sign(claims, SECRET, algorithm="HS256")) as user:
            assert user.get("/api/shared/tasks").status_code == 200
        with running.client(jws.sign(claims, SECRET[::-1], algorithm="HS256")) as forger:
            assert forger.get("/api/shared/tasks").status_code == 401
        with running.client(issuer.token("shared")) as other:
            assert other.get("/api/shared/tasks").status_code == 401


@contextmanager
def _published(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
