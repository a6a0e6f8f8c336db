"""Tell people of what has waited in an outbox longer than it may: one open incident for each partner.

It closes by itself when nothing waits too long any more. Closed by a person, it comes back when what waits has waited
as long again: he knows, and must not be told each minute, nor never again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.actions import incidents
from lienlac.apps.mailroom.models import Incident
from lienlac.apps.mailroom.patience import overdue
from lienlac.core.lane import LaneClass, Patience

CODE = "outbox_old"
COUNTED_EVERY = timedelta(hours=1)


class Late(Protocol):
    """A lane, to a partner (by primary key), in which something has waited too long."""

    @property
    def partner(self) -> int:
        """Whose."""

    @property
    def lane_class(self) -> LaneClass:
        """Which."""


@dataclass(frozen=True, kw_only=True)
class Lasting:
    """What an incident that lasts is opened with."""

    code: str
    facts: Mapping[str, Any]
    evidence: bytes = b""


def note_old_outboxes(*, now: datetime) -> None:
    """Open, count once an hour, or close the incident of each partner, as his outbox now stands."""
    late = overdue(now=now)
    _close_what_is_over({one.partner for one in late}, now)
    for partner in not_known(CODE, late, now=now):
        note_lasting(partner, Lasting(code=CODE, facts={}), now=now)


def note_lasting(partner: int, what: Lasting, *, now: datetime) -> None:
    """Open an incident with a partner (by primary key) that lasts; count it once an hour while it stands open."""
    with transaction.atomic():
        one = Node.objects.select_for_update(no_key=True).get(pk=partner)  # another worker may look as well
        open_one = Incident.objects.filter(partner=partner, code=what.code, closed_at=None)
        if open_one.exists():
            open_one.filter(last_at__lte=now - COUNTED_EVERY).update(count=F("count") + 1, last_at=now)
            return
        incidents.note(one, what.code, what.facts, evidence=what.evidence, now=now)


def _close_what_is_over(still: Iterable[int], now: datetime) -> None:
    for incident in Incident.objects.filter(code=CODE, closed_at=None).exclude(partner__in=list(still)):
        incidents.close_by_itself(incident, now=now)


def not_known(code: str, late: Iterable[Late], *, now: datetime) -> list[int]:
    """Return the partners of whom people do not know that something is late: nobody closed it lately."""
    told = _told_by_people(code)
    return sorted({one.partner for one in late if not _is_known(one, told, now)})


def _told_by_people(code: str) -> Mapping[int, datetime]:
    """Return the partners whose incident a person closed -> when he did so last."""
    closed = Incident.objects.filter(code=code, closed_at__isnull=False).exclude(closed_with="")
    return dict(closed.values_list("partner").annotate(at=Max("closed_at")))


def _is_known(one: Late, told: Mapping[int, datetime], now: datetime) -> bool:
    """Say whether a person closed it so lately that he still knows. A clock put back makes nobody know longer."""
    patience: Patience = settings.NODE.patience
    at = told.get(one.partner)
    return at is not None and at <= now < at + patience.of(one.lane_class)
