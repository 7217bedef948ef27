"""All users share one server connection, and no user sees data or identity of another."""

import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from api.database import bound_connection
from api.database.statements import Statement
from tests.policies.sequence import EXPECTED, run_sequence
from tests.pooled.clients import VISITS, WHOAMI, count, visit, whoami
from tests.pooled.conftest import Bottleneck
from tests.support.api import RunningApi
from tests.support.blocking import blocking

USERS, THREADS = 100, 16
SESSION_WIDE = "select set_config('app.user_id', 'alice', false)"


def test_users_of_one_connection_are_apart(bottleneck: Bottleneck, pooled_api: RunningApi) -> None:
    """100 concurrent users who share one server connection see exactly their own rows."""
    users = [pooled_api.user() for _ in range(USERS)]

    with ThreadPoolExecutor(THREADS) as threads:
        statuses = sum(threads.map(visit, users), Counter[int]())

    assert statuses == {201: USERS * VISITS, 200: 2 * USERS * VISITS}
    assert len(bottleneck.backends()) == 1
    for user in users:
        assert len(user.tasks(limit=200)) == VISITS
        user.close()


def test_killed_connections_mix_up_no_users(bottleneck: Bottleneck, pooled_api: RunningApi) -> None:
    """While server connections are killed, a response is correct or 503; then all are correct."""
    users = [pooled_api.user() for _ in range(20)]
    killed = 0

    with ThreadPoolExecutor(THREADS) as threads:
        visits = [threads.submit(visit, user) for user in users * 3]
        while not all(one.done() for one in visits):
            killed += bottleneck.kill()
            time.sleep(0.05)  # otherwise most are killed during the login, before a statement
        statuses = sum((one.result() for one in visits), Counter[int]())

    assert killed > 0
    assert set(statuses) <= {200, 201, 503}
    assert statuses[201] > 0
    for user in users:
        assert visit(user) == {201: VISITS, 200: 2 * VISITS}
        user.close()


def test_session_wide_setting_would_bleed(bottleneck: Bottleneck) -> None:
    """The control: a session setting of one client reaches the pooler's next client."""
    with closing(bottleneck.connect()) as careless:
        careless.cursor().execute(SESSION_WIDE)

    assert whoami(bottleneck) == "alice"

    with blocking(bottleneck.url) as database:
        assert database.fetch_without_user(WHOAMI) == [(None,)]  # Rowlock clears the setting
    assert whoami(bottleneck) is None


def test_identity_bound_for_the_session_would_bleed(
    bottleneck: Bottleneck, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a user id that is set for the session reaches the next client."""
    with blocking(bottleneck.url) as database:
        alice, bob = (f"user-{uuid.uuid4().hex}" for _ in range(2))
        assert run_sequence(database, alice, bob) == EXPECTED
        assert count(bottleneck) == 0

        monkeypatch.setattr(
            "api.database.identity.OPENING", bound_connection.OPENING.replace("true", "false")
        )
        database.as_user(alice).fetch_one(Statement("select 1", {}))
        assert count(bottleneck) == 1
