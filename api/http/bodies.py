"""What the schemas of request and response bodies share."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class RequestBody(BaseModel):
    """A request body; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid")


def example(**fields: Any) -> ConfigDict:
    """The example of a body, for the OpenAPI description."""
    return ConfigDict(json_schema_extra={"examples": [fields]})
