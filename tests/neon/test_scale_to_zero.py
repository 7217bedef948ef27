"""A database that stops while it is idle, and starts when a client connects.

`pytest tests/neon/test_scale_to_zero.py -s` prints the statuses that the clients got.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select

from api.database.async_pool import Row
from api.database.statements import Statement, compiled
from api.operations.migrate import migrate
from api.settings import Settings
from api.tables.tasks import queries as tasks
from tests.neon.traffic import Traffic, traffic
from tests.support.api import RunningApi, running_api
from tests.support.blocking import BlockingDatabase, blocking
from tests.support.cluster import Cluster
from tests.support.issuer import AUDIENCE, ISSUER, Issuer
from tests.support.server import connect, text

BACK_WITHIN = 2.0  # seconds after the database answers, every request succeeds
COUNT = "select count(*) from app.tasks"


@pytest.fixture(scope="module")
def settings(cluster: Cluster, issuer: Issuer) -> Settings:
    """The settings of an API on the module's server, whose database is migrated."""
    found = Settings(
        _env_file=None,
        database_url=SecretStr(text(cluster.url.set(username="rowlock_api"))),
        migration_database_url=SecretStr(text(cluster.url)),
        pool_size=4,
        jwt_issuer=ISSUER,
        jwt_audience=AUDIENCE,
        jwks_file=issuer.jwks_file,
    )
    migrate(found)
    return found


@pytest.fixture(scope="module")
def sleepy_api(settings: Settings, issuer: Issuer) -> Iterator[RunningApi]:
    """The API on a database that can be stopped."""
    with running_api(settings, issuer) as running:
        yield running


@pytest.fixture
def single(settings: Settings) -> Iterator[BlockingDatabase]:
    """A pool of one connection."""
    assert settings.database_url is not None
    with blocking(settings.database_url.get_secret_value()) as opened:
        yield opened


