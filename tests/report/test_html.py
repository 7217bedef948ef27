"""`--format html`: a page in one file. tests/browser opens it in a browser."""

import re
import time
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from tests.report.conftest import HOSTILE, MANY_TABLES, Run
from tests.support.server import Server


def test_page_forbids_itself_everything_but_its_style(audit: Run, database: str) -> None:
    """The page's CSP allows only its style sheet, by hash; the page refers to no other file."""
    page = audit(database, "--format", "html").out

    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert style is not None
    assert policy is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert policy[1] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert re.findall(r"(?:https?:)?//\w", page) == []
    assert re.findall(r"\b(?:src|srcset|action|on\w+|style)=", page) == []
    assert {link[:1] for link in re.findall(r'href="([^"]*)', page)} == {"#"}


def test_names_are_escaped(audit: Run, server: Server, own_database: str) -> None:
    """A hostile name creates no tag, and the page contains none of its control characters."""
    server.execute("create table app.{} (user_id text)", HOSTILE, database=own_database)

    page = audit(own_database, "--format", "html").out

    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert {"\x1b", "\x9b", "\u202e"} & set(page) == set()


def test_user_has_a_section(audit: Run, database: str) -> None:
    """With --as the page has a section about this user's reach; the user id is escaped."""
    page = audit(database, "--format", "html", "--as", "<b>alice").out

    assert '<h2 id="reach-title">What &lt;b&gt;alice reaches</h2>' in page
    assert '<a href="#reach">One user</a>' in page
    assert "<b>alice" not in page


def test_page_of_500_tables_is_whole(
    audit: Run, server: Server, own_database: str, tmp_path: Path
) -> None:
    """All 500 tables are in the matrix of rowlock_api, each with its policy, within 20 seconds."""
    server.execute(MANY_TABLES, database=own_database)
    path = tmp_path / "report.html"

    began = time.monotonic()
    audit(own_database, "--format", "html", "--output", str(path))
    seconds = time.monotonic() - began

    page = path.read_text()
    card = page.partition("<caption>rowlock_api</caption>")[2].partition("</table>")[0]
    assert len(re.findall(r'<th scope="row">app\.t\d+</th>', card)) == 500
    assert len(re.findall(r"create policy t\d+_select_own on app\.t\d+\n", page)) == 500
    assert seconds < 20


def test_verdict_has_the_mark_of_what_was_found(
    audit: Run, server: Server, own_database: str
) -> None:
    """No finding, a warning and an error each have their own verdict."""
    seen = []
    for change in (
        "select",
        "create publication everything for table app.tasks",
        "alter table app.tasks no force row level security",
    ):
        server.execute(change, database=own_database)
        # The test must not depend on the version of the server.
        page = audit(own_database, "--format", "html", "--accept", "server_floor=a test").out
        verdict = re.search(r'class="verdict (\w+)"><span aria-hidden="true">(.)</span>', page)
        assert verdict is not None
        seen.append(verdict.groups())

    assert seen == [("good", "✓"), ("warned", "!"), ("bad", "✗")]
