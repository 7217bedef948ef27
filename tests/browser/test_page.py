"""The HTML of `rowlock audit` in a browser: light, dark, and on a phone."""

import itertools
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import SCREENS, Look, Written

PICTURE_WIDTH, PICTURE_HEIGHT = 1000, 1120


@pytest.fixture(params=["written", "hostile"])
def report(request: pytest.FixtureRequest) -> Written:
    """Each of the two reports."""
    found: Written = request.getfixturevalue(request.param)
    return found


def listen(page: Page) -> tuple[list[str], list[str]]:
    """Two lists that the browser appends to: log messages, and requested URLs."""
    logged: list[str] = []
    requested: list[str] = []
    page.on("console", lambda message: logged.append(message.text))
    page.on("pageerror", lambda error: logged.append(str(error)))
    page.on("request", lambda request: requested.append(request.url))
    return logged, requested


@pytest.mark.parametrize("screen", SCREENS)
def test_page_is_quiet_and_fetches_nothing(
    pages: dict[str, Page], report: Written, screen: str
) -> None:
    """Nothing is logged, no script runs, and the only request is the one for the file."""
    page = pages[screen]
    logged, requested = listen(page)
    page.goto(report.path.as_uri())

    assert page.locator("script").count() == 0
    assert logged == []
    assert requested == [report.path.as_uri()]


def test_noise_is_logged(pages: dict[str, Page], written: Written, tmp_path: Path) -> None:
    """The positive control: a script and an image are refused by the page's policy, and logged."""
    path = tmp_path / "noisy.html"
    noise = "<script>1</script><img src='other.png' alt=''></body>"
    path.write_text(written.path.read_text().replace("</body>", noise))
    page = pages["light"]
    logged, _ = listen(page)
    page.goto(path.as_uri())

    assert len(logged) == 2
    assert all("violates the following Content Security Policy" in line for line in logged)


@pytest.mark.parametrize("screen", SCREENS)
def test_page_scrolls_in_one_direction(look: Look, report: Written, screen: str) -> None:
    """The page is as wide as the screen; wider content scrolls inside its own box."""
    page = look(report, screen)

    width = SCREENS[screen]["viewport"]["width"]
    assert page.evaluate("document.documentElement.clientWidth") == width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_and_light_differ_and_are_readable(look: Look, written: Written) -> None:
    """The dark page swaps text and background; contrast is at least 4.5 to 1 (WCAG 1.4.3)."""
    grounds = {}
    for screen in ("light", "dark"):
        page = look(written, screen)
        grounds[screen] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        for selector in ("td.none", "td.own", "td.all", ".finding p", ".origin", ".verdict"):
            assert contrast(page, selector) >= 4.5, (screen, selector)

    assert grounds == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 21, 27)"}


def contrast(page: Page, selector: str) -> float:
    """The contrast of an element's text with the nearest background behind it."""
    ratio: float = page.evaluate(
        """(() => {
            const numbers = (text) => text.match(/[0-9.]+/g).map(Number);
            const light = (text) => {
                const [r, g, b] = numbers(text).map((part) => {
                    const share = part / 255;
                    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
                });
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            let element = document.querySelector("SELECTOR");
            const ink = getComputedStyle(element).color;
            while (numbers(getComputedStyle(element).backgroundColor)[3] === 0) {
                element = element.parentElement;
            }
            const both = [light(ink), light(getComputedStyle(element).backgroundColor)];
            return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
        })()""".replace("SELECTOR", selector)
    )
    return ratio


def test_matrix_shows_the_reach_of_each_role(look: Look, written: Written) -> None:
    """Each role has its own matrix, and a cell shows its reach as a word and as a symbol."""
    page = look(written, "light")

    cells = page.evaluate(
        """Object.fromEntries([...document.querySelectorAll(".matrix")].map((table) => [
            table.caption.textContent,
            Object.fromEntries([...table.tBodies[0].rows].map((row) => [
                row.cells[0].textContent,
                [...row.cells].slice(1).map((cell) => [
                    cell.querySelector(".word").textContent,
                    cell.querySelector("use").getAttribute("href"),
                    cell.className,
                ]),
            ])),
        ]))"""
    )

    def line(*words: str) -> list[list[str]]:
        return [[word, f"#sign-{word}", word] for word in words]

    assert cells["rowlock_api"]["app.notes"] == line("own", "own", "none", "none", "none")
    assert cells["rowlock_api"]["app.tasks"] == line("own", "own", "own", "own", "none")
    assert cells["reporting"] == {"app.tasks": line("all", "none", "none", "none", "none")}
    others = page.evaluate(
        "document.querySelector('[aria-label=\"Access of reporting\"] .origin').textContent"
    )
    assert "app.notes" in others
    assert set(cells) == {
        row["role"] for row in written.report.views["access"] if row["reach"] != "none"
    }


def test_every_policy_and_finding_is_there(look: Look, report: Written) -> None:
    """Every policy and every finding is on the page, also those with hostile names."""
    page = look(report, "light")

    assert page.evaluate("document.querySelectorAll('.policy pre').length") == len(
        report.report.views["policies"]
    )
    assert page.evaluate("document.querySelectorAll('.finding').length") == len(
        report.report.findings
    )


def test_hostile_names_are_text(look: Look, hostile: Written) -> None:
    """A name that contains a tag creates no element, and is shown unchanged."""
    page = look(hostile, "light")

    assert "<script>" in page.evaluate("document.querySelector('#tables').textContent")
    assert "<U+001B>[31m<script>" in page.evaluate("document.querySelector('.matrix').textContent")
    assert page.evaluate("document.querySelectorAll('script, img, iframe').length") == 0


def test_page_can_be_read_by_keyboard_and_by_ear(look: Look, report: Written) -> None:
    """Tab reaches scrolling boxes, heading levels have no gap, header cells have a scope."""
    page = look(report, "phone")

    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3')].map((h) => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.evaluate("document.querySelectorAll('th:not([scope])').length") == 0
    assert page.evaluate("document.querySelectorAll('table:not(:has(caption))').length") == 0
    assert (
        page.evaluate(
            """[...document.querySelectorAll("*")].filter((element) =>
                element.scrollWidth > element.clientWidth + 1
                && ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
                && element.tabIndex !== 0
            ).length"""
        )
        == 0
    )
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0


def test_pictures(chromium: Browser, written: Written, tmp_path: Path) -> None:
    """Each kind of screen shows another picture; ROWLOCK_PICTURES names a folder for them."""
    folder = Path(os.environ.get("ROWLOCK_PICTURES", tmp_path))
    taken = set()
    for screen, options in SCREENS.items():
        width = min(options["viewport"]["width"], PICTURE_WIDTH)
        size = {"viewport": {"width": width, "height": PICTURE_HEIGHT}}
        with chromium.new_page(**options | size) as page:
            page.goto(written.path.as_uri() + "#access")
            taken.add(page.screenshot(path=folder / f"audit-{screen}.png"))

    assert {data[:8] for data in taken} == {b"\x89PNG\r\n\x1a\n"}
    assert len(taken) == 3
