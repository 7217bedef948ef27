"""Checks of a request's head that RFC 9112 requires and that uvicorn's parser does not make."""

import re

VERSIONS = ("1.0", "1.1")
# A name, IPv4 address or bracketed IP literal, and a port (RFC 3986, 3.2.2). It may be empty.
HOST = re.compile(
    rb"(?:\[[0-9A-Za-z:.%_~!$&'()*+,;=-]+\]|[0-9A-Za-z._~!$&'()*+,;=%-]*)(?::[0-9]*)?"
)
ABSOLUTE = re.compile(
    rb"https?://(?P<authority>[^/?]+)(?P<path>/[^?]*)?(?P<query>.*)", re.IGNORECASE
)


class RefusedError(ValueError):
    """A request is refused with a problem of this kind; the message, if any, is its detail."""

    def __init__(self, detail: str | None = None, slug: str = "bad-request") -> None:
        super().__init__(detail)
        self.detail = detail
        self.slug = slug


def check(version: str, headers: list[tuple[bytes, bytes]]) -> None:
    """Refuse a head that a proxy and this server could read differently (RFC 9112, 3.2 and 6.1).

    The parser itself refuses a second length, and a length beside a transfer coding.

    Raises:
        RefusedError: the version is not 1.0 or 1.1; there is not exactly one valid Host (1.0 may
            have none); the transfer coding is not just chunked, or comes with HTTP/1.0.
    """
    if version not in VERSIONS:
        raise RefusedError("The version of HTTP must be 1.0 or 1.1.")
    hosts = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
            if HOST.fullmatch(value) is None:
                raise RefusedError("The value of the Host header is not valid.")
        elif name == b"transfer-encoding":
            if value.lower() != b"chunked":
                raise RefusedError("The only supported Transfer-Encoding is chunked.")
            if version == "1.0":
                raise RefusedError("A request of HTTP/1.0 must not have a Transfer-Encoding.")
    if hosts > 1:
        raise RefusedError("Only one Host header may be sent.")
    if hosts == 0 and version == "1.1":
        raise RefusedError("A request of HTTP/1.1 must have a Host header.")


def origin_form(target: bytes) -> bytes:
    """The path and query of a request's target (RFC 9112, 3.2.1).

    A server must also accept an absolute URL, whose host replaces that of the Host header (3.2.2).
    Here the host has no effect, so both only have to be valid.

    Raises:
        RefusedError: it is neither a path nor a URL of http or https, or it has a fragment.
    """
    if b"#" in target:
        raise RefusedError("The target of a request must not have a fragment: write # as %23.")
    if target[:1] == b"/":
        return target
    url = ABSOLUTE.fullmatch(target)
    if url is None or url["authority"][:1] == b":" or HOST.fullmatch(url["authority"]) is None:
        raise RefusedError("The target of a request must be a path, or a URL of http or https.")
    return (url["path"] or b"/") + url["query"]
