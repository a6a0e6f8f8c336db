"""How speakers of Lao, Thai, Khmer and Burmese spell each sound in Latin letters, and with what likelihood.

A syllable by sound (`brahmic`) is parted into units: its consonants, its vowel, its final; a Burmese rime stays
whole. Table `channels`: language, unit, spelling, cost = -log P(spelling | unit) beyond the usual spelling, fitted by
expectation maximisation (`bench/names/fit.py`) over the rule tables `sounds_latin`. Units: `k-` begins a syllable, `a`
stands in it, `-k` ends it; `-in:` is a Burmese rime with its tone, `-an'm` one with its final letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain, groupby
from typing import NamedTuple

from . import scripts, transcribed
from .alignment import orders, words_of
from .brahmic import is_shan
from .reading import Reading, Syllable
from .tables import rows

LANGUAGES = (scripts.LAO, scripts.THAI, scripts.KHMER, scripts.MYANMAR)  # each named as its script
LONGEST = 5  # letters of the longest spelling of one unit
GAP = " "  # between two words of the Latin side
TORN = 0.7  # a space inside a syllable: Na Mom is not Nam Om
TURNED = 36  # units up to which other orders of the words are tried; no name of a person has more
TONES = {"\u1037": ".", "\u1038": ":"}  # creaky and heavy, at the end of the unit of a Burmese rime
_TONES = "".join(TONES.values())
FINALS = {
    "မ": "'m",
    "ပ": "'p",
    "ည": "'j",
    "လ": "'l",
    "သ": "'s",
}  # final letters that Latin spelling keeps, at the end of the unit of a rime
_APART = {
    "ရ": ("y-", "y-'r"),  # sounds as ယ, and is spelled r as well
    "လ": ("x-", "x-'l"),  # လျှ sounds sh, or hly where one reads what is written: *Shan*, *Thanlyin*
    "ဘ": ("b-", "b-'h"),  # sounds as ဗ, and is spelled ph as well: ဘုန်း is *Phone*
}  # Burmese letter -> the unit that its sound gives, the unit that keeps the letter
_WEAK = re.compile("[\u1000-\u1021\u103f][\u103b\u103c\u103e]*")  # no vowel is written
_FINAL = re.compile("([\u1000-\u1021])[\u1037\u1038]*\u103a[\u1037\u1038]*$")
LEFT_OUT = 3.0  # a unit that is not spelled at all, unless the table says otherwise
_ADDED = {**dict.fromkeys("aeiou", 1.8), "h": 0.9, "y": 1.4, "w": 1.4, "r": 1.6, "g": 2.0}
_ADDED_ELSE = 2.6  # a letter that stands for no sound
DOUBLED = 0.4  # the same letter once more
_TWICE = re.compile(
    "k(?=[kK])|c(?=[cC])|t(?=[tT])|p(?=[pP])"
)  # Pali doubles, written once as a rule: Bopha, Vichea
ONCE = {**dict.fromkeys("kptnm", 0.4), "y": 0.0}  # of a doubled consonant one half: Boupha, Xayavong
_WITH_DOUBLES = (scripts.LAO, scripts.THAI)
_DOUBLE = re.compile("-k[kK]-|-t[tTdsS]-|-p[pPb]-|-nn-|-mm-|-y[yJ]-")
HALF_OF_DOUBLE = "'"  # at the end of the unit of a final before its like
_SOUND = re.compile("([^aiueoUOE@]*)([aiueoUOE@]*)(.*)")


class Unit(NamedTuple):
    """One unit of a syllable: its `key` in the table, and `at`, the place of its syllable."""

    key: str
    at: int


@cache
def parted(sound: str, language: str) -> tuple[str, ...]:
    """Part the sound of one syllable into the keys of its units."""
    found = _SOUND.fullmatch(sound)
    if found is None:
        return ()
    onset, vowel, final = found.groups()
    if language == "myanmar":
        begins = (f"{onset}-",) if onset in _onsets() else _each(onset)
        return (*begins, f"-{vowel}{final}")
    if language == "khmer":
        onset = _TWICE.sub("", onset)
    return (*_each(onset), *((vowel,) if vowel else ()), *(f"-{one}" for one in final))


@cache
def _onsets() -> frozenset[str]:
    """Return the Burmese beginnings that are spelled as one."""
    return frozenset(row[3] for row in rows("sounds") if row[0] == "myanmar" and row[1] == "onset" and row[3])


def _each(onset: str) -> tuple[str, ...]:
    return tuple(f"{one}-" for one in onset)


def units_of(reading: Reading, language: str) -> tuple[Unit, ...]:
    """Return the units of a reading by sound, in order, a final before its like marked (`with_doubles`)."""
    words = [list(word) for _, word in groupby(reading.syllables, lambda syllable: syllable.word)]
    each = chain.from_iterable(with_doubles(each_keys(word, language), language) for word in words)
    return tuple(Unit(key, at) for at, keys in enumerate(each) for key in keys)


def each_keys(syllables: Iterable[Syllable], language: str) -> list[tuple[str, ...]]:
    """Return the keys of the units of each syllable by sound."""
    return [keys_of(s.spellings[0].key, s.written, language) for s in syllables]


def with_doubles(every: list[tuple[str, ...]], language: str) -> list[tuple[str, ...]]:
    """Mark a final before its like within a word, which may be written once: ບຸບຜາ is *Bouppha* and *Boupha*."""
    if not every or language not in _WITH_DOUBLES:
        return every
    after = [keys[0] if keys else "" for keys in every[1:]]
    return [
        (*keys[:-1], keys[-1] + HALF_OF_DOUBLE) if keys and _DOUBLE.fullmatch(keys[-1] + next_) else keys
        for keys, next_ in zip(every, (*after, ""), strict=True)
    ]


def keys_of(sound: str, written: str, language: str) -> tuple[str, ...]:
    """Return the keys of the units of one syllable: of a Burmese one the rime with its final letter and tone.

    *Win* is ဝင်, *Winn* ဝင်း, *Tint* တင့်; ခန်း and ခမ်း sound alike, but only the second is *Kham* too. Of a Khmer one two
    vowels keep their sign: គោក is *Kouk* and គក never, ធំ is *Thom* and ភុម seldom.
    """
    keys = parted(sound, language)
    if language == "khmer":
        return tuple([key + _sign(key, written) for key in keys])
    if language != "myanmar" or not keys:
        return keys
    heard, kept = _APART.get(written[:1], ("", ""))
    begins = (kept, *keys[1:-1]) if keys[0] == heard else keys[:-1]
    return (*begins, keys[-1] + _marks(written))


def _sign(key: str, written: str) -> str:
    """Return the mark of a Khmer vowel whose sign tells more than its sound."""
    sign, without, mark = _KHMER_SIGNS.get(key, ("?", "", ""))
    return mark if sign in written and without not in written else ""


_KHMER_SIGNS = {
    "o": ("ោ", "?", "'o"),
    "u": ("ំ", "ុ", "'m"),
}  # key -> a sign, one that must not stand beside it, the mark


@cache
def _marks(written: str) -> str:
    """Return the marks of a Burmese syllable: that it has no vowel; its final letter and its tone."""
    if _WEAK.fullmatch(written):
        return "'w"
    final = _FINAL.search(written)
    letter = FINALS.get(final.group(1), "") if final else ""
    return letter + next((TONES[char] for char in written[::-1] if char in TONES), "")


@cache
def table(language: str) -> dict[str, dict[str, float]]:
    """Return unit -> spelling -> cost for a language; the spelling `` is silence."""
    if language == transcribed.LANGUAGE:
        return transcribed.units()
    found: dict[str, dict[str, float]] = {}
    for spoken, unit, spelling, cost, *_ in rows("channels"):
        if spoken == language:
            found.setdefault(unit, {})[spelling] = float(cost)
    for spoken, habit, spelling, cost, *_ in rows("habits"):
        if spoken == language:
            # no labelled pair shows it: what the same shows with fewer marks, and the habit
            if habit not in found:
                found[habit] = dict(next((found[key] for key in coarser(habit) if key in found), {}))
            for unit, known in found.items():
                if habit in coarser(unit):  # whoever writes *ar* does so in every tone
                    known[spelling] = min(float(cost), known.get(spelling, float(cost)))
    return found


@cache
def spellings(unit: str, language: str) -> dict[str, float]:
    """Return the spellings of a unit with their costs, silence among them."""
    every = table(language)
    known = next((every[key] for key in coarser(unit) if key in every), None)
    found = {"": LEFT_OUT, **(known or {plain(unit).strip("-").lower(): 0.0})}
    return found | {"": ONCE[unit[1]]} if unit.endswith(HALF_OF_DOUBLE) else found


def usual(unit: str, language: str) -> str:
    """Return the most usual spelling of a unit."""
    known = spellings(unit, language)
    return min(known, key=lambda text: (known[text], text))


def as_spelled(reading: Reading) -> str:
    """Return a reading by sound as it is most often spelled: *khamkeo sisouphan*; each Burmese syllable as a word.

    Of Shan no spellings are known: it stays as it sounds.
    """
    if any(is_shan(syllable.written) for syllable in reading.syllables):
        return reading.text
    words: dict[tuple[int, int], str] = {}
    for at, syllable in enumerate(reading.syllables):
        language = scripts.of_char(syllable.written[0])
        keys = keys_of(syllable.spellings[0].key, syllable.written, language)
        word = (syllable.word, at if language == scripts.MYANMAR else 0)
        words[word] = words.get(word, "") + "".join(usual(key, language) for key in keys)
    return GAP.join(words.values())


def plain(unit: str) -> str:
    """Return a unit without its final letter and its tone."""
    return coarser(unit)[-1]


@cache
def coarser(unit: str) -> tuple[str, ...]:
    """Return a unit, then the same with fewer marks: without its final letter, without its tone, without both."""
    base, apart, letter = unit.partition("'")
    plain_ = base.rstrip(_TONES)
    return tuple(dict.fromkeys((unit, plain_ + tone(unit), plain_ + apart + letter.rstrip(_TONES), plain_)))


def by_letter(unit: str, spelling: str) -> str:
    """Return a spelling of a Burmese rime with the final letter that is written: *kan* for ခမ် is *kam*."""
    letter = unit.partition("'")[2][:1]
    return spelling[:-1] + letter if spelling.endswith(_HEARD_AS.get(letter, " ")) else spelling


_HEARD_AS = {"m": "n", "p": "t"}


def tone(unit: str) -> str:
    """Return the mark of the tone of a Burmese rime."""
    return unit[-1] if unit.endswith(tuple(_TONES)) else ""


def added(text: str, language: str = "") -> list[float]:
    """Return for each letter what it costs when it stands for no sound."""
    known, other = transcribed.UNHEARD if language == transcribed.LANGUAGE else (_ADDED, _ADDED_ELSE)
    return [
        TORN if one == GAP else DOUBLED if at and one == text[at - 1] else known.get(one, other)
        for at, one in enumerate(text)
    ]


def turned(units: tuple[Unit, ...], reading: Reading) -> list[tuple[Unit, ...]]:
    """Return the units straight, then in the other orders of the words."""
    found = [units]
    for order in orders(words_of(reading)) if len(units) <= TURNED else ():
        found.append(tuple(unit for at in order for unit in units if unit.at == at))
    return found


Rows = list[list[float]]


Pieces = dict[str, list[tuple[int, int]]]
"""The letters that a unit may be spelled with in a text -> where they begin and end."""


def pieces_of(text: str) -> Pieces:
    """Return every piece of a text that is no longer than the spelling of a unit."""
    found: Pieces = {}
    for start in range(len(text)):
        for end in range(start + 1, min(start + LONGEST, len(text)) + 1):
            found.setdefault(text[start:end], []).append((start, end))
    return found


def spelled_rows(units: tuple[Unit, ...], language: str, text: str, pieces: Pieces) -> Rows:
    """Return the least costs of spelling the first i units as the first j letters of `text` (Viterbi 1967).

    `pieces` are those of the text: who asks for several orders of the units cuts it once.
    """
    extra = added(text, language)
    row = _with_added([0.0] + [float("inf")] * len(text), extra)
    found = [row]
    for at, unit in enumerate(units):
        ends = at + 1 == len(units) or units[at + 1].at != unit.at
        row = _with_added(_spelled(row, spellings(unit.key, language), text, pieces, ends=ends), extra)
        found.append(row)
    return found


def _spelled(
    before: list[float], known: dict[str, float], text: str, pieces: Pieces, *, ends: bool
) -> list[float]:
    row = [cost + known[""] for cost in before]
    for spelling, worth in known.items():
        for start, end in pieces.get(spelling, ()):
            if before[start] + worth < row[end]:
                row[end] = before[start] + worth
    if ends:  # between two syllables a space is free
        for at, one in enumerate(text):
            if one == GAP and row[at] < row[at + 1]:
                row[at + 1] = row[at]
    return row


def _with_added(row: list[float], extra: list[float]) -> list[float]:
    for at, cost in enumerate(extra):
        if row[at] + cost < row[at + 1]:
            row[at + 1] = row[at] + cost
    return row
