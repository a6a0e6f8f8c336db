"""Lao words by sound: vowels before, above, below and after their consonant, told apart by frames (`ເ*ຍ`)."""

from __future__ import annotations

import re
from functools import cache

from .scripts import LAO
from .sounded import Sounded, part

_TONES = re.compile("[\u0ec8-\u0ecb]")
_SIGNS = "[\u0eb0-\u0ebd\u0ecd]"
# A tone stands on the last letter that begins a syllable: ແກ້ວ is kaew and no kwae, ແຫ້ງ haeng and no ngae.
_ALONE = re.compile(f"([ກຂຄງຫ]){_TONES.pattern}(?=[ງຍນມລຣວ](?!{_SIGNS}))")
_MARK = "\u200c"  # written behind such a letter while a word is parted
_HALF = frozenset("ຍວອ")  # consonants that are part of a vowel, unless they carry a vowel themselves
_OPEN_ENDS = ("ະ", "ຳ")
_CLOSED = frozenset({"*ວ", "*ົ", "*ັ", "ເ*ັ", "ແ*ັ"})  # not without a final


def syllables(word: str) -> list[Sounded]:
    """Part a Lao word into syllables with their sounds; letters that no frame explains have none."""
    text = _TONES.sub("", _ALONE.sub(f"\\1{_MARK}", word))
    found: list[Sounded] = []
    at = 0
    while at < len(text):
        match = _pattern().match(text, at)
        if match is not None and match.lastgroup is not None:
            found.append(_of_frame(match, text))
            at += len(found[-1].written)
        else:
            at = _bare(text, at, found)
    return [Sounded(one.written.replace(_MARK, ""), one.sound) for one in found]


@cache
def _frames() -> tuple[str, ...]:
    """Return the vowels, those with the most signs first."""
    return tuple(sorted(part(LAO, "vowel"), key=lambda frame: (-len(frame), frame)))


@cache
def _onsets() -> tuple[str, ...]:
    """Return what begins a syllable, the longer ones first."""
    return tuple(sorted(part(LAO, "onset"), key=lambda text: (-len(text), text)))


@cache
def _pattern() -> re.Pattern[str]:
    onsets = list(map(re.escape, _onsets()))
    begins = f"(?:{'|'.join(onsets)}){_MARK}?"
    ways = []
    for at, frame in enumerate(_frames()):
        lead, trail = frame.split("*")
        ways.append(f"(?P<f{at}>{re.escape(lead)}{begins}{re.escape(trail)}{_tail(frame)})")
    return re.compile("|".join(ways))


def _tail(frame: str) -> str:
    """Return the pattern of what may stand after a vowel."""
    lead, trail = frame.split("*")
    if frame in _CLOSED:
        tail = _final()
    else:
        tail = "" if frame.endswith(_OPEN_ENDS) or lead in ("ໄ", "ໃ") else f"(?:{_final()})?"
    return f"(?!{_SIGNS})" + tail if trail[-1:] in _HALF else tail


@cache
def _final() -> str:
    """Return the pattern of a final: a consonant that is not the beginning of the next syllable."""
    coda = "".join(part(LAO, "coda"))
    return f"[{coda}](?!{_MARK})(?!{_SIGNS})(?!ອ(?!{_SIGNS}))(?!ວ[{coda}](?!{_SIGNS}))(?!ຼ)"


def _of_frame(match: re.Match[str], whole: str) -> Sounded:
    frame = _frames()[int((match.lastgroup or "")[1:])]
    lead, trail = frame.split("*")
    text = match.group()
    onset, rest = _begun(text[len(lead) :], trail)
    final = rest[len(trail) :]
    if final and frame not in _CLOSED and _pattern().match(whole, match.end() - 1):
        text, final = text[:-1], ""  # it begins the next syllable
    sound = part(LAO, "onset")[onset] + part(LAO, "vowel")[frame] + part(LAO, "coda").get(final, "")
    return Sounded(text, sound)


def _begun(text: str, trail: str) -> tuple[str, str]:
    """Part what begins a syllable from the rest, the end of its vowel (`trail`) first."""
    alone, mark, rest = text.partition(_MARK)
    if mark:
        return alone, rest
    onset = next(o for o in _onsets() if text.startswith(trail, len(o)) and text.startswith(o))
    return onset, text[len(onset) :]


def _bare(text: str, at: int, found: list[Sounded]) -> int:
    """Read a consonant without a written vowel: it ends the syllable before, or has a; return where to go on."""
    onset, coda = part(LAO, "onset"), part(LAO, "coda")
    if found and text[at] in coda:
        found[-1] = Sounded(found[-1].written + text[at], found[-1].sound + coda[text[at]])
    elif text[at] in onset:
        found.append(Sounded(text[at], onset[text[at]] + "a"))
    return at + 1
