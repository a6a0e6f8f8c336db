"""While a partner is paused or revoked nobody is late: the clocks of what lies between us stand, and go on with him."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import clocks
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.enquiries.walking import can, walk

LINE_DOWN: Final = "force_majeure"  # of the list `clock_pauses`: the line is down, whoever closed it


def at_rest(_now: datetime) -> Iterator[Addressee]:
    """Give what is open with a partner at rest and whose clock still runs."""
    rows = _open().filter(_with_resting()).exclude(enquiry__by_phone=True)
    return (row for row in rows.iterator(chunk_size=200) if not clocks.stands_for(row, LINE_DOWN))


def stand(row: Addressee, now: datetime) -> bool:
    """Stop the clock; what has not left yet has none."""
    return _walk(row, "link_down", now)


def back(_now: datetime) -> Iterator[Addressee]:
    """Give what is open, whose clock stands for its partner's rest, and whose partner is back."""
    rows = _open().exclude(clock_stopped_for="").exclude(_with_resting())
    return (row for row in rows.iterator(chunk_size=200) if clocks.stands_for(row, LINE_DOWN))


def go_on(row: Addressee, now: datetime) -> bool:
    """Let the clock go on."""
    return _walk(row, "link_up", now)


Steps = dict[str, tuple[Callable[[datetime], Iterator[Addressee]], Callable[[Addressee, datetime], bool]]]
STEPS: Steps = {
    "at_rest": (at_rest, stand),
    "back": (back, go_on),
}


def _open() -> QuerySet[Addressee]:
    return Addressee.objects.select_related("enquiry").filter(open=True).order_by("pk")


def _with_resting() -> Q:
    codes = directory.resting_offices().values("code")
    asked = Q(side=Enquiry.Side.ASKED, office__in=codes)
    return asked | Q(side=Enquiry.Side.RECEIVED, asked_by__in=codes)


def _walk(row: Addressee, event: str, now: datetime) -> bool:
    if not can(row, event):
        return False
    walk(row, event, now=now)
    return True
