"""Which characters show nothing: a title of them alone could be neither read nor clicked.

White space, controls, and what Unicode calls default ignorable: zero-width and bidirectional
controls, variation selectors, tags, the fillers of Hangul (UAX 44, Default_Ignorable_Code_Point).
With them come characters that have a shape, which is empty. All others count as visible, also those
that Unicode has not assigned yet: they may be new emoji.
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
    """A character as both Python and ECMA-262 read it in a pattern."""
    return f"\\u{code:04x}" if code <= 0xFFFF else chr(code)  # noqa: PLR2004 - what \\uXXXX can say


_VISIBLE = f"[^{''.join(f'{_written(first)}-{_written(last)}' for first, last in BLANK)}]"
_SEEN = re.compile(_VISIBLE)

# The same, as a JSON schema says it of a whole text; Postgres stores no U+0000.
STORABLE = "^[^\\u0000]*$"
STORABLE_AND_VISIBLE = f"^[^\\u0000]*{_VISIBLE}[^\\u0000]*$"


def is_blank(text: str) -> bool:
    """Whether a text shows nothing."""
    return _SEEN.search(text) is None
