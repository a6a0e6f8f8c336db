"""Tell people of what has waited in an outbox longer than it may: one open incident for each partner.

It closes by itself when nothing waits too long any more. Closed by a person, it comes back when what waits has waited
as long again: he knows, and must not be told each minute, nor never again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.actions import incidents
from lienlac.apps.mailroom.models import Incident
from lienlac.apps.mailroom.patience import Overdue, overdue
from lienlac.core.lane import Patience

CODE = "outbox_old"
COUNTED_EVERY = timedelta(hours=1)


def note_old_outboxes(*, now: datetime) -> None:
    """Open, count once an hour, or close the incident of each partner, as his outbox now stands."""
    late = overdue(now=now)
    _close_what_is_over({one.partner for one in late}, now)
    told = _told_by_people()
    for partner in sorted({one.partner for one in late if not _is_known(one, told, now)}):
        _note(partner, now)


def _note(partner: int, now: datetime) -> None:
    with transaction.atomic():
        one = Node.objects.select_for_update(no_key=True).get(pk=partner)  # another worker may look as well
        open_one = Incident.objects.filter(partner=partner, code=CODE, closed_at=None)
        if open_one.exists():
            open_one.filter(last_at__lte=now - COUNTED_EVERY).update(count=F("count") + 1, last_at=now)
            return
        incidents.note(one, CODE, now=now)


def _close_what_is_over(still: Iterable[int], now: datetime) -> None:
    for incident in Incident.objects.filter(code=CODE, closed_at=None).exclude(partner__in=list(still)):
        incidents.close_by_itself(incident, now=now)


def _told_by_people() -> Mapping[int, datetime]:
    """Return the partners whose incident a person closed -> when he did so last."""
    closed = Incident.objects.filter(code=CODE, closed_at__isnull=False).exclude(closed_with="")
    return dict(closed.values_list("partner").annotate(at=Max("closed_at")))


def _is_known(one: Overdue, told: Mapping[int, datetime], now: datetime) -> bool:
    """Say whether a person closed it so lately that he still knows. A clock put back makes nobody know longer."""
    patience: Patience = settings.NODE.patience
    at = told.get(one.partner)
    return at is not None and at <= now < at + patience.of(one.lane_class)
