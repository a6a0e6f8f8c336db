"""What this room forgets: refuted and dropped pairs after 30 days, subjects that nobody watches any more (SG23).

That a pair was refuted is kept longer than the pair, as a digest and the record's key: else it would come back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from lienlac.apps.records import looks
from lienlac.apps.records.today import today
from lienlac.apps.screening.models import Candidate, Subject

REFUTED_KEPT = timedelta(days=30)
OVER = ("refuted", "dropped")


@transaction.atomic
def erase_due(*, now: datetime) -> int:
    """Erase what is over its time; return how many pairs went."""
    over = Candidate.objects.filter(state__in=OVER, changed_at__lt=now - REFUTED_KEPT)
    pairs = over.count()
    over.delete()
    Subject.objects.filter(watched_until__lt=today(now), candidates=None).delete()
    if pairs:
        looks.by_node("record_erased", {"code": "due", "list": "candidates", "count": pairs}, now=now)
    return pairs
