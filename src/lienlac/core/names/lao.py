"""Lao words by sound: vowels before, above, below and after their consonant, told apart by frames (`ເ*ຍ`)."""

from __future__ import annotations

import re
from functools import cache

from .scripts import LAO
from .sounded import Sounded, part

_TONES = re.compile("[\u0ec8-\u0ecb]")
_SILENCED = re.compile("[ກ-ຮ][ິຸ]?\u0ecc")  # ຈັນທ໌, ສັກດິ໌: the mark takes a letter, and its vowel, away
_SIGNS = "[\u0eb0-\u0ebd\u0ecd]"
# A tone stands on the last letter that begins a syllable: ແກ້ວ is kaew and no kwae, ແຫ້ງ haeng and no ngae.
_ALONE = re.compile(f"([ກຂຄງຫ]){_TONES.pattern}(?=[ງຍນມລຣວ](?!{_SIGNS}))")
_MARK = "\u200c"  # written behind such a letter while a word is parted
_HALF = frozenset("ຍວອ")  # consonants that are part of a vowel, unless they carry a vowel themselves
_BARE_FINALS = frozenset("ກງດຕນບປພມຣລ")
_SHORT = "ັົິຶຸ"  # vowels that a final follows where they stand before one
_OPEN = "aiueoUOE@"  # a sound that a final may follow
_OPEN_ENDS = ("ະ", "ຳ")
_CLOSED = frozenset({"*ວ", "*ົ", "*ັ", "ເ*ັ", "ແ*ັ"})  # not without a final


def syllables(word: str) -> list[Sounded]:
    """Part a Lao word into syllables with their sounds; letters that no frame explains have none."""
    text = _TONES.sub("", _ALONE.sub(f"\\1{_MARK}", _SILENCED.sub("", word)))
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
    """Read a consonant without a written vowel; return where to go on.

    Old spelling writes no o between two consonants, and no a: ສມພອນ, ວຽງຈນ, ຖນອມ. Else it ends the syllable before,
    or has an a; ບ that begins a word is ບໍ.
    """
    onset, coda = part(LAO, "onset"), part(LAO, "coda")
    one, vowel = text[at], "O" if text[at] == "ບ" and not found else "a"
    if _is_closed_by(text, at + 1) and one in onset and not _is_closed_by(text, at + 2):
        final = text[at + 1]
        found.append(Sounded(one + final, onset[one] + ("O" if final == "ຣ" else "o") + coda[final]))
        return at + 2
    if found and one in coda and found[-1].sound[-1] in _OPEN:
        found[-1] = Sounded(found[-1].written + one, found[-1].sound + coda[one])
    elif found and at + 1 == len(text):
        found[-1:] = _after_a_final(found[-1], one)
    elif one in onset:
        found.append(Sounded(one, onset[one] + vowel))
    return at + 1


def _is_closed_by(text: str, at: int) -> bool:
    """Say whether a bare consonant stands here that begins no syllable."""
    return at < len(text) and text[at] in _BARE_FINALS and _pattern().match(text, at) is None


def _after_a_final(last: Sounded, one: str) -> list[Sounded]:
    """Read a last letter after a closed syllable.

    It closes one of its own with the final before it (ມານພ), and is silent after a short vowel (ຈັນທ).
    """
    begins = last.written[-1]
    if (
        len(last.written) < 3
        or last.written[-2] in _SHORT
        or one not in _BARE_FINALS
        or begins not in part(LAO, "onset")
    ):
        return [Sounded(last.written + one, last.sound)]
    own = part(LAO, "onset")[begins] + "o" + part(LAO, "coda")[one]
    return [Sounded(last.written[:-1], last.sound[:-1]), Sounded(begins + one, own)]
