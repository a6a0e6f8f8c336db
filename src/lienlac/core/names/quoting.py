"""The parts of names that reasons speak of, as people wrote them: *Aung*, not *aung*, and no half of a cluster."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

from .scripts import THAI, script_of
from .thai import as_written
from .tokens import fold_variants
from .written import before_letters

Fact = str | int | float
PARTS = ("left", "right", "written", "reading", "other", "title")  # facts that hold a part of a name
_TONES = frozenset(
    map(chr, (*range(0xE48, 0xE4C), *range(0xEC8, 0xECC)))
)  # Thai and Lao: no syllable is read with one
_HALVES = dict.fromkeys(range(0xD800, 0xE000))  # half a surrogate cannot be sent
_JOINERS = "\u17d2\u1039"  # what joins a Khmer or Burmese letter to the one before; alone it cannot be drawn


def quoted(facts: Mapping[str, Fact], one: str, other: str) -> dict[str, Fact]:
    """Return the facts of a reason with its parts as they stand in the two names that were compared.

    What stands in neither is a reading, and begins as names begin.
    """
    return {
        name: _quoted(value, *((other, one) if name == "right" else (one, other)))
        if name in PARTS and isinstance(value, str)
        else value
        for name, value in facts.items()
    }


def _quoted(part: str, *names: str) -> str:
    ways = (_found, _found_changed)
    found = next((text for name in names for way in ways if (text := way(part, name))), part.capitalize())
    return found.lstrip(_JOINERS) or found


def _found_changed(part: str, name: str) -> str:
    """Return what stands in the name for a part that was read from another spelling or from letters not ours."""
    folded = part.casefold()
    if original := before_letters(folded, name):
        return _found(original, name)
    spelled = (as_written(part, word) for word in name.split()) if script_of(part[:1] or " ") == THAI else ()
    return next((text for one in spelled if one and (text := _found(one, name))), "")


def _found(part: str, name: str) -> str:
    """Return where the part stands in the name, at the begin of a word if it can be; empty when it does not."""
    text = unicodedata.normalize("NFC", name)
    folded = list(_folded(text))
    wanted = "".join(char for _, char in _folded(part))
    whole = "".join(char for _, char in folded)
    places = [at for at in range(len(whole)) if wanted and whole.startswith(wanted, at)]
    if not places:
        return ""
    at = min(places, key=lambda at: (not _begins(text, folded[at][0]), at))
    end = folded[at + len(wanted) - 1][0] + 1
    while text[end : end + 1] in _TONES:
        end += 1
    return text[folded[at][0] : end].translate(_HALVES)


def _begins(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalpha()


def _folded(text: str) -> Iterator[tuple[int, str]]:
    """Yield the letters, marks and digits of a text with their places, without case, tones and variant forms."""
    for at, char in enumerate(unicodedata.normalize("NFC", text)):
        if unicodedata.category(char)[0] in "LMN" and char not in _TONES:
            lower = char.lower()
            yield at, fold_variants(lower if len(lower) == 1 else char)
