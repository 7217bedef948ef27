"""Real tokens of every algorithm, until they expire."""

import time
from contextlib import closing

import pytest

from tests.e2e.conftest import Issue, Trust
from tests.support.better_auth import claims, header

INVALID = 'Bearer error="invalid_token"'
LEEWAY = 3.0


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "ES512", "RS256", "PS256"])
def test_token_of_each_algorithm_is_accepted(
    algorithm: str, own_database: str, issue: Issue, trust: Trust
) -> None:
    """A token with this algorithm is accepted; the same token with one bit changed is not."""
    with (
        issue(own_database, JWT_ALGORITHM=algorithm) as auth,
        trust(own_database, auth) as rowlock,
        closing(auth.sign_up("ada")) as ada,
    ):
        token = ada.jwt()
        signed, _, signature = token.rpartition(".")
        forged = f"{signed}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"

        assert header(token)["alg"] == algorithm
        with rowlock.client(token, ada.id) as client:
            task = client.create_task()
            assert client.get(f"/api/{ada.id}/tasks").json() == [task]
        with rowlock.client(forged) as client:
            assert client.get("/api/tasks").status_code == 401


def test_token_works_until_its_expiry_and_the_leeway(
    own_database: str, issue: Issue, trust: Trust
) -> None:
    """A token is accepted until exp plus JWT_LEEWAY, then 401; a new token is accepted."""
    with (
        issue(own_database, JWT_EXPIRES_IN="1") as auth,
        trust(own_database, auth, jwt_leeway=LEEWAY) as rowlock,
        closing(auth.sign_up("ada")) as ada,
    ):
        token = ada.jwt()
        expiry = claims(token)["exp"]
        with rowlock.client(token) as client:
            assert client.get("/api/tasks").status_code == 200

            time.sleep(max(0, expiry + 0.1 - time.time()))
            assert client.get("/api/tasks").status_code == 200

            time.sleep(max(0, expiry + LEEWAY + 0.1 - time.time()))
            late = client.get("/api/tasks")
            assert (late.status_code, late.headers["www-authenticate"]) == (401, INVALID)

        with rowlock.client(ada.jwt()) as client:
            assert client.get("/api/tasks").status_code == 200
