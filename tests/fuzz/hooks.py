"""Replaces the generated cursors of valid list requests with real cursors of the API."""

import json
import os
from typing import Any

import schemathesis

CURSORS = json.loads(os.environ["API_CURSORS"])


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: dict[str, Any]) -> None:
    """Replace the cursor of a valid request by one for its order and filter."""
    listing = case.operation.definition.raw.get("operationId") == "listTasks"
    if listing and case.meta.generation.mode.is_positive and "cursor" in (case.query or {}):
        order, status = case.query.get("sort", "created"), case.query.get("status", "all")
        case.query["cursor"] = CURSORS[f"{order} {status}"]
