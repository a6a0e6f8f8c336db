"""Walk one step of an addressee's journey: the table decides, the step is kept, the clock follows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import clocks
from lienlac.apps.enquiries.models import Addressee, Enquiry, Step
from lienlac.core.errors import Refused
from lienlac.core.journeys.enquiry import ASKED, OWED_BY_US, RECEIVED, WAITING_FOR_THEM
from lienlac.core.journeys.journey import Journey

JOURNEYS: dict[str, Journey] = {Enquiry.Side.ASKED: ASKED, Enquiry.Side.RECEIVED: RECEIVED}
WITH_US = frozenset({"checked", "returned", "in_release"})
"""States of an enquiry that has not left: it waits for a second person, for its author, or for other units."""

OPEN_STATES: dict[str, frozenset[str]] = {
    Enquiry.Side.ASKED: WAITING_FOR_THEM | WITH_US | {"answered", "refused", "duplicate"},
    Enquiry.Side.RECEIVED: OWED_BY_US | {"clarifying"},
}


def walk(
    addressee: Addressee,
    event: str,
    *,
    now: datetime,
    met: Iterable[str] = (),
    by: User | None = None,
    message_id: str = "",
    reason: str = "",
) -> None:
    """Take the step that `event` causes; Refused (`not_now`, `guard_not_met`) when the table has none.

    `not_now` too when somebody else took a step since the addressee was read: two officers who press a button at
    the same moment have not both pressed it. `reason` is that of an extension, which may be Refused too
    (`already_extended` …).
    """
    side = addressee.enquiry.side
    step = JOURNEYS[side].step(addressee.state, event, met=met)
    Step.objects.create(
        addressee=addressee,
        event=event,
        from_state=addressee.state,
        to_state=step.to,
        at=now,
        by=by,
        message_id=message_id,
    )
    held, addressee.state = addressee.state, step.to
    addressee.open = step.to in OPEN_STATES[side]
    clocks.apply(addressee, step.clock, now=now, reason=reason)
    if not Addressee.objects.filter(pk=addressee.pk, state=held).update(**_columns(addressee)):
        raise Refused("not_now", event=event, state=held)


def _columns(addressee: Addressee) -> dict[str, object]:
    """Return every column of the row but its key, as the step leaves it."""
    fields = (one for one in addressee._meta.concrete_fields if not one.primary_key)
    return {one.attname: getattr(addressee, one.attname) for one in fields}


def can(addressee: Addressee, event: str) -> bool:
    """Say whether the table has a step for `event` in the addressee's state (its guards aside)."""
    return event in JOURNEYS[addressee.enquiry.side].events_in(addressee.state)
