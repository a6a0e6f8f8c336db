"""Say something about an enquiry that is under way: check, let who must consent to it, send.

The asker reminds, clarifies, corrects, withdraws, gives the outcome, reopens; the office that was asked corrects
its answer. A clarification, a correction and a reopening tell something, so that they may wait (SG34, the release
chain); the others never wait, and where a chain stands they bear no words that could go round it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import (
    attachments,
    chains,
    consents,
    letters,
    notes,
    reviews,
    rules,
    searching,
    texts,
)
from lienlac.apps.enquiries.models import Addressee, Enquiry, FollowUp, Step
from lienlac.apps.enquiries.walking import can, walk
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import files
from lienlac.core.errors import Refused
from lienlac.core.journeys import clocks as core_clocks
from lienlac.core.messages import kinds
from lienlac.core.messages.check import check_body, check_own
from lienlac.core.messages.fields import filled
from lienlac.core.policy import Case, decide, releases

CLARIFICATION, CORRECTION = "CLARIFICATION", "CORRECTION"
REOPENING, FEEDBACK = "REOPENING", "FEEDBACK"
EVENTS: Mapping[str, str] = {
    CLARIFICATION: "clarify",
    CORRECTION: "correct",
    "REMINDER": "remind",
    "WITHDRAWAL": "withdraw",
    FEEDBACK: "give_outcome",
    REOPENING: "reopen",
}
"""What each kind is in the tables of `core.journeys.enquiry`."""
TELLING = frozenset({CLARIFICATION, CORRECTION, REOPENING})
"""Kinds that tell something, so that they can be found, and may wait."""
NOT_VALUES = frozenset(
    {"of", "removed", "text", "text_language", "official_number", "signatory", "note_to_file"}
)


def tell(
    officer: User,
    addressee: Addressee,
    kind: str,
    body: Mapping[str, Any],
    *,
    tray: str = "",
    now: datetime,
) -> FollowUp:
    """Say it, or keep it until whoever must has consented; the caller holds the transaction.

    Raises Malformed (a field), Refused (`not_now`, `text_waits`, a safeguard) and keeps nothing then.
    """
    told = _follow_up(officer, addressee, kind, body, now)
    if kind in TELLING and addressee.follow_ups.filter(sent=False, returned_at=None).exists():
        raise Refused("text_waits")
    if not can(addressee, EVENTS[kind]):
        raise Refused("not_now", event=EVENTS[kind], state=addressee.state)
    case = case_of(officer, told, tray=tray, now=now)
    decision = decide(case)
    waits = rules.waits_for_second_person(decision)
    if not waits:
        decision.check(role=officer.role)
    told.save()
    attachments.take_along(officer, tray, told.message_id)
    if not waits:
        _go_on(told, case, now)
    return told


@transaction.atomic
def approve_follow_up(officer: User, told: FollowUp, *, shown: str | None = None, now: datetime) -> None:
    """Consent, as a second person, to a clarification or a correction; it goes on when that was all it lacked.

    `shown` is the digest of what the officer was shown; Refused `text_was_changed` for another text.
    """
    text = texts.of_follow_up(told)
    texts.check_shown(text, shown)
    author = consents.check_is_another(officer, told.by)
    _check_waits(told, "approve")
    chains.check_rests(told.message_id, event="approve", state=told.addressee.state)
    given = consents.give(officer, text, now=now)
    case = case_of(author, told, consented=given, now=now)
    decide(case).check(role=officer.role)
    _go_on(told, case, now)


@transaction.atomic
def return_follow_up(officer: User, told: FollowUp, *, text: str = "", now: datetime) -> None:
    """Give a clarification or a correction back to its author: it is not sent. `text` says why, and stays here."""
    consents.check_is_another(officer, told.by)
    _check_waits(told, "return_to_author")
    hand_back_follow_up(officer, told, text, now=now)


def hand_back_follow_up(officer: User, told: FollowUp, text: str, *, now: datetime) -> None:
    """End the waiting of what was said later, whoever sends it back; it stays in the thread, and is never sent."""
    consents.drop(told.message_id)
    chains.lapse(told.message_id, now=now)
    told.returned_at = now
    told.save(update_fields=["returned_at"])
    notes.keep(officer, told.addressee.enquiry, text, now=now)


@transaction.atomic
def drop_follow_up(officer: User, told: FollowUp, *, now: datetime) -> None:
    """Take back a clarification or a correction of one's own that waits."""
    _check_waits(told, "drop")
    if told.by_id != officer.pk:
        raise Refused("only_its_author_changes_it")
    consents.drop(told.message_id)
    chains.lapse(told.message_id, now=now)
    mailroom.forget_files(told.message_id)
    chains.forget_papers(told.message_id)
    told.delete()


def leave_released_follow_up(_officer: User, told: FollowUp, *, now: datetime) -> None:
    """Send what was said later, its chain complete, if policy still permits it."""
    author = told.by
    assert author is not None  # whoever said it
    case = case_of(author, told, consented=consents.to(texts.of_follow_up(told)), now=now)
    decide(case).check(role=author.role)
    _leave(told, case, now)


