"""Reads a JWKS document from a URL or a file, with limits on size and time."""

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import Protocol

import httpx2

from api.auth.jwk_set import MAX_DOCUMENT_OCTETS


class DocumentError(Exception):
    """A document could not be read. The message says why, and contains no secret."""


class Document(Protocol):
    """A document that can be read repeatedly."""

    @property
    def source(self) -> str:
        """Its location, for logs."""

    async def read(self) -> bytes:
        """Return the current content. Raises DocumentError."""

    async def close(self) -> None:
        """Close connections. A later read opens them again."""


class UrlDocument:
    """A document fetched by HTTP GET. `timeout` bounds the whole fetch, in seconds.

    Redirects are not followed: only the configured host may publish the keys.
    """

    def __init__(self, url: str, *, timeout: float) -> None:
        try:
            self._url = httpx2.URL(url)
        except httpx2.InvalidURL:
            raise ValueError("The JWKS URL is malformed.") from None
        if self._url.scheme not in ("http", "https") or not self._url.host:
            raise ValueError("The JWKS URL must start with https:// or http:// and name a host.")
        if self._url.userinfo:
            raise ValueError("The JWKS URL must not carry credentials.")
        self._timeout = timeout
        self._client: httpx2.AsyncClient | None = None

    @property
    def source(self) -> str:
        """The URL without its query, which may contain a secret."""
        return str(self._url.copy_with(query=None, fragment=None))

    async def read(self) -> bytes:
        """Fetch the document. Raises DocumentError."""
        try:
            # The client's timeouts apply to single reads; this one applies to all of them together.
            async with asyncio.timeout(self._timeout):
                return await self._fetch()
        except TimeoutError:
            raise DocumentError("the issuer answered too slowly") from None
        except httpx2.HTTPError as error:
            raise DocumentError(f"the issuer did not answer ({type(error).__name__})") from None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _fetch(self) -> bytes:
        if self._client is None:
            # Uncompressed, so that the size limit applies to the memory that is used.
            headers = {"accept": "application/json", "accept-encoding": "identity"}
            self._client = httpx2.AsyncClient(
                headers=headers,
                timeout=self._timeout,
                follow_redirects=False,
                # Plain http is only for trusted hosts, and a proxy of the environment may not be
                # one.
                trust_env=self._url.scheme == "https",
            )
        async with self._client.stream("GET", self._url) as response:
            if response.status_code != httpx2.codes.OK:
                raise DocumentError(f"the issuer answered with status {response.status_code}")
            if response.headers.get("content-encoding", "identity") != "identity":
                raise DocumentError("the issuer compressed its answer without being asked to")
            content = bytearray()
            async with aclosing(response.aiter_raw()) as chunks:
                async for chunk in chunks:
                    content += chunk
                    if len(content) > MAX_DOCUMENT_OCTETS:
                        raise DocumentError("the document is too large")
            return bytes(content)


class FileDocument:
    """A document in a local file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def source(self) -> str:
        """The path of the file."""
        return str(self._path)

    async def read(self) -> bytes:
        """Read the file, without a thread: it is small and local. Raises DocumentError."""
        return self._content()

    async def close(self) -> None:
        """Do nothing: no file stays open."""

    def _content(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                content = file.read(MAX_DOCUMENT_OCTETS + 1)
        except OSError as error:
            raise DocumentError(f"the file cannot be read ({type(error).__name__})") from None
        if len(content) > MAX_DOCUMENT_OCTETS:
            raise DocumentError("the document is too large")
        return content
