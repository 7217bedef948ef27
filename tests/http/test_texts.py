"""The texts that a title and a description may contain, and how they are returned."""

import pytest

from tests.support.api import Client
from tests.support.problems import wrong_values

SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
SQL = "'; drop table app.tasks; -- %s %(id)s %% \\ \\' \" $1 :id"
TOO_SHORT = ("body", "title", "String should have at least 1 character")
TOO_LONG = ("body", "title", "String should have at most 200 characters")


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("  buy milk\t\r\n", "buy milk"),
        ("\u00a0\u2003\u3000buy milk\u2028\u2029\u0085", "buy milk"),
        ("buy \t\u00a0 milk", "buy \t\u00a0 milk"),
        (f"{SPACES}a{SPACES}", "a"),
        ("a" * 200, "a" * 200),
        (" " * 300 + "a" * 200 + "\n" * 300, "a" * 200),
        ("\U0001f600" * 200, "\U0001f600" * 200),
        ("e\u0301", "e\u0301"),
        ("\u200ba\u200b", "\u200ba\u200b"),
        ("vivid vow", "vivid vow"),
        (SQL, SQL),
        ("\x01\x7f\ufffe\uffff", "\x01\x7f\ufffe\uffff"),
    ],
)
def test_title_is_trimmed(alice: Client, path: str, given: str, stored: str) -> None:
    """Only Unicode white space at both ends of a title is removed; 200 code points may remain."""
    task = alice.post(path, json={"title": given}).json()
    replaced = alice.put(f"{path}/{task['id']}", json={"title": given}).json()

    assert (task["title"], replaced["title"]) == (stored, stored)


@pytest.mark.parametrize(
    ("title", "wrong"),
    [
        ("", TOO_SHORT),
        (" ", TOO_SHORT),
        (SPACES, TOO_SHORT),
        ("a" * 201, TOO_LONG),
        ("\U0001f600" * 201, TOO_LONG),
        ("\u00a0" + "a" * 201 + "\u00a0", TOO_LONG),
    ],
)
def test_title_has_1_to_200_code_points(
    alice: Client, path: str, title: str, wrong: tuple[str, str, str]
) -> None:
    """A title that has 0 or over 200 code points after trimming is 422, and nothing is stored."""
    task = alice.create_task(title="as it was")

    assert wrong_values(alice.post(path, json={"title": title})) == [wrong]
    assert wrong_values(alice.put(f"{path}/{task['id']}", json={"title": title})) == [wrong]
    assert alice.tasks() == [task]


@pytest.mark.parametrize(
    "description",
    [
        None,
        "",
        " \t leading and trailing \u00a0\n",
        "two\r\nlines\rand\n\n",
        "\U0001f469\u200d\U0001f4bb \u202eright to left\u202c \x01",
        '"quoted" \\ \u2028 </script> %s',
        "a" * 20_000,
    ],
    ids=["null", "empty", "spaces", "lines", "emoji", "quotes", "longest"],
)
def test_description_is_stored_as_given(alice: Client, path: str, description: str | None) -> None:
    """A description is returned unchanged; an empty description is not null."""
    text = {"title": "a", "description": description}
    task = alice.post(path, json=text).json()
    replaced = alice.put(f"{path}/{task['id']}", json=text).json()

    assert task["description"] == description
    assert replaced["description"] == description
    assert alice.tasks()[0]["description"] == description


def test_description_counts_code_points(alice: Client, path: str) -> None:
    """16,000 emoji count as 16,000 characters; they are the most that a body of 64 KiB can hold."""
    description = "\U0001f600" * 16_000
    body = f'{{"title":"a","description":"{description}"}}'.encode()
    response = alice.post(path, content=body, headers={"content-type": "application/json"})

    assert response.status_code == 201
    assert response.json()["description"] == description


def test_description_has_at_most_20000_characters(alice: Client, path: str) -> None:
    """A description of 20,001 characters is 422."""
    response = alice.post(path, json={"title": "a", "description": "a" * 20_001})

    assert wrong_values(response) == [
        ("body", "description", "String should have at most 20000 characters")
    ]
    assert alice.tasks() == []


def test_every_wrong_value_is_named(alice: Client, path: str) -> None:
    """A 422 lists the place and field of each wrong value, but not the value itself."""
    response = alice.post(
        path, json={"title": " ", "description": 7, "id": "s3cret", "colour": "s3cret"}
    )

    assert wrong_values(response) == [
        ("body", "title", "String should have at least 1 character"),
        ("body", "description", "Input should be a valid string"),
        (
            "body",
            "id",
            "Input should be a valid UUID, invalid character: found `s` at 0",
        ),
        ("body", "colour", "Extra inputs are not permitted"),
    ]
    assert "s3cret" not in response.text