def written(cluster: Cluster, user_id: str) -> Counter[str]:
    """How many tasks of a user have each title."""
    with closing(connect(cluster.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select title from app.tasks where user_id = %s", (user_id,))
        return Counter(title for (title,) in cursor)


def cut_off(cluster: Cluster) -> int:
    """End every session of the API's role, wait for their end, and return their number."""
    with closing(connect(cluster.url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select count(*) filter (where pg_terminate_backend(pid, 5000)) from pg_stat_activity"
            " where usename = 'rowlock_api'"
        )
        (count,) = cursor.fetchone() or (0,)
        return int(count)


def check(cluster: Cluster, seen: Traffic, awake_at: float) -> None:
    """Assert that no write was lost or repeated, and each status is a success or 503."""
    statuses, rows = seen.statuses(), written(cluster, seen.user_id)
    created = [answer.title for answer in seen.answers if answer.status == 201]
    other = {s: n for s, n in statuses.items() if s not in {200, 201, 503}}
    duplicates = {title: n for title, n in rows.items() if n > 1}
    recovery = max(0.0, seen.recovered_at() - awake_at)
    slowest = max(answer.took for answer in seen.answers)
    print(  # noqa: T201 - the figures of docs/how-to/neon.md
        f"\nsent {len(seen.answers)}, 2xx {statuses[200] + statuses[201]}, 503 {statuses[503]}, "
        f"other {sum(other.values())}, duplicates {len(duplicates)}, "
        f"recovered after {recovery:.2f} s, slowest {slowest:.2f} s"
    )

    assert other == {}
    assert duplicates == {}
    assert statuses[200] > 0
    assert created
    assert set(created) <= set(rows)
    assert {a.retry_after for a in seen.answers if a.status == 503} <= {"2"}
    assert seen.failed_after(awake_at + BACK_WITHIN) == []


@pytest.mark.parametrize("asleep", [1.0, 3.0])
def test_database_sleeps_while_idle(
    cluster: Cluster, sleepy_api: RunningApi, asleep: float
) -> None:
    """The first requests after an idle stop wait or are 503; no write is lost or repeated."""
    with traffic(sleepy_api):  # every connection of the pool is open, and then idle
        time.sleep(0.3)
    cluster.stop()

    with traffic(sleepy_api) as seen:
        time.sleep(asleep)
        cluster.start()
        awake_at = time.monotonic()
        time.sleep(BACK_WITHIN + 1)

    check(cluster, seen, awake_at)


def test_database_stops_under_traffic(cluster: Cluster, sleepy_api: RunningApi) -> None:
    """Interrupted statements are 503 or retried, and no write is repeated."""
    with traffic(sleepy_api) as seen:
        for _ in range(3):
            time.sleep(0.5)
            cluster.stop()
            time.sleep(0.5)
            cluster.start()
        awake_at = time.monotonic()
        time.sleep(BACK_WITHIN + 1)

    check(cluster, seen, awake_at)


def test_database_that_stays_away_is_unavailable(cluster: Cluster, sleepy_api: RunningApi) -> None:
    """While the database is down, a request is 503 with Retry-After; later it is served."""
    with sleepy_api.user() as client:
        cluster.stop()
        try:
            began = time.monotonic()
            response = client.get("/api/tasks")
            waited = time.monotonic() - began
        finally:
            cluster.start()
        served = client.get("/api/tasks")

    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert 4 < waited < 20  # as long as a suspended database may take to start
    assert served.status_code == 200


def test_write_after_a_cut_succeeds(cluster: Cluster, single: BlockingDatabase) -> None:
    """A connection that was closed while idle is replaced before the write is sent."""
    user = single.as_user("writer-after-a-cut")
    user.fetch_one(tasks.CREATE, id=None, title="before", description=None)
    assert cut_off(cluster) >= 1

    assert user.fetch_one(tasks.CREATE, id=None, title="after", description=None)

    assert written(cluster, user.id) == {"before": 1, "after": 1}


def test_write_before_the_loop_notices_a_cut_succeeds(
    cluster: Cluster, single: BlockingDatabase
) -> None:
    """The connection is also replaced if the event loop has not read its end yet."""
    user = single.database.as_user("writer-at-a-cut")

    async def in_one_iteration() -> Row | None:
        await user.fetch_one(tasks.CREATE, id=None, title="before", description=None)
        assert cut_off(cluster) >= 1  # blocks the event loop
        return await user.fetch_one(tasks.CREATE, id=None, title="after", description=None)

    assert asyncio.run_coroutine_threadsafe(in_one_iteration(), single.loop).result(60)

    assert written(cluster, user.id) == {"before": 1, "after": 1}


@pytest.mark.parametrize(
    ("flags", "runs"), [({}, 1), ({"reads": True}, 3)], ids=["writes", "reads"]
)
def test_lost_write_is_not_run_again(
    cluster: Cluster, single: BlockingDatabase, flags: dict[str, bool], runs: int
) -> None:
    """If its connection breaks, a write is sent once, and a read up to three times."""
    user = single.as_user(f"lost-{runs}")
    statement = Statement(
        "insert into app.tasks (title) values ('sent'); commit;"
        "select pg_terminate_backend(pg_backend_pid()), pg_sleep(1)",
        {},
        reads=flags.get("reads", False),
    )

    with pytest.raises(psycopg2.OperationalError):
        user.fetch_one(statement)

    assert written(cluster, user.id) == {"sent": runs}
    assert user.fetch_one(Statement(COUNT, {})) == (runs,)


def test_only_reading_statements_may_be_run_again() -> None:
    """Only the list and the single task count as reads; no writing statement does."""
    written = insert(tasks.TASKS.table).values(title="once").returning(tasks.COLUMNS.id).cte()
    through_queries = compiled(select(written)), compiled(select(1).add_cte(written))
    completing = (tasks.TOGGLE, tasks.COMPLETE)
    writing = (tasks.CREATE, tasks.REPLACE, *completing, tasks.DELETE, *through_queries)

    assert {statement.reads for statement in (tasks.READ, *tasks.LIST.ordinary.values())} == {True}
    assert {statement.reads for statement in writing} == {False}
