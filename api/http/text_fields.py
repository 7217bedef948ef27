"""Checks of text that users write, for the fields of request bodies."""

from api.http.blank_text import is_blank


def storable(text: str) -> str:
    """Refuse U+0000, which Postgres does not store. Raises ValueError."""
    if "\x00" in text:
        raise ValueError("must not contain the character U+0000")
    return text


def visible(text: str) -> str:
    """Refuse text of which nothing is displayed. Raises ValueError."""
    if is_blank(text):
        raise ValueError(
            "must contain a visible character, such as a letter, digit, symbol or emoji"
        )
    return text
