"""HTTP as bytes on a plain connection."""

import json
import re
import socket

import httpx2

from tests.support.api import RunningApi


def connected(api: RunningApi) -> socket.socket:
    """A plain connection to the API."""
    url = httpx2.URL(api.url)
    return socket.create_connection((url.host, url.port or 0), timeout=5)


def rest(wire: socket.socket) -> bytes:
    """Everything that the server sends until it ends the connection."""
    received = b""
    while data := wire.recv(65536):
        received += data
    return received


def answers(wire: socket.socket, number: int) -> bytes:
    """What the server sends until this many responses have begun and no more data arrives."""
    received = b""
    while len(statuses(received)) < number:
        data = wire.recv(65536)
        assert data, received
        received += data
    return received


def everything(api: RunningApi, sent: bytes) -> bytes:
    """Send these bytes, and read until the server ends the connection."""
    with connected(api) as wire:
        wire.sendall(sent)
        return rest(wire)


def statuses(received: bytes) -> list[int]:
    """The statuses of several responses."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", received)]


def answered(api: RunningApi, sent: bytes) -> tuple[int, str]:
    """The status and the detail of a problem that ends the connection."""
    head, _, body = everything(api, sent).partition(b"\r\n\r\n")
    assert b"\r\nconnection: close" in head
    (status,) = statuses(head)
    return status, json.loads(body)["detail"]
