# title: an identity outlives its request
# apart: a fault of the API's code, which no SQL plants
# mutant: an unbound session
# caught_by: sequence

"""A connection that returns to the pool is rolled back, and keeps what it was bound to."""

from typing import Any


def _rollback_only(connection: Any, _record: object, _state: object) -> None:
    connection.rollback()


TARGET = "api.database.identity._unbind"
REPLACEMENT = _rollback_only
