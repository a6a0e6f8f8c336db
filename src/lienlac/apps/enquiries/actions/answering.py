"""Open, answer. An answer leaves at once, or waits: for a second person (SG34), or for its hour (RF00)."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import (
    attachments,
    chains,
    clocks,
    consents,
    desks,
    letters,
    partners,
    reviews,
    rules,
    searching,
    texts,
)
from lienlac.apps.enquiries.models import Addressee, Answer, Note
from lienlac.apps.enquiries.walking import can, walk
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import files
from lienlac.apps.screening import actions as screening
from lienlac.core.errors import LienlacError, Malformed, Refused
from lienlac.core.journeys import answers
from lienlac.core.journeys import clocks as core_clocks
from lienlac.core.messages import kinds
from lienlac.core.messages.check import check_own
from lienlac.core.messages.fields import filled
from lienlac.core.messages.kinds import travelling_body
from lienlac.core.policy import Case, decide, grounds, releases

KIND = "ANSWER"
MORE_TIME = "STATUS"
NOTHING_FOUND = "NOHIT"
AUTHORISATION = "judicial_authorisation"
TEST = "HOTLINE_TEST"
NO_DEADLINE = timedelta(days=30)  # for the hour of a silent refusal where the profile sets no end (U7)

Draw = Callable[[], float]
log = logging.getLogger("lienlac.enquiries")


@transaction.atomic
def open_enquiry(officer: User, addressee: Addressee, *, now: datetime) -> None:
    """Note that an officer of the asked desk has opened it, and tell the asker (R2); the first time only.

    A test call asks for nothing more than that a person opens it: it is answered with the same tap.
    """
    if addressee.opened_at is not None or not can(addressee, "open"):
        return
    addressee.opened_at, addressee.taken_by = now, officer
    walk(addressee, "open", now=now, by=officer, met=desks.met(addressee))
    if not partners.hears(addressee):
        return
    mailroom.post_receipt("R2", addressee.enquiry.message_id, now=now)
    if addressee.enquiry.kind == TEST:
        answer(officer, addressee, "FULL", {}, now=now)


def _random_fraction() -> float:
    return secrets.randbelow(2**32) / 2**32


@transaction.atomic
def answer(
    officer: User,
    addressee: Addressee,
    response: str,
    body: Mapping[str, Any],
    *,
    tray: str = "",
    despite_candidates: bool = False,
    now: datetime,
    draw: Draw = _random_fraction,
) -> Answer:
    """Give one of the answers with its coded fields and the files of a tray; the enquiry counts as opened by then.

    The answer comes back with `sent` False when it waits: for `approve_answer`, or, refused without a stated
    reason, for a random hour in the second half of the clock (`draw` gives where, in [0, 1)). Raises
    Malformed (a field), Refused (`not_now`, `answer_waits`, `candidates_undecided` for a "nothing found" that was
    not confirmed, a safeguard) and keeps nothing then.
    """
    row = answers.answer(response)
    full = _checked_body(addressee, response, body)
    _check_moments(full, now)
    beside = response == MORE_TIME and addressee.state == "in_release"
    if _waits(addressee) and not beside:
        raise Refused("answer_waits")
    open_enquiry(officer, addressee, now=now)
    if not can(addressee, row.event):
        raise Refused("not_now", event=row.event, state=addressee.state)
    asked = addressee.enquiry
    screening.check_answer(asked.message_id, response, full, cls=kinds.kind(asked.kind).cls or "")
    if response == NOTHING_FOUND:
        screening.check_nohit(officer, asked.message_id, confirmed=despite_candidates, now=now)
    along = attachments.number_for(officer, tray, response)
    case = rules.case_to_answer(officer, addressee, full, files=along, now=now)
    decision = decide(case)
    waits = rules.waits_for_second_person(decision)
    if beside and (waits or releases.chain_class(case)):
        raise Refused("answer_waits")  # two answers cannot wait; more time without words needs nobody's word
    if not waits:
        decision.check(role=officer.role)
    made = _answer(officer, addressee, full, now)
    attachments.take_along(officer, tray, made.message_id)
    screening.note_answer(asked.message_id, made.message_id, response, full)
    if full.get("outward_ground") == grounds.NO_REASON_STATED and not addressee.enquiry.by_phone:
        _keep_silent(officer, addressee, now, draw)
    elif not waits:
        _go_on(officer, made, case, now)
    return made


@transaction.atomic
def approve_answer(officer: User, given: Answer, *, shown: str | None = None, now: datetime) -> None:
    """Consent, as a second person, to an answer that waits; it goes on at once when that was all it lacked.

    `shown` is the digest of the answer that the officer was shown; Refused `text_was_changed` for another one.
    """
    text, author, addressee = texts.of_answer(given), given.given_by, given.addressee
    texts.check_shown(text, shown)
    consents.check_is_another(officer, author)
    _check_waits(given, "approve")
    if chains.runs(given.message_id):
        raise Refused("not_now", event="approve", state=addressee.state)
    _check_still_true(given)
    body = {**given.body, **given.own_body}
    all_given = consents.give(officer, text, now=now)
    assert author is not None  # `check_is_another` refuses what has no author
    along = len(files.manifests_of(given.message_id))
    case = rules.case_to_answer(author, addressee, body, consented=all_given, files=along, now=now)
    decide(case).check(role=officer.role)
    _go_on(officer, given, case, now)


@transaction.atomic
def return_answer(officer: User, given: Answer, *, text: str = "", now: datetime) -> None:
    """Give an answer that waits back to its author: it is not sent. `text` says why, and stays at this node."""
    consents.check_is_another(officer, given.given_by)
    _check_waits(given, "return_to_author")
    hand_back_answer(officer, given, text, now=now)


def hand_back_answer(officer: User, given: Answer, text: str, *, now: datetime) -> None:
    """End the waiting of an answer, whoever sends it back; it stays in the thread, and is never sent."""
    _end_waiting(officer, given, now)
    screening.answer_dropped(given.message_id)
    Answer.objects.filter(pk=given.pk).update(returned_at=now)
    given.returned_at = now
    if text.strip():
        Note.objects.create(enquiry=given.addressee.enquiry, by=officer, text=text.strip(), at=now)


def leave_released_answer(officer: User, given: Answer, *, now: datetime) -> None:
    """Send an answer whose chain is complete, if policy still permits it; `officer` released it last."""
    author, addressee = given.given_by, given.addressee
    assert author is not None  # whoever gave it
    _check_still_true(given)
    body, all_given = {**given.body, **given.own_body}, consents.to(texts.of_answer(given))
    along = len(files.manifests_of(given.message_id))
    case = rules.case_to_answer(author, addressee, body, consented=all_given, files=along, now=now)
    decide(case).check(role=author.role)
    if addressee.state == "in_release":
        walk(addressee, "release", now=now, by=officer, met=("release_chain_complete",))
    _leave(given, case, now)


@transaction.atomic
def drop_answer(officer: User, given: Answer, *, now: datetime) -> None:
    """Take back an answer of one's own that waits; nobody outside ever knew of it."""
    _check_waits(given, "drop")
    if given.given_by_id != officer.pk:
        raise Refused("only_its_author_changes_it")
    _end_waiting(officer, given, now)
    screening.answer_dropped(given.message_id)
    mailroom.forget_files(given.message_id)
    chains.forget_papers(given.message_id)
    given.delete()


