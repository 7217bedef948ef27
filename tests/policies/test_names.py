"""A role that may only create functions cannot replace Postgres's functions in our statements."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from psycopg2 import errors
from pydantic import SecretStr

from api.settings import Settings
from api.tables.tasks import queries
from tests.support.api import RunningApi, running_api
from tests.support.issuer import Issuer
from tests.support.server import Server, connect, text

# The parameter types match the statement READ exactly, so Postgres would prefer this function to
# pg_catalog.json_build_object, which takes any types.
TRAP = """
create function {0}.json_build_object(
    text, uuid, text, text, text, text, text, boolean, text, timestamptz, text, timestamptz,
    text, timestamptz, text, integer
) returns json language plpgsql
as $$ begin raise exception 'this is not json_build_object' using errcode = 'P0666'; end $$;
grant execute on all functions in schema {0} to public
"""
PLACES = ("public", "rowlock_api")


@pytest.fixture(scope="module", params=PLACES)
def trapped(request: pytest.FixtureRequest, server: Server) -> Iterator[tuple[str, str]]:
    """The name of a database with the trap, and the schema of the trap."""
    schema = request.param
    with server.database() as name:
        server.execute(
            ("" if schema == "public" else f"create schema {schema}; ")
            + f"grant usage on schema {schema} to public; {TRAP.format(schema)}",
            database=name,
        )
        yield name, schema


@pytest.fixture(scope="module")
def trapped_api(
    server: Server, trapped: tuple[str, str], api_settings: Settings, issuer: Issuer
) -> Iterator[RunningApi]:
    """The API on the database with the trap."""
    url = SecretStr(text(server.api_url(trapped[0])))
    with running_api(api_settings.model_copy(update={"database_url": url}), issuer) as running:
        yield running


def test_requests_run_postgres_s_own_function(trapped_api: RunningApi) -> None:
    """Requests that build JSON return the caller's task, and do not run the trap."""
    with trapped_api.user() as user:
        task = user.create_task(title="mine")

        assert user.get(f"/api/tasks/{task['id']}").json() == task
        assert user.tasks() == [task]


def test_name_without_a_schema_is_postgres_s_own(server: Server, trapped: tuple[str, str]) -> None:
    """The role's search path has only pg_catalog, so an unqualified name is never the trap."""
    name, schema = trapped
    statement = queries.READ.sql.replace("pg_catalog.", "")
    values = {"id": "00000000-0000-0000-0000-000000000000"}
    with (
        closing(connect(server.direct_api_url(name))) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("select current_schemas(true)")
        assert cursor.fetchone() == (["pg_catalog"],)
        cursor.execute("select set_config('app.user_id', 'alice', true)")
        cursor.execute("insert into app.tasks (title) values ('hers') returning id")
        (values["id"],) = cursor.fetchone() or ("",)

        cursor.execute(statement, values)
        assert cursor.fetchone() is not None

        # With the schema in the search path, the same statement runs the trap.
        cursor.execute(f"set local search_path = {schema}")
        with pytest.raises(errors.DatabaseError, match="this is not json_build_object"):
            cursor.execute(statement, values)
        connection.rollback()
