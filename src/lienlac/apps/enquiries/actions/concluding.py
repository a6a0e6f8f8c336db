"""After the answer, or instead of it: remind, withdraw, give the outcome, close; and the same from the other side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import letters
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.enquiries.walking import walk
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.core.errors import Refused
from lienlac.core.messages.check import check_body, check_own


@transaction.atomic
def remind(officer: User, addressee: Addressee, *, now: datetime) -> None:
    """Send one reminder."""
    number = addressee.steps.filter(event="remind").count() + 1
    _tell(officer, addressee, "remind", "REMINDER", {"number": number}, now=now)


@transaction.atomic
def withdraw(officer: User, addressee: Addressee, *, now: datetime) -> None:
    """Withdraw an enquiry that was sent; the other side is told."""
    _tell(officer, addressee, "withdraw", "WITHDRAWAL", {}, now=now)


@transaction.atomic
def give_outcome(officer: User, addressee: Addressee, outcome: str, *, text: str = "", now: datetime) -> None:
    """Say what came of it: without this no enquiry closes."""
    addressee.outcome = outcome
    body = {"outcome": outcome} | ({"text": text, "text_language": officer.language} if text else {})
    _tell(officer, addressee, "give_outcome", "FEEDBACK", body, met=("outcome_coded",), now=now)


@transaction.atomic
def close(officer: User, addressee: Addressee, *, now: datetime) -> None:
    """Put an enquiry with an outcome away; both sides do so on their own desk."""
    walk(addressee, "close", now=now, by=officer)


def _tell(
    officer: User,
    addressee: Addressee,
    event: str,
    kind: str,
    body: Mapping[str, Any],
    *,
    met: tuple[str, ...] = (),
    now: datetime,
) -> None:
    enquiry = addressee.enquiry
    check_own(kind, {**body, "of": enquiry.message_id})
    message = letters.about(
        enquiry, kind, body, from_office=enquiry.from_office, to_office=addressee.office, now=now
    )
    walk(addressee, event, now=now, by=officer, met=met, message_id=message.id)
    mailroom.post(message, lane_class=letters.lane_class(enquiry.urgency), now=now)


def receive_reminder(delivery: Delivery) -> None:
    """Note that the asker reminded us."""
    _came(delivery, "reminder_arrives")


def receive_withdrawal(delivery: Delivery) -> None:
    """Stop work on an enquiry that its asker withdrew."""
    _came(delivery, "withdrawal_arrives")


def receive_outcome(delivery: Delivery) -> None:
    """Note the outcome that the asker gave."""
    _came(delivery, "outcome_arrives")


def _came(delivery: Delivery, event: str) -> None:
    message = delivery.message
    check_body(message.kind, message.version, message.body)
    rows = Addressee.objects.select_related("enquiry").filter(
        enquiry__message_id=message.body["of"],
        enquiry__side=Enquiry.Side.RECEIVED,
        enquiry__from_office=message.from_office,
        office__in=message.to_offices,
    )
    if not rows:
        raise Refused("unknown_enquiry", outward="RF02")
    for addressee in rows:
        addressee.outcome = str(message.body.get("outcome", addressee.outcome))
        walk(addressee, event, now=delivery.now, message_id=message.id)
