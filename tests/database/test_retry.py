"""Serialization failures and deadlocks are retried, and a broken connection is replaced."""

import uuid

import psycopg2
import pytest

from api.database.statements import Statement
from tests.database.sessions import WHOAMI
from tests.support.blocking import BlockingDatabase, BlockingUser
from tests.support.server import Server


def test_lost_race_is_run_again(server: Server, database: str, user: BlockingUser) -> None:
    """A statement that fails once with 40001 is sent again, and succeeds."""
    sequence = f"runs_{uuid.uuid4().hex}"  # a rollback does not reset it
    server.execute("create sequence {}", sequence, database=database)
    server.execute("grant usage on sequence {} to rowlock_api", sequence, database=database)
    once = Statement(
        f"""
        do $$ begin
            if nextval('public.{sequence}') = 1 then
                raise exception using errcode = '40001';
            end if;
        end $$;
        select currval('public.{sequence}')
        """,
        {},
    )

    assert user.fetch_one(once) == (2,)


def test_race_lost_three_times_is_an_error(user: BlockingUser) -> None:
    """A statement that always fails with 40P01 raises the error after the third attempt."""
    always = Statement("do $$ begin raise exception using errcode = '40P01'; end $$", {})

    with pytest.raises(psycopg2.errors.DeadlockDetected):
        user.fetch_one(always)
    assert user.fetch_one(WHOAMI) == (user.id,)


def test_broken_connection_is_replaced(single: BlockingDatabase, user: BlockingUser) -> None:
    """After the server ends a connection, the next statement gets a new one."""
    suicide = Statement("select pg_terminate_backend(pg_backend_pid())", {})
    with pytest.raises(psycopg2.OperationalError):
        user.fetch_one(suicide)

    assert user.fetch_one(WHOAMI) == (user.id,)
    assert single.fetch_without_user("select app.current_user_id()") == [(None,)]
