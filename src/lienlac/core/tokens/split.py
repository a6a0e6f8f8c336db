"""Fold a text and split it into tokens; the same for what is kept and for what is asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

MAX_CHARS = 20_000
MAX_TOKEN_CHARS = 40

# Letters that NFD does not take apart, and that people leave out when they type without accents.
_PLAIN = str.maketrans({"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"})
_ZERO_WIDTH = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_WORD = re.compile(r"[0-9a-z]+")


def fold(text: str) -> str:
    """Return the text in one width, small letters, without Latin accents; marks of other scripts stay."""
    wide = unicodedata.normalize("NFKC", _ZERO_WIDTH.sub("", text)).casefold()
    return "".join(_unaccented(char) for char in wide).translate(_PLAIN)


def tokens(text: str) -> frozenset[str]:
    """Return the tokens of a text (its first MAX_CHARS characters); an empty set when it has no letters or digits."""
    folded = fold(text[:MAX_CHARS])
    words = (word[:MAX_TOKEN_CHARS] for word in _WORD.findall(folded))
    return frozenset((*words, *(token for run in _other_runs(folded) for token in _pairs(run))))


def _unaccented(char: str) -> str:
    """Take the accents of a Latin letter away; a letter of another script is returned whole."""
    base = unicodedata.normalize("NFD", char)
    return base[0] if len(base) > 1 and base[0].isascii() else char


def _other_runs(folded: str) -> Iterator[list[str]]:
    """Give each run of clusters that are neither Latin letters nor digits."""
    run: list[str] = []
    for char in folded:
        category = unicodedata.category(char)[0]
        if category == "M" and run:
            run[-1] += char
        elif category == "L" and not char.isascii():
            run.append(char)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _pairs(run: list[str]) -> Iterator[str]:
    if len(run) == 1:
        yield run[0]
    for first, second in pairwise(run):
        yield first + second
