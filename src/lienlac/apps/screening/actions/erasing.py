"""What this room forgets: refuted and dropped pairs, searched files, blocked pairs, subjects nobody watches (SG23).

That a pair was refuted is kept longer than the pair, as a digest and the record's key: else it would come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from lienlac.apps.records import looks
from lienlac.apps.records.today import today
from lienlac.apps.screening.models import (
    Blocked,
    Candidate,
    FileSearch,
    FileSearchHit,
    FileSearchRow,
    Subject,
)

REFUTED_KEPT = timedelta(days=30)
FILE_KEPT = timedelta(hours=24)  # SG27
FOUND_KEPT = timedelta(days=30)  # what a file search gave: candidates, as unconfirmed as refuted ones
COUNTED = timedelta(days=731)  # who searched with a file and why, for this year's report and the last one's
OVER = ("refuted", "dropped")
SETTLED = (*OVER, "reviewed")  # nothing is decided any more about such a pair
AT_ONCE = 500  # rows a call: the next one goes on


@transaction.atomic
def erase_due(*, now: datetime) -> int:
    """Erase what is over its time, at most AT_ONCE pairs and files; return how many pairs went."""
    erase_files(now=now)
    over = Candidate.objects.filter(state__in=OVER, changed_at__lt=now - REFUTED_KEPT)
    keys = list(over.values_list("pk", flat=True)[:AT_ONCE])
    Candidate.objects.filter(pk__in=keys).delete()
    Blocked.objects.filter(until__lt=today(now)).delete()
    Subject.objects.filter(watched_until__lt=today(now), candidates=None).delete()
    if keys:
        looks.by_node("record_erased", {"code": "due", "list": "candidates", "count": len(keys)}, now=now)
    return len(keys)


@transaction.atomic
def erase_files(*, now: datetime) -> int:
    """Erase the lines of files that came 24 hours ago, whatever became of them; return how many files (SG27)."""
    over = FileSearch.objects.select_for_update().filter(erased_at=None, staged_at__lte=now - FILE_KEPT)
    keys = list(over.values_list("pk", flat=True)[:AT_ONCE])
    if keys:
        FileSearchRow.objects.filter(of__in=keys).delete()
        unfinished = FileSearch.objects.filter(pk__in=keys, ended_at=None)
        unfinished.update(state=FileSearch.State.LAPSED, ended_at=now)
        FileSearch.objects.filter(pk__in=keys).update(erased_at=now)
        looks.by_node("record_erased", {"code": "due", "list": "file_search", "count": len(keys)}, now=now)
    FileSearchHit.objects.filter(of__ended_at__lte=now - FOUND_KEPT).delete()
    FileSearch.objects.filter(staged_at__lte=now - COUNTED).delete()
    return len(keys)


def keeps(message_id: str, *, now: datetime) -> bool:
    """Say whether an enquiry must be kept for what was found about it: a pair that is not settled, or is blocked."""
    unsettled = _unsettled().filter(subject__message_id=message_id)
    return unsettled.exists() or _blocked(now).filter(message_id=message_id).exists()


def kept(*, now: datetime) -> Sequence[QuerySet[Any, Any]]:
    """Return the ids of all enquiries of which `keeps` is true, as questions that another one takes in."""
    return _unsettled().values("subject__message_id"), _blocked(now).values("message_id")


def _unsettled() -> QuerySet[Candidate]:
    return Candidate.objects.exclude(state__in=SETTLED)


def _blocked(now: datetime) -> QuerySet[Blocked]:
    return Blocked.objects.filter(until__gte=today(now))


@transaction.atomic
def forget_enquiry(message_id: str) -> None:
    """Forget whom an enquiry was about, with the pairs that were found: the enquiry itself is being erased."""
    Subject.objects.filter(message_id=message_id).delete()
