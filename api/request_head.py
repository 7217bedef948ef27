"""What RFC 9112 asks of a request's head, and the parser beneath uvicorn lets pass."""

import re

VERSIONS = ("1.0", "1.1")
# A name, IPv4 address or bracketed IP literal, and a port (RFC 3986, 3.2.2). It may be empty.
HOST = re.compile(
    rb"(?:\[[0-9A-Za-z:.%_~!$&'()*+,;=-]+\]|[0-9A-Za-z._~!$&'()*+,;=%-]*)(?::[0-9]*)?"
)


def check(version: str, headers: list[tuple[bytes, bytes]]) -> None:
    """Refuse what two servers in a row could read differently (RFC 9112, 3.2, 6.1 and 6.3).

    Raises:
        ValueError: the version is not 1.0 or 1.1; there is not one valid Host (1.0 may have
            none); the transfer coding is not chunked alone, or comes with HTTP/1.0 or a length.
    """
    if version not in VERSIONS:
        raise ValueError("the version of HTTP is not 1.0 or 1.1")
    hosts = lengths = 0
    coding = None
    for name, value in headers:
        if name == b"host":
            hosts += 1
            if HOST.fullmatch(value) is None:
                raise ValueError("the value of Host is not valid")
        elif name == b"content-length":
            lengths += 1
        elif name == b"transfer-encoding":
            if coding is not None or value.strip().lower() != b"chunked" or version == "1.0":
                raise ValueError("the transfer coding is not chunked alone")
            coding = value
    if hosts > 1 or (hosts == 0 and version == "1.1"):
        raise ValueError("a request of HTTP/1.1 has one Host")
    if lengths > 1 or (lengths and coding is not None):
        raise ValueError("the length of the body is ambiguous")
