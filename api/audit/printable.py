"""Makes text from a database safe to print on a terminal.

A name in a database may contain any character but U+0000: a line break, a terminal's escape
sequence, a character that reverses the direction of writing. None of them is printed.
"""

import re
import unicodedata

PLAIN = re.compile(r"[a-z_][a-z0-9_]*")

# General categories without a visible character (Unicode, chapter 4.5): control and format
# characters, line ends, and code points that are unassigned or for private use.
UNPRINTABLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def printable(text: str, keep: str = "") -> str:
    """The text with each unprintable character as <U+…>, except those in `keep`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if character in keep else _shown(character) for character in text)


def is_altered(text: str) -> bool:
    """Whether a statement contains unprintable characters, so that it cannot be copied."""
    return printable(text, keep="\n\t") != text


def quoted(name: str) -> str:
    """A name quoted as in SQL, for display: reserved words are not quoted."""
    return name if PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """The name of a table with its schema, for display."""
    return f"{quoted(schema)}.{quoted(name)}"


def _shown(character: str) -> str:
    if unicodedata.category(character) in UNPRINTABLE:
        return f"<U+{ord(character):04X}>"
    return character
