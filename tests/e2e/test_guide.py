"""What docs/better-auth.md shows, run as it is printed."""

import json
import re
import subprocess
from pathlib import Path

from tests.e2e.conftest import Issue, Trust
from tests.support.api import RunningApi
from tests.support.better_auth import BetterAuth, Person

GUIDE = (Path(__file__).parents[2] / "docs" / "better-auth.md").read_text()
ISSUER, ROWLOCK = "http://localhost:3000", "http://localhost:8000"
# A browser on a page of the issuer's origin: it resolves paths, and keeps the session's cookie.
BROWSER = """
const [origin, cookie] = process.argv.slice(1);
const bare = fetch;
let asked = 0;
globalThis.fetch = (url, options = {}) => {
  if (!url.startsWith("/")) return bare(url, options);
  asked += 1;
  return bare(origin + url, { ...options, headers: { ...options.headers, cookie } });
};
"""
PAGE = """
const body = JSON.stringify({ title: "from the page" });
const headers = { "Content-Type": "application/json" };
const created = await (await rowlock("/api/tasks", { method: "POST", headers, body })).json();
const listed = await (await rowlock("/api/tasks")).json();
await rowlock(`/api/tasks/${created.id}`, { method: "DELETE" });
const before = asked;
forget();
const again = (await rowlock("/api/tasks")).status;
console.log(JSON.stringify({ title: created.title, listed: listed.length, before, again, asked }));
"""


def block(language: str, mark: str) -> str:
    """The block of the guide that holds this."""
    blocks: list[tuple[str, str]] = re.findall(r"```(\w*)\n(.*?)```", GUIDE, flags=re.DOTALL)
    return next(found for spoken, found in blocks if spoken == language and mark in found)


def test_session_answers_as_printed(own_database: str, issue: Issue, trust: Trust) -> None:
    """Pasted into a shell, it creates a task with the JWT, and gets 401 with the session token."""
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


def test_front_end_uses_one_token_until_it_forgets(
    rowlock: RunningApi, auth: BetterAuth, ada: Person
) -> None:
    """The page's code asks the issuer once for three requests, and again after it forgets."""
    cookie = "; ".join(f"{name}={value}" for name, value in ada.cookies.items())
    code = block("js", "renewAt").replace(ROWLOCK, rowlock.url).replace("export ", "")

    done = subprocess.run(
        ["node", "--input-type=module", "--eval", BROWSER + code + PAGE, auth.url, cookie],  # noqa: S607 - whichever node is the user's
        capture_output=True,
        text=True,
        check=True,
    )

    said = json.loads(done.stdout)
    assert said == {"title": "from the page", "listed": 1, "before": 1, "again": 200, "asked": 2}
