"""Helpers that verify one token with given keys, and return its payload or its refusal."""

import pytest

from api.auth import InvalidTokenError
from api.auth.jwk_set import Keys
from api.auth.jws import read_token, verify_signature


def verify(token: str, keys: Keys) -> bytes:
    """Return the payload of a token whose signature is valid."""
    return verify_signature(read_token(token.encode()), keys)


def refusal(token: str, keys: Keys) -> str:
    """Return the message with which a token is refused."""
    with pytest.raises(InvalidTokenError) as caught:
        verify(token, keys)
    return str(caught.value)
