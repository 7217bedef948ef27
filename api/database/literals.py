r"""Text as SQL that means the same whatever a session was told about quoting and encoding.

The driver quotes by what the server reported last: without E'…', a backslash is a sign like any
other, unless standard_conforming_strings is off. A pooler may lend a session where it is off, or
where another client_encoding is set, and not report it; then `\'` would end the text. In E'…' a
backslash is always written as two, and in ASCII alone no encoding can swallow one
(https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-ESCAPE).
"""

from json.encoder import encode_basestring_ascii
from typing import Self

from psycopg2.extensions import QuotedString, register_adapter


class Escaped:
    """Text as a literal in ASCII. Its escapes are those of JSON, which E'…' knows as well."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __conform__(self, _protocol: object) -> Self:
        return self

    def getquoted(self) -> bytes:
        """Return the literal.

        Raises:
            ValueError: the text holds a NUL, or half of a surrogate pair.
        """
        self._text.encode()
        if "\0" in self._text:
            raise ValueError("A string literal cannot contain NUL (0x00) characters.")
        escaped = encode_basestring_ascii(self._text)[1:-1].replace("'", "''")
        return f" E'{escaped}'".encode()


def literal(text: str) -> Escaped | QuotedString:
    """How the driver writes text: as ever, unless there is a backslash in it."""
    return Escaped(text) if "\\" in text else QuotedString(text)


def identity(text: str) -> str | Escaped:
    """A value whose signs must be the caller's under every client_encoding."""
    return text if text.isascii() else Escaped(text)


register_adapter(str, literal)
