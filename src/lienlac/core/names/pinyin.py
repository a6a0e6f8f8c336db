"""Mandarin syllables: those of a Han character, and those in a word of Latin letters.

Tones are dropped (records hardly ever have them) and ü is u after n and l, as passports write it in many ways
(LÜ, LU, LV, LYU). Sources: pypinyin (MIT) for characters, the table `pinyin_surnames` for surnames read
otherwise.
"""

from __future__ import annotations

import re
from functools import cache

from pypinyin import Style
from pypinyin.constants import PINYIN_DICT
from pypinyin.style import convert

from .reading import Spelling
from .tables import rows
from .vietnamese import bare, parse

_RARER_COST = 1.2  # each further reading of a character: about a third as usual as the one before
_SURNAME_COST = 0.7  # the everyday reading, where a surname has its own
_FOLDS = (("lyu", "lu"), ("nyu", "nu"), ("lv", "lu"), ("nv", "nu"), ("lue", "lve"), ("nue", "nve"))


def fold(syllable: str) -> str:
    """Return one spelling for the ways to write ü."""
    for written, folded in _FOLDS:
        if syllable.startswith(written):
            return folded + syllable[len(written) :]
    return syllable


def of_char(char: str, *, surname: bool = False) -> tuple[Spelling, ...]:
    """Return the readings of one Han character, the most usual first; empty when none is known."""
    usual = tuple(
        Spelling(text, text, _RARER_COST * at, "pypinyin") for at, text in enumerate(_readings(char))
    )
    special = _surnames().get(char, ()) if surname else ()
    if not special:
        return usual
    first = tuple(
        Spelling(text, text, _SURNAME_COST * at, "pinyin_surnames") for at, text in enumerate(special)
    )
    rest = tuple(s._replace(cost=s.cost + _SURNAME_COST) for s in usual if s.text not in special)
    return first + rest


def _readings(char: str) -> tuple[str, ...]:
    marked = PINYIN_DICT.get(ord(char), "").split(",")
    plain = (fold(convert(text, Style.NORMAL, strict=False).replace("ü", "v")) for text in marked if text)
    return tuple(dict.fromkeys(bare(text) for text in plain))[:4]


@cache
def _surnames() -> dict[str, tuple[str, ...]]:
    return {row[0]: tuple(row[1].split()) for row in rows("pinyin_surnames")}


@cache
def syllables() -> frozenset[str]:
    """Return every syllable that a character of the frequency table or a common character has, about 400."""
    common = (chr(code) for code in range(0x4E00, 0x9FA6))
    found = {text for char in common for text in _readings(char)[:1]}
    return frozenset(text for text in found if _SHAPE.fullmatch(text))


_SHAPE = re.compile("(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:[aeiouv]{1,3}(?:n|ng|r)?)")


@cache
def _written() -> dict[str, str]:
    """Return every way to write a syllable, mapped to its fold."""
    found = {text: text for text in syllables()}
    for written, folded in _FOLDS:
        found |= {written + text[len(folded) :]: text for text in syllables() if text.startswith(folded)}
    return {written: text for written, text in found.items() if fold(written) == text}


@cache
def _whole() -> re.Pattern[str]:
    """Return the pattern of a word made of syllables alone."""
    return re.compile(f"(?:{'|'.join(sorted(_written(), key=len, reverse=True))})+")


_TONED = frozenset("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü")
_NOT_VIETNAMESE = frozenset("āǎēěīǐōǒūǔǖǘǚǜ")
_PLAIN = frozenset(map(chr, range(128)))


def is_toned(words: list[str]) -> bool:
    """Say whether words are pinyin with its tones: *Tán Qìngyuǎn*, of which *Tán* alone might be Vietnamese."""
    accents = set("".join(words)).difference(_PLAIN)
    if accents <= {"ü"} or not accents <= _TONED:
        return False
    if not accents & _NOT_VIETNAMESE and all(map(parse, words)):
        return False
    return all(segment(bare(word.replace("ü", "v"))) for word in words)


_ALONE = frozenset("aeo")  # syllables of one letter; after the same letter they are no pinyin: Lee, Soo


def segment(word: str) -> tuple[tuple[str, ...], ...]:
    """Part a word of plain lower-case letters into pinyin syllables: at most 3 ways, fewest syllables first.

    Between as few, the one without *nyu* and *lyu* comes first: Chenyu is chen yu. Empty when the word is no pinyin
    or too long (more than 24 letters).
    """
    if len(word) > 24 or not _whole().fullmatch(word):
        return ()
    written = _written()
    ways: list[list[tuple[int, tuple[str, ...]]]] = [[(0, ())], *([] for _ in word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            doubled = word[start:end] in _ALONE and word[start - 1 : start] == word[start:end]
            if ways[start] and not doubled and (piece := written.get(word[start:end])) is not None:
                odd = word[start:end] != piece
                ways[end].extend((marked + odd, (*way, piece)) for marked, way in ways[start])
        ways[end] = sorted(ways[end], key=lambda found: (len(found[1]), found[0]))[:3]
    shortest = len(ways[-1][0][1]) if ways[-1] else 0
    return tuple(way for _, way in ways[-1] if len(way) <= shortest + 1)
