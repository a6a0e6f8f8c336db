"""One query against N names of a gallery, exactly, in arrays: the cost of the best view of each.

The same costs as `comparison.best_match` finds for one pair (a test holds them together), view by view. Each function
answers for the candidates that have its view, with infinity for the others.
"""

from __future__ import annotations

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from . import book as books
from . import costs, rows, scripts
from .alignment import HOPELESS, MIXED, ORDER, SCRAMBLED, gap, mixed, orders, words_of
from .comparison import (
    ABROAD_ONLY,
    ABROAD_WORDS,
    ACROSS,
    BEHIND,
    DIFFERS,
    TITLES,
    TOGETHER,
    WIDEST,
    form_of,
    is_bare,
    is_together,
    joined_texts,
    spelled_abroad,
)
from .field import FAR, Costs, Field, Found, Views, places_in_name, turns
from .hearing import by_sound, by_transcription
from .matrices import Flags, Floats, Ints, bound, each_once, gathered, padded, reordered, walk
from .reading import Reading
from .views import Forms, is_plain, mandarin, overseas_view


def all_costs(asked: Forms, field: Field) -> Costs:
    """Return the best match of each entry with any form of the query."""
    count = len(field.chosen)
    best = Costs(
        np.full(count, FAR, dtype=np.float32), np.zeros(count, dtype=np.int64), np.ones(count, dtype=np.int64)
    )
    field.best = best.costs
    forms = field.entries.forms[field.chosen]
    for at, views in enumerate(asked):
        titled = np.array(TITLES[form_of(at, asked)], dtype=np.float32)[forms]
        for view, (_, ask) in enumerate(VIEWS):
            for rows_, found, sizes in ask(views, field):
                cost = found + titled[rows_]
                better = cost < best.costs[rows_]
                chosen = rows_[better]
                best.costs[chosen], best.views[chosen] = cost[better], view
                best.sizes[chosen] = np.broadcast_to(sizes, cost.shape)[better]
    return best


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
    unique, where = each_once(units)
    bare, full = table(reading.syllables, unique)
    places = padded(where, counts, 0)
    present = np.arange(len(places))[:, None] < counts
    cells = bare.take(places, axis=1)
    if full is not bare:
        cells = np.where(field.bare[rows_], cells, full.take(places, axis=1))
    np.minimum(cells, np.float32(costs.MISS), out=cells)
    theirs = padded(gaps.astype(np.float32), counts, 0)
    ours = np.array(left_gaps, dtype=np.float32)
    best = walk(cells, ours, theirs, counts)
    least = bound(cells, ours, theirs, present)
    far = HOPELESS * np.maximum(counts, len(cells))
    hope = least + ORDER < np.minimum(best, far)
    if hope.any():
        _turned(best, np.flatnonzero(hope), cells, ours, theirs, counts, padded(words, counts, -1), reading)
    hope &= (least + SCRAMBLED < best) & (counts == len(cells))
    if 3 <= len(cells) <= MIXED and hope.any():
        _scrambled(best, np.flatnonzero(hope), cells)
    return best


def _scrambled(best: Floats, chosen: Ints, cells: Floats) -> None:
    cells = cells[:, :, chosen]
    for order in mixed(len(cells)):
        found = np.sum([cells[i, j] for i, j in enumerate(order)], axis=0)
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
    """Lower `best` where another order of words is cheaper, either side turned; all orders are walked at once."""
    cells, theirs, counts, words = cells[:, :, chosen], theirs[:, chosen], counts[chosen], words[:, chosen]
    ways = [(cells[order], ours[order], theirs) for order in map(list, orders(words_of(reading)))]
    ways += [(reordered(cells, one), ours, reordered(theirs, one)) for one in turns(words, counts)]
    every, mine, gaps = zip(*ways, strict=True)
    left = np.repeat(np.stack(mine, axis=1), len(chosen), axis=1)
    found = walk(
        np.concatenate(every, axis=2), left, np.concatenate(gaps, axis=1), np.tile(counts, len(ways))
    )
    best[chosen] = np.minimum(best[chosen], found.reshape(len(ways), -1).min(axis=0) + ORDER)


