"""Strict readers of base64url (RFC 7515 section 2) and of JSON objects (RFC 8259).

The decoders that python-jose uses are lenient: `urlsafe_b64decode` ignores foreign characters and
unused trailing bits, and `json.loads` accepts NaN, UTF-16 and repeated names. So two different
tokens could have the same signature. These readers accept exactly one form.
"""

import base64
import json
import re
from collections import Counter
from typing import Never

_CHARACTER = "[A-Za-z0-9_-]"

# Unpadded and canonical: the unused bits of the last character are zero.
BASE64URL = (
    rf"(?:{_CHARACTER}{{4}})*+"
    rf"(?:{_CHARACTER}[AQgw]|{_CHARACTER}{{2}}[AEIMQUYcgkosw048])?"
)

_WHOLE = re.compile(BASE64URL, re.ASCII)


def base64url_decode(text: str) -> bytes:
    """Decode canonical, unpadded base64url. Raises ValueError on any other text."""
    if _WHOLE.fullmatch(text) is None:
        raise ValueError("not base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def base64url_length(octets: int) -> int:
    """Return the number of characters for so many octets, without padding."""
    return (octets * 4 + 2) // 3


class RefusedJsonError(ValueError):
    """JSON that is ambiguous or too large. The message continues a sentence about "it"."""


def _unique_names(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = Counter(name for name, _ in pairs)
        repeated = next(name for name, count in names.items() if count > 1)
        shown = len(repeated) <= MAX_SHOWN and repeated.isprintable()
        said = f'the name "{repeated}"' if shown else "a name"
        raise RefusedJsonError(f"gives {said} more than once in an object")
    return members


def _no_constant(_: str) -> Never:
    raise RefusedJsonError("holds NaN or Infinity, which JSON does not have")


_JSON = json.JSONDecoder(object_pairs_hook=_unique_names, parse_constant=_no_constant)

MAX_SHOWN = 40  # characters of a repeated name
MAX_DEPTH = 32
MAX_CONTAINERS = 1000  # objects and arrays in one text
MAX_VALUES = 8000  # commas in one text, which separate members and elements

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


def _check_bounds(data: bytes) -> None:
    """Raise ValueError if nesting is too deep, or values are too many."""
    if data.count(b"{") + data.count(b"[") <= MAX_DEPTH and data.count(b",") <= MAX_VALUES:
        return
    structure = _STRING.sub(b"", data)
    if structure.count(b",") > MAX_VALUES:
        raise RefusedJsonError("has too many members and elements")
    depth = opened = 0
    for bracket in _BRACKET.finditer(structure):
        if bracket[0] in b"[{":
            depth += 1
            opened += 1
            if depth > MAX_DEPTH or opened > MAX_CONTAINERS:
                raise RefusedJsonError("is nested too deeply, or has too many objects and arrays")
        else:
            depth -= 1


def parse_json(data: bytes) -> object:
    """Read JSON in UTF-8 whose names are unique within each object, in bounded depth and time.

    Raises:
        json.JSONDecodeError: the text is not JSON.
        RefusedJsonError: it is not UTF-8, a name is repeated, a number is not JSON, or a limit is
            exceeded.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedJsonError("is not UTF-8") from None
    _check_bounds(data)
    try:
        return _JSON.decode(text)
    except (json.JSONDecodeError, RefusedJsonError):
        raise
    except ValueError:
        # int(): https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
        raise RefusedJsonError("has a number of too many digits") from None


def parse_object(data: bytes) -> dict[str, object]:
    """Read one JSON object in UTF-8 whose names are unique. Raises ValueError on anything else.

    Numbers may still be infinite (`1e999`): the caller must check.
    """
    try:
        value = parse_json(data)
    except ValueError:
        raise ValueError("not a JSON object in UTF-8") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object in UTF-8")  # noqa: TRY004 - the text is wrong, not a type
    return value
