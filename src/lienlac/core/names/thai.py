"""Thai words by sound: of all ways to part a word into syllables, the one that takes the fewest odd steps.

Thai writes no spaces, and a consonant may end a syllable, begin one, or be one by itself: โคกสลุง is kok-sa-lung, not
ko-kot-lung. Each syllable found costs what is odd about it, and the cheapest parting wins (Viterbi 1967). Spelled-out
words of Indic origin are respelled first, by the part `respelled` of the table `sounds`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import NamedTuple

from .scripts import THAI
from .sounded import Sounded, part

_VOWEL_SIGNS = frozenset("\u0e30\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e47")
TONES = "\u0e48\u0e49\u0e4a\u0e4b"
_UNSPOKEN = re.compile("[\u0e4d\u0e4e]")
# a consonant under thanthakhat is not spoken, nor is a stop before silent ro
_SILENT = re.compile("(?:[ทตดธ](?=ร\u0e4c)|จ(?=น\u0e4c)|ษ(?=ณ\u0e4c))?[\u0e01-\u0e2e][\u0e34\u0e38]?\u0e4c")
# ro han: two ro are the vowel a before a final, and the syllable an elsewhere (สวรรค์ sa-wan, ธรรม tham)
_RO_HAN = re.compile("รร([กขคฆงจชซญฎฏฐฑฒณดตถทธนบปพฟภมยลวศษส](?![\u0e30-\u0e39\u0e45\u0e47-\u0e4b]))?")
_OPEN = ("ะ", "ำ", "ไ", "ใ")  # vowels that take no final
_CLOSED = frozenset({"*ว", "*ั", "*รร", "เ*็", "แ*็"})  # vowels that need one

# what is odd about a syllable; a plain vowel with a plain final costs nothing
_UNEXPLAINED = 6.0  # a sign that belongs to nothing
_TONED_FINAL = 3.0  # a tone stands on what begins a syllable, never on a final
_TONED_STOP = 2.0  # mai ek and mai tho with a final stop are found in loans only
_WRITTEN_O = 0.5  # no vowel written between two consonants: คน
_ALONE = 1.0  # a consonant by itself, with a: พยา
_LEADING = 0.3  # a high or middle consonant before a sonorant, as in สนาม and ตลาด
_LEADING_SO = 0.5  # so before any consonant, as in สถิต
_RA = 0.8  # ro before another syllable: บรบือ is bo-ra-bue
_AT_END = 1.0  # and more at the end of a word
_AROUND = 0.2  # a vowel written before two consonants and spoken after the second: แสวง
_AROUND_SIGNED = -0.1  # the rest of the vowel stands at the second: เจริญ
_RARE_FINALS = {**dict.fromkeys("กงดนบมยว", 0.0), "ส": 0.6}
_RARE_FINAL = 0.4  # letters that end Indic words only
_LEADERS = frozenset("ขฃฉฐถผฝศษสหกจดตบปอ")
_SONORANTS = frozenset("งญณนมยรลฬว")
_BEFORE_RA = frozenset("บมทธวอนส")  # after others ro ends the syllable: พรชัย is phon-chai
_STOPS = frozenset("ktp")


class _Step(NamedTuple):
    """A syllable that may begin at some place: where it ends, its sound, what it costs."""

    end: int
    sound: str
    cost: float


class _Letters(NamedTuple):
    """A word without its tones, and the places of the letters that bear one."""

    text: str
    toned: frozenset[int]


def syllables(word: str) -> list[Sounded]:
    """Part a Thai word into syllables with their sounds; letters that nothing explains have none."""
    letters = _without_tones(_as_spoken(word))
    size = len(letters.text)
    best = [0.0, *([float("inf")] * size)]
    came: list[tuple[int, str]] = [(0, "")] * (size + 1)
    for at in range(size):
        if best[at] == float("inf"):
            continue
        for step in _steps(letters, at):
            if best[at] + step.cost < best[step.end]:
                best[step.end], came[step.end] = best[at] + step.cost, (at, step.sound)
    return [Sounded(letters.text[start:end], sound) for start, end, sound in _read_back(came) if sound]


def _read_back(came: list[tuple[int, str]]) -> list[tuple[int, int, str]]:
    found, end = [], len(came) - 1
    while end:
        start, sound = came[end]
        found.append((start, end, sound))
        end = start
    return found[::-1]


def _as_spoken(word: str) -> str:
    """Write as it is spoken what is spelled otherwise, and drop silent letters; `$` ends a word."""
    known = part(THAI, "respelled")
    word = _respelled().sub(lambda found: known[found.group()], word + "$").removesuffix("$")
    return _RO_HAN.sub(_spoken_ro, _UNSPOKEN.sub("", _SILENT.sub("", word)))


def as_written(part: str, word: str) -> str:
    """Return the letters of `word` that a part of it was respelled from: สี of ศรีสวัสดิ์ is ศรี; empty if none were."""
    word = _without_tones(word).text
    spoken = _without_tones(_as_spoken(word)).text
    at = spoken.find(part)
    if not part or at < 0:
        return ""
    steps = SequenceMatcher(None, word, spoken, autojunk=False).get_opcodes()
    start, end = (_place(steps, place) for place in (at, at + len(part)))
    return word[start:end]


def _place(steps: Sequence[tuple[str, int, int, int, int]], at: int) -> int:
    """Return where a place of the spoken word is in the written one; within what was changed, its end."""
    for kind, start, end, begins, ends in steps:
        if begins <= at < ends:
            return start + at - begins if kind == "equal" else start if at == begins else end
    return steps[-1][2]


@cache
def _respelled() -> re.Pattern[str]:
    """Return what is spelled otherwise than spoken, longer words first.

    A vowel after it makes another word of it, and so does what silences its last letter: รัตน, รัตน์.
    """
    known = sorted(part(THAI, "respelled"), key=lambda written: (-len(written), written))
    return re.compile(f"(?:{'|'.join(map(re.escape, known))})(?![{''.join(_VOWEL_SIGNS)}\u0e4c])")


def _spoken_ro(match: re.Match[str]) -> str:
    return "\u0e31" + (match.group(1) or "น")


def _without_tones(word: str) -> _Letters:
    kept: list[str] = []
    toned = set()
    for char in word:
        if char not in TONES:
            kept.append(char)
        elif base := [at for at, letter in enumerate(kept) if letter in part(THAI, "onset")]:
            toned.add(base[-1])
    return _Letters("".join(kept), frozenset(toned))


def _steps(letters: _Letters, at: int) -> Iterator[_Step]:
    """Yield every syllable that may begin at a place."""
    text = letters.text
    yield _Step(at + 1, "", _UNEXPLAINED)
    lead = text[at] if text[at] in "เแโไใ" else ""
    start = at + len(lead)
    for end, sound, cost in _onsets(letters, start):
        for trail, vowel in _vowels().get((lead, text[end : end + 1]), _vowels()[lead, ""]):
            if text.startswith(trail, end) and not _splits(text, end, trail):
                yield from _finals(letters, start, end + len(trail), lead + "*" + trail, sound + vowel, cost)
        if not lead:
            yield from _unwritten(letters, at, end, sound)
    if lead:
        yield from _around(letters, start, lead)


def _onsets(letters: _Letters, at: int) -> Iterator[_Step]:
    """Yield what may begin a syllable; a tone stands on its last letter: แก้ว is kaew, and no kwae."""
    text, known = letters.text, part(THAI, "onset")
    for size in (1,) if at in letters.toned else (2, 1):
        sound = known.get(text[at : at + size]) if at + size <= len(text) else None
        if sound is not None:
            yield _Step(at + size, sound, 0.0)


@cache
def _vowels() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return (what stands after the consonant, sound) by what stands before it and the first sign after it.

    Vowels with no sign after it stand under each sign, and alone under none.
    """
    plain: dict[str, list[tuple[str, str]]] = {"": []}
    signed: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for frame, sound in part(THAI, "vowel").items():
        lead, trail = frame.split("*")
        plain.setdefault(lead, [])
        (signed.setdefault((lead, trail[0]), []) if trail else plain[lead]).append((trail, sound))
    found = {(lead, sign): known + plain[lead] for (lead, sign), known in signed.items()}
    return found | {(lead, ""): known for lead, known in plain.items()}


