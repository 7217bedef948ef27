"""Strict decoding of base64url and JSON objects."""

import base64

import pytest

from api.auth.encoding import base64url_decode, base64url_length, parse_object


@pytest.mark.parametrize("octets", [bytes(range(size)) for size in range(12)] + [b"\xff\xfe\xfb"])
def test_base64url_of_any_octets_is_read_back(octets: bytes) -> None:
    """Canonical base64url without padding is decoded, and base64url_length returns its length."""
    text = base64.urlsafe_b64encode(octets).decode().rstrip("=")

    assert base64url_decode(text) == octets
    assert base64url_length(len(octets)) == len(text)


@pytest.mark.parametrize(
    "text",
    ["A", "AAAAA", "AA==", "AB", "AAB", "A A", "AA\n", "AA?A", "+/AA", "ÄÄ", "AA.AA", "AA٣A"],
)
def test_other_text_is_not_base64url(text: str) -> None:
    """Padding, other characters, impossible lengths and set unused bits raise ValueError."""
    with pytest.raises(ValueError, match=r"^not base64url$"):
        base64url_decode(text)


def test_json_object_is_read() -> None:
    """A JSON object is returned with the types of its members."""
    text = '{"a": 1, "b": [true, null, 1.5], "c": {"d": "é"}}'

    assert parse_object(text.encode()) == {"a": 1, "b": [True, None, 1.5], "c": {"d": "é"}}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b'"text"',
        b"[]",
        b"{",
        b"{} {}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1, "a": 1}',
        b'{"b": {"a": 1, "a": 2}}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        '{"a": 1}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": ' + b"[" * 200_000,
        b'{"a":' * 200_000,
    ],
)
def test_other_json_is_refused(data: bytes) -> None:
    """Other JSON values, repeated names, other encodings and deep nesting raise ValueError."""
    with pytest.raises(ValueError, match=r"^not a JSON object in UTF-8$"):
        parse_object(data)
