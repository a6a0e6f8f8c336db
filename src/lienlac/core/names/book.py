"""The pieces that names are made of, each read once: words, and single Han characters.

A gallery of a million names has a few hundred thousand different pieces. Each gets a number, and what every view shows
of it stands in arrays: its readings with their costs, what kind of word it is, its letters and its sounds. A Han
character that begins a name is a piece of its own (`^谭`), since surnames have readings of their own.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import brahmic, channel, channels, hanzi, overseas, scripts, vietnamese
from .alignment import missing
from .matrices import Floats, Ints, gathered
from .reading import Spelling
from .sounded import Sounded
from .sounding import coarse_of
from .spelled import UNKNOWN, spaces_in_word
from .spoken import Spellings, coded
from .tokens import Token
from .views import han_pinyin, latin_vietnamese, overseas_spelling, pinyin_words

FIRST = "^"  # marks a Han character that begins a name
SCRIPTS = (
    scripts.OTHER,
    scripts.LATIN,
    scripts.HAN,
    scripts.LAO,
    scripts.THAI,
    scripts.KHMER,
    scripts.MYANMAR,
)
# what a piece can take part in; a name can when all of its pieces can
HANZI, LATIN, VIETNAMESE, PLAIN, PINYIN, BEHIND, ASCII, BRAHMIC = (1 << at for at in range(8))
ALL = 0xFF

Row = npt.NDArray[np.int32]


class Ragged:
    """Rows of different lengths, one after another; `add` fills them, `done` turns them into arrays."""

    def __init__(self, kind: str = "i") -> None:
        self._values = array(kind)
        self._offsets = array("i", [0])

    def add(self, values: Iterable[float]) -> None:
        """Append one row."""
        self._values.extend(values)  # type: ignore[arg-type]
        self._offsets.append(len(self._values))

    def done(self) -> tuple[Row, npt.NDArray[np.generic]]:
        """Return (offsets, flat values)."""
        return np.array(self._offsets, dtype=np.int32), np.array(self._values)


@dataclass(kw_only=True)
class Spelled:
    """What one view reads in each unit: alternatives with costs, and the vocabulary of keys they come from."""

    keys: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    _which: Ragged = field(default_factory=Ragged)
    _costs: Ragged = field(default_factory=lambda: Ragged("f"))
    offsets: Row = field(default_factory=lambda: np.zeros(1, dtype=np.int32))
    which: Row = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    costs: Floats = field(default_factory=lambda: np.zeros(0, dtype=np.float32))

    def add(self, spellings: tuple[Spelling, ...]) -> None:
        """Append one unit with its alternatives."""
        self._which.add([self.number(s.key) for s in spellings])
        self._costs.add([s.cost for s in spellings])

    def number(self, key: str) -> int:
        """Return the number of a key."""
        found = self.numbers.get(key)
        if found is None:
            found = self.numbers[key] = len(self.keys)
            self.keys.append(key)
        return found

    def done(self) -> None:
        """Turn what was added into arrays."""
        self.offsets, self.which = self._which.done()  # type: ignore[assignment]
        self.costs = self._costs.done()[1].astype(np.float32)
        del self._which, self._costs

    def alternatives(self, units: Ints) -> tuple[Ints, Floats, Ints]:
        """Return (keys, costs, where each unit begins) of some units; each has at least one alternative."""
        places, counts = gathered(self.offsets, units)
        return self.which[places].astype(np.int64), self.costs[places], np.cumsum(counts) - counts


class Heard(NamedTuple):
    """One syllable by sound: the numbers of its units, which of them ends it, and its coarse sound."""

    units: list[int]
    ends: list[bool]
    coarse: str


class Book:
    """Every piece met, by number; `finish` reads them all, after that no piece can be added."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._scripts: list[str] = []

    def pieces(self, form: tuple[Token, ...]) -> list[int]:
        """Return the numbers of the pieces of a name, adding those not met before."""
        found = []
        for token in form:
            if token.script != scripts.HAN:
                found.append(self._number(token.text, token.script))
                continue
            for char in token.text:
                first = not found and token is form[0]
                found.append(self._number(FIRST + char if first else char, scripts.HAN))
        return found

    def _number(self, text: str, script: str) -> int:
        number = self.numbers.get(text)
        if number is None:
            number = self.numbers[text] = len(self._scripts)
            self._scripts.append(script)
        return number

    def finish(self) -> None:
        """Read every piece."""
        # costs and readings of syllables of this gallery, worked out when first needed; nothing of a query
        self.pinyin_rows: dict[str, Floats] = {}
        self.pinyin_near: dict[str, list[int]] = {}
        self.base_rows: dict[str, Floats] = {}
        self.mandarin: dict[int, tuple[Ints, Floats]] = {}
        self.mandarin_keys: dict[str, int] = {}
        self.texts = list(self.numbers)
        latin = [script == scripts.LATIN for script in self._scripts]
        self.bares = [
            vietnamese.bare(text) if is_ else text for text, is_ in zip(self.texts, latin, strict=True)
        ]
        self.scripts = np.array([SCRIPTS.index(script) for script in self._scripts], dtype=np.uint8)
        self.vietnamese, self.overseas, self.pinyin = Spelled(), Spelled(), Spelled()
        self._pinyin_units, self._letters, self._sounds = Ragged(), Ragged("B"), Ragged()
        self._ends = Ragged("B")
        self.coarse: list[str] = []
        self.sounds: list[tuple[str, str]] = []  # unit -> (key, language)
        self._sound_numbers: dict[tuple[str, str], int] = {}
        self._heard: dict[tuple[str, str, tuple[str, ...]], Heard] = {}
        self._pinyin_numbers: dict[str, int] = {}
        self._flags = array("B")
        self._gaps, self._abroad_gaps = array("f"), array("f")
        self.spaces = np.full(len(self.texts), UNKNOWN, dtype=np.int16)  # of a word in Latin letters
        for text, script in zip(self.texts, self._scripts, strict=True):
            self._read(text, script)
        for spelled in (self.vietnamese, self.overseas, self.pinyin):
            spelled.done()
        self._settle()

    def _settle(self) -> None:
        self.flags = np.array(self._flags, dtype=np.uint8)
        self.gaps, self.abroad_gaps = np.array(self._gaps), np.array(self._abroad_gaps)
        self.pinyin_offsets, units = self._pinyin_units.done()
        self.pinyin_units = units.astype(np.int64)
        self.pinyin_gaps = np.array([gap_of(text) for text in self._pinyin_numbers], dtype=np.float32)
        self.letter_offsets, letters = self._letters.done()
        self.letters = letters.astype(np.uint8)
        self.sound_offsets, sounds = self._sounds.done()
        self.sound_units = sounds.astype(np.int64)
        self.sound_ends = self._ends.done()[1].astype(np.bool_)
        self.spellings = Spellings(self.sounds)
        parted = [key.partition("/") for key in self.vietnamese.keys]
        numbers = {base: at for at, base in enumerate(dict.fromkeys(base for base, _, _ in parted))}
        self.base_texts, self.base_numbers = list(numbers), numbers
        self.bases = np.array([numbers[base] for base, _, _ in parted], dtype=np.int64)
        letters_of = [f"{base}/{letters[:-1]}" for base, _, letters in parted]
        self.letter_numbers = {text: at for at, text in enumerate(dict.fromkeys(letters_of))}
        self.letters_of = np.array([self.letter_numbers[text] for text in letters_of], dtype=np.int64)
        chars = [text.removeprefix(FIRST) for text in self.texts]
        known = {char: at for at, char in enumerate(dict.fromkeys(chars))}
        self.same = np.array([known[char] for char in chars], dtype=np.int64)  # ^谭 is 谭
        for name in (
            "_flags",
            "_gaps",
            "_abroad_gaps",
            "_pinyin_units",
            "_letters",
            "_sounds",
            "_ends",
            "_heard",
        ):
            delattr(self, name)

    def _read(self, text: str, script: str) -> None:
        if script == scripts.HAN:
            self._read_han(text)
        elif script == scripts.LATIN:
            self._read_latin(text)
        else:
            self._read_other(text, script)

    def _read_han(self, text: str) -> None:
        first, char = len(text) > 1, text[-1]
        read = hanzi.han_viet(char, surname=first)
        flags = HANZI | PINYIN | (VIETNAMESE if read else 0)
        sounds = han_pinyin(char, surname=first) or UNREAD
        self.vietnamese.add(read or UNREAD_VIETNAMESE)
        self.overseas.add(overseas.of_char(char, surname=first) or UNREAD)
        self._pinyin_units.add([self._pinyin_unit(text, sounds)])
        self._close(text, flags, gap_of(char), gap_of(char), sounds[0].text, coarse_of(sounds[0].text))

    def _read_latin(self, text: str) -> None:
        read = latin_vietnamese(text)
        syllables = pinyin_words(text)
        abroad = overseas_spelling(vietnamese.bare(text))
        flags = LATIN | (VIETNAMESE if read else 0) | (PINYIN if syllables else 0)
        flags |= PLAIN if read and all(s.table == "written" for s in read) else 0
        flags |= BEHIND if read and channel.behind(read[0].key, surname=False, bare=True) else 0
        flags |= ASCII if text.isascii() else 0
        self.vietnamese.add(read or UNREAD_VIETNAMESE)
        self.overseas.add((abroad,))
        self._pinyin_units.add([self._pinyin_unit(s, (Spelling(s, s, 0.0, "written"),)) for s in syllables])
        plain = vietnamese.bare(text)
        self._close(text, flags, gap_of(text), gap_of(text, abroad.table), plain, coarse_of(plain))

    def _read_other(self, text: str, script: str) -> None:
        """Lao, Thai, Khmer and Burmese words by their letters and sounds; other scripts by letters alone."""
        self.vietnamese.add(UNREAD_VIETNAMESE)
        self.overseas.add(UNREAD)
        self._pinyin_units.add(())
        syllables = brahmic.syllables(text, script) if script in scripts.BRAHMIC else ()
        heard = self._syllables(syllables, script)
        self.spaces[len(self._flags)] = spaces_in_word(syllables, script)
        gaps, flags = gap_of(text), BRAHMIC if script in scripts.BRAHMIC else 0
        self._close(text, flags, gaps, gaps, "", "".join([one.coarse for one in heard]), heard)

    def _close(
        self,
        text: str,
        flags: int,
        gaps: float,
        abroad: float,
        letters: str,
        coarse: str,
        heard: Sequence[Heard] = (),
    ) -> None:
        self._flags.append(flags)
        self._gaps.append(gaps)
        self._abroad_gaps.append(abroad)
        self._letters.add(coded(letters))
        self.coarse.append(coarse)
        self._sounds.add([unit for one in heard for unit in one.units])
        self._ends.add([end for one in heard for end in one.ends])

    def _syllables(self, syllables: tuple[Sounded, ...], script: str) -> list[Heard]:
        """Return the syllables of a word in units; those met before are not read again while the book is written."""
        found = []
        every = [channels.keys_of(sound, written, script) for written, sound in syllables]
        for (_, sound), keys in zip(syllables, channels.with_doubles(every, script), strict=True):
            heard = self._heard.get((script, sound, keys))
            if heard is None:
                units = [self._sound(one, script) for one in keys]
                ends = [at + 1 == len(units) for at in range(len(units))]
                heard = Heard(units, ends, coarse_of(sound, sounded=True))
                self._heard[script, sound, keys] = heard
            found.append(heard)
        return found

    def _pinyin_unit(self, text: str, spellings: tuple[Spelling, ...]) -> int:
        number = self._pinyin_numbers.get(text)
        if number is None:
            number = self._pinyin_numbers[text] = len(self._pinyin_numbers)
            self.pinyin.add(spellings)
        return number

    def _sound(self, key: str, language: str) -> int:
        number = self._sound_numbers.get((key, language))
        if number is None:
            number = self._sound_numbers[key, language] = len(self.sounds)
            self.sounds.append((key, language))
        return number


UNREAD = (Spelling("?", "?", 3.0, "unread"),)
UNREAD_VIETNAMESE = (Spelling("?", "?/?0", 3.0, "unread"),)


def gap_of(text: str, table: str = "written") -> float:
    """Return what a word costs that the other name has not."""
    return missing(text.removeprefix(FIRST), table)
