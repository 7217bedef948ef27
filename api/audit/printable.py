"""Names from a database, made safe to look at.

A name may hold anything but a zero byte: a line's end, a terminal's escape sequence, a sign that
turns the text around. None of them reaches a screen.
"""

import re
import unicodedata

PLAIN = re.compile(r"[a-z_][a-z0-9_]*")

# Control and format signs, lines' ends, and what no font has a letter for (Unicode, chapter 4.5).
SHAPELESS = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def visible(text: str, keep: str = "") -> str:
    """The text with the number of each sign that has no shape of its own, but for `keep`."""
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
    return f"<U+{ord(sign):04X}>" if unicodedata.category(sign) in SHAPELESS else sign
