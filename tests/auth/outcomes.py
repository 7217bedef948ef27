"""Helpers that authenticate one request, and return its claims or its refusal."""

import asyncio

import pytest

from api.auth import AuthenticationError, Authenticator, Claims
from tests.auth.forge import NOW, Headers

ALICE = Claims("alice", NOW + 600)


def claims_of(authenticator: Authenticator, headers: Headers) -> Claims:
    """Return the claims of an accepted request."""
    return asyncio.run(authenticator.authenticate(headers))


def refusal_of(authenticator: Authenticator, headers: Headers) -> tuple[int, str]:
    """Return the status and the message of a refused request."""
    with pytest.raises(AuthenticationError) as caught:
        claims_of(authenticator, headers)
    return caught.value.status, str(caught.value)
