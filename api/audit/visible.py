"""Names from a database, made safe to look at.

A name may hold anything but a zero byte: a line's end, a terminal's escape sequence, a sign that
turns the text around. None of them reaches a screen.
"""

import re
import unicodedata

PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
CONTROL_PICTURES = 0x2400
DELETE = 0x7F


def visible(text: str, keep: str = "") -> str:
    """The text with signs in the place of whatever has no shape of its own, but for `keep`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign if sign in keep else _shape(sign) for sign in text)


def is_altered(text: str) -> bool:
    """Whether a statement cannot be copied from the screen as it is."""
    return visible(text, keep="\n\t") != text


def quoted(name: str) -> str:
    """A name as SQL writes it, for reading: keywords are not told apart."""
    return name if PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """The name of a table with its schema, for reading."""
    return f"{quoted(schema)}.{quoted(name)}"


def _shape(sign: str) -> str:
    code = ord(sign)
    if code < ord(" "):
        return chr(CONTROL_PICTURES + code)
    if code == DELETE:
        return "␡"
    if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}:
        return f"<U+{code:04X}>"
    return sign
