"""docs/how-to/better-auth.md from an empty folder to a page that uses both, commands as printed."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "how-to" / "better-auth.md").read_text()
PAGE = ROOT / "tests" / "e2e" / "page"
BROWSER = ["node", "--import", str(PAGE / "browser.mjs")]
SECONDS = 60
BLOCKS: list[tuple[str, str]] = re.findall(r"```(\w*)\n(.*?)```", GUIDE, flags=re.DOTALL)
# The last block of the guide, followed by requests of the test.
ASKED = """
const tokens = () => asked.filter((path) => path === "/api/auth/token").length;
const body = JSON.stringify({ title: "from the page" });
const headers = { "Content-Type": "application/json" };
const created = await (await rowlock("/api/tasks", { method: "POST", headers, body })).json();
const listed = await (await rowlock("/api/tasks")).json();
const before = tokens();
await signOut();
const refused = await rowlock("/api/tasks").then(() => "", (error) => error.message);
const titles = listed.map((task) => task.title);
console.log(JSON.stringify({ first: tasks, created: created.title, titles, before, refused }));
"""


def block(language: str, mark: str) -> str:
    """The block of the guide that contains this text."""
    return next(found for spoken, found in BLOCKS if spoken == language and mark in found)


class Folder:
    """A clone after `make run`, with other ports than in the guide."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with ExitStack() as stack:
            free = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
            self.ports = dict(
                zip(("3000", "8000", "5173"), (str(s.getsockname()[1]) for s in free), strict=True)
            )
        (path / ".venv").symlink_to(sys.prefix)
        example = path / "examples" / "better-auth"
        shutil.copytree(
            ROOT / "examples" / "better-auth",
            example,
            ignore=shutil.ignore_patterns("node_modules", ".env"),
        )
        # The packages that `npm ci` would install.
        (example / "node_modules").symlink_to(ROOT / "examples" / "better-auth" / "node_modules")

    def printed(self, text: str) -> str:
        """A text of the guide with the ports of this folder."""
        for port, own in self.ports.items():
            text = re.sub(rf"\b{port}\b", own, text)
        return text

    @contextmanager
    def running(self, ready: str, *command: str | Path, **variables: str) -> Iterator[None]:
        """Run a server as in a terminal, and wait until it prints that it is ready."""
        log = self.path / f"{time.monotonic_ns()}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                command,
                cwd=self.path,
                env=_environment() | variables,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            deadline = time.monotonic() + SECONDS
            while self.printed(ready) not in log.read_text():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
            yield
        finally:
            os.killpg(process.pid, signal.SIGINT)  # Ctrl-C
            process.wait(SECONDS)

    def make_run(self) -> AbstractContextManager[None]:
        """The server that `make run` starts."""
        return self.running(
            "Rowlock on http://127.0.0.1:8000",
            ".venv/bin/rowlock",
            "serve",
            PORT=self.ports["8000"],
        )

    def paste(self, script: str) -> None:
        """Paste a block into a shell in this folder."""
        subprocess.run(
            ["bash", "-eo", "pipefail", "-c", self.printed(script)],  # noqa: S607 - the user's bash
            cwd=self.path,
            env=_environment(),
            check=True,
            capture_output=True,
            timeout=SECONDS,
        )

    def page(self) -> "subprocess.CompletedProcess[str]":
        """Run the page's code without a browser."""
        front = self.path / "front"
        return subprocess.run(
            [*BROWSER, "page.mjs", self.printed("http://localhost:5173")],
            cwd=front,
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}


@pytest.fixture(scope="module")
def folder() -> Iterator[Folder]:
    """The guide's steps 1 to 3, and the development server of step 5."""
    with ExitStack() as stack:
        path = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="guide-"))).resolve()
        made = Folder(path)
        with made.make_run():
            made.paste(block("sh", "setup.sql"))
            issuer = f"cd examples/better-auth\n{block('sh', 'TRUSTED_ORIGINS')}"
            stack.enter_context(
                made.running(
                    "Better Auth on http://127.0.0.1:3000",
                    "bash",
                    "-ec",
                    made.printed(issuer),
                    PORT=made.ports["3000"],
                )
            )
            made.paste(block("sh", "cat >> .env"))
        stack.enter_context(made.make_run())
        _write_front(made)
        stack.enter_context(
            made.running("ready", "node", PAGE / "dev_server.mjs", "front/vite.config.mjs")
        )
        yield made


def _write_front(folder: Folder) -> None:
    front = folder.path / "front"
    front.mkdir()
    (front / "node_modules").symlink_to(folder.path / "examples" / "better-auth" / "node_modules")
    (front / "package.json").write_text('{"type": "module"}')
    (front / "vite.config.mjs").write_text(folder.printed(block("js", "// vite.config.js")))
    (front / "rowlock.js").write_text(block("js", "// rowlock.js"))
    last = block("js", "signUp.email").replace(
        "{ authClient, rowlock }", "{ authClient, rowlock, signOut }"
    )
    (front / "page.mjs").write_text(last + ASKED)


def test_page_uses_issuer_and_rowlock(folder: Folder) -> None:
    """The page signs a user up, who has no task, then one task; after the sign-out, no token."""
    done = folder.page()

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "first": [],
        "created": "from the page",
        "titles": ["from the page"],
        "before": 1,  # one token for three requests
        "refused": "Sign in first.",
    }


def test_page_of_another_origin_is_refused(folder: Folder) -> None:
    """The issuer refuses a page of an origin that is not in TRUSTED_ORIGINS, and serves others."""
    url = folder.printed("http://localhost:3000/api/auth/sign-up/email")
    person = {"name": "Eve", "password": "correct horse battery"}

    def status(origin: str, email: str) -> int:
        headers = {"origin": folder.printed(origin), "cookie": "a=b"}
        body = person | {"email": email}
        return httpx2.post(url, json=body, headers=headers, trust_env=False).status_code

    assert status("http://localhost:5174", "eve@example.com") == 403
    assert status("http://localhost:5173", "eve@example.com") == 200


def test_guide_leaves_rowlocks_settings_in_force(folder: Folder) -> None:
    """The guide exports no variable: each .env has its settings, each server its own database."""
    commands = "".join(found for spoken, found in BLOCKS if spoken == "sh")

    assert "export " not in commands
    assert "MIGRATION_DATABASE_URL" not in commands
    assert (folder.path / ".env").read_text() == folder.printed(
        "JWT_ISSUER=http://localhost:3000\n"
        "JWT_AUDIENCE=http://localhost:3000\n"
        "JWKS_URL=http://localhost:3000/api/auth/jwks\n"
    )
