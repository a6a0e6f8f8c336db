"""What the asker says after his question, as it comes in at the office that was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lienlac.apps.enquiries import chains, rules, searching, texts
from lienlac.apps.enquiries.actions.arriving import asked
from lienlac.apps.enquiries.actions.telling import met_for_reopening, put_right
from lienlac.apps.enquiries.models import Addressee, Enquiry, FollowUp
from lienlac.apps.enquiries.walking import walk
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.core.errors import Refused
from lienlac.core.messages.check import check_body


def receive_clarification(delivery: Delivery) -> None:
    """Take what we had asked for; our clock goes on."""
    _came(delivery, "clarification_arrives")


def receive_correction(delivery: Delivery) -> None:
    """Let the asker's correction take effect at once, without a human (SG29); set theirs beside their answer."""
    of, office = str(delivery.message.body.get("of", "")), delivery.message.from_office
    ours = Enquiry.objects.filter(message_id=of, side=Enquiry.Side.ASKED, addressees__office=office)
    if ours.exists():
        _answer_is_corrected(delivery)
    else:
        _came(delivery, "correction_arrives")


def _answer_is_corrected(delivery: Delivery) -> None:
    message = delivery.message
    body = dict(message.body)
    check_body(message.kind, message.version, body)
    addressee = asked(str(body["of"]), message.from_office)
    rules.check_may_take_in(delivery, addressee.enquiry)
    walk(addressee, "correction_arrives", now=delivery.now, message_id=message.id)
    FollowUp.objects.create(
        addressee=addressee,
        message_id=message.id,
        kind=message.kind,
        body=body,
        at=delivery.now,
        said_by=message.from_office,
    )
    searching.index(addressee.enquiry, message.kind, body)


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
        _TAKE.get(event, _nothing)(addressee, body, delivery)
        met = met_for_reopening(addressee, delivery.now)
        walk(addressee, event, now=delivery.now, met=met, message_id=message.id)
        FollowUp.objects.create(
            addressee=addressee, message_id=message.id, kind=message.kind, body=body, at=delivery.now
        )
    searching.index(rows[0].enquiry, message.kind, body)


def _nothing(_addressee: Addressee, _body: Mapping[str, Any], _delivery: Delivery) -> None:
    """The step says it all."""


def _keep_outcome(addressee: Addressee, body: Mapping[str, Any], _delivery: Delivery) -> None:
    addressee.outcome = str(body["outcome"])


def _put_right(addressee: Addressee, body: Mapping[str, Any], _delivery: Delivery) -> None:
    put_right(addressee.enquiry, body)


def _stop_waiting(addressee: Addressee, _body: Mapping[str, Any], delivery: Delivery) -> None:
    addressee.leaves_at = None
    for waiting in texts.waiting_in(addressee):
        chains.lapse(waiting.message_id, now=delivery.now)


def _open_again(addressee: Addressee, _body: Mapping[str, Any], _delivery: Delivery) -> None:
    addressee.answered_at = addressee.opened_at = None


_TAKE: Mapping[str, Callable[[Addressee, Mapping[str, Any], Delivery], None]] = {
    "outcome_arrives": _keep_outcome,
    "correction_arrives": _put_right,
    "withdrawal_arrives": _stop_waiting,
    "reopening_arrives": _open_again,
}
