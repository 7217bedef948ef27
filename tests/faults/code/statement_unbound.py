# title: a statement is sent without its identity
# apart: a fault of the API's code, which no SQL plants
# mutant: an unbound session
# caught_by: sequence

"""The pool sends the last query alone, without the one that binds the identity."""

from typing import Any

from api.database.async_pool import Pool, Query, Row

FETCH_ONE = Pool.fetch_one


async def _without_opening(pool: Pool, *queries: Query, **_: Any) -> Row | None:
    return await FETCH_ONE(pool, queries[-1])


TARGET = "api.database.identity.Pool.fetch_one"
REPLACEMENT = _without_opening