def _by_piece(
    field: Field, mask: Flags, reading: Reading, table: rows.Costs, extra: float, *, abroad: bool = False
) -> Found:
    rows_ = np.flatnonzero(mask)
    if not len(rows_):
        return
    units, counts = field.pieces(rows_)
    gaps = (field.book.abroad_gaps if abroad else field.book.gaps)[units]
    words = places_in_name(counts)
    left = [gap(syllable) for syllable in reading.syllables]
    found = _aligned(field, rows_, reading, units, counts, gaps, words, table, left)
    yield rows_, found + np.float32(extra), _longer(reading, counts)


def _longer(reading: Reading, counts: Ints) -> Ints:
    return np.maximum(counts, len(reading.syllables))


def _across(views: Views, field: Field) -> Floats:
    return np.where(field.having(books.HANZI) == ("hanzi" in views), 0.0, ACROSS).astype(np.float32)


def _hanzi(views: Views, field: Field) -> Found:
    if "hanzi" in views:
        table = rows.equal(field.book)
        yield from _by_piece(field, field.having(books.HANZI), views["hanzi"], table, 0.0)


def _vietnamese(views: Views, field: Field) -> Found:
    if "vietnamese" in views:
        across, reading = _across(views, field), views["vietnamese"]
        table = rows.vietnamese(field.book, bare=is_bare(reading))
        for rows_, found, sizes in _by_piece(field, field.having(books.VIETNAMESE), reading, table, 0.0):
            yield rows_, found + across[rows_], sizes


def _pinyin(views: Views, field: Field) -> Found:
    if "pinyin" in views:
        extra = _across(views, field) + np.float32(DIFFERS["pinyin"][1]) + _together(views, field)
        yield from _by_syllable(field, field.having(books.PINYIN), views["pinyin"], extra)
    if "latin" not in views:
        return
    cost = DIFFERS["pinyin"][1] + BEHIND
    if "vietnamese" in views and (behind := mandarin(views["vietnamese"])) is not None:
        mask = field.having(books.PINYIN, books.LATIN)
        yield from _by_syllable(field, mask, behind, np.float32(cost) + _in_one_word(field))
    if "pinyin" in views:
        mask = field.having(books.BEHIND)
        table = rows.behind(field.book, bare=is_bare(views["pinyin"]))
        guessed = cost + (TOGETHER if is_together(views) else 0.0)
        yield from _behind(field, mask, views["pinyin"], table, guessed)


def _together(views: Views, field: Field) -> Floats:
    """Return what it costs that a Latin name beside Han characters is one word."""
    if "hanzi" in views:
        return _in_one_word(field)
    mine = TOGETHER if "latin" in views and is_together(views) else 0.0
    return np.where(field.having(books.HANZI), mine, 0.0).astype(np.float32)


def _in_one_word(field: Field) -> Floats:
    found = field.having(books.LATIN) & (field.counts == 1)
    rows_ = np.flatnonzero(found)
    pieces, _ = field.pieces(rows_)
    found[rows_] = np.diff(field.book.pinyin_offsets)[pieces] > 1
    return np.where(found, TOGETHER, 0.0).astype(np.float32)


def _behind(field: Field, mask: Flags, reading: Reading, table: rows.Costs, extra: float) -> Found:
    """Compare with the Mandarin behind Vietnamese names; the first syllable of a name is read as a surname."""
    rows_ = np.flatnonzero(mask & (field.counts * len(reading.syllables) <= WIDEST))
    if not len(rows_):
        return
    units, counts = field.pieces(rows_)
    first = np.zeros(len(units), dtype=np.int64)
    first[np.cumsum(counts) - counts] = 1
    bare = np.repeat(field.bare[rows_], counts).astype(np.int64)
    gaps = field.book.gaps[units]
    left = [gap(syllable) for syllable in reading.syllables]
    coded = units * 4 + first * 2 + bare
    words = places_in_name(counts)
    found = _aligned(field, rows_, reading, coded, counts, gaps, words, table, left)
    yield rows_, found + np.float32(extra), _longer(reading, counts)


