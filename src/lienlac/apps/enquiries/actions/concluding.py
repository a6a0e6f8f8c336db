"""After the question: clarify, correct, remind, withdraw, give the outcome, close, reopen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import chains, consents, notes, partners, texts
from lienlac.apps.enquiries.actions import telling
from lienlac.apps.enquiries.models import Addressee, Enquiry, FollowUp
from lienlac.apps.enquiries.walking import walk
from lienlac.core.errors import Refused
from lienlac.core.messages.check import check_own

UNSENT = frozenset({"draft", "checked", "approved", "returned", "held", "in_release"})


@transaction.atomic
def clarify(
    officer: User, addressee: Addressee, body: Mapping[str, Any], *, tray: str = "", now: datetime
) -> FollowUp:
    """Give the other side what it asked for; its clock goes on from there.

    It comes back with `sent` False when it waits: for a second person, or for units that release it.
    """
    return telling.tell(officer, addressee, "CLARIFICATION", body, tray=tray, now=now)


@transaction.atomic
def correct(officer: User, addressee: Addressee, body: Mapping[str, Any], *, now: datetime) -> FollowUp:
    """Correct what was asked, or what was answered; both sides keep the old text in its message.

    A corrected question replaces its values on both desks. A corrected answer stands beside the answer. It may
    wait like a clarification.
    """
    if addressee.enquiry.side == Enquiry.Side.ASKED:
        telling.righted(addressee.enquiry, body)
    elif not addressee.answers.filter(sent=True).exists():
        raise Refused("nothing_to_correct")
    return telling.tell(officer, addressee, "CORRECTION", body, now=now)


@transaction.atomic
def remind(officer: User, addressee: Addressee, *, now: datetime) -> None:
    """Send a reminder, one a day at most.

    Raises Refused: `not_now`, `reminded_lately`, `partner_at_rest` (whoever hears nothing now is not late).
    """
    partners.check_may_remind(addressee, last=_reminded_at(addressee), now=now)
    number = addressee.steps.filter(event="remind").count() + 1
    telling.tell(officer, addressee, "REMINDER", {"number": number}, now=now)


@transaction.atomic
def withdraw(officer: User, addressee: Addressee, *, text: str = "", now: datetime) -> None:
    """Withdraw an enquiry; the other side is told, unless nothing goes to it any more.

    One that never left is withdrawn from all its addressees.
    """
    if addressee.state in UNSENT or addressee.enquiry.by_phone:
        consents.drop(addressee.enquiry.message_id)
        chains.lapse(addressee.enquiry.message_id, now=now)
        for row in addressee.enquiry.addressees.select_related("enquiry"):
            walk(row, "withdraw", now=now, by=officer)
        addressee.refresh_from_db()
        return
    for waiting in texts.waiting_in(addressee):
        chains.lapse(waiting.message_id, now=now)
    if partners.hears(addressee):
        telling.tell(officer, addressee, "WITHDRAWAL", _in_words(officer, text), now=now)
        return
    walk(addressee, "withdraw", now=now, by=officer)
    notes.keep(officer, addressee.enquiry, text, now=now)


@transaction.atomic
def give_outcome(officer: User, addressee: Addressee, outcome: str, *, text: str = "", now: datetime) -> None:
    """Say what came of it: without this no enquiry closes. It stays here when nothing goes to them any more."""
    body = {"outcome": outcome, **_in_words(officer, text)}
    if partners.hears(addressee):
        telling.tell(officer, addressee, "FEEDBACK", body, now=now)
        return
    check_own("FEEDBACK", body | {"of": addressee.enquiry.message_id})
    addressee.outcome = outcome
    walk(addressee, "give_outcome", now=now, by=officer, met=("outcome_coded",))
    notes.keep(officer, addressee.enquiry, text, now=now)


@transaction.atomic
def close(officer: User, addressee: Addressee, *, now: datetime) -> None:
    """Put an enquiry with an outcome away; both sides do so on their own desk."""
    walk(addressee, "close", now=now, by=officer)


@transaction.atomic
def reopen(officer: User, addressee: Addressee, text: str, *, now: datetime) -> FollowUp:
    """Open a closed enquiry again, within a year; the words say why. It asks once more, so that it may wait."""
    return telling.tell(officer, addressee, "REOPENING", _in_words(officer, text), now=now)


def _reminded_at(addressee: Addressee) -> datetime | None:
    return addressee.steps.filter(event="remind").order_by("-pk").values_list("at", flat=True).first()


def _in_words(officer: User, text: str) -> dict[str, str]:
    return {"text": text, "text_language": officer.language} if text.strip() else {}
