"""Which names of a gallery are worth an exact comparison with a query: a few hundred of each view.

A query looks up each of its syllables in each view; a name gains the rarity of what it shares. Recall within these is
measured by bench/names.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from . import channel, channels, foreign
from .book import BRAHMIC, SCRIPTS, Book, Spelled
from .comparison import is_foreign, language_of
from .entries import Entries, coarse, transcribed_entries
from .index import LIKELY, TOP, Postings, Score, Sounds, Words, worth_of
from .matrices import Floats, Ints, distinct, gathered
from .reading import Reading, Spelling
from .sounding import coarse as coarse_sound
from .sounding import coarse_of, once
from .vietnamese import is_accented
from .views import mandarin, overseas_view

NEAREST = 120  # names of each view that are compared
SOUNDING = 900  # names in Latin and Han letters compared by sound with one in Lao, Thai, Khmer or Burmese
SOUNDS = 15_000  # and more of them for a short name, which resembles more and is compared faster
FOREIGN = 100  # names in the four scripts compared with a Latin or Han one
HEARD = 4000  # names in Latin letters compared with a foreign one in Han characters
_WORDS = 6  # words of a Latin name that are looked up so
_LEAST_SOUNDS = 4
HEARD_FEW = 16  # names in Han characters that may be foreign, compared with a Latin one by one
HEARD_LIKELY = 1500  # and these are the nearest of so many sounds
SPELLED_FREELY = (
    6000  # sounds whose distance to a Burmese name is measured: its spellings share few stretches
)
ALOUD = 24  # names in the four scripts compared with one in another of them, one by one
_SIMILAR = 60  # words looked at for a word that may be misspelt
_MISSPELT = 8  # words of a name up to which each may be; those of a longer one are looked up as they stand
_LEAST = 0.6  # how alike such words are at least
_INITIAL = 0.6  # what an initial is worth where the query has the word
_FEW = 4  # alternatives of a syllable that are looked up
_FEW_BEHIND = 6
_FEW_ABROAD = 6
_EXACT = 0.3  # what the exact accents add to a syllable that agrees without them
_BEHIND_COST = 2.5  # Vietnamese syllables looked up behind a pinyin one: those that cost no more

_SORTED = 2000  # entries that are counted by sorting

Position = tuple[Ints, Floats, float]  # pieces, what each is worth in [0, 1], rarity


class Lookup:
    """The postings of a gallery, by piece and by sound."""

    def __init__(self, book: Book, entries: Entries) -> None:
        self._book, self._entries = book, entries
        self._pieces = Postings(entries.pieces, entries.owners(), len(book.texts), len(entries))
        self._bases = _Inverse(
            book.bases[book.vietnamese.which], _owners(book.vietnamese), len(book.base_texts)
        )
        self._keys = _Inverse(book.vietnamese.which, _owners(book.vietnamese), len(book.vietnamese.keys))
        pinyin = _through(book)
        self._pinyin = _Inverse(*pinyin, len(book.pinyin.keys))
        self._abroad = _Inverse(book.overseas.which, _owners(book.overseas), len(book.overseas.keys))
        self._behind = _behind(book)
        latin = np.flatnonzero(book.scripts == SCRIPTS.index("latin"))
        words = dict.fromkeys(book.bares[piece] for piece in latin)
        numbers = {word: at for at, word in enumerate(words)}
        self._words = Words(list(words))
        word_of = np.array([numbers[book.bares[piece]] for piece in latin], dtype=np.int64)
        self._word_pieces = _Inverse(word_of, latin, len(words))
        first = [word[:1] for word in words]
        self._letters = {letter: at for at, letter in enumerate(dict.fromkeys(first))}
        letters = np.array([self._letters[letter] for letter in first], dtype=np.int64)
        self._initials = _Inverse(letters[word_of], latin, len(self._letters))
        brahmic = (entries.flags & BRAHMIC) > 0
        self._foreign = self._sounds(np.flatnonzero(brahmic))
        self._others = self._sounds(np.flatnonzero(~brahmic))
        self._transcribed = self._sounds(np.flatnonzero(transcribed_entries(book, entries)))

    def _sounds(self, chosen: Ints) -> Sounds:
        return Sounds(chosen, *coarse(self._entries, self._book, chosen))

    def near(self, asked: tuple[dict[str, Reading], ...]) -> Ints:
        """Return the entries to compare with a query, each once."""
        found = [self._best(positions) for views in asked for positions in self._positions(views)]
        found += [self._sounding_alike(views) for views in asked]
        return distinct(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def shares(self, views: dict[str, Reading]) -> list[list[float]]:
        """Return for each view that shows the query the share of entries that hold each of its syllables."""
        every = (self._shares(positions) for positions in self._positions(views, asking=False))
        return [shares for shares in every if shares]

    def _shares(self, positions: list[Position]) -> list[float]:
        held = [self._pieces.of(pieces)[0] for pieces, _, _ in positions]
        return [(self._different(one) or 0.5) / max(self._pieces.total, 1) for one in held]

    def _different(self, entries: npt.NDArray[np.int32]) -> int:
        """Return how many different entries there are; marking them beats sorting them where they are many."""
        if len(entries) < _SORTED:
            return len(distinct(entries))
        marked = np.zeros(self._pieces.total, dtype=bool)
        marked[entries] = True
        return int(np.count_nonzero(marked))

    def _best(self, positions: list[Position]) -> Ints:
        scale = min(TOP / max(sum(rarity for _, _, rarity in positions), 1.0), 10.0)
        parts = [
            (pieces, worth * np.float32(rarity * scale)) for pieces, worth, rarity in positions if rarity
        ]
        if not parts:
            return np.zeros(0, dtype=np.int64)
        keys = np.concatenate([pieces for pieces, _ in parts])
        worth = worth_of(np.concatenate([worth for _, worth in parts]))
        return Score(self._pieces, keys, worth).best(NEAREST, min(len(parts), 3))

    def _position(self, weighted: Iterable[tuple[float, Ints]]) -> Position:
        found = [(weight, pieces) for weight, pieces in weighted if len(pieces)]
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32), 0.0
        pieces = np.concatenate([pieces for _, pieces in found])
        weights = np.array([weight for weight, _ in found], dtype=np.float32)
        worth = np.repeat(weights, [len(one) for _, one in found])
        count = float(self._pieces.counts(pieces).sum())
        return pieces, worth, self._pieces.rarity(count)

    def _positions(self, views: dict[str, Reading], *, asking: bool = True) -> Iterator[list[Position]]:
        makers = {"hanzi": self._hanzi, "vietnamese": self._vietnamese, "pinyin": self._of_pinyin}
        for view, make in makers.items():
            if view in views:
                yield list(make(views[view], asking))
        if "latin" in views:
            yield list(self._latin(views["latin"]) if asking else self._exact_words(views["latin"]))
        if "hanzi" in views or "latin" in views:
            yield list(self._of_abroad(views))
        if (
            asking
            and "hanzi" not in views
            and "vietnamese" in views
            and (behind := mandarin(views["vietnamese"]))
        ):
            yield [
                self._position(self._weighted_pinyin(s.spellings[:_FEW_BEHIND], 0.5))
                for s in behind.syllables
            ]
        if asking and "hanzi" not in views and "pinyin" in views:
            yield [self._position(self._behind_pinyin(s.spellings[0].key)) for s in views["pinyin"].syllables]
        for view in ("lao", "thai", "khmer", "burmese", "other"):
            if view in views:
                yield [self._position(self._as_written(s.written)) for s in views[view].syllables]

    def _exact_words(self, reading: Reading) -> Iterator[Position]:
        for syllable in reading.syllables:
            yield self._position([(1.0, self._word_pieces.of(self._words.number(syllable.spellings[0].key)))])

    def _hanzi(self, reading: Reading, asking: bool) -> Iterator[Position]:
        for syllable in reading.syllables:
            yield self._position(
                [*self._as_written(syllable.written), *self._as_written(f"^{syllable.written}")]
            )

    def _as_written(self, text: str) -> list[tuple[float, Ints]]:
        number = self._book.numbers.get(text)
        return [(1.0, np.array([number]))] if number is not None else []

    def _vietnamese(self, reading: Reading, asking: bool) -> Iterator[Position]:
        exact = asking and any(is_accented(syllable.written) for syllable in reading.syllables)
        numbers = self._book.vietnamese.numbers
        for syllable in reading.syllables:
            few = syllable.spellings[:_FEW]
            bases = {s.key.partition("/")[0]: math.exp(-s.cost) for s in reversed(few)}
            yield self._position(
                (w, self._bases.of(self._book.base_numbers.get(base, -1))) for base, w in bases.items()
            )
            if exact:
                yield self._position(
                    (_EXACT * math.exp(-s.cost), self._keys.of(numbers.get(s.key, -1))) for s in few
                )

    def _of_pinyin(self, reading: Reading, asking: bool) -> Iterator[Position]:
        for syllable in reading.syllables:
            yield self._position(self._weighted_pinyin(syllable.spellings[:_FEW], 0.0))

    def _weighted_pinyin(self, spellings: Iterable[Spelling], slowly: float) -> Iterator[tuple[float, Ints]]:
        """Yield each reading with its pieces; `slowly` lets the weight of a rare one fall by its logarithm only."""
        for spelling in spellings:
            weight = 1 / (1 + slowly * spelling.cost) if slowly else math.exp(-spelling.cost)
            yield weight, self._pinyin.of(self._book.pinyin.numbers.get(spelling.key, -1))

    def _behind_pinyin(self, key: str) -> Iterator[tuple[float, Ints]]:
        for base, cost in self._behind.get(key, ()):
            yield 1 / (1 + 0.5 * cost), self._bases.of(base)

    def _latin(self, reading: Reading) -> Iterator[Position]:
        few = len(reading.syllables) <= _MISSPELT
        for syllable in reading.syllables:
            word = syllable.spellings[0].key
            if not few:
                yield self._position([(1.0, self._word_pieces.of(self._words.number(word)))])
            elif len(word) == 1:
                yield self._position([(1.0, self._initials.of(self._letters.get(word, -1)))])
            else:
                yield self._nearest_first(self._like(word))

    def _like(self, word: str) -> Iterator[tuple[float, Ints]]:
        """Yield the words that may be meant, and the letter that may stand for one: *Xu Fan* is also *X Fan*."""
        for found, alike in self._words.near(word, _SIMILAR, _LEAST):
            yield alike**2, self._word_pieces.of(found)
        yield _INITIAL, self._word_pieces.of(self._words.number(word[:1]))

    def _nearest_first(self, groups: Iterable[tuple[float, Ints]]) -> Position:
        """Return a position whose alternatives are worth their weight in what is learned from one as good or better.

        The rarity of a word alone says nothing where many words are as near to what was asked.
        """
        groups = sorted(
            ((weight, pieces) for weight, pieces in groups if len(pieces)), key=lambda one: -one[0]
        )
        if not groups:
            return self._position(())
        weights = np.array([weight for weight, _ in groups])
        sizes = np.array([len(pieces) for _, pieces in groups])
        pieces = np.concatenate([pieces for _, pieces in groups])
        held = np.cumsum(np.add.reduceat(self._pieces.counts(pieces), np.cumsum(sizes) - sizes))
        as_good = held[np.searchsorted(-weights, -weights, side="right") - 1]
        rarities = np.array([self._pieces.rarity(count) for count in as_good.tolist()])
        worth = (weights * rarities / max(rarities[0], 1.0)).astype(np.float32)
        return pieces, np.repeat(worth, sizes), float(rarities[0])

    def _of_abroad(self, views: dict[str, Reading]) -> Iterator[Position]:
        reading = overseas_view(views)
        for syllable in reading.syllables if reading else ():
            if syllable.spellings[0].table != "foreign":
                few = syllable.spellings[:_FEW_ABROAD]
                numbers = self._book.overseas.numbers
                yield self._position(
                    (math.exp(-s.cost), self._abroad.of(numbers.get(s.key, -1))) for s in few
                )

    def _sounding_alike(self, views: dict[str, Reading]) -> Ints:
        """Return the names that sound nearest, where one side is Lao, Thai, Khmer or Burmese."""
        sound = coarse_sound(views)
        if not sound:
            return np.zeros(0, dtype=np.int64)
        asked = [text.encode("ascii", "replace") for text in (sound, *usually_spelled(views))]
        if "transcribed" in views:
            parts = foreign.sounds_of(views["transcribed"])
            return np.concatenate((self._others.holding(parts, HEARD), self._foreign.near(asked, FOREIGN)))
        if "sound" not in views:
            found = self._foreign.near(asked, FOREIGN)
            if not is_foreign(views):
                return found
            whole, parts = asked[:1], _stretches(views["latin"])
            heard = [
                self._transcribed.near(one, HEARD_FEW, likely=HEARD_LIKELY) for one in (whole, parts) if one
            ]
            return np.concatenate((found, *heard))
        most = max(SOUNDING, SOUNDS // len(sound))
        likely = SPELLED_FREELY if "burmese" in views else LIKELY
        others = self._others.near(asked, most, likely=likely)
        return np.concatenate((others, self._foreign.near(asked, ALOUD)))


def usually_spelled(views: dict[str, Reading]) -> tuple[str, ...]:
    """Return the coarse sounds of a Lao, Thai, Khmer or Burmese name as its speakers spell it most: *aung* for အောင်.

    A Burmese final has lost its letter to the ear, not to the pen: ခမ် is *kan*, and *Kham* too.
    """
    language = language_of(views)
    if not language or "sound" not in views:
        return ()
    keys = [unit.key for unit in channels.units_of(views["sound"], language)]
    usual = [channels.usual(key, language) for key in keys]
    written = [channels.by_letter(key, text) for key, text in zip(keys, usual, strict=True)]
    return tuple(dict.fromkeys(once(coarse_of("".join(texts))) for texts in (usual, written)))


def _stretches(reading: Reading) -> list[bytes]:
    """Return the coarse sounds of one, two and three words in a row: a foreign name is written in part."""
    words = [coarse_of(syllable.spellings[0].key) for syllable in reading.syllables[:_WORDS]]
    rows = [words[at : at + size] for size in (1, 2, 3) for at in range(len(words) - size + 1)]
    texts = dict.fromkeys(once("".join(row)) for row in rows)
    return [text.encode("ascii", "replace") for text in texts if len(text) >= _LEAST_SOUNDS]


class _Inverse:
    """From a key to the pieces that have it."""

    def __init__(self, keys: npt.NDArray[Any], pieces: npt.NDArray[Any], size: int) -> None:
        both = distinct(np.asarray(keys, dtype=np.int64) << 32 | np.asarray(pieces, dtype=np.int64))
        self._pieces: Ints = both & 0xFFFFFFFF
        counts = np.bincount(both >> 32, minlength=size)[:size]
        self._offsets: list[int] = [0, *np.cumsum(counts).tolist()]

    def of(self, key: int) -> Ints:
        found: Ints = (
            self._pieces[self._offsets[key] : self._offsets[key + 1]] if key >= 0 else self._pieces[:0]
        )
        return found


def _owners(spelled: Spelled) -> Ints:
    """Return the unit of each alternative."""
    return np.repeat(np.arange(len(spelled.offsets) - 1), np.diff(spelled.offsets))


def _through(book: Book) -> tuple[Ints, Ints]:
    """Return (pinyin keys, pieces): every syllable of every piece with all its readings."""
    counts = np.diff(book.pinyin_offsets)
    owners = np.repeat(np.arange(len(counts)), counts)
    places, readings = gathered(book.pinyin.offsets, book.pinyin_units)
    return book.pinyin.which[places].astype(np.int64), np.repeat(owners, readings)


def _behind(book: Book) -> dict[str, list[tuple[int, float]]]:
    """Return for each pinyin syllable the Vietnamese bases that may stand for it, with costs."""
    found: dict[str, list[tuple[int, float]]] = {}
    for at, base in enumerate(book.base_texts):
        for spelling in channel.to_pinyin(base, surname=False):
            if spelling.cost <= _BEHIND_COST:
                found.setdefault(spelling.key, []).append((at, spelling.cost))
    return found