def righted(enquiry: Enquiry, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an enquiry with a correction applied; `removed` names fields whose value falls away.

    Raises Malformed when what is left is no enquiry of its kind any more: nobody is asked about nobody.
    """
    new = {name: value for name, value in body.items() if name not in NOT_VALUES and filled(value)}
    kept = {name: value for name, value in enquiry.body.items() if name not in body.get("removed", ())}
    check_body(enquiry.kind, enquiry.version, kept | new)
    return kept | new


def put_right(enquiry: Enquiry, body: Mapping[str, Any]) -> None:
    """Let a correction replace values of an enquiry, field by field; raises what `righted` raises."""
    enquiry.body = righted(enquiry, body)
    enquiry.save(update_fields=["body"])
    searching.index(enquiry, enquiry.kind, enquiry.body)


def case_of(
    officer: User,
    told: FollowUp,
    *,
    consented: rules.Consented = rules.NOBODY,
    tray: str = "",
    now: datetime,
) -> Case:
    """Return what is said as a case of policy, for the side that says it; a file tells, whatever the words do."""
    along = len(files.manifests_of(told.message_id)) + len(files.in_tray(officer, tray))
    if told.said_by:
        return rules.case_to_correct(
            officer, told.addressee, told.body, consented=consented, files=along, now=now
        )
    return rules.case_to_follow_up(
        officer, told.addressee, told.kind, told.body, consented=consented, files=along, now=now
    )


def _follow_up(
    officer: User, addressee: Addressee, kind: str, body: Mapping[str, Any], now: datetime
) -> FollowUp:
    """Return it as a row that is not saved yet, checked against the table of its kind."""
    full = {name: value for name, value in body.items() if filled(value)}
    full["of"] = addressee.enquiry.message_id
    check_own(kind, full)
    ours = addressee.enquiry.side == Enquiry.Side.ASKED
    return FollowUp(
        addressee=addressee,
        message_id=letters.new_id(),
        kind=kind,
        body=kinds.travelling_body(kind, full),
        by=officer,
        at=now,
        said_by="" if ours else addressee.office,
        sent=False,
    )


def _go_on(told: FollowUp, case: Case, now: datetime) -> None:
    says = releases.ANSWER if told.said_by else releases.ASK
    if told.addressee.enquiry.by_phone or not chains.begin(
        texts.of_follow_up(told), releases.chain_class(case), says
    ):
        _leave(told, case, now)
    elif releases.must_be_wordless(case):
        raise Refused("words_need_release", field="text")


def _leave(told: FollowUp, case: Case, now: datetime) -> None:
    """Send it, or let it count as told on the telephone; somebody may have to review it."""
    reviews.draw(texts.of_follow_up(told), case, now=now)
    _send(told, now)


def _send(told: FollowUp, now: datetime) -> None:
    """Let it take effect here and leave."""
    addressee, enquiry = told.addressee, told.addressee.enquiry
    met = _effect(told, now)
    walk(addressee, EVENTS[told.kind], now=now, by=told.by, met=met, message_id=told.message_id)
    told.sent, told.at = True, now
    told.save(update_fields=["sent", "at"])
    if told.kind == CORRECTION and not told.said_by:
        put_right(enquiry, told.body)
    if told.kind in TELLING:
        searching.index(enquiry, told.kind, told.body)
    if enquiry.by_phone:
        return  # told on the telephone: this is the record of it
    text = texts.of_follow_up(told)
    message = letters.about(
        enquiry,
        told.kind,
        told.body,
        message_id=told.message_id,
        from_office=text.from_office,
        to_office=text.to_offices[0],
        now=now,
    )
    mailroom.post(message, lane_class=letters.lane_class(enquiry.urgency), now=now)


def _effect(told: FollowUp, now: datetime) -> tuple[str, ...]:
    """Let what is said change the row before its step is taken; return the guards that are met."""
    row = told.addressee
    if told.kind == REOPENING:
        row.answered_at = None
        return met_for_reopening(row, now)
    if told.kind == FEEDBACK:
        row.outcome = str(told.body["outcome"])
        return ("outcome_coded",)
    return rules.MET_ON_ANSWERING if told.said_by else ()


def met_for_reopening(addressee: Addressee, now: datetime) -> tuple[str, ...]:
    """Return the guard `within_a_year` when it is met: reckoned from the step that closed it."""
    closed = (
        Step.objects.filter(addressee=addressee, event__in=("close", "no_outcome_90")).order_by("-pk").first()
    )
    within = closed is None or core_clocks.may_reopen(closed_at=closed.at, now=now)
    return ("within_a_year",) if within else ()


def _check_waits(told: FollowUp, event: str) -> None:
    """Look at what waits as it is now, and let nobody else send or return it before this transaction ends."""
    told.refresh_from_db(from_queryset=FollowUp.objects.select_for_update())
    if told.sent or told.returned_at is not None:
        raise Refused("not_now", event=event, state=told.addressee.state)
