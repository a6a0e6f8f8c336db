"""Titles and kin terms taken off a name: where they stand in their place, and where words changed places."""

from __future__ import annotations

import unicodedata
from functools import cache

from . import scripts
from .tables import rows
from .tokens import Token

_PLACE_ENDINGS = ("မြို့", "ကျေးရွာ")  # town, village: written after the name of a place


def _may_hold_titles(tokens: tuple[Token, ...]) -> bool:
    """Say whether any word is a title, or in a script that writes one without a space; of most names none is."""
    return not (
        _every_title().isdisjoint([token.text for token in tokens])
        and scripts.BRAHMIC.isdisjoint([token.script for token in tokens])
    )


def without_titles(tokens: tuple[Token, ...]) -> tuple[tuple[str, ...], tuple[Token, ...]]:
    """Part titles from the name; a name of which nothing else would stay keeps them."""
    if not _may_hold_titles(tokens):
        return (), tokens
    start, end = 0, len(tokens)
    while start < end and tokens[start].text in _titles("before"):
        start += 1
    while end > start and tokens[end - 1].text in _titles("after"):
        end -= 1
    if start == end:
        return (), tokens
    titles = tuple(token.text for token in tokens[:start] + tokens[end:])
    joined, first = _without_joined_title(tokens[start])
    return titles + joined, (first, *tokens[start + 1 : end])


def without_displaced(tokens: tuple[Token, ...]) -> tuple[tuple[str, ...], tuple[Token, ...]]:
    """Part titles that stand in the middle of a name or at its other end; nothing where no other word would stay."""
    if not _may_hold_titles(tokens):
        return (), tokens
    parted = [_without_title(token, first=at == 0) for at, token in enumerate(tokens)]
    rest = tuple(kept for _, kept in parted if kept is not None)
    return (tuple(title for found, _ in parted for title in found), rest) if rest else ((), tokens)


def _without_title(token: Token, *, first: bool) -> tuple[tuple[str, ...], Token | None]:
    """Part a title from a word, or the whole word where it is one; the first has lost its joined one already."""
    if token.text in _every_title():
        return (token.text,), None
    return ((), token) if first else _without_joined_title(token)


@cache
def _titles(stands: str) -> frozenset[str]:
    """Return the titles that stand before the name or after it: Oo is a title in U Oo once only."""
    return frozenset(row[0] for row in rows("titles") if row[2] in (stands, "both"))


def kind_of(at: int, titled: int) -> int:
    """Return the kind of a form: 0 as written where no title stands in its place, 1 without those that stand elsewhere.

    Else three for each of `titled`: without titles, with them, and without those that stand elsewhere too. Behind all
    of them stands ELSEWHERE.
    """
    return 3 * titled - 1 + at if titled else at


@cache
def _every_title() -> frozenset[str]:
    """Return every title, wherever it stands."""
    return _titles("before") | _titles("after")


TITLED = ("", "person", "village", "town", "commune", "quarter", "district", "province")
ELSEWHERE = 3 * len(TITLED) - 1
"""The kind of a form in letters of another language: Burmese that was romanised, a Chinese surname in Thai."""


@cache
def of_what(title: str) -> int:
    """Return what a title says that the name is of: in its table `th:village`, a person where nothing is said."""
    said = next(row[1].partition(":")[2] for row in rows("titles") if row[0] == title)
    return TITLED.index(said or "person")


def _without_joined_title(token: Token) -> tuple[tuple[str, ...], Token]:
    """Part a title written without a space, as Lao, Thai, Khmer and Burmese do.

    Two letters at least must stay.
    """
    if token.script not in scripts.BRAHMIC:
        return (), token
    for place in _PLACE_ENDINGS:
        rest = token.text.removesuffix(place)
        if rest != token.text and len(rest) > 1:
            return (place,), Token(text=rest, script=token.script, at=token.at)
    for title in _joined_titles().get(token.text[:2], ()):
        rest = token.text.removeprefix(title)
        if rest != token.text and len(rest) > 1 and script_starts_syllable(rest):
            return (title,), Token(text=rest, script=token.script, at=token.at)
    return (), token


def script_starts_syllable(text: str) -> bool:
    """Say whether a Brahmic text may begin here.

    With a letter, not with a sign that belongs to the letter before.
    """
    return unicodedata.category(text[0]) == "Lo"


@cache
def _joined_titles() -> dict[str, list[str]]:
    """Return titles of two letters and more that stand before a name by their first two, the longer ones first."""
    found: dict[str, list[str]] = {}
    for word in sorted(_titles("before"), key=lambda word: (-len(word), word)):
        if scripts.script_of(word[0]) in scripts.BRAHMIC and len(word) > 1:
            found.setdefault(word[:2], []).append(word)
    return found
