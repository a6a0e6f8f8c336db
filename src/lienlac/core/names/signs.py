"""The signs of Lao, Thai, Khmer and Burmese in one order, however they were typed: one name, one row of characters.

What looks alike is made alike; nothing is dropped that is read.
"""

from __future__ import annotations

import re
from collections.abc import Set

from . import scripts

# NFKC takes these apart although they are one vowel in their script: put them together again.
_THAI_ORDER = (
    (re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32"), "\\1\u0e33"),
    (re.compile("\u0e33([\u0e48-\u0e4b])"), "\\1\u0e33"),
    (re.compile("\u0e40\u0e40"), "\u0e41"),
)
_LAO_ORDER = (
    (re.compile("\u0ecd([\u0ec8-\u0ecb]?)\u0eb2"), "\\1\u0eb3"),
    (re.compile("\u0eb3([\u0ec8-\u0ecb])"), "\\1\u0eb3"),
    (re.compile("\u0ec0\u0ec0"), "\u0ec1"),
    (re.compile("\u0eab\u0eae"), "\u0eae"),
    (re.compile("\u0eab\u0ea5"), "\u0eab\u0ebc"),
    (re.compile("\u0eab\u0ea3"), "\u0eab\u0ebc"),
)
# Khmer: coeng ro after another coeng; register shifters before vowels; one order for signs typed in any
# order.
_KHMER_ORDER = (
    (re.compile("(\u17d2\u179a)(\u17d2[\u1780-\u17a2])"), "\\2\\1"),
    (re.compile("([\u17b6-\u17c5])([\u17c9\u17ca])"), "\\2\\1"),
    (re.compile("([\u17c6\u17c7])([\u17b6-\u17c5])"), "\\2\\1"),  # a vowel comes before nikahit and reahmuk
    (re.compile("\u17c1\u17b8"), "\u17be"),
    (re.compile("\u17c1\u17b6"), "\u17c4"),
    (re.compile("\u17d2\u178a"), "\u17d2\u178f"),  # coeng da and coeng ta look the same
)
# Burmese: signs typed in any order come into that of the standard (letter, medials, vowels, killer, tone).
_MYANMAR_ORDER = (
    (re.compile("(\u1031)([\u103b-\u103e]+)"), "\\2\\1"),
    (re.compile("\u103e([\u103b-\u103d]+)"), "\\1\u103e"),
    (re.compile("\u103d([\u103b\u103c]+)"), "\\1\u103d"),
    (re.compile("\u1036([\u102d-\u1030]+)"), "\\1\u1036"),
    # the vowel ဥ typed for the letter ဉ, which looks like it; a letter over another that has nothing to stand on: ဋ္ဌေး
    (re.compile("\u1025(?=[\u102c\u103a])"), "\u1009"),
    (re.compile("(?<![\u1000-\u109f])[\u1000-\u1021]\u1039(?=[\u1000-\u1021])"), ""),
    (re.compile("\u1037\u103a"), "\u103a\u1037"),
    (re.compile("\u1038\u103a"), "\u103a\u1038"),
    (re.compile("(\u102f|\u1030)(\u102d|\u102e)"), "\\2\\1"),
    (re.compile("\u1025\u102e"), "\u1026"),
    (re.compile("\u101e\u103c\u1031\u102c"), "\u1029"),
    (re.compile("\u1040(?=[\u102b-\u103e]|[\u1000-\u1021]\u103a)"), "\u101d"),  # zero typed for WA
)
_ORDER = {
    scripts.THAI: _THAI_ORDER,
    scripts.LAO: _LAO_ORDER,
    scripts.KHMER: _KHMER_ORDER,
    scripts.MYANMAR: _MYANMAR_ORDER,
}


def in_order(text: str, found: Set[str]) -> str:
    """Return a text, in which these scripts were found, with their signs in order."""
    for script in _ORDER.keys() & found:
        for pattern, replacement in _ORDER[script]:
            text = pattern.sub(replacement, text)
    return text
