"""JSON objects that Postgres builds, with the fields of a response model in the model's order."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, literal_column

from api.database.statements import CATALOG

type Columns = Mapping[str, ColumnElement[Any]]


def json_object(model: type[BaseModel], columns: Columns) -> ColumnElement[Any]:
    """A JSON object with every field of a model; `columns` has the value of each by its name.

    Raises:
        KeyError: a field has no value.
    """
    parts: list[ColumnElement[Any]] = []
    for name in model.model_fields:
        parts += [literal_column(f"'{name}'"), columns[name]]
    return CATALOG.json_build_object(*parts)
