"""What the asker says after his question, as it comes in at the office that was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lienlac.apps.enquiries import rules, searching
from lienlac.apps.enquiries.actions.concluding import met_for_reopening, put_right
from lienlac.apps.enquiries.models import Addressee, Enquiry, FollowUp
from lienlac.apps.enquiries.walking import walk
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.core.errors import Refused
from lienlac.core.messages.check import check_body


def receive_clarification(delivery: Delivery) -> None:
    """Take what we had asked for; our clock goes on."""
    _came(delivery, "clarification_arrives")


def receive_correction(delivery: Delivery) -> None:
    """Let the asker's correction take effect at once, without a human (SG29)."""
    _came(delivery, "correction_arrives")


def receive_reminder(delivery: Delivery) -> None:
    """Note that the asker reminded us."""
    _came(delivery, "reminder_arrives")


def receive_withdrawal(delivery: Delivery) -> None:
    """Stop work on an enquiry that its asker withdrew; an answer that waits never leaves."""
    _came(delivery, "withdrawal_arrives")


def receive_outcome(delivery: Delivery) -> None:
    """Note the outcome that the asker gave."""
    _came(delivery, "outcome_arrives")


def receive_reopening(delivery: Delivery) -> None:
    """Open an enquiry again that both sides had closed."""
    _came(delivery, "reopening_arrives")


def _came(delivery: Delivery, event: str) -> None:
    message = delivery.message
    body = dict(message.body)
    check_body(message.kind, message.version, body)
    rows = Addressee.objects.select_related("enquiry").filter(
        enquiry__message_id=body["of"],
        enquiry__side=Enquiry.Side.RECEIVED,
        enquiry__from_office=message.from_office,
        office__in=message.to_offices,
    )
    if not rows:
        raise Refused("unknown_enquiry", outward="RF02")
    rules.check_may_take_in(delivery, rows[0].enquiry)
    for addressee in rows:
        _TAKE.get(event, _nothing)(addressee, body)
        met = met_for_reopening(addressee, delivery.now)
        walk(addressee, event, now=delivery.now, met=met, message_id=message.id)
        FollowUp.objects.create(
            addressee=addressee, message_id=message.id, kind=message.kind, body=body, at=delivery.now
        )
    searching.index(rows[0].enquiry, message.kind, body)


def _nothing(_addressee: Addressee, _body: Mapping[str, Any]) -> None:
    """The step says it all."""


def _keep_outcome(addressee: Addressee, body: Mapping[str, Any]) -> None:
    addressee.outcome = str(body["outcome"])


def _put_right(addressee: Addressee, body: Mapping[str, Any]) -> None:
    put_right(addressee.enquiry, body)


def _stop_waiting(addressee: Addressee, _body: Mapping[str, Any]) -> None:
    addressee.leaves_at = None


def _open_again(addressee: Addressee, _body: Mapping[str, Any]) -> None:
    addressee.answered_at = addressee.opened_at = None


_TAKE: Mapping[str, Callable[[Addressee, Mapping[str, Any]], None]] = {
    "outcome_arrives": _keep_outcome,
    "correction_arrives": _put_right,
    "withdrawal_arrives": _stop_waiting,
    "reopening_arrives": _open_again,
}
