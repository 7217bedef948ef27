"""How long authentication takes with a token from the cache, and with a new token."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import batched, count

from api.auth import Authenticator, TokenPolicy
from api.auth.jwk_set import parse_jwks
from api.auth.key_sources import FixedKeys
from bench.guard.measure import Limit, Measure
from bench.guard.rig import Rig
from tests.support.issuer import AUDIENCE, ISSUER

ROUNDS, BATCHES, BATCH = 5, 10, 20
SEEN, NEW = "tokens: seen before", "tokens: new"
SEEN_LIMIT, NEW_LIMIT = Limit(20, "µs"), Limit(350, "µs")

type Headers = list[tuple[bytes, bytes]]


@contextmanager
def measures(rig: Rig) -> Iterator[list[Measure]]:
    """The control is a new token, whose signature is verified, under the limit for the cache."""
    keys = FixedKeys(parse_jwks(rig.issuer.jwks_file.read_bytes()))
    authenticator = Authenticator(keys, TokenPolicy(issuer=ISSUER, audience=AUDIENCE, leeway=5))
    users = count()

    def headers() -> Headers:
        token = rig.issuer.token(f"user-{next(users)}")
        return [(b"host", b"localhost"), (b"authorization", b"Bearer " + token.encode())]

    def seen() -> Sequence[float]:
        return quickest(authenticator, [headers()] * ROUNDS * BATCHES * BATCH)

    def new() -> Sequence[float]:
        return quickest(authenticator, [headers() for _ in range(ROUNDS * BATCHES * BATCH)])

    yield [
        Measure(SEEN, SEEN_LIMIT, seen),
        Measure(SEEN, SEEN_LIMIT, new, control=True),
        Measure(NEW, NEW_LIMIT, new),
    ]


def quickest(authenticator: Authenticator, requests: Sequence[Headers]) -> Sequence[float]:
    """The microseconds of a request in each round, from the fastest batch."""

    async def timed() -> list[float]:
        found = []
        for batch in batched(requests, BATCH, strict=True):
            started = time.perf_counter()
            for headers in batch:
                await authenticator.authenticate(headers)
            found.append((time.perf_counter() - started) / BATCH * 1e6)
        return found

    return [min(batches) for batches in batched(asyncio.run(timed()), BATCHES, strict=True)]
