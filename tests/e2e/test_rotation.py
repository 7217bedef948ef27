"""Key rotation, a failing issuer, and tokens of unknown keys."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jose import jws

from api.auth import Authenticator, InvalidTokenError, TokenPolicy, jwks_from_url
from api.auth.algorithms import Ed25519Key
from tests.e2e.conftest import Issue, Trust
from tests.support.api import RunningApi
from tests.support.better_auth import BetterAuth, Person, claims, header
from tests.support.reverse_proxy import BROKEN

SECONDS = 15.0
STRANGERS = 50
COOLDOWN = 5.0
ROTATING = {"JWKS_ROTATION_INTERVAL": "2", "JWT_EXPIRES_IN": "60", "JWKS_GRACE_PERIOD": "60"}
READY = {"status": "ready", "database": True, "keys": True}


def next_key(person: Person, token: str) -> str:
    """A token signed with the key that follows the key of this token."""
    deadline = time.monotonic() + SECONDS
    while header(later := person.jwt())["kid"] == header(token)["kid"]:
        assert time.monotonic() < deadline, "the key did not rotate"
        time.sleep(0.1)
    return later


def forgeries(token: str) -> list[str]:
    """Tokens that differ from a real token only in the key, which is not published."""
    key = Ed25519Key(Ed25519PrivateKey.generate(), "EdDSA")
    return [
        jws.sign(claims(token), key, headers={"kid": str(uuid.uuid4())}, algorithm="EdDSA")
        for _ in range(STRANGERS)
    ]


def status(rowlock: RunningApi, token: str) -> int:
    """The status of a list request with this token."""
    with rowlock.client(token) as client:
        return client.get("/api/tasks").status_code


def flood(rowlock: RunningApi, tokens: list[str]) -> set[int]:
    """The statuses of concurrent list requests with these tokens."""
    with ThreadPoolExecutor(10) as threads:
        return set(threads.map(lambda token: status(rowlock, token), tokens))


def ready(rowlock: RunningApi) -> tuple[int, dict[str, object]]:
    """The body of Rowlock's readiness."""
    with rowlock.client() as client:
        response = client.get("/health/ready")
        return response.status_code, response.json()


@asynccontextmanager
async def authenticator(auth: BetterAuth, *, cooldown: float) -> AsyncIterator[Authenticator]:
    """Rowlock's authentication alone, with the times of a test."""
    keys = jwks_from_url(auth.jwks_url, timeout=1, cooldown=cooldown)
    made = Authenticator(keys, TokenPolicy(auth.url, auth.url, leeway=5))
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


async def accepts(made: Authenticator, token: str) -> bool:
    """Whether a token is accepted."""
    try:
        await made.authenticate([(b"authorization", f"Bearer {token}".encode())])
    except InvalidTokenError:
        return False
    return True


def test_new_key_costs_one_fetch_and_the_old_one_works_on(
    own_database: str, issue: Issue, trust: Trust
) -> None:
    """One fetch at the start, one for the new key; the old token is accepted for a grace period."""
    with issue(own_database, **ROTATING) as auth, closing(auth.sign_up("ada")) as ada:
        old = ada.jwt()
        with trust(own_database, auth) as rowlock:
            assert (status(rowlock, old), auth.proxy.fetches) == (200, 1)

            new = next_key(ada, old)

            assert (status(rowlock, new), auth.proxy.fetches) == (200, 2)
            assert (status(rowlock, old), auth.proxy.fetches) == (200, 2)
        published = {key["kid"] for key in ada.get("/jwks").json()["keys"]}
        assert {header(token)["kid"] for token in (old, new)} <= published


def test_unknown_keys_cause_few_fetches(own_database: str, issue: Issue, trust: Trust) -> None:
    """Fifty tokens of unknown keys cost one fetch, fifty more none; a real token is accepted."""
    with (
        issue(own_database) as auth,
        trust(own_database, auth) as rowlock,
        closing(auth.sign_up("ada")) as ada,
    ):
        token = ada.jwt()
        assert auth.proxy.fetches == 1

        assert (flood(rowlock, forgeries(token)), auth.proxy.fetches) == ({401}, 2)
        assert (flood(rowlock, forgeries(token)), auth.proxy.fetches) == ({401}, 2)
        assert status(rowlock, token) == 200


def test_unknown_keys_delay_a_new_key_by_one_cooldown(own_database: str, issue: Issue) -> None:
    """A new key is refused at most until the cooldown after a fetch for an unknown key ends."""

    async def scenario(auth: BetterAuth, ada: Person) -> list[tuple[bool, int]]:
        old = ada.jwt()
        async with authenticator(auth, cooldown=COOLDOWN) as made:
            answers = [
                (await accepts(made, stranger), auth.proxy.fetches) for stranger in forgeries(old)
            ]
            over = time.monotonic() + COOLDOWN
            new = await asyncio.to_thread(next_key, ada, old)
            answers += [(await accepts(made, new), auth.proxy.fetches)]
            assert time.monotonic() < over, "the new key came too late to be refused"
            await asyncio.sleep(over - time.monotonic())
            return [*answers, (await accepts(made, new), auth.proxy.fetches)]

    with issue(own_database, **ROTATING) as auth, closing(auth.sign_up("ada")) as ada:
        answers = asyncio.run(scenario(auth, ada))

    assert answers == [(False, 2)] * STRANGERS + [(False, 2), (True, 3)]


def test_issuer_that_is_down_is_reported_while_known_keys_work(
    own_database: str, issue: Issue, trust: Trust
) -> None:
    """If the issuer is down, tokens of known keys are accepted, and readiness reports it."""
    with (
        issue(own_database) as auth,
        trust(own_database, auth) as rowlock,
        closing(auth.sign_up("ada")) as ada,
        closing(auth.sign_up("ben")) as ben,
    ):
        used, unused = ada.jwt(), ben.jwt()
        assert status(rowlock, used) == 200
        assert ready(rowlock) == (200, READY | {"issuer": True})

        assert auth.stop() == 0
        assert flood(rowlock, forgeries(used)) == {401}

        assert ready(rowlock) == (200, READY | {"issuer": False})
        assert (status(rowlock, used), status(rowlock, unused)) == (200, 200)

        auth.start()
        deadline = time.monotonic() + SECONDS
        while ready(rowlock) == (200, READY | {"issuer": False}):
            assert time.monotonic() < deadline, "the issuer's return was not noticed"
            time.sleep(0.1)
        assert ready(rowlock) == (200, READY | {"issuer": True})
        assert status(rowlock, ada.jwt()) == 200


def test_broken_answers_leave_the_held_keys_in_force(auth: BetterAuth, ada: Person) -> None:
    """With any content instead of the JWKS, a new token of a known key is accepted."""

    async def scenario() -> dict[str, tuple[bool, bool, bool]]:
        found = {}
        async with authenticator(auth, cooldown=0) as made:
            for mode in ("ok", *BROKEN, "ok again"):
                auth.proxy.mode = mode.partition(" ")[0]
                stranger, *_ = forgeries(ada.jwt())
                refused = not await accepts(made, stranger)
                found[mode] = (refused, made.current, await accepts(made, ada.jwt()))
        return found

    expected = {mode: (True, mode not in BROKEN, True) for mode in ("ok", *BROKEN, "ok again")}
    try:
        assert asyncio.run(scenario()) == expected
    finally:
        auth.proxy.mode = "ok"
