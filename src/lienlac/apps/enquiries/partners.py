"""The other side of an enquiry, and whether it hears us: a paused partner later, a revoked one never."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.enquiries.walking import can
from lienlac.core.errors import Refused

REMINDED_AGAIN_AFTER: Final = timedelta(days=1)
"""Until then one reminder is enough: whoever is in a hurry telephones."""


def other_office(row: Addressee) -> str:
    """Return the office on the other side."""
    return str(row.office if row.enquiry.side == Enquiry.Side.ASKED else row.enquiry.from_office)


def standing_of(row: Addressee) -> str:
    """Return how the node of the other side stands with us (`Node.Standing`), "" for one that nobody knows."""
    office = directory.office(other_office(row))
    return office.node.standing if office else ""


def hears(row: Addressee) -> bool:
    """Say whether anything that is said about it can still reach the other side over the line."""
    return not row.enquiry.by_phone and not lost(row)


def lost(row: Addressee) -> bool:
    """Say whether it came or went over the line to a partner who is revoked by now."""
    return not row.enquiry.by_phone and standing_of(row) == Node.Standing.REVOKED


def check_may_remind(row: Addressee, *, last: datetime | None, now: datetime) -> None:
    """Raise Refused unless the other side owes something, hears us now, and was not reminded (`last`) just before."""
    if not can(row, "remind"):
        raise Refused("not_now", event="remind", state=row.state)
    if standing_of(row) in directory.AT_REST:
        raise Refused("partner_at_rest")
    if last is not None and now - last < REMINDED_AGAIN_AFTER:
        raise Refused("reminded_lately")


def may_remind(row: Addressee, *, last: datetime | None, now: datetime) -> bool:
    """Say whether `check_may_remind` lets it pass."""
    try:
        check_may_remind(row, last=last, now=now)
    except Refused:
        return False
    return True
