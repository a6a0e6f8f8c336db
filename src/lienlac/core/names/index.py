"""Where each piece and each stretch of sound stands: postings in arrays, and what is nearest by them.

A score is a small number for each entry: rare pieces add more than common ones, and what no posting touches stays 0.
Only the best few hundred are compared in earnest.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from .edits import Texts, one_edit_from
from .matrices import Bytes, Floats, Ints, distinct, gathered, ranges

TOP = 230  # what a score adds up to at most, rounding and keys held twice aside
Worth = npt.NDArray[np.uint16]


class Postings:
    """For each key the entries that hold it, in one flat array."""

    def __init__(
        self, keys: npt.NDArray[np.int32], entries: npt.NDArray[np.int32], size: int, total: int
    ) -> None:
        both = distinct(keys.astype(np.int64) << 32 | entries)  # held twice must not count twice
        self.entries = (both & 0xFFFFFFFF).astype(np.int32)
        counts = np.bincount(both >> 32, minlength=size).astype(np.int64)
        self.offsets = np.zeros(size + 1, dtype=np.int32)
        np.cumsum(counts, out=self.offsets[1:])
        self.total = total

    def counts(self, keys: Ints) -> Ints:
        """Return how many entries hold each key."""
        found: Ints = (self.offsets.take(keys + 1) - self.offsets.take(keys)).astype(np.int64)
        return found

    def rarity(self, count: float) -> float:
        """Return how much is learned from a key that so many hold: the logarithm of one over its share."""
        return math.log2(2 * self.total / max(count, 1))

    def of(self, keys: Ints) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return (entries, how many of each key)."""
        starts = self.offsets.take(keys).astype(np.int64)
        counts = self.offsets.take(keys + 1) - starts
        if counts.sum() < _LONG * len(keys):
            return self.entries.take(ranges(starts, counts)), counts
        rows = zip(starts.tolist(), counts.tolist(), strict=True)
        return np.concatenate([self.entries[:0], *(self.entries[at : at + few] for at, few in rows)]), counts


