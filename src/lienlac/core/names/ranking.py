"""One query against N names of a gallery, exactly, in arrays: the cost of the best view of each.

The same costs as `comparison.best_match` finds for one pair (a test holds them together), view by view. Each function
answers for the candidates that have its view, with infinity for the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from . import book as books
from . import channels, costs, rows, scripts, spoken
from .alignment import MIXED, ORDER, SCRAMBLED, gap, mixed, orders, words_of
from .book import Book
from .comparison import (
    ACROSS,
    BEHIND,
    DIFFERS,
    TITLES,
    form_of,
    is_bare,
    is_plain,
    joined_texts,
    language_of,
    latin_text,
)
from .entries import Entries
from .matrices import Flags, Floats, Ints, bound, gathered, padded, walk
from .reading import Reading
from .sounding import align_aloud
from .spelled import DOUBT, SCALE
from .views import mandarin, overseas_view

Views = dict[str, Reading]
FAR = np.float32(np.inf)
_ALOUD = 60  # names in another script of the four, compared one by one


class Field:
    """Some entries of a gallery, laid out for comparison."""

    def __init__(self, book: Book, entries: Entries, chosen: Ints) -> None:
        self.book, self.entries, self.chosen = book, entries, chosen
        places, self.counts = gathered(entries.offsets, chosen)
        self.flat = entries.pieces[places].astype(np.int64)
        self.flags = entries.flags[chosen]
        self.bare = (self.flags & books.ASCII) > 0
        self.best = np.full(len(chosen), FAR, dtype=np.float32)  # lowered view by view

    def having(self, *flags: int) -> Flags:
        """Say of each entry whether it has all of some flags."""
        wanted = sum(flags)
        found: Flags = (self.flags & wanted) == wanted
        return found

    def pieces(self, rows_: Ints) -> tuple[Ints, Ints]:
        """Return (pieces one after another, how many of each) of some rows."""
        starts = np.concatenate(([0], np.cumsum(self.counts)))
        places, counts = gathered(starts.astype(np.int32), rows_)
        return self.flat[places], counts


class Costs(NamedTuple):
    """Of each entry the cost of its best match, the view that showed it (a place in VIEWS), and its length."""

    costs: Floats
    views: Ints
    sizes: Ints


def all_costs(asked: tuple[Views, ...], field: Field) -> Costs:
    """Return the best match of each entry with any form of the query."""
    count = len(field.chosen)
    best = Costs(
        np.full(count, FAR, dtype=np.float32), np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.int64)
    )
    forms = field.entries.forms[field.chosen]
    for at, views in enumerate(asked):
        titled = np.array(TITLES[form_of(at, len(asked))], dtype=np.float32)[forms]
        for view, (_, ask) in enumerate(VIEWS):
            for rows_, found, sizes in ask(views, field):
                cost = found + titled[rows_]
                better = cost < best.costs[rows_]
                chosen = rows_[better]
                best.costs[chosen], best.views[chosen] = cost[better], view
                best.sizes[chosen] = np.broadcast_to(sizes, cost.shape)[better]
    return best


Found = Iterator[tuple[Ints, Floats, Ints]]  # rows of the field, their costs, their lengths


def _aligned(
    field: Field,
    rows_: Ints,
    reading: Reading,
    units: Ints,
    counts: Ints,
    gaps: Floats,
    words: Ints,
    table: rows.Costs,
    left_gaps: list[float],
) -> Floats:
    """Return the least cost over the orders of words; `table` gives the cells of (syllable, unit)."""
    unique, where = np.unique(units, return_inverse=True)
    bare, full = table(reading.syllables, unique)
    places = padded(where.astype(np.int64), counts, 0)
    present = np.arange(places.shape[1])[None, :] < counts[:, None]
    cells = bare[:, places]
    if full is not bare:
        cells = np.where(field.bare[rows_][None, :, None], cells, full[:, places])
    cells = np.minimum(cells, np.float32(costs.MISS))
    theirs = padded(gaps.astype(np.float32), counts, 0)
    ours = np.array(left_gaps, dtype=np.float32)
    best = walk(cells, ours, theirs, counts)
    least = bound(cells, ours, theirs, present)
    hope = least + ORDER < best
    if hope.any():
        _turned(best, np.flatnonzero(hope), cells, ours, theirs, counts, padded(words, counts, -1), reading)
    hope = (least + SCRAMBLED < best) & (counts == len(cells))
    if 3 <= len(cells) <= MIXED and hope.any():
        _scrambled(best, np.flatnonzero(hope), cells)
    return best


def _scrambled(best: Floats, chosen: Ints, cells: Floats) -> None:
    cells = cells[:, chosen]
    for order in mixed(len(cells)):
        found = np.sum([cells[i, :, j] for i, j in enumerate(order)], axis=0)
        best[chosen] = np.minimum(best[chosen], found + SCRAMBLED)


def _turned(
    best: Floats,
    chosen: Ints,
    cells: Floats,
    ours: Floats,
    theirs: Floats,
    counts: Ints,
    words: Ints,
    reading: Reading,
) -> None:
    """Lower `best` where another order of words is cheaper, either side turned."""
    cells, theirs, counts, words = cells[:, chosen], theirs[chosen], counts[chosen], words[chosen]
    for order in orders(words_of(reading)):
        ways = list(order)
        best[chosen] = np.minimum(best[chosen], walk(cells[ways], ours[ways], theirs, counts) + ORDER)
    for order_of in _turns(words, counts):
        mine = np.take_along_axis(cells, order_of[None], axis=2)
        gaps = np.take_along_axis(theirs, order_of, axis=1)
        best[chosen] = np.minimum(best[chosen], walk(mine, ours, gaps, counts) + ORDER)


def _turns(words: Ints, counts: Ints) -> Iterator[Ints]:
    """Yield the units of each candidate in other orders: last word first, first word last, the reverse."""
    last = words.max(axis=1, initial=0)[:, None].astype(np.int64)
    absent = words < 0
    turned = (np.where(words == last, -1, words), np.where(words == 0, last + 1, words), last - words)
    for order in turned[: 1 if last.max(initial=0) < 2 else 3]:
        yield np.argsort(np.where(absent, 99, order), axis=1, kind="stable")


def _plain_words(counts: Ints) -> Ints:
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(starts, counts)


def _by_piece(
    field: Field, mask: Flags, reading: Reading, table: rows.Costs, extra: float, *, abroad: bool = False
) -> Found:
    rows_ = np.flatnonzero(mask)
    if not len(rows_):
        return
    units, counts = field.pieces(rows_)
    gaps = (field.book.abroad_gaps if abroad else field.book.gaps)[units]
    words = _plain_words(counts)
    left = [gap(syllable) for syllable in reading.syllables]
    found = _aligned(field, rows_, reading, units, counts, gaps, words, table, left)
    yield rows_, found + np.float32(extra), _longer(reading, counts)


def _longer(reading: Reading, counts: Ints) -> Ints:
    return np.maximum(counts, len(reading.syllables))


def _across(views: Views, field: Field) -> Floats:
    return np.where(field.having(books.HANZI) == ("hanzi" in views), 0.0, ACROSS).astype(np.float32)


def _hanzi(views: Views, field: Field) -> Found:
    if "hanzi" in views:
        table = rows.equal(field.book, views["hanzi"])
        yield from _by_piece(field, field.having(books.HANZI), views["hanzi"], table, 0.0)


def _vietnamese(views: Views, field: Field) -> Found:
    if "vietnamese" in views:
        across, reading = _across(views, field), views["vietnamese"]
        table = rows.vietnamese(field.book, bare=is_bare(reading))
        for rows_, found, sizes in _by_piece(field, field.having(books.VIETNAMESE), reading, table, 0.0):
            yield rows_, found + across[rows_], sizes


def _pinyin(views: Views, field: Field) -> Found:
    if "pinyin" in views:
        across, cost = _across(views, field), DIFFERS["pinyin"][1]
        for rows_, found, sizes in _by_syllable(field, field.having(books.PINYIN), views["pinyin"], cost):
            yield rows_, found + across[rows_], sizes
    if "latin" not in views:
        return
    if "vietnamese" in views and (behind := mandarin(views["vietnamese"])) is not None:
        mask = field.having(books.PINYIN, books.LATIN)
        yield from _by_syllable(field, mask, behind, DIFFERS["pinyin"][1] + BEHIND)
    if "pinyin" in views:
        mask = field.having(books.BEHIND)
        table = rows.behind(field.book, bare=is_bare(views["pinyin"]))
        cost = DIFFERS["pinyin"][1] + BEHIND
        yield from _behind(field, mask, views["pinyin"], table, cost)


def _behind(field: Field, mask: Flags, reading: Reading, table: rows.Costs, extra: float) -> Found:
    """Compare with the Mandarin behind Vietnamese names; the first syllable of a name is read as a surname."""
    rows_ = np.flatnonzero(mask)
    if not len(rows_):
        return
    units, counts = field.pieces(rows_)
    first = np.zeros(len(units), dtype=np.int64)
    first[np.cumsum(counts) - counts] = 1
    bare = np.repeat(field.bare[rows_], counts).astype(np.int64)
    gaps = field.book.gaps[units]
    left = [gap(syllable) for syllable in reading.syllables]
    coded = units * 4 + first * 2 + bare
    words = _plain_words(counts)
    found = _aligned(field, rows_, reading, coded, counts, gaps, words, table, left)
    yield rows_, found + np.float32(extra), _longer(reading, counts)


def _by_syllable(field: Field, mask: Flags, reading: Reading, extra: float) -> Found:
    """Compare pinyin syllables, of which a Latin word may hold several."""
    rows_ = np.flatnonzero(mask)
    if not len(rows_):
        return
    book = field.book
    pieces, in_entry = field.pieces(rows_)
    places, in_piece = gathered(book.pinyin_offsets, pieces)
    units = book.pinyin_units[places]
    counts = np.add.reduceat(in_piece, np.cumsum(in_entry) - in_entry)
    words = np.repeat(_plain_words(in_entry), in_piece)
    left = [gap(syllable) for syllable in reading.syllables]
    table = rows.pinyin(book)
    found = _aligned(field, rows_, reading, units, counts, book.pinyin_gaps[units], words, table, left)
    yield rows_, found + np.float32(extra), _longer(reading, counts)


def _latin(views: Views, field: Field) -> Found:
    if "latin" not in views:
        return
    mask = field.having(books.LATIN)
    if is_plain(views):
        mask &= ~field.having(books.PLAIN)  # the letters are compared as syllables already
    table = rows.latin(field.book, bare=is_bare(views["latin"]))
    yield from _by_piece(field, mask, views["latin"], table, 0.0)


def _joined(views: Views, field: Field) -> Found:
    """Compare Latin names letter by letter, spaces aside, as `comparison.joined_texts` lays them out."""
    rows_ = np.flatnonzero(field.having(books.LATIN) & (field.best > costs.JOINED))
    if "latin" not in views or not len(rows_):
        return
    reading = views["latin"]
    pieces, counts = field.pieces(rows_)
    ends = np.cumsum(counts)
    for with_accents in (False,) if is_bare(reading) else (False, True):
        mine = field.bare[rows_] != with_accents if not is_bare(reading) else np.ones(len(rows_), dtype=bool)
        if not mine.any():
            continue
        words = field.book.texts if with_accents else field.book.bares
        asked = [s.written if with_accents else s.spellings[0].key for s in reading.syllables]
        named = [words[piece] for piece in pieces]
        chosen = np.flatnonzero(mine)
        theirs = [named[ends[at] - counts[at] : ends[at]] for at in chosen]
        yield rows_[chosen], _joined_costs(asked, theirs), _longer(reading, counts[chosen])


def _joined_costs(asked: list[str], theirs: list[list[str]]) -> Floats:
    straight, turned = joined_texts(asked)
    pairs = [joined_texts(one) for one in theirs]
    found = _letters_apart(straight, [text for text, _ in pairs])
    other = np.minimum(
        _letters_apart(straight, [text for _, text in pairs]),
        _letters_apart(turned, [text for text, _ in pairs]),
    )
    return np.minimum(found, other + np.float32(ORDER))


def _letters_apart(one: str, others: list[str]) -> Floats:
    edits = process.cdist([one], others, scorer=OSA.distance)[0]
    longest = np.maximum(np.fromiter(map(len, others), dtype=np.int64, count=len(others)), len(one))
    found = np.where(edits <= longest // 3, costs.JOINED + costs.EDIT * edits, FAR)
    return found.astype(np.float32)


def _abroad(views: Views, field: Field) -> Found:
    has, han = "hanzi" in views, field.having(books.HANZI)
    if not has and "latin" not in views:
        return
    reading = overseas_view(views)
    if reading is not None:
        mask = field.having(books.LATIN) if has else han
        table = rows.abroad(field.book)
        yield from _by_piece(field, mask, reading, table, DIFFERS["overseas"][1], abroad=True)


def _letters(views: Views, field: Field) -> Found:
    for view in ("lao", "thai", "khmer", "burmese", "other"):
        if view in views:
            wanted = books.SCRIPTS.index(_SCRIPT_OF.get(view, scripts.OTHER))
            mask = field.entries.scripts[field.chosen] == wanted
            table = rows.letters(field.book)
            yield from _by_piece(field, mask, views[view], table, 0.0)


_SCRIPT_OF = {"lao": scripts.LAO, "thai": scripts.THAI, "khmer": scripts.KHMER, "burmese": scripts.MYANMAR}


def _sound(views: Views, field: Field) -> Found:
    """Compare by sound where one side is Lao, Thai, Khmer or Burmese, and the other is in another script."""
    language = language_of(views)
    if language and "sound" in views:
        yield from _spelled(views["sound"], language, field)
        yield from _aloud(views, language, field)
    elif "latin" in views or "pinyin" in views:
        yield from _heard(latin_text(views), field)


def _spelled(reading: Reading, language: str, field: Field) -> Found:
    rows_ = np.flatnonzero(field.having(books.LATIN) | field.having(books.PINYIN))
    if not len(rows_):
        return
    pieces, in_entry = field.pieces(rows_)
    places, in_piece = gathered(field.book.letter_offsets, pieces)
    letters, lengths = _spaced(field.book.letters[places], in_piece, in_entry)
    texts = spoken.Texts(letters, lengths)
    best = None
    for at, units in enumerate(channels.turned(channels.units_of(reading, language), reading)):
        found = texts.spelled(units, language) * np.float32(SCALE) + np.float32(ORDER if at else 0.0)
        best = found if best is None else np.minimum(best, found)
    if best is not None:
        yield rows_, best + np.float32(DOUBT), np.array(max(len(reading.syllables), 1))


def _spaced(letters: spoken.Codes, in_piece: Ints, in_entry: Ints) -> tuple[spoken.Codes, Ints]:
    """Return the letters of each entry as a matrix with a space between words, and their lengths."""
    first = np.zeros(len(in_piece), dtype=np.int64)
    first[np.cumsum(in_entry) - in_entry] = 1
    with_space = in_piece + (1 - first)
    flat = np.full(int(with_space.sum()), spoken.SPACE, dtype=np.uint8)
    starts = np.cumsum(with_space) - with_space + (1 - first)
    flat[np.repeat(starts - (np.cumsum(in_piece) - in_piece), in_piece) + np.arange(len(letters))] = letters
    lengths = np.add.reduceat(with_space, np.cumsum(in_entry) - in_entry)
    return padded(flat, lengths, 0).astype(np.uint8), lengths


def _heard(text: str, field: Field) -> Found:
    for script in channels.LANGUAGES:
        wanted = books.SCRIPTS.index(script)
        rows_ = np.flatnonzero((field.entries.scripts[field.chosen] == wanted) & field.having(books.BRAHMIC))
        if not len(rows_):
            continue
        pieces, in_entry = field.pieces(rows_)
        places, in_piece = gathered(field.book.sound_offsets, pieces)
        ended = np.add.reduceat(
            _ended(field.book.sound_ends[places], in_piece), np.cumsum(in_entry) - in_entry
        )
        yield rows_, _heard_costs(text, script, field.book, pieces, in_entry), np.maximum(ended, 1)


def _ended(ends: Flags, in_piece: Ints) -> Ints:
    """Return how many syllables each piece has."""
    owners = np.repeat(np.arange(len(in_piece)), in_piece)
    return np.bincount(owners[ends], minlength=len(in_piece))


def _heard_costs(text: str, script: str, book: Book, pieces: Ints, in_entry: Ints) -> Floats:
    best = np.full(len(in_entry), FAR, dtype=np.float32)
    words = _plain_words(in_entry)
    for at, order in enumerate(_word_orders(words, in_entry)):
        turned = pieces[order]
        places, in_piece = gathered(book.sound_offsets, turned)
        units, where = np.unique(book.sound_units[places], return_inverse=True)
        table = spoken.spellings_of(text, [book.sounds[unit][0] for unit in units], script)
        counts = np.add.reduceat(in_piece, np.cumsum(in_entry) - in_entry)
        matrix = padded(where.astype(np.int64), counts, 0)
        ends = padded(book.sound_ends[places], counts, 0).astype(np.bool_)
        found = spoken.heard(text, table, matrix.astype(np.int64), ends, counts) * np.float32(SCALE)
        best = np.minimum(best, found + np.float32(ORDER if at else 0.0))
    return best + np.float32(DOUBT)


def _word_orders(words: Ints, in_entry: Ints) -> Iterator[Ints]:
    """Yield the places of the words of each entry straight, and in the other orders where an entry has two."""
    yield np.arange(len(words))
    if int(in_entry.max()) < 2:
        return
    matrix = padded(words, in_entry, -1)
    starts = (np.cumsum(in_entry) - in_entry)[:, None]
    for order in _turns(matrix, in_entry):
        yield (starts + order)[np.arange(matrix.shape[1])[None, :] < in_entry[:, None]]


def _aloud(views: Views, language: str, field: Field) -> Found:
    """Compare with names in another of the four scripts, one by one: they are few."""
    found = field.entries.scripts[field.chosen]
    mask = field.having(books.BRAHMIC) & (found != books.SCRIPTS.index(language)) & (found > 0)
    rows_ = np.flatnonzero(mask)[:_ALOUD]
    if not len(rows_):
        return
    named = []
    for row in rows_:
        pieces, _ = field.pieces(np.array([row]))
        script = books.SCRIPTS[found[row]]
        reading = rows.sounded([field.book.texts[piece] for piece in pieces], script)
        named.append(align_aloud(views["sound"], language, reading, script).cost)
    yield rows_, np.array(named, dtype=np.float32), np.array(max(len(views["sound"].syllables), 1))


VIEWS = (
    ("hanzi", _hanzi),
    ("vietnamese", _vietnamese),
    ("pinyin", _pinyin),
    ("latin", _latin),
    ("joined", _joined),
    ("overseas", _abroad),
    ("letters", _letters),
    ("sound", _sound),
)
