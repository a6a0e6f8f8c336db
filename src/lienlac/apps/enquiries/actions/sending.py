"""An answer that has every consent of this node: it goes to those who release it, waits for its hour, or leaves."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import chains, clocks, desks, letters, reviews, rules, searching, texts
from lienlac.apps.enquiries.models import Addressee, Answer
from lienlac.apps.enquiries.walking import can, walk
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.rows import singly
from lienlac.apps.screening import actions as screening
from lienlac.core.journeys import answers
from lienlac.core.policy import Case, releases

KIND = "ANSWER"
AUTHORISATION = "judicial_authorisation"


def go_on(officer: User, given: Answer, case: Case, now: datetime) -> None:
    """Let an answer that has every consent of this node leave, or go to those who release it.

    One that is given after another had ended the clock waits without a state of its own: the end stands.
    """
    addressee = given.addressee
    if addressee.enquiry.by_phone or not chains.begin(
        texts.of_answer(given), releases.chain_class(case), releases.ANSWER
    ):
        leave(given, case, now)
    elif can(addressee, "ask_release"):
        walk(addressee, "ask_release", now=now, by=officer)


def leave(given: Answer, case: Case, now: datetime) -> None:
    """Send an answer, or let it count as told on the telephone; somebody may have to review it."""
    reviews.draw(texts.of_answer(given), case, now=now)
    _send(given, now)


def send_due(*, now: datetime) -> int:
    """Send the silent refusals whose hour has come; return how many left. Runs in the background process."""
    due = Addressee.objects.filter(leaves_at__lte=now, state="held").select_related("enquiry")
    # A partner who is paused now must not stop the refusals to others.
    return sum(
        singly.done(partial(_send_silent, one, now), f"the silent refusal of row {one.pk}") for one in due
    )


@transaction.atomic
def _send_silent(addressee: Addressee, now: datetime) -> bool:
    addressee.leaves_at = None
    _send(addressee.answers.get(sent=False, returned_at=None), now)
    return True


def _send(given: Answer, now: datetime) -> None:
    """Let an answer take effect here and leave: its hour is this moment, whenever it was written."""
    addressee = given.addressee
    enquiry, row = addressee.enquiry, answers.answer(given.response)
    by, met = given.given_by, rules.MET_ON_ANSWERING
    if reason := str(given.body.get("extension_reason", "")):
        walk(addressee, "extend", now=now, by=by, met=("extension_allowed",), reason=reason)
    _pause(addressee, given, now)
    walk(addressee, row.event, now=now, by=by, met=met, message_id=given.message_id)
    _note_end(addressee, row, given, now)
    searching.index(enquiry, KIND, {**given.body, **given.own_body})
    Answer.objects.filter(pk=given.pk).update(sent=True, at=now)
    given.sent, given.at = True, now
    screening.answer_left(given.message_id, given.response, now=now)
    if enquiry.by_phone:
        return  # it was told on the telephone: this is the record of it
    message = letters.about(
        enquiry,
        KIND,
        given.body,
        message_id=given.message_id,
        from_office=addressee.office,
        to_office=enquiry.from_office,
        now=now,
    )
    mailroom.post(message, lane_class=letters.lane_class(enquiry.urgency), now=now)


def _pause(addressee: Addressee, given: Answer, now: datetime) -> None:
    """Stop the clock while a judge or prosecutor decides (Directive (EU) 2023/977, Art. 5); our next word resumes."""
    if given.body.get("waiting_for") == AUTHORISATION:
        due = addressee.final_answer_by
        in_time = ("declared_within_limit",) if due is None or now <= due else ()
        walk(addressee, "await_authorisation", now=now, by=given.given_by, met=in_time)
    elif clocks.stands_for(addressee, AUTHORISATION) and can(addressee, "authorisation_decided"):
        walk(addressee, "authorisation_decided", now=now, by=given.given_by)


def _note_end(addressee: Addressee, row: answers.Answer, given: Answer, now: datetime) -> None:
    if row.final and addressee.answered_at is None:
        addressee.answered_at = now
    if passed_to := str(given.body.get("forwarded_to", "")):
        addressee.passed_to = passed_to
        desks.land(addressee)
    addressee.save(update_fields=["answered_at", "passed_to", "desk", "leaves_at"])
