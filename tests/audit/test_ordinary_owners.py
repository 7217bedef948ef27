"""A database whose owner is not a superuser, as on Neon, has no finding."""

import os
from collections.abc import Iterator
from contextlib import closing

import pytest
from pydantic import SecretStr
from sqlalchemy import URL

from api.operations.migrate import migrate
from api.settings import Settings
from tests.support.cluster import Cluster, installed, new_cluster
from tests.support.installation import PROGRAMS
from tests.support.server import connect, text

VERSION = os.environ.get("TEST_POSTGRES", "")

# Neon's roles: a superuser, a group that is a member of most predefined roles, and an owner.
NEON = """
create role cloud_admin superuser replication login;
create role neon_superuser createrole createdb bypassrls replication nologin;
create role owner_of_neon createrole createdb bypassrls replication login;
grant neon_superuser to owner_of_neon;
do $$
declare
    name text;
begin
    for name in
        select rolname
        from pg_roles
        where rolname in (
            'pg_read_all_data', 'pg_write_all_data', 'pg_monitor', 'pg_signal_backend',
            'pg_create_subscription', 'pg_maintain', 'pg_checkpoint'
        )
    loop
        execute format('grant %I to neon_superuser with admin option', name);
    end loop;
end
$$;
"""
OWNERS = {
    "owner_of_neon": NEON,
    "owner_alone": "create role owner_alone createrole createdb login",
}


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A cluster without Rowlock's roles, with the Postgres version of the test run."""
    programs = installed(VERSION) if VERSION.isdecimal() else PROGRAMS
    with new_cluster(programs) as made:
        made.start()
        yield made


def findings(url: URL) -> list[tuple[str, str, str]]:
    """The findings of the audit, except those about the server's version."""
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select rule, object, detail from audit.findings where rule <> 'server_floor'"
        )
        return [(rule, about, detail) for rule, about, detail in cursor]


@pytest.mark.parametrize("owner", OWNERS)
def test_database_of_an_ordinary_owner_has_no_finding(cluster: Cluster, owner: str) -> None:
    """Neither the owner's rights nor the roles that a hosting service creates are a finding."""
    url = cluster.url.set(database="ordinary")
    with closing(connect(cluster.url)) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(OWNERS[owner])
        cursor.execute(f"create database ordinary owner {owner}")
    # Since Postgres 15 the owner of the database has the rights of schema public's owner. On older
    # servers the hosting service or a superuser must change the owner.
    with closing(connect(url)) as connection, connection:
        connection.cursor().execute(f"alter schema public owner to {owner}")
    migrate(
        Settings(
            _env_file=None,
            database_url=SecretStr(text(url.set(username="rowlock_api"))),
            migration_database_url=SecretStr(text(url.set(username=owner))),
            allow_development_key=True,
        )
    )

    assert findings(url) == []

    with closing(connect(url)) as connection, connection:
        connection.cursor().execute("create role intern login replication")
    assert [(rule, about) for rule, about, _ in findings(url)] == [("replication_roles", "intern")]
