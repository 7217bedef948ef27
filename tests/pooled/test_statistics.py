"""The entries of pg_stat_statements for Rowlock's packets, on a server with this extension."""

from contextlib import closing

import psycopg2
import pytest

from api.database.statements import Statement
from tests.support.blocking import blocking
from tests.support.cluster import installed, new_cluster
from tests.support.server import connect

SECRET = "what only Alice knows"


def test_statements_are_apart_in_the_statistics() -> None:
    """pg_stat_statements stores Rowlock's statements without comments and values."""
    with new_cluster(
        installed("18"), "shared_preload_libraries = 'pg_stat_statements'\n"
    ) as cluster:
        cluster.start()
        with closing(connect(cluster.url)) as owner, owner.cursor() as cursor:
            owner.autocommit = True
            cursor.execute("create extension pg_stat_statements")
            with blocking(cluster.url) as database:
                user = database.as_user("alice")
                with pytest.raises(psycopg2.Error):
                    user.fetch_one(Statement("select 1 / 0", {}))
                user.fetch_one(Statement("select length(%(words)s)", {}), words=SECRET)
            cursor.execute("select query from pg_stat_statements where query ~ 'rowlock|Alice'")
            assert cursor.fetchall() == []
            cursor.execute("select calls from pg_stat_statements where query ~ '^select length'")
            assert cursor.fetchall() == [(1,)]
