"""Lao, Thai, Khmer and Burmese names by sound: each syllable in a plain phonemic alphabet, by rules and tables.

The alphabet (one sign a phoneme): k K g N, c C j, s S x z, t T d n, p P b f m, y r l w h J Q; a i u e o U O E
@. Capitals are aspirated or open: K is kh, T th, U ue, O aw, E ae, @ oe, J ny, N ng, Q the Burmese th; S
the aspirated s of Burmese, and Lao ຊ, which is x in Latin letters. Tones are not sounds here: Latin spellings never
have them. Source: table `sounds`, which a linguist can correct row by row. Lao and Thai have modules of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from . import lao, scripts, thai
from .sounded import Sounded
from .sounded import part as _part


def syllables(word: str, script: str) -> tuple[Sounded, ...]:
    """Part a word of one of the four scripts into syllables with their sounds; letters not known have none."""
    return tuple(_PARSERS[script](word))


def _either(texts: object) -> str:
    return "|".join(sorted(map(re.escape, map(str, texts)), key=lambda t: (-len(t), t)))  # type: ignore[call-overload]


# --- Khmer: two series of consonants decide how a vowel sounds ---------------------------------------------------

_CLUSTER = re.compile(
    "([\u1780-\u17b3])((?:\u17d2[\u1780-\u17a2])*)([\u17c9\u17ca]?)([\u17b6-\u17c8]*)([\u17cb-\u17d1\u17dd]*)"
)
_NASALS = frozenset("ងញណនម")
_WEAK = frozenset("ងញនមយរលវណ")  # a sonorant below does not change the series of a stop above


class _Cluster(NamedTuple):
    written: str
    letters: str
    shifter: str
    vowel: str
    marks: str


def _khmer(word: str) -> list[Sounded]:
    found: list[Sounded] = []
    open_: _Cluster | None = None  # the syllable before, when it can still take a final
    every = _clusters(word)
    for cluster, after in zip_longest(every, every[1:]):
        letters = cluster.letters
        if letters == "ង" and not cluster.vowel and found and found[-1].written.endswith("ាំ"):
            found[-1] = Sounded(found[-1].written + "ង", found[-1].sound[:-1] + "N")  # ាំង is ang, not am-ng
            continue
        if (
            open_ is not None
            and not (cluster.vowel or _is_closed_by(after))
            and letters in _part(scripts.KHMER, "coda")
        ):
            found[-1], open_ = _closed(open_, cluster, letters), None
            continue
        if open_ is not None and len(letters) > 1 and _closes(cluster, after):
            found[-1], open_ = _closed(open_, cluster._replace(written=letters[0]), letters[0]), None
            if _ends(cluster, after):
                continue  # a stack at the end of a word, as in ខណ្ឌ and មិត្រ: only its first letter is spoken
            cluster = cluster._replace(written=cluster.written[1:], letters=letters[1:])
        found.append(Sounded(cluster.written, _khmer_sound(cluster)))
        over = cluster.vowel.endswith(("ះ", "ំ", "ៃ", "ៅ")) or "៌" in cluster.marks
        open_ = None if over else cluster
    return found


def _is_closed_by(after: _Cluster | None) -> bool:
    """Say whether what follows ends a syllable that needs a beginning: ចក់, and កណ្ដាល after an open syllable."""
    if after is None:
        return False
    short = _BANTAK in after.marks and not after.vowel
    return short or (len(after.letters) > 1 and after.letters[0] in _NASALS)


def _closes(cluster: _Cluster, after: _Cluster | None) -> bool:
    """Say whether the first letter of a stack ends the syllable before: a nasal, or a stop that ends its word."""
    return cluster.letters[0] in (_part(scripts.KHMER, "coda") if _ends(cluster, after) else _NASALS)


def _ends(cluster: _Cluster, after: _Cluster | None) -> bool:
    """Say whether a stack ends its word; one of two stops does also before another stack: វត្ត in វត្តស្វាយ."""
    if cluster.vowel or after is None:
        return not cluster.vowel
    sounds_ = {_part(scripts.KHMER, "coda").get(letter, "") for letter in cluster.letters}
    return len(sounds_) == 1 and sounds_ <= _STOPS and (len(after.letters) > 1 or bool(after.vowel))


_STOPS = frozenset("kctpb")


def _clusters(word: str) -> list[_Cluster]:
    found = []
    for match in _CLUSTER.finditer(word):
        base, below, shifter, vowel, marks = match.groups()
        if "\u17cd" in marks:  # a letter under toandakhiat is not spoken
            continue
        found.append(_Cluster(match.group(), base + below.replace("\u17d2", ""), shifter, vowel, marks))
    return found


_BANTAK = "\u17cb"  # over a final: the vowel before it is short


def _closed(open_: _Cluster, final: _Cluster, letter: str) -> Sounded:
    """Return the syllable of `open_` with a final; a short vowel has a sound of its own: លាប់ is loab, not leab."""
    coda = _part(scripts.KHMER, "coda")[letter]
    short = _BANTAK in final.marks and coda not in _VELARS
    return Sounded(open_.written + final.written, _khmer_sound(open_, "short" if short else "vowel") + coda)


_VELARS = frozenset("kN")  # before them a short vowel sounds as the long one: មាក់ is meak


def _khmer_sound(cluster: _Cluster, vowels: str = "vowel") -> str:
    own = _part(scripts.KHMER, "own")
    if cluster.letters[0] in own:
        return own[cluster.letters[0]] + "".join(_letter(c) for c in cluster.letters[1:])
    series, vowel = _series(cluster), cluster.vowel or "-"
    known = _part(scripts.KHMER, f"vowel{series}")
    return _khmer_onset(cluster) + _part(scripts.KHMER, f"{vowels}{series}").get(vowel, known.get(vowel, "a"))


def _khmer_onset(cluster: _Cluster) -> str:
    """Return the sounds that begin a syllable; ប is p before a letter below (ប្រ) and under muusikatoan (ប៉)."""
    first, below = cluster.letters[0], cluster.letters[1:]
    marked = _part(scripts.KHMER, "onset_marked").get(first + (_COENG if below else cluster.shifter))
    return (marked or _letter(first)) + "".join(map(_letter, below))


_COENG = "\u17d2"  # writes the next letter below


def _letter(char: str) -> str:
    first, second = _part(scripts.KHMER, "onset1"), _part(scripts.KHMER, "onset2")
    return first.get(char, second.get(char, ""))


def _series(cluster: _Cluster) -> int:
    if cluster.shifter:
        return 1 if cluster.shifter == "\u17c9" else 2
    strong = [char for char in cluster.letters if char not in _WEAK] or [cluster.letters[0]]
    return 1 if strong[-1] in _part(scripts.KHMER, "onset1") else 2


# --- Burmese: a consonant with its medials, then a rime ----------------------------------------------------------

_BURMESE = re.compile(
    "(?:(?P<own>[\u1023-\u102a])(?P<own_rime>(?:[\u1000-\u1021](?:\u103a\u1039?|\u1039))?)"
    "|(?P<onset>[\u1000-\u1021\u103f])(?P<medials>[\u103b-\u103e]*)"
    "(?P<rime>[\u102b-\u1032\u1036]*\u103a?(?:[\u1000-\u1021](?:\u103a\u1039?|\u1039))?))"
    "[\u1037\u1038]*"  # tones: heard in no other script, but spelled (`channels`)
)


_SHAN = re.compile("[\u1022\u1035\u1075-\u108d]")
_SHAN_TONES = re.compile("[\u1038\u1087-\u108d\u109a\u109b]")


def is_shan(text: str) -> bool:
    """Say whether a text has letters that Shan has and Burmese has not."""
    return _SHAN.search(text) is not None


def _shan(word: str) -> list[Sounded]:
    """Sound out a Shan word: the letters of the Myanmar block with vowels and finals of their own."""
    text = _SHAN_TONES.sub("", word)
    return [Sounded(match.group(), _shan_sound(match)) for match in _shan_syllable().finditer(text)]


@cache
def _shan_syllable() -> re.Pattern[str]:
    onsets, medials = (f"[{''.join(_part('shan', part))}]" for part in ("onset", "medial"))
    vowels, codas = (
        _either(text for text in _part("shan", part) if text != "-") for part in ("vowel", "coda")
    )
    return re.compile(f"(?P<onset>{onsets})(?P<medial>{medials}?)(?P<vowel>{vowels}|)(?P<coda>{codas}|)")


def _shan_sound(match: re.Match[str]) -> str:
    parts = {part: _part("shan", part) for part in ("onset", "medial", "vowel", "coda")}
    return (
        parts["onset"][match["onset"]]
        + parts["medial"].get(match["medial"], "")
        + parts["vowel"][match["vowel"] or "-"]
        + parts["coda"].get(match["coda"], "")
    )


def _burmese(word: str) -> list[Sounded]:
    if is_shan(word):
        return _shan(word)
    return [Sounded(match.group(), _burmese_sound(match)) for match in _BURMESE.finditer(word)]


def _burmese_sound(match: re.Match[str]) -> str:
    if match["own"]:
        return _burmese_own(match["own"], match["own_rime"])
    onset, medials = _burmese_onset(match["onset"], match["medials"])
    rime = _killed(match["rime"])
    if "\u103d" in medials and "\u103d" + rime in _part(scripts.MYANMAR, "rime"):
        return onset + _part(scripts.MYANMAR, "rime")["\u103d" + rime]
    return onset + "".join(_part(scripts.MYANMAR, "medial")[m] for m in medials) + _rime(rime)


def _killed(rime: str) -> str:
    """Return a rime whose final stands over another letter as if it stood alone."""
    return rime.replace("\u103a\u1039", "\u103a").replace("\u1039", "\u103a")


def _burmese_own(letter: str, final: str) -> str:
    """Sound out a vowel that has a letter of its own; with a final it is the rime of its sign: ဥမ္မာ is on-ma."""
    if final:
        return _rime(_SIGNS.get(letter, "") + _killed(final))
    return _part(scripts.MYANMAR, "own").get(letter, "")


_SIGNS = {"ဣ": "ိ", "ဤ": "ိ", "ဥ": "ု", "ဦ": "ု", "ဧ": "ေ"}


def _burmese_onset(letter: str, medials: str) -> tuple[str, str]:
    """Take the longest onset that the table knows: of a letter and all its medials (လျှ), or of it and one of them."""
    known = _part(scripts.MYANMAR, "onset")
    for taken in range(len(medials), 1, -1):
        if letter + medials[:taken] in known:
            return known[letter + medials[:taken]], medials[taken:]
    for medial in medials:
        if letter + medial in known:
            return known[letter + medial], medials.replace(medial, "")
    return known.get(letter, ""), medials


def _rime(rime: str) -> str:
    known = _part(scripts.MYANMAR, "rime")
    for end in range(len(rime), 0, -1):
        if rime[:end] in known:
            return known[rime[:end]]
    return known["-"]


_PARSERS: dict[str, Callable[[str], list[Sounded]]] = {
    scripts.LAO: lao.syllables,
    scripts.THAI: thai.syllables,
    scripts.KHMER: _khmer,
    scripts.MYANMAR: _burmese,
}
