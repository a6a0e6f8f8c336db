"""Blocking keys: two names that may agree share at least one, so that SQL can find them by an index.

The same function serves the record that is stored and the name that is asked for. Count how many keys a
record shares with the query and compare the best few hundred: `SELECT record, count(*) … WHERE key IN (…)
GROUP BY record ORDER BY 2 DESC LIMIT 300`. Keys hold parts of names: they are personal data and go when the
record goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product

from .comparison import is_foreign
from .foreign import skeleton, skeletons_of
from .lookup import usually_spelled
from .reading import Reading, Syllable
from .sounding import coarse, coarse_of
from .vietnamese import bare
from .views import all_views, mandarin, overseas_view
from .written import write

_MOST = 400  # keys of one name; only absurdly long names reach it
_ALTERNATIVES = 3  # readings of a syllable that give keys
_BEHIND = 3  # pinyin readings behind a Vietnamese syllable that give keys
_SOFT = str.maketrans("", "", "aeiouyhw")


def keys(name: str) -> frozenset[str]:
    """Return the blocking keys of a name, at most 400 short strings. Raises Malformed when it is no name.

    Kinds: `v:` two Vietnamese syllables without accents, `p:` two pinyin syllables, `h:` two Han
    characters, `l:` the consonants of two Latin words, `c:` two overseas spellings, `s:` sounds, `t:` the
    consonants of a foreign word as Han characters write it, `o:` letters of other scripts; a name of one
    syllable has it alone.
    """
    found: dict[str, None] = {}
    for views in all_views(write(name)):
        for key in _of(views):
            found.setdefault(key)
            if len(found) >= _MOST:
                return frozenset(found)
    return frozenset(found)


def _of(views: dict[str, Reading]) -> Iterator[str]:
    if "hanzi" in views:
        yield from _pairs("h", (_texts(s, 1) for s in views["hanzi"].syllables))
    if "vietnamese" in views:
        yield from _pairs("v", (_bases(s) for s in views["vietnamese"].syllables))
    if "pinyin" in views:
        yield from _pairs("p", (_texts(s, _ALTERNATIVES) for s in views["pinyin"].syllables))
    if "latin" in views:
        yield from _pairs("l", ([_skeleton(s.written)] for s in views["latin"].syllables))
    if (
        "vietnamese" in views
        and "hanzi" not in views
        and (behind := mandarin(views["vietnamese"])) is not None
    ):
        yield from _pairs("p", (_texts(s, _BEHIND) for s in behind.syllables))
    if "hanzi" in views or "latin" in views:
        yield from _pairs("c", _abroad(views))
    yield from _heard(views)
    yield from (
        f"o:{syllable.written}" for view in _LETTERS if view in views for syllable in views[view].syllables
    )
    for sound in dict.fromkeys((coarse(views), *(usually_spelled(views) if "burmese" in views else ()))):
        yield from _shingles(sound)


_LETTERS = ("lao", "thai", "khmer", "burmese", "other")


def _abroad(views: dict[str, Reading]) -> Iterator[list[str]]:
    reading = overseas_view(views)
    for syllable in reading.syllables if reading else ():
        if syllable.spellings[0].table != "foreign":
            yield _texts(syllable, _ALTERNATIVES)


def _heard(views: dict[str, Reading]) -> Iterator[str]:
    """Yield the consonants of each word of a foreign name, or of those that Han characters may write."""
    if "transcribed" in views:
        yield from (f"t:{text}" for text in skeletons_of(views["transcribed"]))
    elif is_foreign(views):
        found = (skeleton(coarse_of(syllable.spellings[0].key)) for syllable in views["latin"].syllables)
        yield from (f"t:{text}" for text in found if len(text) > 1)


def _shingles(sound: str) -> Iterator[str]:
    """Yield every three consonants in a row of a coarse sound, its two ends marked."""
    hard = f"^{sound.translate(_VOWELS)}$"
    if sound:
        yield from (f"s:{hard[at : at + 3]}" for at in range(max(1, len(hard) - 2)))


_VOWELS = str.maketrans("", "", "aio")


def _pairs(kind: str, positions: Iterable[list[str]]) -> Iterator[str]:
    """Yield a key for every two positions, in alphabetical order: the order of words must not matter."""
    every = list(positions)
    if len(every) == 1:
        yield from (f"{kind}:{text}" for text in every[0])
    for one, other in combinations(every, 2):
        for pair in product(one, other):
            yield f"{kind}:{'+'.join(sorted(pair))}"


def _texts(syllable: Syllable, most: int) -> list[str]:
    return list(dict.fromkeys(s.key for s in syllable.spellings))[:most]


def _bases(syllable: Syllable) -> list[str]:
    return list(dict.fromkeys(s.key.partition("/")[0] for s in syllable.spellings))[:_ALTERNATIVES]


def _skeleton(word: str) -> str:
    """Return a word's first letter and its further consonants, doubles once: mohammed, muhamad -> mmd."""
    plain = bare(word)
    hard = plain[:1] + plain[1:].translate(_SOFT)
    return "".join(char for at, char in enumerate(hard) if at == 0 or char != hard[at - 1])