def _splits(text: str, at: int, trail: str) -> bool:
    """Say whether a vowel would end between a consonant and its sign: the wo of สวัส carries a vowel itself."""
    end = at + len(trail)
    return end < len(text) and text[end] in _VOWEL_SIGNS and (not trail or trail[-1] in "ยวอร")


def _finals(letters: _Letters, start: int, end: int, frame: str, sound: str, cost: float) -> Iterator[_Step]:
    """Yield a syllable open and with each final it may take."""
    lead, trail = frame.split("*")
    closed = frame in _CLOSED
    if not closed:
        yield _Step(end, sound, cost)
    if trail.endswith(_OPEN) or lead in ("ไ", "ใ") or sound[-1] in "yw":
        return
    yield from _closed(letters, start, end, sound, cost)


def _closed(letters: _Letters, start: int, end: int, sound: str, cost: float) -> Iterator[_Step]:
    text = letters.text
    final = text[end] if end < len(text) else ""
    coda = part(THAI, "coda").get(final)
    if coda is None or (end + 1 < len(text) and text[end + 1] in _VOWEL_SIGNS):
        return
    cost += _RARE_FINALS.get(final, _RARE_FINAL)
    if end in letters.toned:
        cost += _TONED_FINAL
    if coda in _STOPS and any(at in letters.toned for at in range(start, end)):
        cost += _TONED_STOP
    yield _Step(end + 1, sound + coda, cost)


