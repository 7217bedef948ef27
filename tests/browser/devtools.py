"""Debian's Chromium, without a window, driven over a pipe (Chrome DevTools Protocol).

`--remote-debugging-pipe`: the browser reads messages from descriptor 3 and writes to 4, each a JSON
text that ends with a zero byte.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)
SECONDS = 30
FIRST_FREE = 10  # so that the pipe's ends are not 3 and 4 already


def program() -> str:
    """The path of the browser.

    Raises:
        RuntimeError: there is none.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise RuntimeError(
            "These tests look at a page in Chromium: on Debian, apt-get install chromium."
        )
    return found


@dataclass
class Page:
    """A tab, and what was heard from it."""

    reading: int
    writing: int
    session: str | None = None
    number: int = 0
    unread: bytes = b""
    events: list[dict[str, Any]] = field(default_factory=list)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method, and wait for its result; events that come before it are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session is not None:
            message["sessionId"] = self.session
        os.write(self.writing, json.dumps(message).encode() + b"\0")
        while True:
            heard = self._hear()
            if heard.get("id") == self.number:
                assert "error" not in heard, heard["error"]
                result: dict[str, Any] = heard["result"]
                return result
            self.events.append(heard)

    def wait_for(self, method: str) -> None:
        """Wait for an event, unless it came already."""
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self._hear())

    def open(self, path: Path) -> None:
        """Load a file, and wait until it is whole."""
        self.events.clear()
        self.send("Page.navigate", url=path.as_uri())
        self.wait_for("Page.loadEventFired")

    def show(self, *, width: int, height: int, scheme: str, mobile: bool = False) -> None:
        """Be a screen of this size, of a person who prefers light or dark."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.send("Emulation.setEmulatedMedia", features=[feature])

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        for kind in ("keyDown", "keyUp"):
            self.send(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=9
            )

    def screenshot(self, path: Path) -> None:
        """Keep a picture of what is on the screen."""
        taken = self.send("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(taken["data"]))

    def heard(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every event of a kind since the page was opened."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self.unread:
            assert select.select([self.reading], [], [], SECONDS)[0], "Chromium does not answer."
            data = os.read(self.reading, 1 << 20)
            assert data, "Chromium ended."
            self.unread += data
        message, _, self.unread = self.unread.partition(b"\0")
        heard: dict[str, Any] = json.loads(message)
        return heard


@contextmanager
def running_chromium() -> Iterator[Page]:
    """Start the browser with an empty profile, and open a tab."""
    with tempfile.TemporaryDirectory(prefix="rowlock-test-", ignore_cleanup_errors=True) as profile:
        command = [program(), *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        (their_in, our_out), (our_in, their_out) = map(_high, (os.pipe(), os.pipe()))
        log = os.open(Path(profile) / "log", os.O_WRONLY | os.O_CREAT)
        pid = os.posix_spawn(
            command[0],
            command,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, their_in, 3),
                (os.POSIX_SPAWN_DUP2, their_out, 4),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
            setpgroup=0,
        )
        for descriptor in (their_in, their_out, log):
            os.close(descriptor)
        try:
            page = Page(our_in, our_out)
            target = page.send("Target.createTarget", url="about:blank")["targetId"]
            attached = page.send("Target.attachToTarget", targetId=target, flatten=True)
            page.session = attached["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                page.send(f"{domain}.enable")
            yield page
        finally:
            os.close(our_out)
            os.close(our_in)
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _high(ends: tuple[int, int]) -> tuple[int, int]:
    """The same pipe, at numbers that collide with nothing."""
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, FIRST_FREE) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
