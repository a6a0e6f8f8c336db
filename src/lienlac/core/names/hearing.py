"""One query against many names by sound, where one side is Lao, Thai, Khmer or Burmese and the other is not.

The same costs as `spelled` and `sounding` find for one pair.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from . import book as books
from . import channels, rows, spoken
from .alignment import ORDER
from .book import Book
from .comparison import also_pinyin, language_of, latin_text
from .field import FAR, Field, Found, Views, places_in_name, turns
from .matrices import Flags, Floats, Ints, gathered, padded
from .reading import Reading
from .sounding import align_aloud
from .spelled import ALSO_PINYIN, DOUBT, SCALE

_ALOUD = 60  # names in another script of the four, compared one by one


def by_sound(views: Views, field: Field) -> Found:
    """Compare by sound where one side is Lao, Thai, Khmer or Burmese, and the other is in another script."""
    language = language_of(views)
    if language and "sound" in views:
        yield from _spelled(views["sound"], language, field)
        yield from _aloud(views, language, field)
    elif "latin" in views or "pinyin" in views:
        for rows_, found, sizes in _heard(latin_text(views), field):
            yield rows_, found + np.float32(also_pinyin(views)), sizes


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
        also = field.having(books.LATIN, books.PINYIN)[rows_] * np.float32(ALSO_PINYIN)
        yield rows_, best + also + np.float32(DOUBT), np.array(max(len(reading.syllables), 1))


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
    words = places_in_name(in_entry)
    for at, order in enumerate(_word_orders(words, in_entry)):
        turned = pieces[order]
        places, in_piece = gathered(book.sound_offsets, turned)
        units, where = np.unique(book.sound_units[places], return_inverse=True)
        table = spoken.spellings_of(text, [book.sounds[unit][0] for unit in units], script)
        counts = np.add.reduceat(in_piece, np.cumsum(in_entry) - in_entry)
        matrix = padded(where.astype(np.int64), counts, 0)
        ends = padded(book.sound_ends[places], counts, 0).astype(np.bool_)
        found = spoken.heard(text, table, matrix.astype(np.int64), ends, counts) * np.float32(SCALE)
        usual = found + np.float32(ORDER) if at else found
        best = np.minimum(best, np.where(counts <= channels.TURNED, usual, FAR) if at else usual)
    return best + np.float32(DOUBT)


def _word_orders(words: Ints, in_entry: Ints) -> Iterator[Ints]:
    """Yield the places of the words of each entry straight, and in the other orders where an entry has two."""
    yield np.arange(len(words))
    if int(in_entry.max()) < 2:
        return
    matrix = padded(words, in_entry, -1)
    starts = (np.cumsum(in_entry) - in_entry)[:, None]
    for order in turns(matrix, in_entry):
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
        named.append(align_aloud(views["sound"], reading).cost)
    yield rows_, np.array(named, dtype=np.float32), np.array(max(len(views["sound"].syllables), 1))