def _unwritten(letters: _Letters, at: int, end: int, sound: str) -> Iterator[_Step]:
    """Yield what consonants without a written vowel may be: one alone with a, or two around o."""
    text = letters.text
    if text[end : end + 1] in _VOWEL_SIGNS:
        return
    yield from _closed(letters, at, end, sound + "o", _WRITTEN_O)
    if text[at] in _BEFORE_RA and text[end : end + 1] == "ร" and end + 1 < len(text):
        yield _Step(end + 1, sound + "Ora", _RA)
    if end == at + 1 and text[at] != "ฤ":
        yield _Step(end, sound + "a", _alone(text, at))
    elif text[at] == "ฤ":
        yield _Step(end, sound, 0.0)


def _alone(text: str, at: int) -> float:
    """Return what it costs that a consonant stands alone."""
    after = text[at + 1 : at + 2]
    if not after:
        return _ALONE + _AT_END
    if text[at] in _LEADERS and after in _SONORANTS:
        return _LEADING
    return _LEADING_SO if text[at] in "สศอ" and after in part(THAI, "onset") else _ALONE


def _around(letters: _Letters, start: int, lead: str) -> Iterator[_Step]:
    """Yield two syllables under one vowel: แสวง is sa-waeng, เจริญ cha-roen."""
    text = letters.text
    first, second = text[start : start + 1], text[start + 1 : start + 2]
    if first not in _LEADERS or not (
        second in _SONORANTS or (first == "ส" and second in part(THAI, "onset"))
    ):
        return
    if text[start : start + 2] in part(THAI, "onset"):
        return  # a true cluster: เปล่ง
    onset = part(THAI, "onset")
    for trail, vowel in _vowels().get((lead, text[start + 2 : start + 3]), _vowels()[lead, ""]):
        if text.startswith(trail, start + 2) and not _splits(text, start + 2, trail):
            sound = onset[first] + "a" + onset[second] + vowel
            cost = _AROUND_SIGNED if trail[:1] in _VOWEL_SIGNS else _AROUND
            for step in _finals(letters, start, start + 2 + len(trail), f"{lead}*{trail}", sound, cost):
                if trail or step.sound != sound:
                    yield step
