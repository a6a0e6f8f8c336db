"""The names of all records, held in memory for search: read at the first question, and on as records come and go.

A node that nobody asks holds nothing. A name that went with its record is never given again, since whoever asks looks
the keys up; its letters leave the memory when so many have come and gone that everything is read anew.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.db.models import Count, Max, Sum

from lienlac.apps.records.models import RecordName
from lienlac.core.names import Gallery

FEWEST = 1_000  # names; fewer are found by their keys in the table as quickly
MOST = 100_000  # names that one process holds: about 1.5 kB each (bench/names)
CHANGED = 0.05  # share of the names that came or went, after which everything is read anew
CHANGED_AT_LEAST = 500

Rows = list[tuple[int, str]]
Mark = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a process holds names: at most so `many`, whether they changed being looked for after `patience_s` seconds.

    `anew` allows to read everything again when much has changed. A process that shares what it holds with others had
    better not: it would pay for a copy of its own. What came since is then held beside it, and what is gone never
    given.
    """

    many: int = MOST
    patience_s: float = 0.0
    anew: bool = True


class Part:
    """Some names: each writing once, with the keys of the rows that bear it."""

    def __init__(self, rows: Rows) -> None:
        bearers: dict[str, list[int]] = {}
        for key, text in rows:
            bearers.setdefault(text, []).append(key)
        self._keys = list(bearers.values())
        self._gallery = Gallery(bearers)

    def search(self, text: str, limit: int) -> dict[int, float]:
        """Return key -> score of the rows of the `limit` closest writings."""
        scores = self._gallery.scores(text, limit)
        return {key: score for at, score in scores for key in self._keys[at]}


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is held, and the state of the table (`mark`) that it shows: `main`, and `late`, which came since."""

    mark: Mark
    known: frozenset[int]
    main: Part
    late: Part | None = None

    def search(self, text: str, limit: int) -> dict[int, float]:
        """Return key -> score, the closest writings of both parts."""
        late = self.late.search(text, limit) if self.late else {}
        return {**self.main.search(text, limit), **late}


@dataclass(kw_only=True)
class _Shelf:
    """Where a process keeps what it holds; whoever reads it anew keeps the others waiting, not reading too."""

    held: Held | None = None
    lock: Lock = field(default_factory=Lock)
    manner: Manner = field(default_factory=Manner)
    looked: tuple[float, Mark] | None = None


_shelf = _Shelf()


def behave(manner: Manner) -> None:
    """Hold names in another manner from now on; for a process that does nothing but search."""
    _shelf.manner, _shelf.looked = manner, None


def read_now() -> bool:
    """Read the names before the first question, so that processes that fork from this one share them.

    Return whether any are held: not when they are too few, or more than this process may hold.
    """
    mark = _looked()
    if not FEWEST <= mark[0] <= _shelf.manner.many:
        forget()
        return False
    _hold(mark)
    return True


def search(text: str, limit: int) -> dict[int, float] | None:
    """Return key of a RecordName -> score in [0, 1] for the `limit` closest writings; None when none are held.

    Raises Malformed when the text is no name. A key may be that of a name that is gone since.
    """
    mark = _looked()
    if not FEWEST <= mark[0] <= _shelf.manner.many:
        forget()
        return None
    return _hold(mark).search(text, limit)


def _hold(mark: Mark) -> Held:
    with _shelf.lock:
        if _shelf.held is None or _shelf.held.mark != mark:
            _shelf.held = _read_on(_shelf.held, mark)
        return _shelf.held


def forget() -> None:
    """Hold nothing until the next question."""
    _shelf.held = None


def _looked() -> Mark:
    """Return the state of the table, as it was seen last if that is not long ago."""
    now, before = time.monotonic(), _shelf.looked
    if before is not None and now - before[0] < _shelf.manner.patience_s:
        return before[1]
    mark = _mark()
    _shelf.looked = now, mark
    return mark


def _mark() -> Mark:
    """Return how many names there are, their greatest key, the sum of their keys, and the newest of them.

    Of a million no more are counted than tell that they are too many.
    """
    counted = RecordName.objects.order_by()[: _shelf.manner.many + 1].aggregate(
        count=Count("pk"), last=Max("pk"), total=Sum("pk")
    )
    newest = RecordName.objects.filter(pk=counted["last"]).values_list("text", flat=True).first()
    return counted["count"], counted["last"], int(counted["total"] or 0), newest


def _read_on(before: Held | None, mark: Mark) -> Held:
    if before is None:
        return _read(mark)
    keys = set(RecordName.objects.order_by().values_list("pk", flat=True))
    late, gone = keys - before.known, before.known - keys
    changed = len(late) + len(gone)
    if _shelf.manner.anew and changed > max(CHANGED_AT_LEAST, CHANGED * len(before.known)):
        return _read(mark)
    rows = RecordName.objects.filter(pk__in=late).values_list("pk", "text")
    return Held(mark=mark, known=before.known, main=before.main, late=Part(list(rows)) if late else None)


def _read(mark: Mark) -> Held:
    rows = list(RecordName.objects.order_by("pk").values_list("pk", "text"))
    return Held(mark=mark, known=frozenset(key for key, _ in rows), main=Part(rows))
