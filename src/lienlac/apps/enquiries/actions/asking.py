"""Ask: from what an officer filled in to a message on its way, in one transaction; or first to a second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import (
    attachments,
    books,
    chains,
    consents,
    letters,
    notes,
    reviews,
    rules,
    searching,
    texts,
)
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.enquiries.walking import walk
from lienlac.apps.mailroom import actions as mailroom
from lienlac.core import codes
from lienlac.core.errors import Malformed, Refused
from lienlac.core.messages import kinds
from lienlac.core.messages.check import check_own
from lienlac.core.messages.fields import SeenBy, filled
from lienlac.core.policy import Case, decide, life, releases

MOST_OFFICES = 3
PROTECTING = frozenset({"HUM", "INF"})
"""Classes that a flash may have: what locates or coerces keeps its own purpose, and is refused."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an officer wants to ask: a kind, its coded fields, the offices, the agreement, a tray with files."""

    kind: str
    body: Mapping[str, Any]
    to_offices: tuple[str, ...]
    agreement: str
    handling: tuple[str, ...] = field(default=("H0",))
    tray: str = ""


@transaction.atomic
def ask(officer: User, draft: Draft, *, now: datetime) -> Enquiry:
    """Check, number, sign and send an enquiry; return it with its addressees.

    Where a second person must consent first (SG34) it waits in the state `checked` for `approve`; where units
    outside the node must release it, in `in_release`. Raises Malformed (a field), Refused (a safeguard, the
    agreement, the directory) and keeps nothing then.
    """
    body = checked_body(draft)
    case, waits = judged(officer, draft, body, now)
    attachments.check_copy(officer, draft.tray, body)
    enquiry = _enquiry(officer, draft, body, now)
    attachments.take_along(officer, draft.tray, enquiry.message_id)
    for office in draft.to_offices:
        Addressee.objects.create(enquiry=enquiry, office=office, state="draft")
    put_forward(officer, enquiry, case, waits, now)
    return enquiry


@transaction.atomic
def approve(officer: User, enquiry: Enquiry, *, shown: str | None = None, now: datetime) -> None:
    """Consent, as a second person, to this very text; it goes on at once when that was all it lacked.

    `shown` is the digest of the text that the officer was shown. Raises Refused (`approver_is_author`,
    `text_was_changed`, or what policy says today about the text).
    """
    enquiry = locked(enquiry)
    text, draft = texts.of_enquiry(enquiry), as_draft(enquiry)
    texts.check_shown(text, shown)
    author = consents.check_is_another(officer, enquiry.written_by)
    given = consents.give(officer, text, now=now)
    case = rules.case_to_ask(author, draft, draft.body, consented=given, now=now)
    decide(case).check(role=officer.role)
    _go_on(officer, enquiry, case, now)


@transaction.atomic
def return_to_author(officer: User, enquiry: Enquiry, *, text: str = "", now: datetime) -> None:
    """Give an enquiry that waits back to its author: it is not sent, and consents to it are void.

    `text` says why; it stays at this node, as a note.
    """
    consents.check_is_another(officer, enquiry.written_by)
    hand_back(officer, enquiry, text, now=now)


def hand_back(officer: User, enquiry: Enquiry, text: str, *, now: datetime) -> None:
    """Walk an enquiry back to its author, whoever sends it back; what was consented or released is void."""
    consents.drop(enquiry.message_id)
    chains.lapse(enquiry.message_id, now=now)
    for addressee in enquiry.addressees.all():
        walk(addressee, "return_to_author", now=now, by=officer)
    notes.keep(officer, enquiry, text, now=now)


def leave_released(officer: User, enquiry: Enquiry, *, now: datetime) -> None:
    """Send an enquiry whose chain is complete, if policy still permits it; `officer` released it last."""
    author, draft = enquiry.written_by, as_draft(enquiry)
    assert author is not None  # whoever asked it
    given = consents.to(texts.of_enquiry(enquiry))
    case = rules.case_to_ask(author, draft, draft.body, consented=given, now=now)
    decide(case).check(role=author.role)
    for addressee in enquiry.addressees.select_related("enquiry").order_by("pk"):
        walk(addressee, "release", now=now, by=officer, met=("release_chain_complete",))
    _send(officer, enquiry, case, now)


def locked(enquiry: Enquiry) -> Enquiry:
    """Return an enquiry as it is now, and let nobody else change or send it before this transaction ends."""
    return Enquiry.objects.select_for_update(of=("self",)).select_related("written_by").get(pk=enquiry.pk)


