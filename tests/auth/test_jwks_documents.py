"""Reading a JWKS document from a URL or a file, and the errors of a failed read."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.auth.jwks_documents import Document, DocumentError, FileDocument, UrlDocument

if TYPE_CHECKING:
    from tests.auth.jwks_server import Issuer


async def read_once(document: Document) -> bytes:
    try:
        return await document.read()
    finally:
        await document.close()


def test_document_is_fetched_as_served(issuer: Issuer) -> None:
    """Each read returns the body unchanged."""
    issuer.document = b'{"keys": []}'

    async def scenario() -> list[bytes]:
        document = UrlDocument(issuer.url, timeout=2)
        contents = [await document.read(), await document.read()]
        await document.close()
        return [*contents, await read_once(document)]

    assert asyncio.run(scenario()) == [b'{"keys": []}'] * 3
    assert issuer.hits == 3


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("redirect", "the issuer answered with status 302"),
        ("created", "the issuer answered with status 201"),
        ("500", "the issuer answered with status 500"),
        ("huge", "the document is too large"),
        ("gzip", "the issuer compressed its answer without being asked to"),
    ],
)
def test_answer_that_is_no_plain_document_is_an_error(
    mode: str, reason: str, issuer: Issuer
) -> None:
    """Only status 200 with an uncompressed body within the limit is accepted, and no redirect."""
    issuer.mode = mode

    with pytest.raises(DocumentError) as caught:
        asyncio.run(read_once(UrlDocument(issuer.url, timeout=2)))

    assert str(caught.value) == reason
    assert issuer.hits == 1


def test_plain_http_goes_through_no_proxy(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """For http:// a proxy in the environment is not used, because it could replace the keys."""
    issuer.document = b'{"keys": []}'
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0)
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        for variable in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(variable, raising=False)

        assert asyncio.run(read_once(UrlDocument(issuer.url, timeout=2))) == b'{"keys": []}'

        with pytest.raises(BlockingIOError):
            proxy.accept()


def test_slow_drip_ends_on_time(issuer: Issuer) -> None:
    """The timeout is for the whole fetch, so an issuer that sends byte by byte is an error."""
    issuer.mode = "slow"
    started = time.monotonic()

    with pytest.raises(DocumentError, match=r"^the issuer answered too slowly$"):
        asyncio.run(read_once(UrlDocument(issuer.url, timeout=0.3)))

    assert 0.3 <= time.monotonic() - started < 1.5


def test_issuer_that_is_down_is_an_error(issuer: Issuer) -> None:
    """A refused connection is an error whose message does not contain the address."""
    issuer.down()

    with pytest.raises(DocumentError) as caught:
        asyncio.run(read_once(UrlDocument(issuer.url, timeout=2)))

    assert str(caught.value) == "the issuer did not answer (ConnectError)"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "The JWKS URL must start with https:// or http:// and name a host."),
        ("/jwks", "The JWKS URL must start with https:// or http:// and name a host."),
        ("https://", "The JWKS URL must start with https:// or http:// and name a host."),
        ("file:///etc/jwks", "The JWKS URL must start with https:// or http:// and name a host."),
        (
            "ftp://example.test/",
            "The JWKS URL must start with https:// or http:// and name a host.",
        ),
        ("http://example.test:port/", "The JWKS URL is malformed."),
        ("http://exa\x00mple.test/", "The JWKS URL is malformed."),
        ("https://me:hunter2@example.test/jwks", "The JWKS URL must not carry credentials."),
    ],
)
def test_url_that_cannot_be_used_is_refused(url: str, reason: str) -> None:
    """An invalid URL raises ValueError, and the message does not contain the URL."""
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        UrlDocument(url, timeout=2)


def test_file_is_read_as_it_is_now(tmp_path: Path) -> None:
    """Each read returns the file's current content, up to 256 KiB."""
    path = tmp_path / "jwks.json"
    document = FileDocument(path)

    for content in (b"one", b"two", b" " * 256 * 1024):
        path.write_bytes(content)
        assert asyncio.run(read_once(document)) == content


def test_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """An absent file, a directory and a large file are errors, whose messages omit the path."""
    huge = tmp_path / "huge.json"
    huge.write_bytes(b" " * (256 * 1024 + 1))
    expected = {
        tmp_path / "absent.json": "the file cannot be read (FileNotFoundError)",
        tmp_path: "the file cannot be read (IsADirectoryError)",
        huge: "the document is too large",
    }

    for path, reason in expected.items():
        with pytest.raises(DocumentError) as caught:
            asyncio.run(read_once(FileDocument(path)))
        assert str(caught.value) == reason
