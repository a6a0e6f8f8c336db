"""What comes from other nodes: enquiries, answers, receipts of ours. Runs inside the mailroom's transaction."""

from __future__ import annotations

from typing import Any

from lienlac.apps.directory import moments
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Office
from lienlac.apps.enquiries import books, clocks, desks, rules, searching
from lienlac.apps.enquiries.models import Addressee, Answer, Enquiry
from lienlac.apps.enquiries.walking import can, walk
from lienlac.apps.mailroom.receivers import Delivery, ReceiptCame
from lienlac.apps.rows.prepared import Prepared, padded
from lienlac.core.errors import Refused
from lienlac.core.journeys import answers
from lienlac.core.journeys import clocks as core_clocks
from lienlac.core.messages.check import check_body
from lienlac.core.messages.kinds import kind

AUTHORISATION = "judicial_authorisation"
EVENT_OF_STAGE = {"R1": "receipt_r1", "R2": "receipt_r2", "R3": "receipt_r3"}


def receive_enquiry(delivery: Delivery) -> None:
    """Enter an enquiry that came: shape and policy checked again by this node's own book.

    Raises Malformed or Refused (signed refusal to the asker), NotUnderstood (kept until an upgrade).
    """
    message = delivery.message
    body = dict(message.body)
    if kind(message.kind, message.version).open:
        check_body(message.kind, message.version, body)  # a closed kind has no fields: policy refuses it
    rules.check_may_receive(message, partner_known=rules.is_known(delivery), now=delivery.now)
    own = directory.own_office_codes()
    offices = [code for code in message.to_offices if code in own]
    enquiry = Enquiry.objects.create(
        message_id=message.id,
        side=Enquiry.Side.RECEIVED,
        number=books.next_number(offices[0], books.IN, now=delivery.now),
        kind=message.kind,
        version=message.version,
        urgency=str(body.get("urgency", "")),
        from_office=message.from_office,
        agreement=message.agreement or "",
        handling=list(message.handling),
        body=body,
        created_at=delivery.now,
    )
    searching.index(enquiry, message.kind, body)
    for office in offices:
        addressee = Addressee(
            enquiry=enquiry, side=enquiry.side, office=office, state="received", received_at=delivery.now
        )
        desks.land(addressee)
        clocks.start_on_arrival(addressee, sent_at=moments.from_wire(message.created), now=delivery.now)
        addressee.save()


def receive_answer(delivery: Delivery) -> None:
    """Enter an answer to an enquiry of ours, from an office that was asked."""
    message = delivery.message
    body = dict(message.body)
    check_body(message.kind, message.version, body)
    addressee = asked(str(body["of"]), message.from_office)
    rules.check_may_take_in(delivery, addressee.enquiry)
    row = answers.answer(str(body["response"]))
    walk(addressee, row.event, now=delivery.now, message_id=message.id)
    _take_over(addressee, row, body, delivery)
    searching.index(addressee.enquiry, message.kind, body)
    Answer.objects.create(
        addressee=addressee, message_id=message.id, response=row.response, body=body, at=delivery.now
    )


def _take_over(addressee: Addressee, row: answers.Answer, body: dict[str, Any], delivery: Delivery) -> None:
    """Keep what an answer means for our row: its end, who has it now, a deadline that they renewed or that stands."""
    _pause(addressee, body, delivery)
    if row.final and addressee.answered_at is None:
        addressee.answered_at = delivery.now
    addressee.passed_to = str(body.get("forwarded_to", addressee.passed_to))
    reason = str(body.get("extension_reason", ""))
    clock = clocks.read(addressee)
    if reason and len(clock.extensions) < core_clocks.limits_of(clock.urgency).renewals:
        clocks.apply(addressee, ("extend",), now=delivery.now, reason=reason)
    addressee.save()


def _pause(addressee: Addressee, body: dict[str, Any], delivery: Delivery) -> None:
    """Let our clock stand as theirs does: while a judge or prosecutor there decides, until their next word."""
    awaits = body.get("waiting_for") == AUTHORISATION
    if awaits or clocks.stands_for(addressee, AUTHORISATION):
        effect = f"{'stop' if awaits else 'resume'}_{AUTHORISATION}"
        clocks.apply(addressee, (effect,), now=delivery.now)


def asked(message_id: str, office: str) -> Addressee:
    """Return our row for an office that was asked; Refused('unknown_enquiry') when it never was."""
    addressee = (
        Addressee.objects.select_related("enquiry")
        .filter(enquiry__message_id=message_id, enquiry__side=Enquiry.Side.ASKED, office=office)
        .first()
    )
    if addressee is None:
        raise Refused("unknown_enquiry", outward="RF02")
    return addressee


def receipt_came(receipt: ReceiptCame) -> None:
    """Move the addressees behind a partner's node when his receipt for enquiries of ours came."""
    if not receipt.message_ids or not (asked := _ASKED(receipt.partner.pk, *padded(receipt.message_ids))):
        return  # of most receipts: they are for answers, chunks, cards
    for addressee in Addressee.objects.select_related("enquiry").filter(pk__in=asked):
        _move(addressee, receipt)


_ASKED = Prepared[int](
    lambda partner, *messages: Addressee.objects.filter(
        enquiry__message_id__in=messages,
        enquiry__side=Enquiry.Side.ASKED,
        office__in=Office.objects.filter(node_id=partner).values("code"),
    ).values_list("pk", flat=True)
)


def _move(addressee: Addressee, receipt: ReceiptCame) -> None:
    """Take the receipt's time for the ladder and the clock, its stage for the journey.

    The time is the partner's: a clock of his that is wrong may not put it before the sending or after today.
    """
    at = min(max(receipt.at, addressee.enquiry.created_at), receipt.now)
    stored = receipt.status == "stored"
    if receipt.stage == "R1" and stored:
        addressee.received_at = addressee.received_at or at
    if receipt.stage == "R2" and stored:
        addressee.opened_at = addressee.opened_at or at
    event = {"refused": "receipt_refused", "not_understood": "receipt_not_understood"}.get(
        receipt.status, EVENT_OF_STAGE[receipt.stage]
    )
    if can(addressee, event):
        walk(addressee, event, now=receipt.now)
    if receipt.stage == "R1" and stored:
        clocks.start_at_receipt(addressee, now=receipt.now)
    if addressee.state == "refused" and addressee.answered_at is None:
        addressee.answered_at = receipt.now
    addressee.save()  # a late receipt moves the ladder, not the journey