def send_due(*, now: datetime) -> int:
    """Send the silent refusals whose hour has come; return how many left. Runs in the background process."""
    due = Addressee.objects.filter(leaves_at__lte=now, state="held").select_related("enquiry")
    return sum(_send_silent(addressee, now) for addressee in due)


def _send_silent(addressee: Addressee, now: datetime) -> bool:
    try:
        with transaction.atomic():
            addressee.leaves_at = None
            _send(addressee.answers.get(sent=False, returned_at=None), now)
    except LienlacError as problem:  # a partner who is paused now must not stop the refusals to others
        log.warning("a silent refusal could not leave: %s", problem.code)
        return False
    return True


def _waits(addressee: Addressee) -> bool:
    return addressee.answers.filter(sent=False, returned_at=None).exists()


def _check_waits(given: Answer, event: str) -> None:
    """Look at an answer as it is now, and let nobody else send or return it before this transaction ends."""
    given.refresh_from_db(from_queryset=Answer.objects.select_for_update())
    if given.sent or given.returned_at is not None or given.addressee.leaves_at is not None:
        raise Refused("not_now", event=event, state=given.addressee.state)


def _check_still_true(given: Answer) -> None:
    """Refuse a "nothing found" that waited while somebody was found."""
    if given.response == NOTHING_FOUND:
        screening.check_still_nohit(given.addressee.enquiry.message_id, since=given.at)


