"""Request heads that a proxy and this server could parse differently."""

import json

import pytest

from tests.support.api import RunningApi, exchange
from tests.support.bare_http import answered

HOST = b"Host: api\r\n"
JSON = b"Content-Type: application/json\r\n"
POST = b"POST /api/tasks HTTP/1.1\r\n" + HOST + JSON
LIVE = b"GET /health/live HTTP/1.1\r\n" + HOST + b"\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"

VERSION = "The version of HTTP must be 1.0 or 1.1."
NO_HOST = "A request of HTTP/1.1 must have a Host header."
TWO_HOSTS = "Only one Host header may be sent."
BAD_HOST = "The value of the Host header is not valid."
CODING = "The only supported Transfer-Encoding is chunked."
TARGET = "The target of a request must be a path, or a URL of http or https."
FRAGMENT = "The target of a request must not have a fragment: write # as %23."
NOT_HTTP = "The request is not valid HTTP: "


@pytest.mark.parametrize(
    "sent",
    [
        LIVE,
        b"GET /health/live HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost:\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost:api\r\n\r\n",
        b"GET /health/live HTTP/1.1\r\nHost: \t api \t \r\n\r\n",
        b"\r\n" + LIVE,
        b"GET /health/live HTTP/1.0\r\n\r\n",
    ],
    ids=[
        "name", "IPv6", "empty", "no space", "space around", "empty line in front",
        "HTTP/1.0 without Host",
    ],
)  # fmt: skip
def test_valid_head_is_answered(api: RunningApi, sent: bytes) -> None:
    """A request with one Host header is served, and so is HTTP/1.0 without a Host header."""
    assert exchange(api.url, sent)[0] == 200


def test_space_around_a_value_is_no_part_of_it(api: RunningApi) -> None:
    """Spaces and tabs around a header's value are ignored (RFC 9112, 5.1)."""
    token = api.issuer.token("blanks").encode()
    headers = {b"Authorization": b"Bearer " + token, b"Content-Length": b"0", b"X-Request-ID": b"a"}
    plain = b"".join(name + b":" + value + b"\r\n" for name, value in headers.items())
    blank = b"".join(name + b": \t" + value + b"\t \r\n" for name, value in headers.items())
    start = b"PATCH /api/tasks/00000000-0000-7000-8000-000000000000/complete HTTP/1.1\r\n" + HOST
    (status, headers_of_one, body), other = (
        exchange(api.url, start + lines + b"\r\n") for lines in (plain, blank)
    )

    assert (status, headers_of_one["x-request-id"]) == (404, "a")
    assert (other[0], other[1]["x-request-id"], other[2]) == (404, "a", body)


