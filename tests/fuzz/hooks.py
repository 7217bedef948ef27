"""Gives a right request for a list a cursor that the API made, in its order and with its filter."""

import json
import os
from typing import Any

import schemathesis

CURSORS = json.loads(os.environ["API_CURSORS"])


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: dict[str, Any]) -> None:
    """Put a cursor in the place of a made-up one; a wrong request keeps what is wrong with it."""
    listing = case.operation.definition.raw.get("operationId") == "listTasks"
    if listing and case.meta.generation.mode.is_positive and "cursor" in (case.query or {}):
        order, status = case.query.get("sort", "created"), case.query.get("status", "all")
        case.query["cursor"] = CURSORS[f"{order} {status}"]
