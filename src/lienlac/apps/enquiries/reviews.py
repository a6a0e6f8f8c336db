"""Reviews of what left on one officer's word (SG34, the life clause): drawn as it leaves."""

from __future__ import annotations

from datetime import datetime

from django.utils.crypto import salted_hmac

from lienlac.apps.enquiries.models import Review, SampleCount
from lienlac.apps.enquiries.texts import Text
from lienlac.core.policy import Case
from lienlac.core.policy.reviews import WITHIN, cause_of, is_drawn

SALT = "lienlac.enquiries.reviews"


def draw(text: Text, case: Case, *, now: datetime) -> None:
    """Begin the review of a text that leaves now, if it must have one or the lot falls on it; in its transaction."""
    cause = cause_of(case)
    if cause is None or text.author is None:
        return
    if not cause.certain and not lot_falls_on(text.from_office, text.message_id):
        return
    Review.objects.create(
        message_id=text.message_id,
        addressee=text.addressee,
        reason=cause.reason,
        flags=list(cause.flags),
        sent_by=text.author,
        sent_at=now,
        due_at=now + WITHIN[cause.reason],
    )


def lot_falls_on(office: str, message_id: str) -> bool:
    """Draw, and count what passed; until the transaction of the caller ends nobody else's text is counted."""
    SampleCount.objects.get_or_create(office=office)
    count = SampleCount.objects.select_for_update().get(office=office)
    drawn = is_drawn(lot_of(message_id), passed=count.passed)
    count.passed = 0 if drawn else count.passed + 1
    count.save(update_fields=["passed"])
    return drawn


def lot_of(message_id: str) -> bytes:
    """Return the lot of a text: a hash under the node's own secret, so that its id tells nobody whether it is drawn."""
    return salted_hmac(SALT, message_id, algorithm="sha256").digest()
