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
    clocks,
    desks,
    letters,
    partners,
    rules,
)
from lienlac.apps.enquiries.actions import sending
from lienlac.apps.enquiries.actions.sending import AUTHORISATION, KIND
from lienlac.apps.enquiries.actions.waiting_answers import NOTHING_FOUND
from lienlac.apps.enquiries.models import Addressee, Answer
from lienlac.apps.enquiries.walking import can, walk
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.screening import actions as screening
from lienlac.core.errors import Malformed, Refused
from lienlac.core.journeys import answers
from lienlac.core.journeys import clocks as core_clocks
from lienlac.core.messages import kinds
from lienlac.core.messages.check import check_own
from lienlac.core.messages.fields import filled
from lienlac.core.messages.kinds import travelling_body
from lienlac.core.policy import decide, grounds, releases

MORE_TIME = "STATUS"
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
        sending.go_on(officer, made, case, now)
    return made


def _waits(addressee: Addressee) -> bool:
    return addressee.answers.filter(sent=False, returned_at=None).exists()


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
