"""Functions and types that all schemas of request and response bodies use."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

# The values of an example, by the format or the type of a field.
EXAMPLES = {
    "uuid": "01a21022-53f0-7a48-80d4-a29af602934d",
    "date-time": "2026-11-25T00:36:54.895648+00:00",
    "date": "2026-11-25",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
}


class Described(BaseModel):
    """A body with an example in the OpenAPI description, made of the examples of its fields."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Add an example, unless the class itself defines one."""
        schema = handler(core_schema)
        described = handler.resolve_ref_schema(schema)
        if "examples" not in described:
            values = {
                name: _example(name, handler.resolve_ref_schema(field))
                for name, field in described["properties"].items()
                if cls.model_fields[name].is_required() or name != "id"
            }
            described["examples"] = [values]
        return schema


class RequestBody(Described):
    """A request body; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid")


class NewRow(BaseModel):
    """A new row. A client may choose its id."""

    id: UUID | None = None


class RowRead(Described):
    """A row as Postgres renders it, with the columns that every table has."""

    model_config = ConfigDict(extra="ignore", json_schema_serialization_defaults_required=True)

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int = Field(description="It grows by one with every change.")


def example(**fields: Any) -> ConfigDict:
    """The example of a body, for the OpenAPI description."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


def _example(name: str, schema: JsonSchemaValue) -> Any:
    """The first example of a field, or a value of its type."""
    for known in ("examples", "enum"):
        if known in schema:
            return schema[known][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return _example(name, schema["anyOf"][0])
    return EXAMPLES.get(str(schema.get("format", schema.get("type"))), f"The {name}")