@pytest.mark.parametrize(
    ("sent", "detail"),
    [
        (b"GET /health/live\r\n\r\n", VERSION),
        (b"GET /health/live HTTP/0.9\r\n" + HOST + b"\r\n", VERSION),
        (b"GET /health/live HTTP/2.0\r\n" + HOST + b"\r\n", VERSION),
        (b"GET /health/live HTTP/1.1\r\n\r\n", NO_HOST),
        (b"GET /health/live HTTP/1.1\r\n" + HOST + HOST + b"\r\n", TWO_HOSTS),
        (b"GET /health/live HTTP/1.0\r\n" + HOST + HOST + b"\r\n", TWO_HOSTS),
        (b"GET /health/live HTTP/1.1\r\nHost: a/b\r\n\r\n", BAD_HOST),
        (b"GET /health/live HTTP/1.1\r\nHost: user@api\r\n\r\n", BAD_HOST),
        (b"GET /health/live HTTP/1.1\r\nHost: a b\r\n\r\n", BAD_HOST),
        (
            b"GET /health/live HTTP/1.1\r\nHost : api\r\n\r\n",
            f"{NOT_HTTP}Invalid header token.",
        ),
        (
            b"GET /health/live HTTP/1.1\r\n" + HOST + b"X-A\t: a\r\n\r\n",
            f"{NOT_HTTP}Invalid header token.",
        ),
        (
            b"GET /health/live HTTP/1.1\r\n Host: api\r\n\r\n",
            f"{NOT_HTTP}Unexpected space after start line.",
        ),
        (
            b"GET /health/live HTTP/1.1\r\n" + HOST + b"X-A: a\r\n b\r\n\r\n",
            f"{NOT_HTTP}Unexpected whitespace after header value.",
        ),
        (
            b"GET /health/live HTTP/1.1\n" + HOST + b"\r\n",
            f"{NOT_HTTP}Expected CRLF after version.",
        ),
        (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", CODING),
        (POST + b"Transfer-Encoding: gzip\r\n\r\n", CODING),
        (
            POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
            f"{NOT_HTTP}Invalid `Transfer-Encoding` header value.",
        ),
        (
            POST + CHUNKED + CHUNKED + b"\r\n0\r\n\r\n",
            f"{NOT_HTTP}Invalid `Transfer-Encoding` header value.",
        ),
        (
            POST + CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
            f"{NOT_HTTP}Content-Length can't be present with Transfer-Encoding.",
        ),
        (
            POST + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
            f"{NOT_HTTP}Transfer-Encoding can't be present with Content-Length.",
        ),
        (
            POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
            f"{NOT_HTTP}Duplicate Content-Length.",
        ),
        (
            POST + b"Content-Length: -1\r\n\r\n",
            f"{NOT_HTTP}Invalid character in Content-Length.",
        ),
        (
            POST.replace(b"1.1", b"1.0") + CHUNKED + b"\r\n0\r\n\r\n",
            "A request of HTTP/1.0 must not have a Transfer-Encoding.",
        ),
        (b"junk\r\n\r\n", f"{NOT_HTTP}Invalid method encountered."),
        (b"TASK /api/tasks HTTP/1.1\r\n\r\n", f"{NOT_HTTP}Invalid method encountered."),
        (b"GET /\x00 HTTP/1.1\r\n\r\n", f"{NOT_HTTP}Invalid char in url path."),
        (b"GET /\xff HTTP/1.1\r\n\r\n", f"{NOT_HTTP}Invalid char in url path."),
    ],
    ids=[
        "no version", "HTTP/0.9", "HTTP/2.0", "no Host", "two Hosts", "two Hosts of 1.0",
        "path in Host", "user in Host", "space in Host", "space before colon", "tab before colon",
        "space before the first header", "folded line", "bare LF",
        "gzip and chunked", "gzip", "chunked, chunked", "chunked twice", "chunked and a length",
        "a length and chunked", "two lengths", "negative length", "chunked of 1.0", "junk",
        "method", "nul", "byte",
    ],
)  # fmt: skip
def test_ambiguous_head_is_400(api: RunningApi, sent: bytes, detail: str) -> None:
    """A head that RFC 9112 forbids is 400 with a reason, and the connection is closed."""
    assert answered(api, sent) == (400, detail)
    assert exchange(api.url, LIVE)[0] == 200


@pytest.mark.parametrize(
    ("target", "served"),
    [
        (b"http://elsewhere/health/live", 200),
        (b"HTTPS://elsewhere:443/health/live?a=b", 200),
        (b"http://[::1]/health/live", 200),
        (b"http://elsewhere", 200),
        (b"http://elsewhere?a=/health/live", 200),
        (b"http://elsewhere/api/tasks", 401),
        (b"http://elsewhere/http://api/health/live", 404),
        (b"//elsewhere/health/live", 404),
    ],
)
def test_absolute_target_is_accepted(api: RunningApi, target: bytes, served: int) -> None:
    """A server must accept a URL as a target (RFC 9112, 3.2.2), and serves the URL's path.

    The Host header is still required. Its host may differ from the URL's, because the server uses
    neither of them.
    """
    line = b"GET " + target + b" HTTP/1.1\r\n"

    assert exchange(api.url, line + HOST + b"\r\n")[0] == served
    assert answered(api, line + b"\r\n") == (400, NO_HOST)
    assert answered(api, line + HOST + HOST + b"\r\n") == (400, TWO_HOSTS)


def test_absolute_target_without_a_path_is_the_root(api: RunningApi) -> None:
    """`http://api` means `http://api/`, also if its query looks like a path."""
    for target in (b"http://api", b"http://api?a=/health/live"):
        _, _, body = exchange(api.url, b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n")
        assert json.loads(body)["name"] == "Rowlock"


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (b"GET ftp://api/health/live", TARGET),
        (b"GET http://user@api/health/live", TARGET),
        (b"GET http://:80/health/live", TARGET),
        (b"GET http:///health/live", TARGET),
        (b"GET http://api:x/health/live", TARGET),
        (b"CONNECT api:443", TARGET),
        (b"OPTIONS *", TARGET),
        (b"GET *", TARGET),
        (b"GET /health/live#a", FRAGMENT),
        (b"GET http://api/health/live#a", FRAGMENT),
        (b"GET health/live", f"{NOT_HTTP}Unexpected char in url schema."),
    ],
)
def test_other_target_is_400(api: RunningApi, line: bytes, detail: str) -> None:
    """A target that is neither a path nor a valid http URL is 400."""
    assert answered(api, line + b" HTTP/1.1\r\n" + HOST + b"\r\n") == (400, detail)