def _by_syllable(field: Field, mask: Flags, reading: Reading, extra: Floats) -> Found:
    """Compare pinyin syllables, of which a Latin word may hold several; `extra` is added, entry by entry."""
    rows_ = np.flatnonzero(mask)
    if not len(rows_):
        return
    book = field.book
    pieces, in_entry = field.pieces(rows_)
    places, in_piece = gathered(book.pinyin_offsets, pieces)
    units = book.pinyin_units[places]
    counts = np.add.reduceat(in_piece, np.cumsum(in_entry) - in_entry)
    narrow = counts * len(reading.syllables) <= WIDEST
    if not narrow.all():
        yield from _by_syllable(field, _only(rows_[narrow], len(mask)), reading, extra)
        return
    words = np.repeat(places_in_name(in_entry), in_piece)
    left = [gap(syllable) for syllable in reading.syllables]
    table = rows.pinyin(book)
    found = _aligned(field, rows_, reading, units, counts, book.pinyin_gaps[units], words, table, left)
    yield rows_, found + extra[rows_], _longer(reading, counts)


def _only(rows_: Ints, size: int) -> Flags:
    found = np.zeros(size, dtype=bool)
    found[rows_] = True
    return found


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
    for with_accents in (False,) if is_bare(reading) else (False, True):
        mine = field.bare[rows_] != with_accents if not is_bare(reading) else np.ones(len(rows_), dtype=bool)
        if not mine.any():
            continue
        words = field.book.texts if with_accents else field.book.bares
        asked = [s.written if with_accents else s.spellings[0].key for s in reading.syllables]
        yield _in_a_row(field, rows_[mine], words, reading, asked)


def _joined_letters(views: Views, field: Field) -> Found:
    """Compare Lao, Thai, Khmer or Burmese names letter by letter where one has more words than the other."""
    for view, script in _SCRIPT_OF.items():
        if view not in views:
            continue
        reading = views[view]
        mask = field.entries.scripts[field.chosen] == books.SCRIPTS.index(script)
        mask &= (field.counts != len(reading.syllables)) & (field.best > costs.JOINED)
        rows_ = np.flatnonzero(mask)
        if not len(rows_):
            continue
        asked = [syllable.written for syllable in reading.syllables]
        yield _in_a_row(field, rows_, field.book.texts, reading, asked)


def _in_a_row(
    field: Field, rows_: Ints, words: list[str], reading: Reading, asked: list[str]
) -> tuple[Ints, Floats, Ints]:
    """Compare all letters of some rows with those that were asked for; `words` are the texts of the pieces."""
    pieces, counts = field.pieces(rows_)
    named = [words[piece] for piece in pieces.tolist()]
    ends = np.cumsum(counts)
    bounds = zip((ends - counts).tolist(), ends.tolist(), strict=True)
    return (
        rows_,
        _joined_costs(asked, [named[start:end] for start, end in bounds]),
        _longer(reading, counts),
    )


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
        vietnamese = field.having(books.PLAIN) & ~field.bare  # its accents are no overseas spelling
        mask = field.having(books.LATIN) & ~vietnamese if has else han
        mask &= field.counts * len(reading.syllables) <= WIDEST
        table, base = rows.abroad(field.book), DIFFERS["overseas"][1]
        other = field.having(books.PINYIN) | field.having(books.PLAIN) | (field.counts < ABROAD_WORDS)
        alone = np.where(other, 0.0, ABROAD_ONLY) if has else np.full(len(mask), spelled_abroad(views))
        for rows_, found, sizes in _by_piece(field, mask, reading, table, base, abroad=True):
            yield rows_, (found + alone[rows_]).astype(np.float32), sizes


def _letters(views: Views, field: Field) -> Found:
    for view in ("lao", "thai", "khmer", "burmese", "other"):
        if view in views:
            wanted = books.SCRIPTS.index(_SCRIPT_OF.get(view, scripts.OTHER))
            mask = field.entries.scripts[field.chosen] == wanted
            table = rows.letters(field.book)
            yield from _by_piece(field, mask, views[view], table, 0.0)


_SCRIPT_OF = {"lao": scripts.LAO, "thai": scripts.THAI, "khmer": scripts.KHMER, "burmese": scripts.MYANMAR}


VIEWS = (
    ("hanzi", _hanzi),
    ("vietnamese", _vietnamese),
    ("pinyin", _pinyin),
    ("latin", _latin),
    ("joined", _joined),
    ("overseas", _abroad),
    ("letters", _letters),
    ("joined", _joined_letters),
    ("sound", by_sound),
    ("transcribed", by_transcription),
)
