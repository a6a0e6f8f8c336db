"""The desk that was asked: open the enquiry, answer it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import letters, rules, searching
from lienlac.apps.enquiries.models import Addressee, Answer
from lienlac.apps.enquiries.walking import can, walk
from lienlac.apps.mailroom import actions as mailroom
from lienlac.core.journeys import answers
from lienlac.core.messages.check import check_own
from lienlac.core.messages.fields import filled

KIND = "ANSWER"
TEST = "HOTLINE_TEST"


@transaction.atomic
def open_enquiry(officer: User, addressee: Addressee, *, now: datetime) -> None:
    """Note that an officer of the asked desk has opened it, and tell the asker (R2); the first time only.

    A test call asks for nothing more than that a person opens it: it is answered with the same tap.
    """
    if addressee.opened_at is not None or not can(addressee, "open"):
        return
    addressee.opened_at, addressee.taken_by = now, officer
    walk(addressee, "open", now=now, by=officer, met=("desk_named",))
    mailroom.post_receipt("R2", addressee.enquiry.message_id, now=now)
    if addressee.enquiry.kind == TEST:
        answer(officer, addressee, "FULL", {}, now=now)


@transaction.atomic
def answer(
    officer: User, addressee: Addressee, response: str, body: Mapping[str, Any], *, now: datetime
) -> Answer:
    """Give one of the answers with its coded fields; the enquiry counts as opened by then.

    Raises Malformed (a field), Refused (`not_now`, a safeguard) and keeps nothing then.
    """
    enquiry = addressee.enquiry
    open_enquiry(officer, addressee, now=now)
    full = {name: value for name, value in body.items() if filled(value)}
    full |= {"response": response, "of": enquiry.message_id}
    check_own(KIND, full)
    rules.check_may_answer(officer, addressee, full, now=now)
    message = letters.about(
        enquiry, KIND, full, from_office=addressee.office, to_office=enquiry.from_office, now=now
    )
    row = answers.answer(response)
    walk(addressee, row.event, now=now, by=officer, met=rules.MET_ON_ANSWERING, message_id=message.id)
    if row.final and addressee.answered_at is None:
        addressee.answered_at = now
        addressee.save(update_fields=["answered_at"])
    searching.index(enquiry, KIND, full)
    mailroom.post(message, lane_class=letters.lane_class(enquiry.urgency), now=now)
    return Answer.objects.create(
        addressee=addressee,
        message_id=message.id,
        response=response,
        body=dict(message.body),
        own_body={name: value for name, value in full.items() if name not in message.body},
        given_by=officer,
        at=now,
    )
