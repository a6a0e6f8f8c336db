"""An answer that waits: a second person consents to it or returns it, units release it, its author takes it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import chains, consents, notes, rules, texts
from lienlac.apps.enquiries.actions import sending
from lienlac.apps.enquiries.models import Answer
from lienlac.apps.enquiries.walking import walk
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import files
from lienlac.apps.screening import actions as screening
from lienlac.core.errors import Refused
from lienlac.core.policy import decide

NOTHING_FOUND = "NOHIT"


@transaction.atomic
def approve_answer(officer: User, given: Answer, *, shown: str | None = None, now: datetime) -> None:
    """Consent, as a second person, to an answer that waits; it goes on at once when that was all it lacked.

    `shown` is the digest of the answer that the officer was shown; Refused `text_was_changed` for another one.
    """
    text, addressee = texts.of_answer(given), given.addressee
    texts.check_shown(text, shown)
    author = consents.check_is_another(officer, given.given_by)
    _check_waits(given, "approve")
    chains.check_rests(given.message_id, event="approve", state=addressee.state)
    _check_still_true(given)
    body = {**given.body, **given.own_body}
    all_given = consents.give(officer, text, now=now)
    along = len(files.manifests_of(given.message_id))
    case = rules.case_to_answer(author, addressee, body, consented=all_given, files=along, now=now)
    decide(case).check(role=officer.role)
    sending.go_on(officer, given, case, now)


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
    notes.keep(officer, given.addressee.enquiry, text, now=now)


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
    sending.leave(given, case, now)


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
