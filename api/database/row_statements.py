"""The statements that every table has: create, read, replace and delete a row, and list rows.

Each returns the JSON of the response, built by Postgres, with the fields of the response model.
None filters by user: row-level security does.
"""

import re
from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlmodel import SQLModel

from api.database.keyset import SortKey
from api.database.listing import Filters, Listing, Orders, listing
from api.database.owned_row import SORTABLE
from api.database.row_json import json_object
from api.database.statements import Statement, compiled


class RowStatements:
    """Compiles the statements of a table with the primary key `(user_id, id)`.

    They are named after the model, as in `create_task`. The parameters of those that write are the
    fields of a request model, and `id`.
    """

    def __init__(self, model: type[SQLModel], read: type[BaseModel]) -> None:
        self.table: Table = model.__table__  # type: ignore[attr-defined] # SQLModel adds it
        self.columns = self.table.c
        self.body = cast(json_object(read, self.columns), Text)
        self.this: ColumnElement[bool] = self.columns.id == bindparam("id")
        self._read = read
        self._name = re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower()

    def create(self, body: type[BaseModel]) -> Statement:
        """Insert a row. Returns its JSON and its id; if no id is given, the row gets a new one."""
        values: dict[str, ColumnElement[Any]] = {**_parameters(body)}
        values["id"] = func.coalesce(bindparam("id"), func.app.new_id())
        statement = insert(self.table).values(values).returning(self.body, self.columns.id)
        return compiled(statement, f"create_{self._name}")

    def read(self) -> Statement:
        """Return one row."""
        return compiled(select(self.body).where(self.this), f"read_{self._name}")

    def replace(self, body: type[BaseModel]) -> Statement:
        """Set every field of a request model."""
        statement = update(self.table).where(self.this).values(_parameters(body))
        return compiled(statement.returning(self.body), f"replace_{self._name}")

    def delete(self) -> Statement:
        """Delete one row, and return its id."""
        statement = delete(self.table).where(self.this).returning(self.columns.id)
        return compiled(statement, f"delete_{self._name}")

    def list(self, orders: Orders | None = None, filters: Filters | None = None) -> Listing:
        """List the rows: by default newest first, or by each column that is `Sortable`.

        The id is added to each order as its last key.
        """
        if orders is None:
            orders = {"created": [SortKey(self.columns.created_at, descending=True)]} | {
                column.name: [SortKey(column)] for column in self.columns if SORTABLE in column.info
            }
        complete = {
            name: [*keys, SortKey(self.columns.id, descending=keys[-1].descending)]
            for name, keys in orders.items()
        }
        return listing(self.table, self._read, complete, filters or {})


def _parameters(body: type[BaseModel]) -> dict[str, BindParameter[Any]]:
    return {name: bindparam(name) for name in body.model_fields if name != "id"}
