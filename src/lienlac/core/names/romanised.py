"""Burmese names as standards write them letter by letter: MLCTS (*cin wang:*) and ALA-LC (*Cinʻ Vaṅʻʺ*), read back.

Other spellings of Burmese follow the ear (`channels`); these two follow the pen, so a name in them is its Burmese
letters, and is compared and found as those. A name is taken for one of them only where every word can be read so and
something in it says so: a tone mark or the killer, or an aspirate that nobody else writes. Table `romanised`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import permutations

from .tables import rows

STANDARDS = ("mlcts", "ala_lc")
_TELLING = {
    "mlcts": re.compile("[a-z]:|[a-z]{2}\\.|hc|hk[yrw]"),
    "ala_lc": re.compile("[kgcjtdnpbmyrlvshṅñṭḍṇḷo]ʻ|[ʺʹṃ]"),
}
_TYPED = {  # how people type their signs
    "mlcts": str.maketrans({"ā": "a", "ī": "i", "ū": "u", "ʼ": "", "’": "", "'": ""}),
    "ala_lc": str.maketrans({"‘": "ʻ", "`": "ʻ", "’": "ʼ", "'": "ʼ", '"': "ʺ", "′": "ʹ", "″": "ʺ", "ṁ": "ṃ"}),
}
_SIGN = re.compile(
    '[:.ʻ‘`ʺ"″ʹ′ṃṁ]|hc|hk[yrw]'
)  # without one of these no name is in a standard: most end here
_GAPS = re.compile("[\\s,-]+")
_MEDIALS = "ျြွှ"  # in the order in which they are written


def burmese(text: str) -> tuple[str, ...]:
    """Return the words of a lower-case name, in NFC, in Burmese letters; none where it is in neither standard."""
    if _SIGN.search(text) is None:
        return ()
    for standard in STANDARDS:
        marked = text.translate(_TYPED[standard])
        if _TELLING[standard].search(marked):
            found = [_read(standard, word) for word in _GAPS.split(marked) if word]
            if found and all(found):
                return tuple(found)
    return ()


def _read(standard: str, word: str) -> str:
    """Return one word in Burmese letters, empty where it is none of this standard."""
    syllable, known = _syllables(standard)
    at, letters = 0, []
    while at < len(word):
        match = syllable.match(word, at)
        if match is None:
            return ""
        letters.append("".join(known[part][text] for part, text in match.groupdict().items() if text))
        at = match.end()
    return "".join(letters)


Parts = dict[str, dict[str, str]]
"""Part of a syllable -> its Latin letters -> its Burmese ones."""


@cache
def _syllables(standard: str) -> tuple[re.Pattern[str], Parts]:
    """Return the pattern of a syllable, each of its groups a part, and the letters of these."""
    parts: Parts = {}
    for name, part, latin, written, *_ in rows("romanised"):
        if name == standard:
            parts.setdefault(part, {})[latin] = written
    return _MAKERS[standard](parts)


def _mlcts(parts: Parts) -> tuple[re.Pattern[str], Parts]:
    """A rime has its final and its tone; where a syllable ends is told by what may follow: *a.nu* is no *an.u*."""
    onsets, rimes = _with_medials(parts["onset"], parts["medial"], before=True), parts["rime"]
    bare = {rime: f"အ{written}" for rime, written in rimes.items()} | parts["own"]
    shape = f"(?:(?P<onset>{_any(onsets)})(?P<rime>{_any(rimes)})|(?P<bare>{_any(bare)}))"
    after = f"(?=(?:{_any(onsets)})?(?:{_any(rimes)})|$)"
    return re.compile(shape + after), {"onset": onsets, "rime": rimes, "bare": bare}


def _ala_lc(parts: Parts) -> tuple[re.Pattern[str], Parts]:
    """Each letter is written, and a killer behind the one that ends a syllable."""
    onsets = _with_medials(parts["onset"], parts["medial"], before=False)
    ends = {onset + "ʻ": written + "်" for onset, written in parts["onset"].items()}
    known = parts | {"onset": onsets, "end": ends}
    one = {part: f"(?P<{part}>{_any(known[part])})" for part in known}
    shape = f"(?:{one['onset']}{one['vowel']}|{one['own']}){one['sign']}?{one['end']}?{one['tone']}?"
    return re.compile(shape), known


_MAKERS: dict[str, Callable[[Parts], tuple[re.Pattern[str], Parts]]] = {"mlcts": _mlcts, "ala_lc": _ala_lc}


def _with_medials(onsets: dict[str, str], medials: dict[str, str], *, before: bool) -> dict[str, str]:
    """Return every onset with every row of medials; where `before`, h stands before the letter: *hmr* for မြှ."""
    found: dict[str, str] = {}
    for count in range(len(medials), -1, -1):
        for row in permutations(medials, count):
            below = "".join(sorted((medials[one] for one in row), key=_MEDIALS.index))
            after = "".join(one for one in row if not before or one != "h")
            first = "h" if before and "h" in row else ""
            found |= {first + latin + after: written + below for latin, written in onsets.items()}
    return found | onsets


def _any(texts: dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, texts), key=lambda text: (-len(text), text)))
