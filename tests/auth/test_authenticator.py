from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization

from api.auth import (
    AuthenticationError,
    Authenticator,
    Claims,
    InvalidTokenError,
    IssuerUnavailableError,
    MissingTokenError,
    TokenPolicy,
    jwks_from_url,
    shared_secret,
)
from api.auth.jwk import VerificationKey
from api.auth.jwk_set import KeySet, parse_jwks
from api.auth.key_sources import FixedKeys

if TYPE_CHECKING:
    from tests.auth.conftest import Clock, Forge, Issuer, Signer

NOW = 1_900_000_000
SECRET = b"correct horse battery staple 123"
ALICE = Claims("alice", NOW + 600)


def claims_of(authenticator: Authenticator, headers: list[tuple[bytes, bytes]]) -> Claims:
    return asyncio.run(authenticator.authenticate(headers))


def refusal_of(authenticator: Authenticator, headers: list[tuple[bytes, bytes]]) -> tuple[int, str]:
    with pytest.raises(AuthenticationError) as caught:
        claims_of(authenticator, headers)
    return caught.value.status, str(caught.value)


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "ES512", "RS256", "PS256"])
def test_good_token_names_its_subject(
    algorithm: str, forge: Forge, signers: dict[str, Signer], authenticator: Authenticator
) -> None:
    """A token of any accepted algorithm yields the claims, the second time as the first."""
    headers = forge.bearer(signers[algorithm].token(forge.claims()))

    assert [claims_of(authenticator, headers) for _ in range(2)] == [ALICE, ALICE]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": NOW - 6}, "The token has expired."),
        ({"nbf": NOW + 60}, "The token is not valid yet."),
        ({"iat": NOW + 60}, "The token is not valid yet."),
        ({"iss": "http://evil.test"}, "The token is from another issuer."),
        ({"iss": None}, "The token is from another issuer."),
        ({"aud": "http://evil.test"}, "The token is for another audience."),
        ({"aud": None}, "The token is for another audience."),
        ({"exp": None}, "The token has a date that is missing or not a number."),
        ({"sub": None}, "The token has no valid subject."),
        ({"sub": ""}, "The token has no valid subject."),
        ({"sub": "a" * 256}, "The token has no valid subject."),
    ],
)
def test_token_with_a_bad_claim_is_refused(
    changes: dict[str, object],
    reason: str,
    forge: Forge,
    signer: Signer,
    authenticator: Authenticator,
) -> None:
    """A true signature does not make up for a wrong or absent claim."""
    bad = forge.bearer(signer.token(forge.claims(**changes)))

    assert refusal_of(authenticator, bad) == (401, reason)
    assert claims_of(authenticator, forge.bearer(signer.token(forge.claims()))) == ALICE


def test_unsigned_token_is_refused(
    forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """An alg of none is refused, with a signature or without."""
    signed = signer.token(forge.claims(), alg="none")
    bare = signed.rpartition(".")[0] + "."

    assert refusal_of(authenticator, forge.bearer(signed)) == (
        401,
        "The token's algorithm is not accepted.",
    )
    assert refusal_of(authenticator, forge.bearer(bare)) == (
        401,
        "The token is not a compact JWS.",
    )


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "ES512", "RS256", "PS256"])
def test_public_key_is_no_shared_secret(
    algorithm: str, forge: Forge, signers: dict[str, Signer], authenticator: Authenticator
) -> None:
    """An HS256 token made with a published key, as PEM, DER or JWK, is refused."""
    signer = signers[algorithm]
    public = signer.private.public_key()
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    secrets = [
        public.public_bytes(serialization.Encoding.PEM, spki),
        public.public_bytes(serialization.Encoding.PEM, spki).strip(),
        public.public_bytes(serialization.Encoding.DER, spki),
        json.dumps(signer.jwk()).encode(),
        forge.json(signer.jwk()),
        str(signer.jwk().get("x") or signer.jwk()["n"]).encode(),
    ]

    refusals = {
        refusal_of(authenticator, forge.bearer(forge.hs256(secret, forge.claims(), **header)))
        for secret in secrets
        for header in ({"kid": signer.kid}, {"kid": "other"}, {})
    }

    assert refusals == {
        (401, "The token's algorithm is not the one of its key."),
        (401, "The token's key is not known."),
        (401, "The token does not name its key."),
    }
    assert claims_of(authenticator, forge.bearer(signer.token(forge.claims()))) == ALICE


