"""What a reading is: one way to sound a name out, by syllable, with its alternatives and sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

NOTHING = "-"  # `written` of what stands beside a syllable that nothing spells


class Spelling(NamedTuple):
    """One way to read a syllable.

    `text` is for people (`khánh`), `key` is what is compared (`khanh1`), `cost` ≥ 0 says how unusual the
    reading is in names (natural logarithm: 0 usual, 1 about a third as often, 3 rare), `table` names
    where it comes from.
    """

    text: str
    key: str
    cost: float
    table: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Syllable:
    """One syllable as `written`, its `spellings` with the most usual first, and the word it belongs to."""

    written: str
    spellings: tuple[Spelling, ...]
    word: int

    def with_spellings(self, spellings: tuple[Spelling, ...]) -> Syllable:
        """Return the same written syllable read otherwise."""
        return Syllable(written=self.written, spellings=spellings, word=self.word)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One view of a name: `view` is a code of VIEWS, `weight` in (0, 1] says how plausible the view is."""

    view: str
    syllables: tuple[Syllable, ...]
    weight: float = 1.0

    @property
    def text(self) -> str:
        """Return the most usual reading as text, words parted by spaces: `đàm khánh viễn`, `tan qingyuan`."""
        join = "" if self.view in JOINED else " "
        pieces: list[str] = []
        for at, syllable in enumerate(self.syllables):
            new_word = at > 0 and (join or syllable.word != self.syllables[at - 1].word)
            pieces.append((" " if new_word else "") + syllable.spellings[0].text)
        return "".join(pieces)


# What a view shows, and from which script it is made.
VIEWS: tuple[str, ...] = (
    "hanzi",  # Han characters in simplified form
    "vietnamese",  # Hán-Việt readings of Han characters, or Vietnamese syllables as written
    "pinyin",  # Mandarin in pinyin without tones
    "overseas",  # Han characters in Wade–Giles, Cantonese, Hokkien and kin as free Latin spellings
    "latin",  # words in Latin letters as written
    "lao",
    "thai",
    "khmer",
    "burmese",  # the letters as written, by syllable
    "transcribed",  # Han characters that write a foreign name by its sound
    "sound",  # Lao, Thai, Khmer and Burmese by sound, in a plain phonemic alphabet
    "other",  # scripts that have no reading here: letters as written
)
JOINED = frozenset({"hanzi", "lao", "thai", "khmer", "burmese", "pinyin", "transcribed", "sound", "other"})