def as_draft(enquiry: Enquiry) -> Draft:
    """Return an enquiry as it was put together, to be judged again."""
    return Draft(
        kind=enquiry.kind,
        body={**enquiry.body, **enquiry.own_body},
        to_offices=tuple(enquiry.addressees.order_by("pk").values_list("office", flat=True)),
        agreement=enquiry.agreement,
        handling=tuple(enquiry.handling),
    )


def checked_body(draft: Draft) -> dict[str, Any]:
    """Return the fields that were filled in; raise Malformed when the table of the kind says no."""
    if kinds.kind(draft.kind).service:
        raise Refused("kind_not_open", rule="SG05", kind=draft.kind)  # nobody asks with a receipt
    body = {name: value for name, value in draft.body.items() if filled(value)}
    if kinds.kind(draft.kind).open:
        if body.get("urgency") == life.FLASH and kinds.kind(draft.kind).cls in PROTECTING:
            body = life.body_under_life_clause(draft.kind, body)  # the node sets the purpose, not the officer
        check_own(draft.kind, body)  # a closed kind has no fields: policy says so in its own words
    for code in draft.handling:
        if code not in codes.load("handling"):
            raise Malformed("field_code", field="handling", list="handling", value=code)
    if not 1 <= len(set(draft.to_offices)) <= MOST_OFFICES or len(set(draft.to_offices)) != len(
        draft.to_offices
    ):
        raise Malformed(
            "field_too_many" if draft.to_offices else "field_missing", field="desk", most=MOST_OFFICES
        )
    directory.offices(draft.to_offices)
    return body


def judged(officer: User, draft: Draft, body: dict[str, Any], now: datetime) -> tuple[Case, bool]:
    """Return the case, and whether it waits for a second person; raise Refused when policy says no."""
    case = rules.case_to_ask(officer, draft, body, now=now)
    decision = decide(case)
    waits = rules.waits_for_second_person(decision)
    if not waits:
        decision.check(role=officer.role)
    return case, waits


def put_forward(officer: User, enquiry: Enquiry, case: Case, waits: bool, now: datetime) -> None:
    """Walk a draft to whoever must consent first; where nobody must, on its way."""
    for addressee in texts.addressees_of(enquiry):
        walk(addressee, "check", now=now, by=officer, met=("policy_permits", "body_checked"))
    searching.index(enquiry, enquiry.kind, {**enquiry.body, **enquiry.own_body})
    if not waits:
        _go_on(officer, enquiry, case, now)


def _go_on(officer: User, enquiry: Enquiry, case: Case, now: datetime) -> None:
    """Let what has every consent of this node leave, or go to those who release it."""
    addressees = texts.addressees_of(enquiry)
    for addressee in addressees:
        walk(addressee, "approve", now=now, by=officer, met=("approvals_met",))
    if not chains.begin(texts.of_enquiry(enquiry), releases.chain_class(case), releases.ASK):
        _send(officer, enquiry, case, now)
        return
    for addressee in addressees:
        walk(addressee, "ask_release", now=now, by=officer)


def _send(officer: User, enquiry: Enquiry, case: Case, now: datetime) -> None:
    """Walk every addressee to `sent` and post ONE message, sealed to the nodes of all of them."""
    addressees = texts.addressees_of(enquiry)
    for addressee in addressees:
        walk(addressee, "send", now=now, by=officer, met=rules.MET_ON_SENDING, message_id=enquiry.message_id)
    reviews.draw(texts.of_enquiry(enquiry), case, now=now)
    message = letters.enquiry_message(enquiry, tuple(one.office for one in addressees), now=now)
    mailroom.post(message, lane_class=letters.lane_class(enquiry.urgency), now=now)


def _enquiry(officer: User, draft: Draft, body: dict[str, Any], now: datetime) -> Enquiry:
    travels, stays = apart(draft.kind, body)
    return Enquiry.objects.create(
        message_id=letters.new_id(),
        side=Enquiry.Side.ASKED,
        number=books.next_number(officer.office, books.OUT, now=now),
        kind=draft.kind,
        version=kinds.kind(draft.kind).version,
        urgency=str(body.get("urgency", "")),
        from_office=officer.office,
        agreement=draft.agreement,
        handling=list(draft.handling),
        body=travels,
        own_body=stays,
        written_by=officer,
        created_at=now,
    )


def apart(kind: str, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what travels, and what never leaves this node."""
    own = {f.name for f in kinds.kind(kind).fields if f.seen_by is SeenBy.OWN_NODE}
    return kinds.travelling_body(kind, body), {name: value for name, value in body.items() if name in own}
