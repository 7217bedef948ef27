"""Neighbour: how long one user waits while another user sends bad requests.

The other user has four connections, and sends again as soon as a response arrives. That client runs
in a separate process, so that it uses no CPU time of the process that measures.
"""

import multiprocessing
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from statistics import median
from threading import Thread

from bench.data import task_id, user_id
from bench.figures import percentile
from bench.findings import Finding, Outcome
from bench.limits.sites import Site

CONNECTIONS = 4
SECONDS = 4.0
LIMIT = 2.0  # milliseconds
SIZE = 60_000  # bytes of a long body


def _padded(body: str) -> bytes:
    return body.replace("PAD", "a" * (SIZE - len(body))).encode()


# The bodies that a user sends, and the status of the response.
BAD: Mapping[str, tuple[bytes, int]] = {
    "7,200 unknown members": (b"{%s}" % b",".join(b'"%x":0' % n for n in range(7_200)), 422),
    "990 empty arrays": (_padded('{"title": "PAD", "description": [' + "[]," * 989 + "[]]}"), 422),
    "a title of 60 KB": (_padded('{"title": "PAD"}'), 422),
    "broken JSON of 60 KB": (_padded('{"title": "PAD", '), 400),
    "an array of 30,000 numbers": (b"[%s]" % b",".join([b"0"] * 29_990), 400),
    "an empty title": (b'{"title": ""}', 422),
    "an empty title in 1,000 chunks": (b'{"title": ""}'.ljust(999), 422),
}
CHUNKED = "an empty title in 1,000 chunks"
# Requests with an error in their head, and the status of the response.
HEADS: Mapping[str, tuple[str, str, int]] = {
    "1,000 unknown parameters": ("/api/tasks?" + "&".join(f"{n:x}" for n in range(1_000)), "", 422),
    "1,000 repeated parameters": ("/api/tasks?" + "&".join(["limit=1"] * 900), "", 422),
    "a header that is not supported": ("/api/tasks", "if-match: x\r\n", 501),
    "a path that does not exist": ("/api/nothing", "", 404),
}


def neighbour(site: Site) -> list[Finding]:
    """The median time of a read, alone and beside each kind of bad request."""
    _, testbed, driver = site
    announce = testbed.run.announce
    good, bad = testbed.users[0], testbed.users[1]
    port = int(driver.url.rpartition(":")[2])
    read = request("GET", f"/api/tasks/{task_id(good, 1)}", testbed.issuer.token(user_id(good)))
    token = testbed.issuer.token(user_id(bad))
    driver.resume()
    try:
        announce("neighbour: alone")
        found = [judge("alone", *_reads(port, read))]
        for what, (body, status) in BAD.items():
            announce(f"neighbour: {what}")
            sent = request("POST", "/api/tasks", token, body, chunked=what == CHUNKED)
            with sending(port, sent, status):
                found.append(judge(what, *_reads(port, read)))
        for what, (path, header, status) in HEADS.items():
            announce(f"neighbour: {what}")
            with sending(port, request("GET", path, token, header=header), status):
                found.append(judge(what, *_reads(port, read)))
        testbed.wait_until_idle()
    finally:
        driver.pause()
    return found


def judge(what: str, times: list[float], unanswered: int) -> Finding:
    """Compare the median with its limit. The read alone has no limit: it is the baseline."""
    middle = median(times)
    detail = f"{middle:.2f} ms (p99 {percentile(times, 99):.1f}), {len(times)} reads"
    outcome = Outcome.of(middle < LIMIT and not unanswered)
    return Finding(
        f"another's read beside {what}",
        detail,
        f"< {LIMIT:g} ms",
        Outcome.NO_LIMIT if what == "alone" else outcome,
        {"median": middle},
    )


def request(
    method: str,
    path: str,
    token: str,
    body: bytes = b"",
    *,
    chunked: bool = False,
    header: str = "",
) -> bytes:
    """The bytes of a request."""
    head = f"{method} {path} HTTP/1.1\r\nhost: api\r\nauthorization: Bearer {token}\r\n{header}"
    if not body:
        return f"{head}\r\n".encode()
    head += "content-type: application/json\r\n"
    if not chunked:
        return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
    parts = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    return f"{head}transfer-encoding: chunked\r\n\r\n".encode() + parts + b"0\r\n\r\n"


class Repeated:
    """One connection that sends the same request again and again."""

    def __init__(self, port: int, sent: bytes) -> None:
        self._sent = sent
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> int:
        """Send, and read the whole response. Returns its status."""
        self._socket.sendall(self._sent)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().splitlines()
            if line.startswith(b"content-length:")
        )
        while len(body) < length:
            body += self._more()
        return int(head[9:12])

    def _more(self) -> bytes:
        if not (found := self._socket.recv(65536)):
            raise RuntimeError("The server closed the connection.")
        return found


def _reads(port: int, sent: bytes) -> tuple[list[float], int]:
    """Milliseconds of each read in a few seconds, and how many were not answered with the task."""
    connection = Repeated(port, sent)
    times, wrong = [], 0
    until = time.perf_counter() + SECONDS
    while (began := time.perf_counter()) < until:
        wrong += connection.send() != 200  # noqa: PLR2004 - OK
        times.append((time.perf_counter() - began) * 1000)
    return times, wrong


@contextmanager
def sending(port: int, sent: bytes, status: int) -> Iterator[None]:
    """Let another process send over four connections during the block.

    Raises:
        RuntimeError: a response had another status than this.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_send, args=(port, sent, there), daemon=True)
    process.start()
    there.close()  # so that `recv` fails if the process has ended
    try:
        here.recv()
        time.sleep(0.2)
        yield
        here.send("stop")
        answered: set[int] = here.recv()
    finally:
        process.kill()
        process.join()
    if answered != {status}:
        raise RuntimeError(f"Bad requests were answered with {answered}, not with {status}.")


def _send(port: int, sent: bytes, parent: Connection) -> None:
    answered: set[int] = set()

    def repeat() -> None:
        connection = Repeated(port, sent)
        while True:
            answered.add(connection.send())

    for _ in range(CONNECTIONS):
        Thread(target=repeat, daemon=True).start()
    parent.send("began")
    parent.recv()
    parent.send(answered)
