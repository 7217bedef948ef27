"""Two users of a real Better Auth, kept apart by Rowlock."""

from contextlib import closing

import httpx2

from tests.support.api import Client, RunningApi
from tests.support.better_auth import BetterAuth, Person, claims

INVALID = 'Bearer error="invalid_token"'


def test_each_user_sees_only_their_own_tasks(adas: Client, bens: Client) -> None:
    """Each user reads and changes their own task; the other's task is 404, their path 403."""
    mine, theirs = adas.create_task(title="ada's"), bens.create_task(title="ben's")

    assert [adas.tasks(), bens.tasks()] == [[mine], [theirs]]
    for client, own, foreign in ((adas, mine, theirs), (bens, theirs, mine)):
        assert client.get(f"/api/tasks/{own['id']}").json() == own
        assert client.get(f"/api/tasks/{foreign['id']}").status_code == 404
        assert client.delete(f"/api/tasks/{foreign['id']}").status_code == 404
        assert client.get(f"/api/{client.user_id}/tasks/{own['id']}").json() == own
    assert adas.get(f"/api/{bens.user_id}/tasks").status_code == 403
    assert bens.get(f"/api/{adas.user_id}/tasks").status_code == 403
    for client, own in ((adas, mine), (bens, theirs)):
        assert client.delete(f"/api/tasks/{own['id']}").status_code == 204


def test_session_token_fetches_a_jwt(rowlock: RunningApi, ada: Person) -> None:
    """Without cookies, the token in the header set-auth-token also returns a JWT."""
    answer = httpx2.get(
        f"{ada.base_url}token",
        headers={"authorization": f"Bearer {ada.session_token}"},
        trust_env=False,
    ).raise_for_status()

    token = answer.json()["token"]
    assert claims(token)["sub"] == claims(ada.jwt())["sub"] == ada.id
    with rowlock.client(token) as client:
        assert client.get(f"/api/{ada.id}/tasks").status_code == 200


def test_session_token_is_no_jwt(rowlock: RunningApi, ada: Person) -> None:
    """Rowlock answers the token in set-auth-token with 401, and accepts the JWT of the session."""
    with rowlock.client(ada.session_token) as wrong, rowlock.client(ada.jwt()) as right:
        answer = wrong.get("/api/tasks")

        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, INVALID)
        assert right.get("/api/tasks").status_code == 200


def test_token_has_no_claim_that_rowlock_does_not_read(auth: BetterAuth, ada: Person) -> None:
    """A JWT of the example contains issuer, audience, subject and dates, and no name or e-mail."""
    said = claims(ada.jwt())

    assert said.keys() == {"iss", "aud", "sub", "iat", "exp"}
    assert (said["iss"], said["aud"], said["sub"]) == (auth.url, auth.url, ada.id)
    assert said["exp"] - said["iat"] == 900


def test_sign_out_ends_the_session_and_not_the_jwt(rowlock: RunningApi, auth: BetterAuth) -> None:
    """After a sign-out no new JWT is issued; an issued JWT is accepted until it expires."""
    with closing(auth.sign_up("eve")) as eve, rowlock.client(eve.jwt()) as client:
        bearer = {"authorization": f"Bearer {eve.session_token}"}
        cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in eve.cookies.items())}
        assert eve.get("/token").status_code == 200

        assert eve.post("/sign-out").json() == {"success": True}

        for kept in ({}, bearer, cookie):  # as an attacker may have copied it before
            assert eve.get("/token", headers=kept).status_code == 401
        assert client.get(f"/api/{eve.id}/tasks").status_code == 200


def test_guessing_passwords_is_slowed_down(ben: Person) -> None:
    """Better Auth's rate limit is on: of many sign-ins from one address, three are processed."""
    guess = {"email": ben.email, "password": "wrong password"}
    statuses = [ben.post("/sign-in/email", json=guess).status_code for _ in range(5)]

    assert statuses == [401, 401, 401, 429, 429]
    assert ben.get("/token").status_code == 200