def _end_waiting(officer: User, given: Answer, now: datetime) -> None:
    consents.drop(given.message_id)
    chains.lapse(given.message_id, now=now)
    if given.addressee.state == "in_release":
        walk(given.addressee, "return_to_author", now=now, by=officer)


def _go_on(officer: User, given: Answer, case: Case, now: datetime) -> None:
    """Let an answer that has every consent of this node leave, or go to those who release it.

    One that is given after another had ended the clock waits without a state of its own: the end stands.
    """
    addressee = given.addressee
    if addressee.enquiry.by_phone or not chains.begin(
        texts.of_answer(given), releases.chain_class(case), releases.ANSWER
    ):
        _leave(given, case, now)
    elif can(addressee, "ask_release"):
        walk(addressee, "ask_release", now=now, by=officer)


def _leave(given: Answer, case: Case, now: datetime) -> None:
    """Send an answer, or let it count as told on the telephone; somebody may have to review it."""
    reviews.draw(texts.of_answer(given), case, now=now)
    _send(given, now)


def _checked_body(addressee: Addressee, response: str, body: Mapping[str, Any]) -> dict[str, Any]:
    full = {name: value for name, value in body.items() if filled(value)}
    full |= {"response": response, "of": addressee.enquiry.message_id}
    if inside := full.get("inside_ground"):
        full["outward_ground"] = grounds.outward(str(inside))  # what leaves follows from what is kept
    if filled(full.get("extension_reason")) and response != "STATUS":
        raise Malformed("field_unknown", kind=KIND, field="extension_reason")
    if filled(full.get("waiting_for")) and (response, full["waiting_for"]) != (MORE_TIME, AUTHORISATION):
        raise Malformed("field_unknown", kind=KIND, field="waiting_for")
    check_own(KIND, full)
    if passed_to := full.get("forwarded_to"):
        directory.offices([str(passed_to)])
        if passed_to in (addressee.office, addressee.enquiry.from_office):
            raise Malformed("field_code", kind=KIND, field="forwarded_to", list="offices", value=passed_to)
    return full


def _check_moments(full: Mapping[str, Any], now: datetime) -> None:
    """Refuse what cannot be: more time that is over already, somebody found at an hour that has not come."""
    if filled(full.get("until")) and datetime.fromisoformat(full["until"]) <= now:
        raise Malformed("moment_in_the_past", kind=KIND, field="until")
    if filled(full.get("hit_at")) and datetime.fromisoformat(full["hit_at"]) > now:
        raise Malformed("moment_in_the_future", kind=KIND, field="hit_at")


def _answer(officer: User, addressee: Addressee, full: Mapping[str, Any], now: datetime) -> Answer:
    travelling = travelling_body(KIND, full)
    return Answer.objects.create(
        addressee=addressee,
        message_id=letters.new_id(),
        response=full["response"],
        body=travelling,
        own_body={name: value for name, value in full.items() if name not in travelling},
        given_by=officer,
        at=now,
        sent=_waits(addressee),  # one waits at a time: what is given beside it leaves in this transaction
    )


def _keep_silent(officer: User, addressee: Addressee, now: datetime, draw: Draw) -> None:
    """Hold a refusal without reason until its hour: leaving at once it would tell that a rule decided."""
    walk(addressee, "hold", now=now, by=officer)
    started = clocks.read(addressee).started_at or now
    final = addressee.final_answer_by or started + NO_DEADLINE
    earliest = core_clocks.silent_refusal_at(started_at=started, final_at=final, fraction=0)
    begins = max(earliest, now)
    addressee.leaves_at = begins + max(final - begins, timedelta()) * draw()
    addressee.save(update_fields=["leaves_at"])


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
