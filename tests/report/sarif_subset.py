"""The part of SARIF 2.1.0 (OASIS, sections 3.13 to 3.35) that a report uses, as JSON Schema.

Written after the standard: an object has no property that is not listed here.
"""

from typing import Any


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def _array(items: Any, **rules: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **rules}


TEXT = {"type": "string", "minLength": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}  # 3.27.10
MESSAGE = _object("text", text=TEXT)  # 3.11
BAG = {"type": "object"}  # 3.8: any property

RULE = _object(  # 3.49
    "id",
    id=TEXT,
    shortDescription=MESSAGE,
    defaultConfiguration=_object("", level=LEVEL),
)
LOCATION = _object(  # 3.28
    "",
    physicalLocation=_object(
        "artifactLocation",
        artifactLocation=_object("uri", uri={"type": "string", "format": "uri-reference"}),
    ),
    logicalLocations=_array(_object("", fullyQualifiedName=TEXT)),
)
RESULT = _object(  # 3.27
    "message",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    locations=_array(LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    suppressions=_array(
        _object("kind", kind={"enum": ["inSource", "external"]}, justification=TEXT)
    ),
    properties=BAG,
)
UTC = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"  # 3.9
RUN = _object(  # 3.14
    "tool",
    tool=_object("driver", driver=_object("name", name=TEXT, rules=_array(RULE, uniqueItems=True))),
    invocations=_array(
        _object(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            endTimeUtc={"type": "string", "pattern": UTC},
        )
    ),
    results=_array(RESULT),
    properties=BAG,
)
SARIF = _object("version runs", version={"const": "2.1.0"}, runs=_array(RUN)) | {
    "$schema": "https://json-schema.org/draft/2020-12/schema"
}
SARIF["properties"]["$schema"] = {"type": "string", "format": "uri"}
