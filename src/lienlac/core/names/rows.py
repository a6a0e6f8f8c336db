"""What the syllables of a query cost beside many units of a gallery: the cells of `costs`, a matrix at a time.

Each function returns a table: (syllables of the query, units) -> two matrices (m, U), for names without accents and for
names with accents; they are the same object where accents say nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from . import channel, costs
from .book import Book
from .matrices import Floats, Ints, each_once
from .reading import Reading, Spelling, Syllable
from .sounding import sound_reading

Costs = Callable[[tuple[Syllable, ...], Ints], tuple[Floats, Floats]]
FAR = 1e4
Row = Callable[[Spelling], tuple[Floats, Floats]]


def slips(ones: list[str], others: list[str]) -> Floats:
    """Return `costs.slip` for every pair."""
    edits = process.cdist(ones, others, scorer=OSA.distance, dtype=np.int32)
    lengths = np.fromiter(map(len, others), dtype=np.int64, count=len(others))
    longest = np.maximum(np.array([len(one) for one in ones])[:, None], lengths[None, :])
    found = 0.5 + costs.EDIT * edits + np.where(2 * edits >= longest, costs.HALF, 0.0)
    found[(edits > (longest + 1) // 2) | (longest < 2)] = FAR
    rows, columns = map(np.ndarray.tolist, np.nonzero(found < FAR))
    soft, other_soft = [costs.soft(one) for one in ones], {at: costs.soft(others[at]) for at in set(columns)}
    for at, other in zip(rows, columns, strict=True):
        if other_soft[other] == soft[at]:
            found[at, other] *= costs.SOFT_SHARE
    return np.minimum(found, costs.MISS).astype(np.float32)


def equal(book: Book) -> Costs:
    """Han characters: the same or not at all."""

    def table(syllables: tuple[Syllable, ...], units: Ints) -> tuple[Floats, Floats]:
        numbers = [book.numbers.get(s.written, book.numbers.get(f"^{s.written}", -1)) for s in syllables]
        asked = np.array([book.same[number] if number >= 0 else -1 for number in numbers])
        found = np.where(book.same[units][None, :] == asked[:, None], 0.0, costs.MISS).astype(np.float32)
        return found, found

    return table


def latin(book: Book, *, bare: bool) -> Costs:
    """Words in Latin letters."""
    return _words(book, book.bares, bare=bare)


def letters(book: Book) -> Costs:
    """Words in the letters of another script, or of several."""
    return _words(book, book.texts, bare=False)


def _words(book: Book, words: list[str], *, bare: bool) -> Costs:
    """Words as written; `words` are the keys of the pieces."""

    def table(syllables: tuple[Syllable, ...], units: Ints) -> tuple[Floats, Floats]:
        texts = [words[unit].removeprefix("^") for unit in units.tolist()]
        keys = [s.spellings[0].key for s in syllables]
        found = slips(keys, texts)
        _initials(found, keys, texts)
        full, places = found if bare else found.copy(), _places(texts)
        for row, syllable in enumerate(syllables):
            one = syllable.spellings[0]
            for at in places.get(one.key, ()):
                other = Spelling(book.texts[units[at]], texts[at], 0.0, "written")
                found[row, at] = costs.latin(one, other, True)[0]
                full[row, at] = costs.latin(one, other, bare)[0]
        return found, full

    return table


def _initials(found: Floats, keys: list[str], texts: list[str]) -> None:
    short = [at for at, text in enumerate(texts) if len(text) == 1]
    for row, key in enumerate(keys):
        for at in range(len(texts)) if len(key) == 1 else short:
            found[row, at] = costs.INITIAL if texts[at][0] == key[0] else costs.MISS


def _places(texts: list[str]) -> dict[str, list[int]]:
    """Return where each text stands."""
    found: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        found.setdefault(text, []).append(at)
    return found


def _least(
    syllables: tuple[Syllable, ...], row_of: Row, which: Ints, extra: Floats, starts: Ints
) -> tuple[Floats, Floats]:
    """Return the least cost between any spelling of a syllable and any alternative of a unit."""

    def least_of(rows: list[Floats]) -> Floats:
        one = rows[0] if len(rows) == 1 else np.min(rows, axis=0)
        found: Floats = np.minimum.reduceat(one.take(which) + extra, starts)
        return found

    @cache
    def costs_of(spellings: tuple[Spelling, ...]) -> tuple[Floats, Floats]:
        rows = [(spelling.cost, *row_of(spelling)) for spelling in spellings]
        bare = least_of([cost + row for cost, row, _ in rows])
        alike = rows[0][1] is rows[0][2]
        return bare, bare if alike else least_of([cost + row for cost, _, row in rows])

    # a syllable said twice is looked up once
    every = [costs_of(syllable.spellings) for syllable in syllables]
    found = np.array([bare for bare, _ in every], dtype=np.float32)
    if all(bare is full for bare, full in every):
        return found, found
    return found, np.array([full for _, full in every], dtype=np.float32)


def vietnamese(book: Book, *, bare: bool) -> Costs:
    """Vietnamese syllables, those that Han characters are read as among them."""

    def table(syllables: tuple[Syllable, ...], units: Ints) -> tuple[Floats, Floats]:
        spelled = book.vietnamese
        keys, extra, starts = spelled.alternatives(units)
        local, which = each_once(keys)
        bases, base_of = each_once(book.bases[local])

        def row_of(spelling: Spelling) -> tuple[Floats, Floats]:
            base, _, letters = spelling.key.partition("/")
            slip = _slips_of_base(book, base, bases)[base_of]
            number = spelled.numbers.get(spelling.key, -1)
            same = (bases == book.base_numbers.get(base, -1))[base_of]
            without = np.where(same, costs.BARE, slip).astype(np.float32)
            without[local == number] = 0.0
            if bare:
                return without, without
            alike = book.letters_of[local] == book.letter_numbers.get(f"{base}/{letters[:-1]}", -1)
            accents = np.where(alike, costs.TONE, costs.LETTERS)
            full = np.where(same, accents, slip).astype(np.float32)
            full[local == number] = 0.0
            return without, full

        return _least(syllables, row_of, which, extra, starts)

    return table


def _pinyin_cells(keys: list[str], texts: list[str]) -> Floats:
    """Return `costs.pinyin` for every pair of a key and one of different texts."""
    return _pinyin_among(keys, texts, {text: at for at, text in enumerate(texts)}, _near(texts))


def _pinyin_among(
    keys: list[str], texts: list[str], places: dict[str, int], near: dict[str, list[int]]
) -> Floats:
    """Return the same, where it is known at what places the texts stand, and those that are near to one another."""
    found: Floats = np.minimum(slips(keys, texts) + np.float32(1.0), np.float32(costs.MISS))
    for row, key in enumerate(keys):
        for form in costs.near_pinyin(key):
            if form in near:
                found[row, near[form]] = costs.NEAR_COST
        if key in places:
            found[row, places[key]] = 0.0
    return found


def _near(texts: list[str]) -> dict[str, list[int]]:
    """Return where the texts stand that southern speakers take for one another, by what is then heard."""
    found: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        for form in costs.near_pinyin(text):
            found.setdefault(form, []).append(at)
    return found


def pinyin(book: Book) -> Costs:
    """Pinyin syllables."""

    def table(syllables: tuple[Syllable, ...], units: Ints) -> tuple[Floats, Floats]:
        keys, extra, starts = book.pinyin.alternatives(units)
        local, which = each_once(keys)
        texts = [book.pinyin.keys[at] for at in local.tolist()]

        def row_of(spelling: Spelling) -> tuple[Floats, Floats]:
            found = pinyin_row(book, spelling.key)
            row = found[local] if found is not None else _pinyin_cells([spelling.key], texts)[0]
            return row, row

        return _least(syllables, row_of, which, extra, starts)

    return table


def pinyin_row(book: Book, key: str) -> Floats | None:
    """Return the costs of a syllable beside every syllable of the gallery, remembered by syllable; None for others."""
    if key not in book.pinyin.numbers:
        return None
    if key not in book.pinyin_rows:
        book.pinyin_near = book.pinyin_near or _near(book.pinyin.keys)
        known = book.pinyin.keys, book.pinyin.numbers, book.pinyin_near
        book.pinyin_rows[key] = _pinyin_among([key], *known)[0]
    return book.pinyin_rows[key]


def _slips_of_base(book: Book, base: str, bases: Ints) -> Floats:
    """Return the slips between a Vietnamese base and others; remembered by base where the gallery has it."""
    if base not in book.base_numbers:
        unknown: Floats = slips([base], [book.base_texts[at] for at in bases.tolist()])[0]
        return unknown
    if base not in book.base_rows:
        book.base_rows[base] = slips([base], book.base_texts)[0]
    found: Floats = book.base_rows[base][bases]
    return found


def _of_keys(
    syllables: tuple[Syllable, ...],
    vocabulary: list[str],
    keys: Ints,
    extra: Floats,
    starts: Ints,
    cells: Callable[[list[str], list[str]], Floats],
) -> tuple[Floats, Floats]:
    """Return the least costs, where `cells` gives those of some keys beside different others, all at once."""
    local, which = each_once(keys)
    asked = dict.fromkeys(spelling.key for syllable in syllables for spelling in syllable.spellings)
    found = dict(zip(asked, cells(list(asked), [vocabulary[at] for at in local.tolist()]), strict=True))

    def row_of(spelling: Spelling) -> tuple[Floats, Floats]:
        return found[spelling.key], found[spelling.key]

    return _least(syllables, row_of, which, extra, starts)


def _abroad_cells(keys: list[str], texts: list[str]) -> Floats:
    found, places = slips(keys, texts), {text: at for at, text in enumerate(texts)}
    for row, key in enumerate(keys):
        if key in places:
            found[row, places[key]] = 0.0
    return found


def abroad(book: Book) -> Costs:
    """Overseas spellings by their folds."""

    def table(syllables: tuple[Syllable, ...], units: Ints) -> tuple[Floats, Floats]:
        keys, extra, starts = book.overseas.alternatives(units)
        return _of_keys(syllables, book.overseas.keys, keys, extra, starts, _abroad_cells)

    return table


def behind(book: Book, *, bare: bool) -> Costs:
    """Pinyin syllables beside Vietnamese words: units are piece * 4 + 2 for a surname + 1 without accents."""

    def table(syllables: tuple[Syllable, ...], units: Ints) -> tuple[Floats, Floats]:
        every = [_mandarin(book, unit) for unit in units.tolist()]
        keys = np.concatenate([keys for keys, _ in every])
        extra = np.concatenate([extra for _, extra in every])
        counts = np.array([len(keys) for keys, _ in every])
        vocabulary = list(book.mandarin_keys)
        return _of_keys(syllables, vocabulary, keys, extra, np.cumsum(counts) - counts, _pinyin_cells)

    return table


def _mandarin(book: Book, unit: int) -> tuple[Ints, Floats]:
    """Return the pinyin behind a piece of the gallery, as numbers of `book.mandarin_keys`, and their costs."""
    if unit not in book.mandarin:
        piece, surname, plain = unit >> 2, bool(unit & 2), bool(unit & 1)
        key = book.vietnamese.keys[int(book.vietnamese.which[book.vietnamese.offsets[piece]])]
        found = channel.behind(key, surname=surname, bare=plain) or (
            Spelling("?", "?", costs.MISS, "unread"),
        )
        numbers = [book.mandarin_keys.setdefault(s.key, len(book.mandarin_keys)) for s in found]
        book.mandarin[unit] = np.array(numbers), np.array([s.cost for s in found], dtype=np.float32)
    return book.mandarin[unit]


def sounded(words: list[str], script: str) -> Reading:
    """Return the reading by sound of words of one script."""
    return sound_reading([(text, at) for at, text in enumerate(words)], script)
