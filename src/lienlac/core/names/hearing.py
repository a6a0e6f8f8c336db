"""One query against many names by sound, where one side is Lao, Thai, Khmer or Burmese and the other is not.

The same costs as `spelled` and `sounding` find for one pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from . import book as books
from . import channels, foreign, scripts, spoken, transcribed
from .alignment import ORDER
from .aloud import costs_aloud
from .book import Book
from .comparison import also_pinyin, is_foreign, language_of, latin_text
from .field import Field, Found, Views, places_in_name, turns
from .matrices import Flags, Floats, Ints, gathered, padded
from .reading import Reading
from .sounding import Heard, heard_of
from .spelled import ALSO_PINYIN, DOUBT, FEW_SPACES, SCALE, SPACED, UNKNOWN, spaces_in

_ALOUD = 60  # names in another script of the four


def by_sound(views: Views, field: Field) -> Found:
    """Compare by sound where one side is Lao, Thai, Khmer or Burmese, and the other is in another script."""
    language = language_of(views)
    if language and "sound" in views:
        yield from _spelled(views["sound"], language, field)
        yield from _aloud(views, language, field)
    elif "latin" in views or "pinyin" in views:
        for rows_, found, sizes in _heard(latin_text(views), field):
            yield rows_, found + np.float32(also_pinyin(views)), sizes


def by_transcription(views: Views, field: Field) -> Found:
    """Compare Han characters that may write a foreign name with Latin words that are neither Chinese nor Vietnamese."""
    if "transcribed" in views:
        also = field.having(books.PINYIN)
        rows_ = np.flatnonzero(
            field.having(books.LATIN) & ~field.having(books.PLAIN) & (~also | (field.counts == 1))
        )
        if len(rows_):
            reading = views["transcribed"]
            found = foreign.costs_of(reading, _texts(field, rows_, transcribed.LANGUAGE))
            found += also[rows_] * np.float32(ALSO_PINYIN)
            yield rows_, found, np.array(len(reading.syllables))
    elif is_foreign(views):
        words = [s.spellings[0].key for s in views["latin"].syllables]
        rows_, names = _transcriptions(field)
        if len(rows_):
            found = foreign.costs_among(words, names)
            yield rows_, found + np.float32(also_pinyin(views)), np.array([*map(len, names)])


def _transcriptions(field: Field) -> tuple[Ints, list[str]]:
    """Return the Han names that may be foreign."""
    rows_ = np.flatnonzero(field.having(books.HANZI))
    pieces, counts = field.pieces(rows_)
    text = "".join([field.book.texts[piece][-1] for piece in pieces.tolist()])
    ends = np.cumsum(counts).tolist()
    names = [text[end - count : end] for end, count in zip(ends, counts.tolist(), strict=True)]
    may = [at for at, name in enumerate(names) if transcribed.is_transcribed(name)]
    return rows_[may], [names[at] for at in may]


def _texts(field: Field, rows_: Ints, language: str = "") -> spoken.Texts:
    """Return the letters of some Latin names, words parted."""
    pieces, in_entry = field.pieces(rows_)
    places, in_piece = gathered(field.book.letter_offsets, pieces)
    return spoken.Texts(*_spaced(field.book.letters[places], in_piece, in_entry), language)


def _spelled(reading: Reading, language: str, field: Field) -> Found:
    rows_ = np.flatnonzero(field.having(books.LATIN) | field.having(books.PINYIN))
    if not len(rows_):
        return
    texts = _texts(field, rows_)
    best = None
    for at, units in enumerate(channels.turned(channels.units_of(reading, language), reading)):
        found = texts.spelled(units, language) * np.float32(SCALE) + np.float32(ORDER if at else 0.0)
        best = found if best is None else np.minimum(best, found)
    if best is not None:
        also = field.having(books.LATIN, books.PINYIN)[rows_] * np.float32(ALSO_PINYIN)
        words = field.counts[rows_]
        spaced = _unexpected(np.full(len(rows_), spaces_in(reading, language)), words - 1)
        yield rows_, best + also + spaced + np.float32(DOUBT), np.array(max(len(reading.syllables), 1))


def _spaced(letters: spoken.Codes, in_piece: Ints, in_entry: Ints) -> tuple[spoken.Codes, Ints]:
    """Return the letters of each entry as a matrix (longest, entries), a space between words, and their lengths."""
    first = np.zeros(len(in_piece), dtype=np.int64)
    first[np.cumsum(in_entry) - in_entry] = 1
    with_space = in_piece + (1 - first)
    flat = np.full(int(with_space.sum()), spoken.SPACE, dtype=np.uint8)
    starts = np.cumsum(with_space) - with_space + (1 - first)
    flat[np.repeat(starts - (np.cumsum(in_piece) - in_piece), in_piece) + np.arange(len(letters))] = letters
    lengths = np.add.reduceat(with_space, np.cumsum(in_entry) - in_entry)
    return padded(flat, lengths, 0), lengths


def _heard(text: str, field: Field) -> Found:
    """Compare a Latin text with the names in the four scripts, all at once: their sounds know their languages."""
    mask = field.having(books.BRAHMIC) & (field.entries.scripts[field.chosen] != _SEVERAL)
    rows_ = np.flatnonzero(mask)
    if not len(rows_):
        return
    pieces, in_entry = field.pieces(rows_)
    places, in_piece = gathered(field.book.sound_offsets, pieces)
    ended = np.add.reduceat(_ended(field.book.sound_ends[places], in_piece), np.cumsum(in_entry) - in_entry)
    first = field.book.spaces[pieces[np.cumsum(in_entry) - in_entry]]
    expected = np.where((first == UNKNOWN) | (in_entry == 1), first, in_entry - 1)
    found = _heard_costs(text, field.book, pieces, in_entry) + _unexpected(expected, text.count(channels.GAP))
    yield rows_, found, np.maximum(ended, 1)


def _unexpected(expected: Ints, spaces: Ints | int) -> Floats:
    """Return what it costs each candidate that a name has more spaces, or fewer, than expected (`unexpected`)."""
    away = np.minimum(np.abs(expected - spaces), FEW_SPACES)
    return np.where(expected == UNKNOWN, 0, SPACED * away).astype(np.float32)


_SEVERAL = books.SCRIPTS.index(scripts.OTHER)  # a name in two of them is not sounded out


def _ended(ends: Flags, in_piece: Ints) -> Ints:
    """Return how many syllables each piece has."""
    owners = np.repeat(np.arange(len(in_piece)), in_piece)
    return np.bincount(owners[ends], minlength=len(in_piece))


def _heard_costs(text: str, book: Book, pieces: Ints, in_entry: Ints) -> Floats:
    """Return the least cost of each name over the orders of its words, which stand below one another for it."""
    each = [_sounds(book, pieces[order], in_entry[who]) for who, order in _word_orders(in_entry)]
    units = np.concatenate([one for one, _, _ in each])
    counts = np.concatenate([count for _, count, _ in each])
    ends = padded(np.concatenate([end for _, _, end in each]), counts, 0).astype(np.bool_)
    rows = spoken.heard(text, book.spellings.of(text), padded(units, counts, 0), ends, counts)
    found: Floats = rows[-1] * np.float32(SCALE)
    best, begin = found[: len(in_entry)], len(in_entry)
    for who, _ in islice(_word_orders(in_entry), 1, None):
        turned = found[begin : begin + len(who)] + np.float32(ORDER)
        best[who] = np.where(counts[who] <= channels.TURNED, np.minimum(best[who], turned), best[who])
        begin += len(who)
    return best + np.float32(DOUBT)


def _sounds(book: Book, pieces: Ints, in_entry: Ints) -> tuple[Ints, Ints, Flags]:
    """Return (units of all, how many of each name, where a syllable ends) of names given by their pieces."""
    places, in_piece = gathered(book.sound_offsets, pieces)
    counts = np.add.reduceat(in_piece, np.cumsum(in_entry) - in_entry)
    return book.sound_units[places], counts, book.sound_ends[places]


def _word_orders(in_entry: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Yield (names, places of their words): all straight, then those in other orders that have as many words."""
    words = places_in_name(in_entry)
    yield np.arange(len(in_entry)), np.arange(len(words))
    matrix, starts = padded(words, in_entry, -1), np.cumsum(in_entry) - in_entry
    for at, order in enumerate(turns(matrix, in_entry)):
        who = np.flatnonzero(in_entry > (2 if at else 1))  # two words have one other order
        if len(who):
            yield who, (starts + order).T[who][np.arange(len(matrix)) < in_entry[who, None]]


def _aloud(views: Views, language: str, field: Field) -> Found:
    """Compare with names in another of the four scripts: they are few."""
    found = field.entries.scripts[field.chosen]
    mask = field.having(books.BRAHMIC) & (found != books.SCRIPTS.index(language)) & (found > 0)
    rows_ = np.flatnonzero(mask)[:_ALOUD]
    if len(rows_):
        reading = views["sound"]
        named = costs_aloud(heard_of(reading), [_sounded(field, row) for row in rows_])
        yield rows_, named.astype(np.float32), np.array(max(len(reading.syllables), 1))


def _sounded(field: Field, row: int) -> list[Heard]:
    """Return a name in one of the four scripts as it sounds, put together from the units of its pieces."""
    book, found, sound = field.book, [], ""
    pieces, _ = field.pieces(np.array([row]))
    for word, piece in enumerate(pieces):
        start, end = book.sound_offsets[piece], book.sound_offsets[piece + 1]
        ends = book.sound_ends[start:end].tolist()
        for unit, last in zip(book.sound_units[start:end].tolist(), ends, strict=True):
            sound += channels.plain(book.sounds[unit][0]).strip("-")
            if last:
                found.append(Heard(written="", sound=sound, word=word))
                sound = ""
    return found
