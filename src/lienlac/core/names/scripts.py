"""Which script a character belongs to, by block; and runs of one script in a text.

Only the scripts that this room reads have a name of their own; every other letter is `other`.
Source: Unicode 16.0, Blocks.txt.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import groupby

HAN, LATIN, LAO, THAI, KHMER, MYANMAR, OTHER = "han", "latin", "lao", "thai", "khmer", "myanmar", "other"
BRAHMIC = frozenset({LAO, THAI, KHMER, MYANMAR})

# (first code point, last code point, script), ascending and disjoint
BLOCKS: tuple[tuple[int, int, str], ...] = (
    (0x0041, 0x005A, LATIN),
    (0x0061, 0x007A, LATIN),
    (0x00AA, 0x00AA, LATIN),
    (0x00BA, 0x00BA, LATIN),
    (0x00C0, 0x024F, LATIN),
    (0x0300, 0x036F, LATIN),  # combining marks; only Latin keeps them apart after NFC in our names
    (0x0E00, 0x0E7F, THAI),
    (0x0E80, 0x0EFF, LAO),
    (0x1000, 0x109F, MYANMAR),
    (0x1780, 0x17FF, KHMER),
    (0x1E00, 0x1EFF, LATIN),
    (0x2C60, 0x2C7F, LATIN),
    (0x2E80, 0x2FDF, HAN),
    (0x3005, 0x3007, HAN),
    (0x3400, 0x4DBF, HAN),
    (0x4E00, 0x9FFF, HAN),
    (0xA720, 0xA7FF, LATIN),
    (0xA9E0, 0xA9FF, MYANMAR),
    (0xAA60, 0xAA7F, MYANMAR),
    (0xAB30, 0xAB6F, LATIN),
    (0xF900, 0xFAFF, HAN),
    (0x20000, 0x323AF, HAN),
)
_STARTS = [first for first, _, _ in BLOCKS]


def script_of(char: str) -> str:
    """Return the script of one character.

    A name above, `other` for other letters, `` for what is no letter.
    """
    code = ord(char)
    at = bisect_right(_STARTS, code) - 1
    if at >= 0 and code <= BLOCKS[at][1]:
        return BLOCKS[at][2]
    return OTHER if unicodedata.category(char)[0] in "LM" else ""


class _Known(dict[str, str]):
    """Characters met before with their script."""

    def __missing__(self, char: str) -> str:
        self[char] = script_of(char)
        return self[char]


_KNOWN = _Known()


def of_char(char: str) -> str:
    """Return `script_of` a character, remembered by character."""
    return _KNOWN[char]


def runs(text: str) -> tuple[tuple[str, str], ...]:
    """Return `(script, text)` for each longest run of one script; what is no letter is left out."""
    found = set(map(_KNOWN.__getitem__, text))
    if len(found) == 1 and "" not in found:
        return ((found.pop(), text),)
    grouped = groupby(text, key=_KNOWN.__getitem__)
    return tuple((script, "".join(chars)) for script, chars in grouped if script)