class Score:
    """A number for each entry, added up from postings; an entry that holds a key in two pieces gains twice."""

    def __init__(self, postings: Postings, keys: Ints, worth: Worth) -> None:
        """Add the worth of each key (0 to TOP for one entry in all) to the entries that hold it."""
        different, which = np.unique(keys, return_inverse=True)  # a word said twice is looked up once
        gains = np.bincount(which, worth, minlength=len(different)).astype(np.uint16)
        touched, counts = postings.of(different)
        self._touched = touched.astype(np.int64)  # once, for places are asked for so
        self.sums: npt.NDArray[np.uint16] = np.zeros(postings.total, dtype=np.uint16)
        np.add.at(self.sums, self._touched, gains.repeat(counts))

    def best(self, most: int, touches: int) -> Ints:
        """Return at most so many entries, those with the highest score; each is touched about so many times."""
        found = self._of_all(most) if len(self._touched) > len(self.sums) // _FEW else None
        if found is None:
            found = self._of_touched(most * touches)
        if len(found) <= most:
            return found
        lacking = np.uint16(0xFFFF) - self.sums.take(found)  # sixteen bits are sorted by digits
        return found[lacking.argsort(kind="stable")[:most]]

    def _of_touched(self, wanted: int) -> Ints:
        """Return the entries that reach what so many touches reach."""
        sums = np.minimum(self.sums.take(self._touched), 255)
        reached = np.cumsum(np.bincount(sums, minlength=256)[::-1])
        floor = max(255 - int(np.searchsorted(reached, wanted)), 1)
        return distinct(self._touched[sums >= floor])

    def _of_all(self, most: int) -> Ints | None:
        """Return at least the best, by looking at every score; None when a sample misled about where they begin."""
        sample = np.sort(self.sums[::_SAMPLED])
        place = min(len(sample), _SURELY * most // _SAMPLED + 1)
        found = np.flatnonzero(self.sums >= max(int(sample[-place]), 1))
        return found if len(found) >= most else None


_LONG = 200  # entries a key, from which on it is faster to lay rows together than to name each place
_FEW = 16  # where one entry of so many is touched, or more, it is faster to look at every score
_SAMPLED = 64  # each so-manieth score is looked at to find where the best begin
_SURELY = 4  # times as many as wanted are to lie above what the sample tells


class Words:
    """The different Latin words: short ones found by one edit, others by pairs of letters and then their distance."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self._numbers = {word: at for at, word in enumerate(words)}
        pairs = [_pairs(word) for word in words]
        counts = np.fromiter(map(len, pairs), dtype=np.int64, count=len(pairs))
        keys = np.fromiter((key for found in pairs for key in found), dtype=np.int32, count=int(counts.sum()))
        entries = np.repeat(np.arange(len(words), dtype=np.int32), counts)
        self._postings = Postings(keys, entries, _PAIRS, len(words))
        self._lengths = counts.astype(np.float32)
        self._known: dict[
            tuple[int, int, float], list[tuple[int, float]]
        ] = {}  # of words of the gallery alone

    def number(self, word: str) -> int:
        """Return the number of a word, -1 when it is not there."""
        return self._numbers.get(word, -1)

    def near(self, word: str, most: int, least: float) -> list[tuple[int, float]]:
        """Return (number, similarity in [least, 1]) of the words nearest to one, the best first.

        Those near a short word are one edit from it, however much of it that is.
        What is near to a word of the gallery is remembered, of a few thousand of them; nothing of other words is.
        """
        number = self.number(word)
        if number < 0:
            return self._nearest(word, most, least)
        asked = (number, most, least)
        found = self._known.get(asked)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[asked] = self._nearest(word, most, least)
        return found

    def _nearest(self, word: str, most: int, least: float) -> list[tuple[int, float]]:
        short = len(word) <= _SHORT
        found = self._one_edit_away(word) if short else self._sharing_pairs(word)
        texts = [self.words[at] for at in found.tolist()]
        alike = process.cdist([word], texts, scorer=OSA.normalized_similarity)[0]
        order = (-alike).argsort(kind="stable")[:most]
        nearest_ = zip(found[order].tolist(), alike[order].tolist(), strict=True)
        return [(at, much) for at, much in nearest_ if short or much >= least]

    def _one_edit_away(self, word: str) -> Ints:
        """Return a short word and those one edit from it; half of it may be wrong, so pairs of letters say little."""
        texts = (word, *one_edit_from(word)) if len(word) > 1 else (word,)
        numbers = {self._numbers.get(text, -1) for text in texts}
        return np.array(sorted(numbers - {-1}), dtype=np.int64)

    def _sharing_pairs(self, word: str) -> Ints:
        keys = np.array(sorted(_pairs(word)), dtype=np.int64)
        sums = np.bincount(self._postings.of(keys)[0], minlength=len(self.words))
        found = np.flatnonzero(sums >= 2)
        return nearest(found, sums[found] / (self._lengths[found] + len(keys)), _LOOKED_AT)


_PAIRS = 1 << 12
_LOOKED_AT = 400  # words whose distance is measured
_SHORT = 4  # letters of a word of which one slip may leave a single pair, or none: mai, mia
_REMEMBERED = 5000  # words


def nearest(found: Ints, worth: npt.NDArray[Any], most: int) -> Ints:
    """Return so many of what was found, those that are worth most, in no order."""
    return found[np.argpartition(-worth, most)[:most]] if len(found) > most else found


def _pairs(word: str) -> set[int]:
    """Return the pairs of letters of a word, its two ends marked, as numbers below _PAIRS."""
    codes = [0, *(ord(char) * 37 + (ord(char) >> 5) & 63 for char in word), 0]
    return {one << 6 | other for one, other in pairwise(codes)}


ALIKE = 0.4  # coarse sounds less alike than this are not worth a look
LIKELY = 3000  # sounds whose distance is measured
LENGTH = 60  # stretches that a name may have before its length tells against parts of a sound in it


class Sounds:
    """Names by coarse sound: shared stretches of three first, then the distance of the whole.

    Names that sound the same are looked at once.
    """

    def __init__(self, entries: Ints, flat: Bytes, counts: Ints) -> None:
        """Take entries with their coarse sounds, one after another in `flat`, `counts` letters each."""
        texts, sounds = _each_once(flat, counts)
        self._entries = entries[np.argsort(sounds, kind="stable")]
        self._offsets = np.concatenate(([0], np.cumsum(np.bincount(sounds, minlength=len(texts)))))
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        self._texts = Texts(np.frombuffer(b"".join(texts), dtype=np.uint8), lengths)
        keys, owners = _stretches(self._texts.flat, lengths)
        self._postings = Postings(keys, owners, _STRETCHES, len(texts))
        self._lengths = np.bincount(self._postings.entries, minlength=len(texts)).astype(np.float32)

    def near(self, sounds: list[bytes], most: int, *, likely: int = LIKELY) -> Ints:
        """Return the entries that sound nearest to any of some ways to sound one name, of the `likely` sounds."""
        keys = np.array(sorted({key for sound in sounds for key in _stretches_of(sound)}), dtype=np.int64)
        if not len(self._entries) or not len(keys):
            return np.zeros(0, dtype=np.int64)
        rarities = self._rarities(keys)
        score = Score(self._postings, keys, worth_of(rarities * min(TOP / float(rarities.sum()), 3.0)))
        found = self._likely(score.sums, len(keys), likely)
        alike = self._texts.alike(sounds, found)
        found, alike = found[alike >= ALIKE], alike[alike >= ALIKE]
        if len(found) > most:
            chosen = np.argpartition(-alike, most)[:most]
            found, alike = found[chosen], alike[chosen]
        return self._of(found[np.argsort(-alike, kind="stable")])[:most]

    def holding(self, sounds: list[bytes], most: int) -> Ints:
        """Return the entries that share most with parts of a sound, each in several ways.

        Long names share more by chance, and count a little less for it.
        """
        keys = np.array(sorted({key for sound in sounds for key in _stretches_of(sound)}), dtype=np.int64)
        keys = keys[(keys % 11 > 0) & (keys % 11**3 >= 11**2)]  # where a part ends the name need not
        entries, counts = self._postings.of(keys)
        sums = np.bincount(entries, np.repeat(self._rarities(keys), counts), minlength=len(self._lengths))
        worth = sums / (self._lengths + LENGTH)
        found = nearest(np.flatnonzero(worth), worth[np.flatnonzero(worth)], most)
        return self._of(found[np.argsort(-worth[found], kind="stable")])[:most]

    def _of(self, sounds: Ints) -> Ints:
        """Return the entries that have some sounds."""
        places, _ = gathered(self._offsets, sounds)
        return self._entries[places]

    def _rarities(self, keys: Ints) -> Floats:
        held = np.maximum(self._postings.counts(keys), 1)
        return np.log2(2 * self._postings.total / held).astype(np.float32)

    def _likely(self, sums: Worth, asked: int, most: int) -> Ints:
        """Return so many that share most, for their length."""
        sample = np.sort(sums[:: max(1, len(sums) // 8192)])
        wanted = min(1.0, 4 * most / max(len(sums), 1))
        floor = max(int(sample[int((1 - wanted) * (len(sample) - 1))]), 1)
        found = np.flatnonzero(sums >= floor)
        return nearest(found, sums[found] / (self._lengths[found] + np.float32(asked)), most)


def _each_once(flat: Bytes, counts: Ints) -> tuple[list[bytes], Ints]:
    """Return the different ones of some texts one after another, and for each text which it is."""
    letters, ends = flat.tobytes(), np.cumsum(counts)
    numbers: dict[bytes, int] = {}
    bounds = zip((ends - counts).tolist(), ends.tolist(), strict=True)
    which = (numbers.setdefault(letters[start:end], len(numbers)) for start, end in bounds)
    found = np.fromiter(which, dtype=np.int64, count=len(counts))
    return list(numbers), found


_LETTERS = b"\0klmnpst"  # coarse consonants; vowels follow
_VOWELS = b"aio"
_CODE = np.zeros(256, dtype=np.int32)
_CODE[np.frombuffer(_LETTERS + _VOWELS, dtype=np.uint8)] = np.arange(11)
_STRETCHES = 2 * 11**3


def _stretches(flat: Bytes, counts: Ints) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return (keys, owners): every three sounds in a row, and every three consonants in a row, ends marked."""
    owners = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    codes = _CODE[flat]
    keys, whose = _threes(codes, owners)
    hard = codes < 8
    hard_keys, hard_whose = _threes(codes[hard], owners[hard])
    return np.concatenate((keys, hard_keys + 11**3)), np.concatenate((whose, hard_whose))


def _threes(
    codes: npt.NDArray[np.int32], owners: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return each sound with the one before and the one after, 0 at the ends of its owner."""
    before, after = np.zeros_like(codes), np.zeros_like(codes)
    before[1:] = np.where(owners[1:] == owners[:-1], codes[:-1], 0)
    after[:-1] = np.where(owners[1:] == owners[:-1], codes[1:], 0)
    return (before * 11 + codes) * 11 + after, owners


def _stretches_of(sound: bytes) -> set[int]:
    """Return the keys that `_stretches` gives one sound."""
    codes = _CODE[np.frombuffer(sound, dtype=np.uint8)].tolist()
    every = ((codes, 0), ([code for code in codes if code < 8], 11**3))
    return {
        (before * 11 + here) * 11 + after + base
        for row, base in every
        for before, here, after in zip([0, *row], row, [*row[1:], 0], strict=False)
    }


def worth_of(worths: Floats) -> Worth:
    """Return what keys are worth as whole numbers, as a score adds them."""
    return np.rint(worths).astype(np.uint16)
