"""Known flaws of python-jose that no release fixes do not affect the API (decision 21)."""

from __future__ import annotations

import ast
import base64
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from jose import jwe, jws

from api.auth import Authenticator, TokenPolicy, shared_secret
from tests.auth.outcomes import ALICE, claims_of, refusal_of

if TYPE_CHECKING:
    from tests.auth.conftest import Clock
    from tests.auth.forge import Forge
    from tests.auth.signer import Json, Signer

API = Path(__file__).parents[2] / "api"
ALGORITHMS = ["EdDSA", "ES256", "ES512", "RS256", "PS256"]
SECRET = b"correct horse battery staple 123"


def der(signer: Signer) -> bytes:
    return signer.private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def trees() -> list[ast.AST]:
    return [
        node
        for path in API.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(), str(path)))
    ]


def test_only_a_closed_list_is_imported_from_jose() -> None:
    """The API imports only the listed names of python-jose, and neither jwt nor jwe."""
    imported = {
        (node.module, name.name)
        for node in trees()
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "jose"
        for name in node.names
    }
    whole = [
        name.name
        for node in trees()
        if isinstance(node, ast.Import)
        for name in node.names
        if name.name.split(".")[0] == "jose"
    ]

    assert whole == []
    assert imported == {
        ("jose", "jwk"),
        ("jose", "jws"),
        ("jose.backends.base", "Key"),
        ("jose.exceptions", "JOSEError"),
        ("jose.utils", "base64url_encode"),
    }


def test_only_four_functions_of_jose_are_called() -> None:
    """Only four functions of jose are called; jws.verify in one place, with one algorithm."""
    used = {
        f"{node.value.id}.{node.attr}": node
        for node in trees()
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("jwk", "jws")
    }
    [call] = [
        node
        for node in trees()
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "jws.verify"
    ]

    assert used.keys() == {"jwk.construct", "jwk.register_key", "jws.sign", "jws.verify"}
    assert ast.unparse(call) == "jws.verify(token.text, key.key, algorithms=[token.algorithm])"


def test_server_loads_neither_jwt_nor_jwe() -> None:
    """A running server has loaded neither module, not even through jose itself."""
    code = "import sys, api.main, api.cli; print(*(m for m in sys.modules if m[:5] == 'jose.'))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=API.parent
    )
    loaded = set(done.stdout.split())

    assert "jose.jws" in loaded
    assert loaded.isdisjoint({"jose.jwt", "jose.jwe"})


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_public_key_in_der_signs_no_token(
    algorithm: str, forge: Forge, signers: dict[str, Signer], authenticator: Authenticator
) -> None:
    """CVE-2026-85394: an HS256 token whose secret is a published key in DER is refused.

    jose itself accepts the token.
    """
    signer = signers[algorithm]
    forged = forge.hs256(der(signer), forge.claims(), kid=signer.kid)

    # If this raises, a fixed release of jose is installed, and decision 21 must be updated.
    assert jws.verify(forged, der(signer), algorithms=["HS256", algorithm])
    assert refusal_of(authenticator, forge.bearer(forged)) == (
        401,
        "The token's algorithm is not the one of its key.",
    )
    good = forge.bearer(signer.token(forge.claims()))
    assert claims_of(authenticator, good) == ALICE


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_public_key_is_no_shared_secret_in_any_form(
    algorithm: str, forge: Forge, signers: dict[str, Signer]
) -> None:
    """CVE-2026-85394: a key in DER, in Base64 or as JWK is no shared secret: ValueError."""
    signer = signers[algorithm]
    private = signer.private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    disguised = [
        der(signer),
        private,
        base64.b64encode(der(signer)),
        base64.encodebytes(der(signer)),
        base64.urlsafe_b64encode(der(signer)).rstrip(b"="),
        forge.json(signer.jwk()),
        forge.jwks(signer.jwk()),
    ]

    for secret in disguised:
        with pytest.raises(ValueError, match=r"^The shared secret must not be a key in DER, "):
            shared_secret(secret)
    for secret in (SECRET, base64.b64encode(SECRET), SECRET.hex().encode(), b"{" * 32):
        assert shared_secret(secret).held is not None


def test_encrypted_token_is_refused(
    forge: Forge, policy: TokenPolicy, clock: Clock, authenticator: Authenticator
) -> None:
    """A JWE is refused and not decrypted, even if it was encrypted with the shared secret."""
    sealed = jwe.encrypt(forge.json(forge.claims()), SECRET, "A256GCM", "dir", zip="DEF").decode()
    shared = Authenticator(shared_secret(SECRET), policy, clock=clock)

    for trusting in (authenticator, shared):
        assert refusal_of(trusting, forge.bearer(sealed)) == (
            401,
            "The token is not a compact JWS.",
        )
    good = forge.bearer(forge.hs256(SECRET, forge.claims()))
    assert claims_of(shared, good) == ALICE


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"crit": ["b64"], "b64": False}, "The token asks for an extension that is not supported."),
        ({"crit": []}, "The token asks for an extension that is not supported."),
        ({"alg": "none"}, "The token's algorithm is not accepted."),
        ({"alg": "HS384"}, "The token's algorithm is not accepted."),
        ({"alg": "HS512"}, "The token's algorithm is not accepted."),
        ({"alg": "HS256HS384"}, "The token's algorithm is not accepted."),
    ],
)
def test_what_jose_leaves_to_its_caller_is_refused(
    header: Json, reason: str, forge: Forge, policy: TokenPolicy, clock: Clock
) -> None:
    """Critical extensions and other algorithms are refused, although the MAC is valid."""
    shared = Authenticator(shared_secret(SECRET), policy, clock=clock)

    token = forge.hs256(SECRET, forge.claims(), **header)
    assert refusal_of(shared, forge.bearer(token)) == (401, reason)
    good = forge.bearer(forge.hs256(SECRET, forge.claims()))
    assert claims_of(shared, good) == ALICE


def test_empty_secret_is_refused() -> None:
    """An empty or short secret raises ValueError, although jose accepts it."""
    for secret in ("", b"", b"\0" * 31):
        with pytest.raises(ValueError, match=r"^The shared secret must have at least 32 bytes\.$"):
            shared_secret(secret)
