"""The commands of docs/how-to/better-auth.md, run as printed."""

import json
import re
import subprocess
from pathlib import Path

from tests.e2e.conftest import Issue, Trust

GUIDE = (Path(__file__).parents[2] / "docs" / "how-to" / "better-auth.md").read_text()
ISSUER, ROWLOCK = "http://localhost:3000", "http://localhost:8000"


def block(language: str, mark: str) -> str:
    """The block of the guide that contains this text."""
    blocks: list[tuple[str, str]] = re.findall(r"```(\w*)\n(.*?)```", GUIDE, flags=re.DOTALL)
    return next(found for spoken, found in blocks if spoken == language and mark in found)


def test_session_answers_as_printed(own_database: str, issue: Issue, trust: Trust) -> None:
    """Pasted into a shell, they create a task with the JWT, and get 401 with the session token."""
    with issue(own_database) as auth, trust(own_database, auth) as rowlock:
        session = block("sh", "sign-up/email")
        script = session.replace(ISSUER, auth.url).replace(ROWLOCK, rowlock.url)
        assert script.count("127.0.0.1") == 2

        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],  # noqa: S607 - whichever bash is the user's
            capture_output=True,
            text=True,
            check=True,
        )

    created, refused = map(json.loads, done.stdout.splitlines())
    printed = [json.loads(line) for line in block("", '"Water the plants"').splitlines()]
    assert created["title"] == printed[0]["title"] == "Water the plants"
    assert refused | {"request_id": ""} == printed[1] | {"request_id": ""}
