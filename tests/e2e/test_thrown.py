"""Exceptions of Better Auth in the example's server: it responds and keeps running."""

import httpx2

from tests.e2e.conftest import Issue
from tests.support.api import NO_TLS
from tests.support.better_auth import BetterAuth
from tests.support.server import Server

END = """
select pg_terminate_backend(pid) from pg_stat_activity join pg_database using (datname)
where not datallowconn
"""


def keys(auth: BetterAuth) -> httpx2.Response:
    """Request the issuer's JWKS."""
    return httpx2.get(auth.jwks_url, trust_env=False, verify=NO_TLS)


def test_first_request_without_a_database_is_answered(
    server: Server, own_database: str, issue: Issue
) -> None:
    """Requests without a database are 503 with one line in the log; with the database, 200."""
    with issue(own_database) as auth:
        server.execute("alter database {} allow_connections false", own_database)
        server.execute(END)
        away = [keys(auth) for _ in range(2)]
        server.execute("alter database {} allow_connections true", own_database)
        back = keys(auth)
        said = auth.log.read_text().splitlines()

    assert [(answer.status_code, answer.headers["retry-after"]) for answer in away] == [
        (503, "2"),
        (503, "2"),
    ]
    problem = f'database "{own_database}" is not currently accepting connections'
    assert [line for line in said if "could not answer" in line] == [
        f"Better Auth could not answer: {problem}"
    ] * 2
    assert (back.status_code, len(back.json()["keys"])) == (200, 1)
    assert not [line for line in said if line.startswith(" ")], "a traceback"


def test_headers_that_make_no_url_are_answered(auth: BetterAuth) -> None:
    """An invalid scheme or host in a header is 400, and the next request is answered."""
    url = f"{auth.proxy.target}/api/auth/jwks"
    wrong = ({"x-forwarded-proto": "not a scheme"}, {"host": "not a host"})
    said = [httpx2.get(url, headers=headers, trust_env=False).status_code for headers in wrong]

    assert said == [400, 400]
    assert keys(auth).status_code == 200
