"""Blank text: text of characters that display nothing. Such a title could not be seen or clicked.

Blank are white space, control characters, Unicode's default ignorable characters (UAX 44,
Default_Ignorable_Code_Point: zero-width and bidirectional controls, variation selectors, tags,
Hangul
fillers), and characters whose glyph is empty. All others count as visible, also unassigned ones:
they may be new emoji.
"""

import re

BLANK = (
    (0x0000, 0x0020),  # controls, space
    (0x007F, 0x00A0),  # controls, no-break space
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x1680, 0x1680),  # Ogham space mark
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors, vowel separator
    (0x2000, 0x200F),  # spaces, zero-width characters, directional marks
    (0x2028, 0x202F),  # separators, directional embeddings and overrides, narrow no-break space
    (0x205F, 0x206F),  # mathematical space, word joiner, invisible operators, directional isolates
    (0x2800, 0x2800),  # Braille pattern blank
    (0x3000, 0x3000),  # ideographic space
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # zero-width no-break space, the byte order mark
    (0xFFA0, 0xFFA0),  # halfwidth Hangul filler
    (0xFFF0, 0xFFFB),  # reserved, interlinear annotation
    (0x13430, 0x1343F),  # Egyptian hieroglyph format controls
    (0x16FE4, 0x16FE4),  # Khitan small script filler
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D159, 0x1D159),  # musical symbol null notehead
    (0x1D173, 0x1D17A),  # musical format controls
    (0xE0000, 0xE0FFF),  # tags, variation selectors
)


def _written(code: int) -> str:
    """A character as a pattern of both Python and ECMA-262."""
    return f"\\u{code:04x}" if code <= 0xFFFF else chr(code)  # noqa: PLR2004 - the limit of \\uXXXX


_VISIBLE = f"[^{''.join(f'{_written(first)}-{_written(last)}' for first, last in BLANK)}]"
_SEEN = re.compile(_VISIBLE)

# Patterns of a whole text, for JSON schemas. Postgres stores no U+0000.
STORABLE = "^[^\\u0000]*$"
STORABLE_AND_VISIBLE = f"^[^\\u0000]*{_VISIBLE}[^\\u0000]*$"


def is_blank(text: str) -> bool:
    """Whether a text displays nothing."""
    return _SEEN.search(text) is None
