"""Lao, Thai, Khmer and Burmese names by sound: each syllable in a plain phonemic alphabet, by rules and tables.

The alphabet (one sign a phoneme): k K g N, c C j, s S x z, t T d n, p P b f m, y r l w h J Q; a i u e o U O E
@. Capitals are aspirated or open: K is kh, T th, U ue, O aw, E ae, @ oe, J ny, N ng, Q the Burmese th. Tones
are not sounds here: Latin spellings never have them. Source: table `sounds`, which a linguist can correct row
by row.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from . import scripts
from .tables import rows


class Sounded(NamedTuple):
    """One syllable: the letters as `written` and its `sound`."""

    written: str
    sound: str


def syllables(word: str, script: str) -> tuple[Sounded, ...]:
    """Part a word of one of the four scripts into syllables with their sounds; letters not known have none."""
    return tuple(_PARSERS[script](word))


@cache
def _part(script: str, part: str) -> dict[str, str]:
    return {row[2]: row[3] for row in rows("sounds") if row[0] == script and row[1] == part}


def _either(texts: object) -> str:
    return "|".join(sorted(map(re.escape, map(str, texts)), key=lambda t: (-len(t), t)))  # type: ignore[call-overload]


# --- Lao and Thai: vowels before, above, below and after their consonant, told apart by frames -------------------

_TONES = {scripts.LAO: re.compile("[\u0ec8-\u0ecb]"), scripts.THAI: re.compile("[\u0e48-\u0e4b\u0e4d\u0e4e]")}
# a consonant under thanthakhat is not spoken, nor is a stop before silent ro
_SILENT = re.compile("(?:[ทตดธ](?=ร\u0e4c)|จ(?=น\u0e4c))?[\u0e01-\u0e2e][\u0e34\u0e38]?\u0e4c")
_LONE = {scripts.LAO: "ອ", scripts.THAI: "อ"}  # a consonant that is a vowel after another consonant
_SEMI = {scripts.LAO: "ວ", scripts.THAI: "ว"}
_SIGNS = {scripts.LAO: "[\u0eb0-\u0ebd\u0ecd]", scripts.THAI: "[\u0e30-\u0e3a\u0e47]"}
_HALF = frozenset("ຍວອยวอร")  # consonants that are part of a vowel, unless they carry a vowel themselves
_OPEN_ENDS = ("ະ", "ຳ", "ະ", "ำ", "ะ")
_CLOSED = frozenset({"*ວ", "*ົ", "*ັ", "ເ*ັ", "ແ*ັ", "*ว", "*ั", "*รร", "เ*็", "แ*็"})  # not without a final


def _framed(script: str) -> Callable[[str], list[Sounded]]:
    def parse(word: str) -> list[Sounded]:
        plain = _thai_plain(word) if script == scripts.THAI else _TONES[script].sub("", word)
        return _by_frames(plain, script)

    return parse


def _thai_plain(word: str) -> str:
    """Write as it is spoken what is spelled otherwise, and drop tone marks and silent letters."""
    for written, spoken in _part(scripts.THAI, "respelled").items():
        word = word.replace(written, spoken)
    return _RO_HAN.sub(_spoken_ro, _TONES[scripts.THAI].sub("", _SILENT.sub("", word)))


# ro han: two ro are the vowel a before a final, and the syllable an elsewhere (สวรรค์ sa-wan, ธรรม tham)
_RO_HAN = re.compile("รร([กขคฆงจชซญฎฏฐฑฒณดตถทธนบปพฟภมยลวศษส](?![\u0e30-\u0e39\u0e45\u0e47]))?")


def _spoken_ro(match: re.Match[str]) -> str:
    return "\u0e31" + (match.group(1) or "น")


def _by_frames(text: str, script: str) -> list[Sounded]:
    found: list[Sounded] = []
    at = 0
    while at < len(text):
        match = _frames(script).match(text, at)
        if match is not None and match.lastgroup is not None:
            found.append(_of_frame(match, script, text))
            at += len(found[-1].written)
        else:
            at = _bare(text, at, script, found)
    return found


@cache
def _frames(script: str) -> re.Pattern[str]:
    onset = f"(?:{_either(_part(script, 'onset'))})"
    final = _final(script)
    ways = []
    for at, frame in enumerate(sorted(_part(script, "vowel"), key=lambda f: (-len(f), f))):
        lead, trail = frame.split("*")
        tail = (
            final
            if frame in _CLOSED
            else ""
            if frame.endswith(_OPEN_ENDS) or (lead in "ໄໃไใ" and lead)
            else f"(?:{final})?"
        )
        tail = f"(?!{_SIGNS[script]})" + tail if trail[-1:] in _HALF else tail
        ways.append(f"(?P<f{at}>{re.escape(lead)}{onset}{re.escape(trail)}{tail})")
    return re.compile("|".join(ways))


def _final(script: str) -> str:
    """Return the pattern of a final: a consonant that is not the beginning of the next syllable."""
    coda = "".join(_part(script, "coda"))
    sign, lone, semi = _SIGNS[script], _LONE[script], _SEMI[script]
    below = "รร" if script == scripts.THAI else "ຼ"
    return f"[{coda}](?!{sign})(?!{lone}(?!{sign}))(?!{semi}[{coda}](?!{sign}))(?!{below})"


def _of_frame(match: re.Match[str], script: str, whole: str) -> Sounded:
    group = match.lastgroup or ""
    frame = sorted(_part(script, "vowel"), key=lambda f: (-len(f), f))[int(group[1:])]
    lead, trail = frame.split("*")
    text = match.group()
    rest = text[len(lead) :]
    onset = next(
        o for o in sorted(_part(script, "onset"), key=len, reverse=True) if rest.startswith(o + trail)
    )
    final = rest[len(onset) + len(trail) :]
    if final and frame not in _CLOSED and _begins_another(whole, match.end() - 1, script):
        text, final = text[:-1], ""
    sound = (
        _part(script, "onset")[onset] + _part(script, "vowel")[frame] + _part(script, "coda").get(final, "")
    )
    return Sounded(text, sound)


def _begins_another(text: str, at: int, script: str) -> bool:
    """Say whether what looks like a final begins the next syllable: ท่า-ทราย, สา-คร (an even run of bare letters)."""
    if _frames(script).match(text, at):
        return True
    return script == scripts.THAI and _run(text, at, script) % 2 == 0


def _bare(text: str, at: int, script: str, found: list[Sounded]) -> int:
    """Read consonants without a written vowel: two make a syllable with o (Thai), one alone has a."""
    run = _run(text, at, script)
    onset, coda = _part(script, "onset"), _part(script, "coda")
    if run == 0:
        return at + 1  # a sign that no frame explains
    if script == scripts.THAI and run >= 2 and (run % 2 == 0 or run == 2) and text[at + 1] in coda:
        found.append(Sounded(text[at : at + 2], onset.get(text[at], "") + "o" + coda[text[at + 1]]))
        return at + 2
    if script == scripts.LAO and found and text[at] in coda:
        found[-1] = Sounded(found[-1].written + text[at], found[-1].sound + coda[text[at]])
        return at + 1
    found.append(Sounded(text[at], onset.get(text[at], "") + "a"))
    return at + 1


def _run(text: str, at: int, script: str) -> int:
    """Count the consonants from `at` that no frame begins with."""
    count = 0
    while at + count < len(text) and text[at + count] in _part(script, "onset"):
        if count and _frames(script).match(text, at + count):
            break
        count += 1
    return count


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
    closed = True  # whether the syllable before can take no final
    every = _clusters(word)
    for cluster in every:
        letters = cluster.letters
        if letters == "ង" and not cluster.vowel and found and found[-1].written.endswith("ាំ"):
            found[-1] = Sounded(found[-1].written + "ង", found[-1].sound[:-1] + "N")  # ាំង is ang, not am-ng
            continue
        if not closed and not cluster.vowel and len(letters) == 1 and letters in _part(scripts.KHMER, "coda"):
            found[-1] = _closed(found[-1], cluster.written, letters)
            closed = True
            continue
        if not closed and len(letters) > 1 and letters[0] in _NASALS:
            found[-1] = _closed(found[-1], cluster.written[0], letters[0])
            if not cluster.vowel and cluster is every[-1]:
                continue  # a stack at the end of a word, as in ខណ្ឌ: only its first letter is spoken
            cluster = cluster._replace(written=cluster.written[1:], letters=letters[1:])
        found.append(Sounded(cluster.written, _khmer_sound(cluster)))
        closed = cluster.vowel.endswith(("ះ", "ំ", "ៃ", "ៅ")) or "៌" in cluster.marks
    return found


def _clusters(word: str) -> list[_Cluster]:
    found = []
    for match in _CLUSTER.finditer(word):
        base, below, shifter, vowel, marks = match.groups()
        if "\u17cd" in marks:  # a letter under toandakhiat is not spoken
            continue
        found.append(_Cluster(match.group(), base + below.replace("\u17d2", ""), shifter, vowel, marks))
    return found


def _closed(before: Sounded, written: str, final: str) -> Sounded:
    return Sounded(before.written + written, before.sound + _part(scripts.KHMER, "coda")[final])


def _khmer_sound(cluster: _Cluster) -> str:
    own = _part(scripts.KHMER, "own")
    if cluster.letters[0] in own:
        return own[cluster.letters[0]] + "".join(_letter(c) for c in cluster.letters[1:])
    series = _series(cluster)
    onset = "".join(_letter(char) for char in cluster.letters)
    return onset + _part(scripts.KHMER, f"vowel{series}").get(cluster.vowel or "-", "a")


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
    "(?:(?P<own>[\u1023-\u102a])(?P<own_rime>(?:[\u1000-\u1021]\u103a)?)"
    "|(?P<onset>[\u1000-\u1021\u103f])(?P<medials>[\u103b-\u103e]*)"
    "(?P<rime>[\u102b-\u1032\u1036]*\u103a?(?:[\u1000-\u1021](?:\u103a\u1039?|\u1039))?))"
    "[\u1037\u1038]*"  # tones: heard in no other script, but spelled (`channels`)
)


# Letters that Shan has and Burmese has not.
_SHAN = re.compile("[\u1022\u1075-\u1086]")
_SHAN_TONES = re.compile("[\u1038\u1087-\u108d\u109a\u109b]")


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
    if _SHAN.search(word):
        return _shan(word)
    return [Sounded(match.group(), _burmese_sound(match)) for match in _BURMESE.finditer(word)]


def _burmese_sound(match: re.Match[str]) -> str:
    if match["own"]:
        final = _rime(match["own_rime"])[1:] if match["own_rime"] else ""
        return _part(scripts.MYANMAR, "own").get(match["own"], "") + final
    onset, medials = _burmese_onset(match["onset"], match["medials"])
    rime = match["rime"].replace("\u103a\u1039", "\u103a").replace("\u1039", "\u103a")
    if "\u103d" in medials and "\u103d" + rime in _part(scripts.MYANMAR, "rime"):
        return onset + _part(scripts.MYANMAR, "rime")["\u103d" + rime]
    return onset + "".join(_part(scripts.MYANMAR, "medial")[m] for m in medials) + _rime(rime)


def _burmese_onset(letter: str, medials: str) -> tuple[str, str]:
    """Take the longest onset that the table knows, whatever stands between its letter and its medial."""
    known = _part(scripts.MYANMAR, "onset")
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
    scripts.LAO: _framed(scripts.LAO),
    scripts.THAI: _framed(scripts.THAI),
    scripts.KHMER: _khmer,
    scripts.MYANMAR: _burmese,
}
