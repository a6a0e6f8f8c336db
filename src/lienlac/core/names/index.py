"""Where each piece and each stretch of sound stands: postings in arrays, and what is nearest by them.

A score is a small number for each entry: rare pieces add more than common ones, and what no posting touches stays 0.
Only the best few hundred are compared in earnest.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from .matrices import Flags, Floats, Ints, distinct, gathered

Bytes = npt.NDArray[np.uint8]
TOP = 230  # what a score adds up to at most, rounding and keys held twice aside
_SAMPLED = 64  # each so-manieth score is looked at to find where the best begin


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
        found: Ints = (self.offsets[keys + 1] - self.offsets[keys]).astype(np.int64)
        return found

    def rarity(self, count: float) -> float:
        """Return how much is learned from a key that so many hold: the logarithm of one over its share."""
        return math.log2(2 * self.total / max(count, 1))

    def of(self, keys: Ints) -> tuple[npt.NDArray[np.int32], Ints]:
        """Return (entries, how many of each key)."""
        places, counts = gathered(self.offsets, keys)
        return self.entries[places], counts


class Score:
    """A number for each entry, added up from postings; an entry that holds a key in two pieces gains twice."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self.sums: npt.NDArray[np.uint16] = np.zeros(postings.total, dtype=np.uint16)
        self._touched: list[npt.NDArray[np.int32]] = []

    def add(self, keys: Ints, worth: Floats) -> None:
        """Add `worth` (0 to TOP, all calls together) of each key to the entries that hold it."""
        entries, counts = self._postings.of(keys)
        np.add.at(self.sums, entries, np.repeat(np.rint(worth).astype(np.uint16), counts))
        self._touched.append(entries)

    def best(self, most: int) -> Ints:
        """Return the entries with the highest score, at least `most` if as many were touched, ties kept up to twice."""
        if not self._touched:
            return np.zeros(0, dtype=np.int64)
        touched = np.concatenate(self._touched)
        if len(touched) > most:
            touched = touched[self._high(np.minimum(self.sums[touched], 255), most)]
        found = distinct(touched).astype(np.int64)
        if len(found) <= most:
            return found
        return found[np.argsort(-self.sums[found].astype(np.int32), kind="stable")[:most]]

    def _high(self, sums: npt.NDArray[np.uint16], most: int) -> Flags:
        """Say which touches reach so high that `most` different entries may do so; each is touched a few times."""
        reached = np.cumsum(np.bincount(sums, minlength=256)[::-1])
        wanted = most * min(len(self._touched), 3)
        return sums >= max(255 - int(np.searchsorted(reached, wanted)), 1)


