"""Finds what the folders of api/tables hold, so that a new table is in no list.

Each folder is one table: its `routes` module has a `router`, its `model` module the SQLModel class,
its `queries` module the statements.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from fastapi import APIRouter
from sqlalchemy import MetaData, select
from sqlmodel import SQLModel

from api import tables
from api.database.listing import Listing
from api.database.statements import Statement, compiled


def routers() -> list[APIRouter]:
    """The router of each table, in the order of the tables' names."""
    return [module.router for module in _modules("routes")]


def models() -> list[type[SQLModel]]:
    """The class of each table."""
    return [
        value
        for module in _modules("model")
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, SQLModel)
        and hasattr(value, "__table__")
        and value.__module__ == module.__name__
    ]


def metadata() -> MetaData:
    """What the models together say of the schema."""
    return models()[0].metadata


def statements() -> dict[str, Statement]:
    """Every statement of the tables' queries, and a read of each model, by its name in the code."""
    reads = {
        f"{model.__module__}.{model.__name__}": compiled(select(model.__table__))  # type: ignore[attr-defined]
        for model in models()
    }
    return reads | {
        name: statement
        for module in _modules("queries")
        for attribute, value in vars(module).items()
        for name, statement in _named(f"{module.__name__}.{attribute}", value)
    }


def _modules(name: str) -> Iterator[ModuleType]:
    for folder in iter_modules(tables.__path__):
        if folder.ispkg:
            yield import_module(f"{tables.__name__}.{folder.name}.{name}")


def _named(name: str, value: object) -> Iterator[tuple[str, Statement]]:
    if isinstance(value, Statement):
        yield name, value
    elif isinstance(value, Listing):
        yield from _named(name, {"ordinary": value.ordinary, "long": value.long})
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _named(f"{name}[{key!r}]", one)
