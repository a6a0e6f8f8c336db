"""A fingerprint as people compare it: 24 short words, or 13 groups of six digits, read aloud or from paper.

The words are the English list of BIP-39 (github.com/bitcoin/bips, bip-0039/english.txt, 2,048 words, SHA-256
2f5eed53…4dbda; MIT): no two begin with the same four letters, and they were chosen not to sound alike. The spelling is
BIP-39's too: 256 bits and 8 bits of their SHA-256 are 24 times eleven bits, so that a word misheard is noticed
before two machines are compared. Who reads no English reads the digits: the same 256 bits as one decimal number.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache
from importlib.resources import files

from lienlac.core.errors import Malformed

COUNT = 24
HEX_DIGITS = 64
DECIMAL_DIGITS = 78  # 2^256 has 78 of them
GROUP = 6
LETTERS = 4  # as many as tell every word from every other
_BITS = 11
_BETWEEN = re.compile(r"[\s,.;:·-]+")


@cache
def word_list() -> tuple[str, ...]:
    """Return the 2,048 words in their order."""
    text = files("lienlac.core.trust").joinpath("data/words.txt").read_text(encoding="ascii")
    return tuple(text.split())


def words(fingerprint: str) -> tuple[str, ...]:
    """Return the 24 words of a fingerprint (64 hex digits)."""
    raw = bytes.fromhex(fingerprint)
    number = int.from_bytes(raw + _check(raw), "big")
    places = range(_BITS * (COUNT - 1), -1, -_BITS)
    return tuple(word_list()[number >> place & 2**_BITS - 1] for place in places)


def digits(fingerprint: str) -> tuple[str, ...]:
    """Return the 13 groups of six digits of a fingerprint (64 hex digits)."""
    text = str(int(fingerprint, 16)).zfill(DECIMAL_DIGITS)
    return tuple(text[start : start + GROUP] for start in range(0, DECIMAL_DIGITS, GROUP))


def read(text: str) -> str:
    """Return the fingerprint (64 hex digits) that somebody typed as words, as digits of any script, or as hex.

    Four letters of a word are enough. Raises Malformed: `words_count` (count=), `word_unknown` (place=, word=),
    `words_do_not_hold` when the check at their end says that one of them was misheard, `digits_wrong`.
    """
    parts = [_plain(part) for part in _BETWEEN.split(text.strip()) if part]
    joined = "".join(parts)
    if re.fullmatch(r"[0-9a-f]{64}", joined):
        return joined
    if joined.isdecimal():
        return _from_digits(joined)
    return _from_words(parts)


def differing(one: str, other: str) -> tuple[int, ...]:
    """Return the places, from 1, at which the words of two fingerprints differ."""
    pairs = zip(words(one), words(other), strict=True)
    return tuple(place for place, (mine, theirs) in enumerate(pairs, start=1) if mine != theirs)


def _check(raw: bytes) -> bytes:
    return hashlib.sha256(raw).digest()[:1]


def _plain(part: str) -> str:
    """Return small letters, and any script's digits as ASCII: a keyboard in Khmer types Khmer digits."""
    folded = unicodedata.normalize("NFKC", part).lower()
    return "".join(str(unicodedata.decimal(char, char)) for char in folded)


def _from_digits(text: str) -> str:
    if len(text) != DECIMAL_DIGITS or int(text) >= 2 ** (4 * HEX_DIGITS):
        raise Malformed("digits_wrong", count=len(text), needed=DECIMAL_DIGITS)
    return f"{int(text):0{HEX_DIGITS}x}"


def _from_words(parts: list[str]) -> str:
    numbers = [_number(place, part) for place, part in enumerate(parts[: COUNT + 1], start=1)]
    if len(numbers) != COUNT:
        raise Malformed("words_count", count=len(parts), needed=COUNT)
    total = 0
    for number in numbers:
        total = total << _BITS | number
    raw = total.to_bytes(_BITS * COUNT // 8, "big")
    if _check(raw[:-1]) != raw[-1:]:
        raise Malformed("words_do_not_hold")
    return raw[:-1].hex()


def _number(place: int, part: str) -> int:
    try:
        return _places()[part[:LETTERS]]
    except KeyError:
        raise Malformed("word_unknown", place=place, word=part[:20]) from None


@cache
def _places() -> dict[str, int]:
    return {word[:LETTERS]: number for number, word in enumerate(word_list())}
