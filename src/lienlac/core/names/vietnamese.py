"""Vietnamese syllables: letters, tone and unaccented base of a word, however its accents are placed.

*Hoà* and *hòa* are one syllable, *Lý* and *Lí* one name; *Hùng* and *Hưng* are not. Sources: the spelling
rules of Decision 240/QĐ (1984) for the place of tones, and of i and y; onsets and rimes as in any Vietnamese
grammar.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from .tables import words

_LONGEST = 7  # nghiêng; every word longer than it is no syllable
_TONES = {
    "\u0301": 1,
    "\u0300": 2,
    "\u0309": 3,
    "\u0303": 4,
    "\u0323": 5,
}  # sắc huyền hỏi ngã nặng; 0 is ngang
_SHAPES = frozenset("\u0302\u0306\u031b")  # circumflex, breve, horn
_ONSETS = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x|"
_ONSET = re.compile(f"({_ONSETS})(.*)", re.DOTALL)

_ALPHABET = frozenset("abcdeghiklmnopqrstuvxyăâđêôơư")  # no ü: Lü is pinyin

_Y_ALONE = re.compile("^([bdghklmstvx]|qu|th|ph|tr|kh|ch|nh|)y$")


class Syllable(NamedTuple):
    """`base` in plain letters with i for y, `letters` with their shapes (ă â ê ô ơ ư đ), `tone` 0–5."""

    base: str
    letters: str
    tone: int


def parse(word: str) -> Syllable | None:
    """Read one lower-case NFC word as a Vietnamese syllable, or None when it cannot be one."""
    if len(word) > _LONGEST:
        return None
    letters, tone = _without_tone(word)
    letters = _Y_ALONE.sub("\\1i", letters)
    base = bare(letters)
    if not (letters.isascii() or _ALPHABET.issuperset(letters)) or not _is_syllable(base):
        return None
    return Syllable(base, letters, tone)


def bare(text: str) -> str:
    """Return `text` without any accent: Đàm -> dam; works for every Latin text."""
    if text.isascii():
        return text
    plain = text.replace(_CATALOGUED, "ue").translate(_PLAIN)
    if plain.isascii():
        return plain
    marked = unicodedata.normalize("NFD", plain)
    return "".join(char for char in marked if not unicodedata.combining(char)).translate(_PLAIN)


_CATALOGUED = "ư\u0304"  # Thai and Lao in ALA-LC: เดือน is Dư̄an; ư alone is Vietnamese


_PLAIN = str.maketrans(
    {"đ": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"}
)


def is_accented(word: str) -> bool:
    """Say whether a word carries any accent or đ."""
    return not word.isascii()


def _without_tone(word: str) -> tuple[str, int]:
    if word.isascii():
        return word, 0
    tone, kept = 0, []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = _TONES[char]
        else:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)), tone


def _is_syllable(base: str) -> bool:
    found = _ONSET.match(base)
    if found is None or not base.isascii():
        return False
    onset, rime = found.groups()
    rimes = words("vietnamese_rimes")
    if rime in rimes:
        return True
    # gi and qu share their vowel with the rime: gì, quốc
    return (onset == "gi" and ("i" + rime) in rimes) or (onset == "qu" and ("u" + rime) in rimes)


def spelled(syllable: Syllable) -> str:
    """Return one text for a syllable, equal for equal syllables: base, letters, tone: `dam/đam2`."""
    return f"{syllable.base}/{syllable.letters}{syllable.tone}"
