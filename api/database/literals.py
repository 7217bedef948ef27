r"""String literals that are safe under every standard_conforming_strings and client_encoding.

The driver quotes according to what the server last reported: in an ordinary literal, a backslash is
an ordinary character unless standard_conforming_strings is off. A pooler may provide a session in
which it is off, or in which client_encoding is another one, without reporting it; then `\'` would
end the literal. In E'…' a backslash is always doubled, and in pure ASCII no encoding can consume it
(https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-ESCAPE).
"""

from json.encoder import encode_basestring_ascii
from typing import Self

from psycopg2.extensions import QuotedString, register_adapter


class Escaped:
    """Text as a literal in ASCII, with the escapes of JSON, which E'…' understands as well."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __conform__(self, _protocol: object) -> Self:
        return self

    def getquoted(self) -> bytes:
        """Return the literal.

        Raises:
            ValueError: the text contains U+0000 or an unpaired surrogate.
        """
        self._text.encode()
        if "\0" in self._text:
            raise ValueError("A string literal cannot contain NUL (0x00) characters.")
        escaped = encode_basestring_ascii(self._text)[1:-1].replace("'", "''")
        return f" E'{escaped}'".encode()


def literal(text: str) -> Escaped | QuotedString:
    """How the driver writes text: as it does by default, unless the text contains a backslash."""
    return Escaped(text) if "\\" in text else QuotedString(text)


def identity(text: str) -> str | Escaped:
    """A user or request id, which must stay the same under every client_encoding."""
    return text if text.isascii() else Escaped(text)


register_adapter(str, literal)
