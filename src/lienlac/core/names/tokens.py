"""The words of a name: parted, each of one script, variant characters folded, scripts not ours in Latin letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from . import keystrokes, pinyin, scripts, vietnamese
from .tables import rows

# inside a word they join: O'Neil, Ts'ai; signs of library catalogues that stand for no sound of their own: Čhanʻ, Chanʹ
_JOINERS = dict.fromkeys(map(ord, "'’ʼ‘`´ʻʹʺʽʾʿ"), "")


class Token(NamedTuple):
    """One word of a name: `text` in lower case and NFC, its `script`, and `at`, its place among the words."""

    text: str
    script: str
    at: int


def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the words of a text in one form, each of one script, without what has no letter."""
    words_: list[tuple[str, str]] = []
    for word in _split(text):
        if word.isascii():
            words_.append((word, scripts.LATIN))
            continue
        for script, part in scripts.runs(fold_variants(word)):
            if _has_letter(part):
                words_.append((part, script))
    return tuple([Token(part, script, at) for at, (part, script) in enumerate(words_)])


def in_latin(token: Token) -> Token:
    """Return a word of a script that is not ours in Latin letters (anyascii, ISC): Cyrillic, Arabic, Tibetan, Hangul …

    What has no letters there stays as it is.
    """
    if token.script != scripts.OTHER:
        return token
    letters = "".join(char for char in _transliteration()(token.text).lower() if char.isalpha())
    return token if not letters else Token(text=letters, script=scripts.LATIN, at=token.at)


def without_tones(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return words in pinyin with tones without these: records hardly have them, and Vietnamese has other ones."""
    toned = [token.text for token in tokens if token.script == scripts.LATIN]
    if "".join(toned).isascii() or not pinyin.is_toned(toned):
        return tokens
    return tuple(
        token._replace(text=vietnamese.bare(token.text)) if token.script == scripts.LATIN else token
        for token in tokens
    )


def parts_of(token: Token) -> int:
    """Count the syllables of a word, roughly: a Han character is one, four letters of a Brahmic script are."""
    if token.script == scripts.HAN:
        return len(token.text)
    return 1 + len(token.text) // 4 if token.script in scripts.BRAHMIC else 1


@cache
def _transliteration() -> Callable[[str], str]:
    from anyascii import anyascii  # its tables are read when such a name comes

    return anyascii


def _has_letter(text: str) -> bool:
    """Say whether there is a letter, and not only marks that have lost theirs."""
    return text[0].isalpha() or any(unicodedata.category(char)[0] == "L" for char in text)


def _split(text: str) -> list[str]:
    words_ = text.split()
    if not text.replace(" ", "").isalpha():
        words_ = [keystrokes.from_signs(word) or word for word in words_]
    return " ".join(words_).translate(_LETTERS).split()


def fold_variants(text: str) -> str:
    """Return `text` with traditional and variant Han characters simplified (table `han_variants`)."""
    return text if max(text, default="") < _FIRST_HAN else text.translate(_variants())


_FIRST_HAN = "\u2e80"


@cache
def _variants() -> dict[int, str]:
    return {ord(row[0]): row[1] for row in rows("han_variants")}


class _Letters(dict[int, str]):
    """For `str.translate`: what is no letter becomes a space; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char if scripts.script_of(char) else " "
        return self[code]


_LETTERS = _Letters(_JOINERS)
