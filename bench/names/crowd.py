"""Invented names by the million, for figures of speed and size: the same names every time (seed 1).

Shares and frequencies are those that make a search dear: a third of the Vietnamese bear one surname, given names
repeat, and words of the four scripts are composed of few syllables, so that many sound alike. Each person is written in
one script; `Person.asked` is the same name as somebody else would write it. Recall on these says nothing about living
languages (`docs/names.md` does), only whether speed was bought with misses.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from lienlac.core.names import hanzi, pinyin

from . import compose
from .compose_han import bare

# how the names of a list are written, in hundredths
SHARES = {"vi": 25, "zh": 25, "pinyin": 12, "latin": 16, "th": 8, "lo": 5, "km": 5, "my": 4}
ASKED_IN = {
    "vi": ("bare", "zh", "pinyin", "slip"),
    "zh": ("vi", "bare", "pinyin", "zh"),
    "pinyin": ("zh", "vi", "slip"),
    "latin": ("lo", "th", "km", "my", "slip", "turned"),
    **dict.fromkeys(("th", "lo", "km", "my"), ("latin",)),
}
SURNAMES = {
    "阮": 38, "陈": 11, "黎": 10, "范": 7, "黄": 5, "潘": 5, "武": 4, "邓": 2, "裴": 2, "杜": 1, "胡": 1, "吴": 1,
}  # hundredths of the Vietnamese, roughly  # fmt: skip
WORDS = 40_000  # different words in each of the four scripts


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One invented name: as the list writes it, its script, and what it is made of."""

    written: str
    script: str
    parts: tuple[tuple[str, ...], ...]

    def asked(self, draw: random.Random) -> tuple[str, str]:
        """Return (way of writing, the name so written), another way than the list's."""
        way = draw.choice(ASKED_IN[self.script])
        if way == "slip":
            return way, _slipped(self.written, draw)
        if way == "turned":
            return way, " ".join(reversed(self.written.split()))
        return way, _spelled(self.parts, way, draw)


def people(count: int, seed: int = 1) -> Iterator[Person]:
    """Yield so many persons."""
    draw = random.Random(seed)
    scripts, weights = list(SHARES), list(accumulate(SHARES.values()))
    for script in draw.choices(scripts, cum_weights=weights, k=count):
        if script in ("vi", "zh", "pinyin"):
            parts = _characters(script, draw)
        else:
            parts = tuple(_word(draw) for _ in range(draw.choice((1, 2, 2, 3))))
        yield Person(written=_spelled(parts, script, draw), script=script, parts=parts)


def _characters(script: str, draw: random.Random) -> tuple[tuple[str, ...], ...]:
    known, given = _given()
    some = draw.choices(known, cum_weights=given, k=draw.choice((1, 2, 2)))
    surnames, shares = _surnames(vietnamese=script == "vi" and draw.random() < 0.8)
    return tuple((char,) for char in (draw.choices(surnames, cum_weights=shares)[0], *some))


@cache
def _surnames(*, vietnamese: bool) -> tuple[list[str], list[float]]:
    shares = {char: first for char, (first, _) in hanzi.frequencies().items() if first and _is_read(char)}
    found: dict[str, float] = {char: float(part) for char, part in SURNAMES.items()} if vietnamese else shares
    return list(found), list(accumulate(found.values()))


@cache
def _given() -> tuple[list[str], list[float]]:
    found = {char: given for char, (_, given) in hanzi.frequencies().items() if given and _is_read(char)}
    return list(found), list(accumulate(found.values()))


def _is_read(char: str) -> bool:
    return bool(hanzi.han_viet(char) and pinyin.of_char(char, surname=False))


def _word(draw: random.Random) -> tuple[str, ...]:
    """Draw a word: half of them as common words are, half of them any."""
    common = int(draw.paretovariate(0.6)) - 1
    return _words()[common if common < WORDS and draw.random() < 0.5 else draw.randrange(WORDS)]


@cache
def _words() -> list[tuple[str, ...]]:
    draw, syllables = random.Random("words"), sorted(compose.table())
    return [tuple(draw.choices(syllables, k=draw.choice((2, 2, 3)))) for _ in range(WORDS)]


@cache
def _syllables() -> dict[str, dict[str, list[str]]]:
    return compose.table()


def _spelled(parts: tuple[tuple[str, ...], ...], way: str, draw: random.Random) -> str:
    if way in ("vi", "bare", "zh", "pinyin"):
        return _of_characters([part[0] for part in parts], way, draw)
    known = _syllables()
    words = ["".join(draw.choice(_ways(known[one], way)) for one in word) for word in parts]
    return " ".join(words).title() if way == "latin" else ("" if way == "my" else " ").join(words)


def _ways(row: dict[str, list[str]], way: str) -> list[str]:
    return row[way] if row[way] != ["-"] else row["latin"]


def _of_characters(chars: list[str], way: str, draw: random.Random) -> str:
    if way == "zh":
        return "".join(chars)
    if way == "pinyin":
        parts = [pinyin.of_char(char, surname=not at)[0].text for at, char in enumerate(chars)]
        return f"{parts[0].title()} {''.join(parts[1:]).title()}"
    text = " ".join(hanzi.han_viet(char, surname=not at)[0].text for at, char in enumerate(chars))
    return (bare(text) if way == "bare" else text).title()


def _slipped(text: str, draw: random.Random) -> str:
    """Leave out, double or swap one letter."""
    at = draw.randrange(1, max(len(text) - 1, 2))
    return draw.choice((
        text[:at] + text[at + 1 :],
        text[:at] + text[at : at + 1] + text[at:],
        text[: at - 1] + text[at : at + 1] + text[at - 1 : at] + text[at + 1 :],
    ))  # fmt: skip
