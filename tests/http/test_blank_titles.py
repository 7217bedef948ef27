"""A title must have a visible character, according to the categories of Unicode."""

import re
import sys
import unicodedata

import pytest

from api.http.blank_text import BLANK, STORABLE_AND_VISIBLE, is_blank
from tests.support.api import Client, RunningApi
from tests.support.problems import wrong_values

UNSEEN = (
    "body",
    "title",
    "must contain a visible character, such as a letter, digit, symbol or emoji",
)
# Characters of visible categories whose glyph is empty (UAX 44, and their names).
EMPTY = {*(0x115F, 0x1160, 0x3164, 0xFFA0), 0x2800, 0x1D159}
MARKS = {0x34F, 0x17B4, 0x17B5, *range(0x180B, 0x180E), 0x180F, *range(0xFE00, 0xFE10), 0x16FE4}
# Arabic and Syriac signs in front of digits, which are visible although they are format
# characters (UAX 44, Prepended_Concatenation_Mark).
SIGNS = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
EVERYTHING = [(code, unicodedata.category(chr(code))) for code in range(sys.maxunicode + 1)]


@pytest.mark.parametrize(
    "title",
    [
        "\u200b",
        "\u200b\u200c\u200d\u2060\ufeff",
        "\u202e\u202c",
        "\u2066\u2069\u200e\u200f\u061c",
        "\ufe0f",
        "\U000e0100",
        "\u3164",
        "\u115f\u1160",
        "\uffa0",
        "\u2800",
        "\U000e0001\U000e0041\U000e007f",
        "\u00ad",
        "\x01\x1b\x7f\x9f",
        "\u2800 \u3164",
        "\u034f\u180e",
    ],
)
def test_title_that_shows_nothing_is_refused(alice: Client, path: str, title: str) -> None:
    """An invisible title is 422 for POST and PUT; with a letter added, it is stored unchanged."""
    task = alice.create_task(title="seen")

    assert wrong_values(alice.post(path, json={"title": title})) == [UNSEEN]
    assert wrong_values(alice.put(f"{path}/{task['id']}", json={"title": title})) == [UNSEEN]
    assert alice.tasks() == [task]
    seen = title.strip() + "a"
    assert alice.post(path, json={"title": seen}).json()["title"] == seen


@pytest.mark.parametrize(
    "title",
    ["a", "é", "\u0301", "٣", "!", "€", "日", "\U0001f600", "\ue000", "\U0001fa8d", "\u06dd"],
)
def test_one_visible_character_is_a_title(alice: Client, path: str, title: str) -> None:
    """One letter, mark, digit, punctuation, symbol, emoji or private character is enough."""
    assert alice.post(path, json={"title": title}).json()["title"] == title


@pytest.mark.parametrize("kind", ["Cc", "Zs", "Zl", "Zp", "Cf"])
def test_every_control_and_space_is_blank(kind: str) -> None:
    """Controls, spaces, separators and formats are invisible, except some signs before digits."""
    found = {code for code, category in EVERYTHING if category == kind}

    assert found
    assert {code for code in found if not is_blank(chr(code))} == found & SIGNS


@pytest.mark.parametrize("kind", ["L", "M", "N", "P", "S", "Co"])
def test_every_other_character_is_seen(kind: str) -> None:
    """Letters, marks, digits, punctuation and symbols are visible, except empty glyphs."""
    found = {code for code, category in EVERYTHING if category.startswith(kind)}
    blank = {code for code in found if is_blank(chr(code))}

    assert len(found) > 100
    assert blank - set(range(0xE0000, 0xE1000)) == found & (EMPTY | MARKS)


def test_emoji_to_come_are_seen() -> None:
    """Unassigned code points are visible, except those that Unicode reserves as ignorable."""
    unassigned = {code for code, category in EVERYTHING if category == "Cn"}
    reserved = {0x2065, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)}

    assert {code for code in unassigned if is_blank(chr(code))} == unassigned & reserved


def test_ranges_are_in_order() -> None:
    """The ranges of invisible characters are sorted and do not overlap."""
    bounds = [bound for pair in BLANK for bound in pair]

    assert bounds == sorted(bounds)


def test_description_has_the_same_rule(api: RunningApi) -> None:
    """The pattern in the OpenAPI document has the same rule as the API, and refuses U+0000."""
    pattern = api.contract.document["components"]["schemas"]["TaskCreate"]["properties"]["title"]

    assert pattern["pattern"] == STORABLE_AND_VISIBLE
    rule = re.compile(STORABLE_AND_VISIBLE)
    for text in ("a", "\u200ba\n", "\U0001f600", "\U000e0041a"):
        assert rule.search(text)
    for text in ("", "\u200b", "\U000e0041", " \n", "a\x00", "\x00"):
        assert not rule.search(text)
