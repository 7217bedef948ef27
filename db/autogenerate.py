"""What `alembic check` and `alembic revision --autogenerate` compare, and what they write.

For a new model they write a table whose key starts with user_id, with row-level security and no
policy. NOTE: objects that only the database has are ignored, so a revision that drops rows is never
generated.
"""

from collections.abc import MutableMapping
from typing import Any, Literal

from alembic.autogenerate import renderers, rewriter
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations import ops
from alembic.util import CommandError
from sqlalchemy import (
    CheckConstraint,
    Column,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable, DefaultClause, SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

SCHEMA = "app"

rewrites = rewriter.Rewriter()


class CreateClosedTableOp(ops.MigrateOperation):
    """A table with row-level security enabled and forced, and without policies or grants."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def to_diff_tuple(self) -> tuple[str, Table]:
        """What `alembic check` prints."""
        return "add_table", self.table


def include_name(name: str | None, kind: str, _: MutableMapping[Any, str | None], /) -> bool:
    """Whether to compare an object of the database: only schema app has models."""
    return kind != "schema" or name == SCHEMA


def include_object(
    _: SchemaItem,
    __: str | None,
    ___: str,
    reflected: bool,  # noqa: FBT001 - Alembic passes it so
    other: SchemaItem | None,
    /,
) -> bool:
    """Whether to compare an object: objects that only the database has are ignored."""
    return not (reflected and other is None)


def compare_type(
    _: MigrationContext,
    __: Column[Any],
    ___: Column[Any],
    found: TypeEngine[Any],
    wanted: TypeEngine[Any],
    /,
) -> bool | None:
    """A model's `str` equals text. All other types are compared by Alembic."""
    return False if isinstance(found, Text) and _is_text(wanted) else None


def _is_text(wanted: TypeEngine[Any]) -> bool:
    """Whether a type is the one that SQLModel uses for `str`: a string without a length."""
    plain = wanted.impl_instance if isinstance(wanted, TypeDecorator) else wanted
    return isinstance(plain, String) and plain.length is None


def options(metadata: MetaData) -> dict[str, Any]:
    """The arguments for `context.configure`."""
    return {
        "target_metadata": metadata,
        "include_schemas": True,
        "include_name": include_name,
        "include_object": include_object,
        "compare_type": compare_type,
        "render_item": render_item,
        "process_revision_directives": process,
    }


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Write a model's `str` as `sa.Text()`, without SQLModel; Alembic renders all other items."""
    return "sa.Text()" if kind == "type" and _is_text(item) else False


def process(
    context: MigrationContext, revision: Any, directives: list[ops.MigrationScript]
) -> None:
    """Close new tables. If there is no difference, `--autogenerate` writes no file."""
    rewrites(context, revision, directives)
    config, upgrade = context.config, directives[0].upgrade_ops
    if config is None or upgrade is None or upgrade.as_diffs():
        return
    if getattr(config.cmd_opts, "autogenerate", False):
        directives.clear()
        config.print_stdout("Nothing to do: the database matches the models.")


@rewrites.rewrites(ops.DropTableCommentOp)
@rewrites.rewrites(ops.CreateTableCommentOp)
def _keep_comment(*_: object) -> list[ops.MigrateOperation]:
    """Table comments are for the DBA. They are in the revisions and not in the models."""
    return []


@rewrites.rewrites(ops.CreateTableOp)
def _close(_: MigrationContext, __: object, operation: ops.CreateTableOp) -> CreateClosedTableOp:
    table = operation.to_table()
    if "user_id" not in table.primary_key.columns:
        raise CommandError(
            f"{table.fullname}: its model needs a field user_id in its primary key, as"
            " docs/tutorial/add-a-table.md shows."
        )
    return CreateClosedTableOp(table)


@renderers.dispatch_for(CreateClosedTableOp)
def _render(_: AutogenContext, operation: CreateClosedTableOp) -> str:
    name = operation.table.fullname
    sql = f"""{_create(operation.table)};
alter table {name} enable row level security;
alter table {name} force row level security;"""
    escaped = sql.replace("\\", r"\\").replace('"""', r"\"\"\"")
    return f'op.execute(\n    """\n{escaped}\n"""\n)'


def _create(table: Table) -> str:
    """The table as the model defines it, with user_id before all other columns."""
    columns = sorted(table.columns, key=lambda column: column.name != "user_id")
    keys = [column.name for column in columns if column.primary_key]
    made = Table(
        table.name,
        MetaData(),
        *(_column(column) for column in columns),
        *(
            constraint._copy()  # noqa: SLF001 - as below
            for constraint in table.constraints
            if constraint is not table.primary_key
        ),
        CheckConstraint("user_id <> ''"),
        PrimaryKeyConstraint(*keys),
        schema=table.schema,
    )
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # the stub lacks a type
    lines = str(CreateTable(made).compile(dialect=dialect)).strip().splitlines()
    return "\n".join(line.replace("\t", "    ").rstrip() for line in lines)


def _column(column: Column[Any]) -> Column[Any]:
    made: Column[Any] = column._copy()  # noqa: SLF001 - Alembic does the same
    if _is_text(made.type):
        made.type = Text()
    key, made.primary_key = made.primary_key, False
    if made.name == "user_id":
        made.server_default = DefaultClause(text("app.current_user_id()"))
    elif key and isinstance(made.type, Uuid):
        made.server_default = DefaultClause(text("app.new_id()"))
    return made