def test_unknown_kid_is_refused(forge: Forge, signer: Signer, authenticator: Authenticator) -> None:
    """A key that is not published verifies nothing."""
    token = forge.signer("EdDSA", "stranger").token(forge.claims())

    assert refusal_of(authenticator, forge.bearer(token)) == (
        401,
        "The token's key is not known.",
    )
    assert claims_of(authenticator, forge.bearer(signer.token(forge.claims()))) == ALICE


def test_tampered_payload_is_refused(
    forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """Bob cannot put his name into Alice's token, even once hers is remembered."""
    token = signer.token(forge.claims())
    header, _, signature = token.split(".")
    tampered = f"{header}.{forge.b64(forge.json(forge.claims(sub='bob')))}.{signature}"

    assert claims_of(authenticator, forge.bearer(token)) == ALICE
    assert refusal_of(authenticator, forge.bearer(tampered)) == (
        401,
        "The token's signature is not valid.",
    )


def test_request_is_ambiguous_with_two_authorization_headers(
    forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """Two Authorization headers are refused, good as each may be."""
    headers = forge.bearer(signer.token(forge.claims()))

    assert refusal_of(authenticator, [*headers, headers[-1]]) == (
        400,
        "Only one Authorization header may be sent.",
    )
    assert claims_of(authenticator, headers) == ALICE


@pytest.mark.parametrize("junk", [b"\x00", b"A", b"{", b".", b"eyJ", b"\xff"])
def test_junk_is_refused(junk: bytes, authenticator: Authenticator) -> None:
    """100 kB of junk is turned away by its size, a little of it by its form."""
    assert refusal_of(authenticator, [(b"authorization", b"Bearer " + junk * 100_000)]) == (
        401,
        "The token is too long.",
    )
    assert refusal_of(authenticator, [(b"authorization", b"Bearer " + junk * 10)]) == (
        401,
        "The token is not a compact JWS.",
    )


def test_token_outside_the_header_is_missing(
    forge: Forge, signer: Signer, authenticator: Authenticator
) -> None:
    """A token in the query string, a cookie or another header is no token at all."""
    token = signer.token(forge.claims()).encode()
    elsewhere = [
        (b"referer", b"http://localhost/api/tasks?access_token=" + token),
        (b"cookie", b"access_token=" + token),
        (b"x-access-token", b"Bearer " + token),
    ]

    assert refusal_of(authenticator, elsewhere) == (
        401,
        "A bearer token is required.",
    )


def test_shared_secret_is_used_alone(
    forge: Forge, signers: dict[str, Signer], policy: TokenPolicy, clock: Clock
) -> None:
    """With a shared secret HS256 is accepted, and nothing else."""
    authenticator = Authenticator(shared_secret(SECRET), policy, clock=clock)

    assert authenticator.ready
    assert claims_of(authenticator, forge.bearer(forge.hs256(SECRET, forge.claims()))) == ALICE
    for signer in signers.values():
        assert refusal_of(authenticator, forge.bearer(signer.token(forge.claims()))) == (
            401,
            "The token's algorithm is not the one of its key.",
        )


def test_remembered_token_expires_on_time(
    forge: Forge, signer: Signer, authenticator: Authenticator, clock: Clock
) -> None:
    """The cache keeps a token to its expiry and leeway, not a moment longer."""
    headers = forge.bearer(signer.token(forge.claims()))

    assert claims_of(authenticator, headers) == ALICE
    clock.now = NOW + 604.9
    assert claims_of(authenticator, headers) == ALICE
    clock.now = NOW + 605.0
    assert refusal_of(authenticator, headers) == (401, "The token has expired.")


class SwitchableKeys(FixedKeys):
    """Keys that a test replaces, as a refresh would."""

    def replace(self, document: bytes) -> None:
        """Hold the keys of this document from now on."""
        self._keys = parse_jwks(document)


def test_token_of_a_removed_key_stops_working(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock
) -> None:
    """A remembered token is forgotten when its key is gone, and good again when it is back."""
    other = forge.signer("ES256", "other")
    keys = SwitchableKeys(parse_jwks(forge.jwks(signer.jwk(), other.jwk())))
    authenticator = Authenticator(keys, policy, clock=clock)
    removed, kept = (forge.bearer(each.token(forge.claims())) for each in (signer, other))

    assert [claims_of(authenticator, headers) for headers in (removed, kept)] == [ALICE, ALICE]
    keys.replace(forge.jwks(other.jwk()))
    assert claims_of(authenticator, kept) == ALICE
    assert refusal_of(authenticator, removed) == (
        401,
        "The token's key is not known.",
    )
    keys.replace(forge.jwks(signer.jwk()))
    assert claims_of(authenticator, removed) == ALICE


class CountedKeys:
    """Counts how often a key is looked for: a remembered token needs none."""

    def __init__(self, keys: KeySet) -> None:
        self.keys = keys
        self.lookups = 0

    def find(self, kid: str | None) -> VerificationKey:
        """Return the key."""
        self.lookups += 1
        return self.keys.find(kid)


def test_cache_is_bounded_and_remembers_only_valid_tokens(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock
) -> None:
    """With room for one token, two take turns; a refused one takes no room."""
    keys = CountedKeys(parse_jwks(forge.jwks(signer.jwk())))
    authenticator = Authenticator(FixedKeys(keys), policy, cache_size=1, clock=clock)
    first, second = (
        forge.bearer(signer.token(forge.claims(sub=subject))) for subject in ("first", "second")
    )
    expired = forge.bearer(signer.token(forge.claims(exp=NOW - 60)))

    def lookups(*requests: list[tuple[bytes, bytes]]) -> int:
        before = keys.lookups
        for headers in requests:
            claims_of(authenticator, headers)
        return keys.lookups - before

    assert lookups(first, first, first) == 1
    assert refusal_of(authenticator, expired) == refusal_of(authenticator, expired)
    assert keys.lookups == 3
    assert lookups(first) == 0
    assert lookups(second, second, first, first) == 2


def test_cache_without_room_is_refused(forge: Forge, signer: Signer, policy: TokenPolicy) -> None:
    """A cache of nothing is a configuration error."""
    with pytest.raises(ValueError, match=r"^The cache must have room for at least one token\.$"):
        Authenticator(forge.keys(signer.jwk()), policy, cache_size=0)


def test_cache_holds_no_token(forge: Forge, signer: Signer, authenticator: Authenticator) -> None:
    """What is remembered is a digest: neither token nor key shows in the object."""
    token = signer.token(forge.claims())
    claims_of(authenticator, forge.bearer(token))

    shown = repr(vars(authenticator))

    assert "alice" in shown
    assert [part for part in (*token.split("."), signer.jwk()["x"]) if part in shown] == []


def test_rotated_key_is_fetched_once_for_many(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock, issuer: Issuer
) -> None:
    """Fifty requests under a new kid wait for one fetch and pass; known kids do not wait."""
    rotated = forge.signer("ES256", "rotated")
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        authenticator = Authenticator(jwks_from_url(issuer.url), policy, clock=clock)
        await authenticator.start()
        issuer.document, issuer.mode = forge.jwks(signer.jwk(), rotated.jwk()), "held"
        waiting = [
            asyncio.create_task(
                authenticator.authenticate(forge.bearer(rotated.token(forge.claims(sub=str(n)))))
            )
            for n in range(50)
        ]
        await forge.until(lambda: issuer.hits == 2)
        known = authenticator.authenticate(forge.bearer(signer.token(forge.claims())))
        assert await asyncio.wait_for(known, 0.5) == ALICE
        assert not any(task.done() for task in waiting)
        issuer.released.set()
        assert [claims.subject for claims in await asyncio.gather(*waiting)] == [
            str(n) for n in range(50)
        ]
        await authenticator.stop()

    asyncio.run(scenario())
    assert issuer.hits == 2


def test_unknown_kids_cannot_flood_the_issuer(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock, issuer: Issuer
) -> None:
    """A hundred invented kids cost the issuer one request, and hostile headers none."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        authenticator = Authenticator(jwks_from_url(issuer.url), policy, clock=clock)
        await authenticator.start()
        for token in (signer.token(b"{}", alg="none", kid="x"), signer.token(b"{}", kid=None)):
            with pytest.raises(InvalidTokenError):
                await authenticator.authenticate(forge.bearer(token))
        assert issuer.hits == 1
        for number in range(100):
            with pytest.raises(InvalidTokenError, match=r"^The token's key is not known\.$"):
                await authenticator.authenticate(
                    forge.bearer(signer.token(forge.claims(), kid=f"invented-{number}"))
                )
        good = await authenticator.authenticate(forge.bearer(signer.token(forge.claims())))
        assert good == ALICE
        await authenticator.stop()

    asyncio.run(scenario())
    assert issuer.hits == 2


def test_without_keys_nothing_is_verified(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock, issuer: Issuer
) -> None:
    """While no key set is held a token is 503, junk is still 401; a later fetch mends it."""
    issuer.document, issuer.mode = forge.jwks(signer.jwk()), "500"
    headers = forge.bearer(signer.token(forge.claims()))

    async def scenario() -> None:
        authenticator = Authenticator(jwks_from_url(issuer.url, cooldown=0), policy, clock=clock)
        await authenticator.start()
        readiness = [authenticator.ready]
        with pytest.raises(IssuerUnavailableError) as caught:
            await authenticator.authenticate(headers)
        assert str(caught.value) == "The token issuer cannot be reached."
        assert (caught.value.status, caught.value.challenge) == (503, None)
        assert issuer.hits == 2
        with pytest.raises(InvalidTokenError):
            await authenticator.authenticate(forge.bearer("junk"))
        with pytest.raises(MissingTokenError):
            await authenticator.authenticate([])
        assert issuer.hits == 2
        issuer.mode = "ok"
        assert await authenticator.authenticate(headers) == ALICE
        assert [*readiness, authenticator.ready] == [False, True]
        await authenticator.stop()

    asyncio.run(scenario())


def test_known_keys_go_on_working_without_the_issuer(
    forge: Forge, signer: Signer, policy: TokenPolicy, clock: Clock, issuer: Issuer
) -> None:
    """With the issuer down, held keys verify new tokens and the service stays ready."""
    issuer.document = forge.jwks(signer.jwk())

    async def scenario() -> None:
        keys = jwks_from_url(issuer.url, refresh_interval=0.02, cooldown=0)
        authenticator = Authenticator(keys, policy, clock=clock)
        await authenticator.start()
        issuer.down()
        await asyncio.sleep(0.1)
        with pytest.raises(InvalidTokenError, match=r"^The token's key is not known\.$"):
            await authenticator.authenticate(
                forge.bearer(signer.token(forge.claims(), kid="other"))
            )
        assert authenticator.ready
        token = signer.token(forge.claims())
        assert await authenticator.authenticate(forge.bearer(token)) == ALICE
        await authenticator.stop()

    asyncio.run(scenario())
