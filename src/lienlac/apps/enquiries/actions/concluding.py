"""After the question: clarify, correct, remind, withdraw, give the outcome, close, reopen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import letters, rules, searching
from lienlac.apps.enquiries.models import Addressee, Enquiry, FollowUp, Step
from lienlac.apps.enquiries.walking import walk
from lienlac.apps.mailroom import actions as mailroom
from lienlac.core.journeys import clocks as core_clocks
from lienlac.core.messages.check import check_body, check_own
from lienlac.core.messages.fields import filled

UNSENT = frozenset({"draft", "checked", "approved", "returned", "held", "in_release"})


@transaction.atomic
def clarify(officer: User, addressee: Addressee, body: Mapping[str, Any], *, now: datetime) -> None:
    """Give the other side what it asked for; its clock goes on from there."""
    _tell(officer, addressee, "clarify", "CLARIFICATION", body, now=now)
    searching.index(addressee.enquiry, "CLARIFICATION", body)


@transaction.atomic
def correct(officer: User, addressee: Addressee, body: Mapping[str, Any], *, now: datetime) -> None:
    """Correct what was asked: both sides keep the old text in the message and work with the new."""
    _tell(officer, addressee, "correct", "CORRECTION", body, now=now)
    put_right(addressee.enquiry, body)


@transaction.atomic
def remind(officer: User, addressee: Addressee, *, now: datetime) -> None:
    """Send one reminder."""
    number = addressee.steps.filter(event="remind").count() + 1
    _tell(officer, addressee, "remind", "REMINDER", {"number": number}, now=now)


@transaction.atomic
def withdraw(officer: User, addressee: Addressee, *, text: str = "", now: datetime) -> None:
    """Withdraw an enquiry; the other side is told, unless it never left."""
    if addressee.state in UNSENT or addressee.enquiry.by_phone:
        walk(addressee, "withdraw", now=now, by=officer)
        return
    _tell(officer, addressee, "withdraw", "WITHDRAWAL", _in_words(officer, text), now=now)


@transaction.atomic
def give_outcome(officer: User, addressee: Addressee, outcome: str, *, text: str = "", now: datetime) -> None:
    """Say what came of it: without this no enquiry closes."""
    addressee.outcome = outcome
    body = {"outcome": outcome, **_in_words(officer, text)}
    _tell(officer, addressee, "give_outcome", "FEEDBACK", body, met=("outcome_coded",), now=now)


@transaction.atomic
def close(officer: User, addressee: Addressee, *, now: datetime) -> None:
    """Put an enquiry with an outcome away; both sides do so on their own desk."""
    walk(addressee, "close", now=now, by=officer)


@transaction.atomic
def reopen(officer: User, addressee: Addressee, text: str, *, now: datetime) -> None:
    """Open a closed enquiry again, within a year; the words say why."""
    addressee.answered_at = None
    met = met_for_reopening(addressee, now)
    _tell(officer, addressee, "reopen", "REOPENING", _in_words(officer, text), met=met, now=now)


def met_for_reopening(addressee: Addressee, now: datetime) -> tuple[str, ...]:
    """Return the guard `within_a_year` when it is met: reckoned from the step that closed it."""
    closed = (
        Step.objects.filter(addressee=addressee, event__in=("close", "no_outcome_90")).order_by("-pk").first()
    )
    within = closed is None or core_clocks.may_reopen(closed_at=closed.at, now=now)
    return ("within_a_year",) if within else ()


def put_right(enquiry: Enquiry, body: Mapping[str, Any]) -> None:
    """Let a correction replace values field by field; `removed` names fields whose value falls away.

    Raises Malformed when what is left is no enquiry of its kind any more: nobody is asked about nobody.
    """
    not_values = {"of", "removed", "text", "text_language", "official_number", "signatory", "note_to_file"}
    new = {name: value for name, value in body.items() if name not in not_values and filled(value)}
    kept = {name: value for name, value in enquiry.body.items() if name not in body.get("removed", ())}
    enquiry.body = kept | new
    check_body(enquiry.kind, enquiry.version, enquiry.body)
    enquiry.save(update_fields=["body"])
    searching.index(enquiry, enquiry.kind, enquiry.body)


def _in_words(officer: User, text: str) -> dict[str, str]:
    return {"text": text, "text_language": officer.language} if text.strip() else {}


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
    """Check, walk, keep and send what the asker says about an enquiry of his."""
    enquiry = addressee.enquiry
    full = {name: value for name, value in body.items() if filled(value)} | {"of": enquiry.message_id}
    check_own(kind, full)
    rules.check_may_follow_up(officer, addressee, kind, full, now=now)
    message = letters.about(
        enquiry,
        kind,
        full,
        message_id=letters.new_id(),
        from_office=enquiry.from_office,
        to_office=addressee.office,
        now=now,
    )
    walk(addressee, event, now=now, by=officer, met=met, message_id=message.id)
    FollowUp.objects.create(
        addressee=addressee, message_id=message.id, kind=kind, body=dict(message.body), by=officer, at=now
    )
    mailroom.post(message, lane_class=letters.lane_class(enquiry.urgency), now=now)
