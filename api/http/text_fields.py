"""Text that users write: the types of such fields in request bodies, and their checks."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from api.http.blank_text import STORABLE, STORABLE_AND_VISIBLE, is_blank

MAX_TITLE = 200
MAX_TEXT = 20_000


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


# One line that names a row.
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE),
    AfterValidator(storable),
    AfterValidator(visible),
    Field(
        description="White space around it is removed. At least one character can be seen: spaces,"
        " controls, zero-width characters, variation selectors, tags and fillers cannot.",
        json_schema_extra={"pattern": STORABLE_AND_VISIBLE},
    ),
]
# Any text, also an empty one.
LongText = Annotated[
    str,
    StringConstraints(max_length=MAX_TEXT),
    AfterValidator(storable),
    WithJsonSchema({"type": "string", "maxLength": MAX_TEXT, "pattern": STORABLE}),
]