class Words:
    """The different Latin words, found by pairs of letters and then by their distance."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self._numbers = {word: at for at, word in enumerate(words)}
        pairs = [_pairs(word) for word in words]
        counts = np.fromiter(map(len, pairs), dtype=np.int64, count=len(pairs))
        keys = np.fromiter((key for found in pairs for key in found), dtype=np.int32, count=int(counts.sum()))
        entries = np.repeat(np.arange(len(words), dtype=np.int32), counts)
        self._postings = Postings(keys, entries, _PAIRS, len(words))
        self._lengths = counts

    def number(self, word: str) -> int:
        """Return the number of a word, -1 when it is not there."""
        return self._numbers.get(word, -1)

    def near(self, word: str, most: int, least: float) -> list[tuple[int, float]]:
        """Return (number, similarity in [least, 1]) of the words nearest to one, the best first."""
        keys = np.array(sorted(_pairs(word)), dtype=np.int64)
        score = Score(self._postings)
        score.add(keys, np.full(len(keys), min(8, TOP // max(len(keys), 1)), dtype=np.float32))
        found = score.best(4000)
        if not len(found):
            return []
        shared = score.sums[found] / (self._lengths[found] + len(keys))
        if len(found) > 400:
            found = found[np.argpartition(-shared, 400)[:400]]
        texts = [self.words[at] for at in found]
        alike = process.cdist([word], texts, scorer=OSA.normalized_similarity, score_cutoff=least)[0]
        order = np.argsort(-alike, kind="stable")[:most]
        return [(int(found[at]), float(alike[at])) for at in order if alike[at] >= least]


_PAIRS = 1 << 12


def _pairs(word: str) -> set[int]:
    """Return the pairs of letters of a word, its two ends marked, as numbers below _PAIRS."""
    codes = [0, *(ord(char) * 37 + (ord(char) >> 5) & 63 for char in word), 0]
    return {one << 6 | other for one, other in pairwise(codes)}


class Sounds:
    """Names by coarse sound: shared stretches of three first, then the distance of the whole."""

    def __init__(self, entries: Ints, flat: Bytes, counts: Ints) -> None:
        """Take entries with their coarse sounds, one after another in `flat`, `counts` letters each."""
        self._entries = entries
        self._offsets = np.concatenate(([0], np.cumsum(counts)))
        self._flat = flat.tobytes()
        keys, owners = _stretches(flat, counts)
        self._postings = Postings(keys, owners, _STRETCHES, len(entries))
        self._lengths = np.bincount(self._postings.entries, minlength=len(entries))

    def near(self, sounds: list[bytes], most: int) -> Ints:
        """Return the entries that sound nearest to any of some ways to sound one name."""
        asked = np.frombuffer(b"".join(sounds), dtype=np.uint8)
        keys = np.unique(_stretches(asked, np.array([*map(len, sounds)]))[0]).astype(np.int64)
        if not len(self._entries) or not len(keys):
            return np.zeros(0, dtype=np.int64)
        rarities = np.array(
            [self._postings.rarity(float(c)) for c in self._postings.counts(keys)], dtype=np.float32
        )
        score = Score(self._postings)
        score.add(keys, rarities * min(TOP / float(rarities.sum()), 3.0))
        found = self._likely(score.sums, len(keys))
        bounds = zip(self._offsets[found].tolist(), self._offsets[found + 1].tolist(), strict=True)
        texts = [self._flat[start:end] for start, end in bounds]
        alike = process.cdist(sounds, texts, scorer=Levenshtein.normalized_similarity).max(axis=0)
        found, alike = found[alike >= ALIKE], alike[alike >= ALIKE]
        if len(found) > most:
            found = found[np.argpartition(-alike, most)[:most]]
        nearest: Ints = self._entries[found]
        return nearest

    def holding(self, sounds: list[bytes], most: int) -> Ints:
        """Return the entries that share most with parts of a sound, each in several ways, however long they are."""
        flat = np.frombuffer(b"".join(sounds), dtype=np.uint8)
        keys = np.unique(_stretches(flat, np.array([*map(len, sounds)]))[0]).astype(np.int64)
        keys = keys[(keys % 11 > 0) & (keys % 11**3 >= 11**2)]  # where a part ends the name need not
        entries, counts = self._postings.of(keys)
        rarities = [self._postings.rarity(float(count)) for count in counts]
        sums = np.bincount(entries, np.repeat(rarities, counts), minlength=len(self._entries))
        found = np.flatnonzero(sums)
        if len(found) > most:
            found = found[np.argpartition(-sums[found], most)[:most]]
        nearest: Ints = self._entries[found]
        return nearest

    def _likely(self, sums: npt.NDArray[np.uint16], asked: int) -> Ints:
        """Return the few thousand that share most, for their length."""
        sample = np.sort(sums[:: max(1, len(sums) // 8192)])
        wanted = min(1.0, 4 * LIKELY / max(len(sums), 1))
        floor = max(int(sample[int((1 - wanted) * (len(sample) - 1))]), 1)
        found = np.flatnonzero(sums >= floor)
        shared = sums[found] / (self._lengths[found] + asked)
        if len(found) > LIKELY:
            found = found[np.argpartition(-shared, LIKELY)[:LIKELY]]
        return found


ALIKE = 0.4  # coarse sounds less alike than this are not worth a look
LIKELY = 5000
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
