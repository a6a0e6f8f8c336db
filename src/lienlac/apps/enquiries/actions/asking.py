"""Ask: from what an officer filled in to a message on its way, in one transaction; or first to a second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import books, letters, rules, searching
from lienlac.apps.enquiries.models import Addressee, Approval, Enquiry
from lienlac.apps.enquiries.walking import walk
from lienlac.apps.mailroom import actions as mailroom
from lienlac.core import codes
from lienlac.core.errors import Malformed, Refused
from lienlac.core.messages import kinds
from lienlac.core.messages.check import check_own
from lienlac.core.messages.fields import SeenBy, filled

MOST_OFFICES = 3


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an officer wants to ask: a kind, its coded fields, the offices, the agreement."""

    kind: str
    body: Mapping[str, Any]
    to_offices: tuple[str, ...]
    agreement: str
    handling: tuple[str, ...] = field(default=("H0",))


@transaction.atomic
def ask(officer: User, draft: Draft, *, now: datetime) -> Enquiry:
    """Check, number, sign and send an enquiry; return it with its addressees.

    Where a second person must consent first (SG34) it waits in the state `checked` for `approve`. Raises
    Malformed (a field), Refused (a safeguard, the agreement, the directory) and keeps nothing then.
    """
    body = _checked_body(draft)
    decision = rules.decision_to_ask(officer, draft, body, door="send", now=now)
    waits = rules.waits_for_second_person(decision)
    if not waits:
        decision.check(role=officer.role)
    enquiry = _enquiry(officer, draft, body, now)
    for office in draft.to_offices:
        addressee = Addressee.objects.create(enquiry=enquiry, office=office, state="draft")
        walk(addressee, "check", now=now, by=officer, met=("policy_permits", "body_checked"))
    searching.index(enquiry, enquiry.kind, {**enquiry.body, **enquiry.own_body})
    if not waits:
        _send(officer, enquiry, now)
    return enquiry


@transaction.atomic
def approve(officer: User, enquiry: Enquiry, *, now: datetime) -> None:
    """Consent, as a second person, to this very text; it is sent at once when that was all it lacked.

    Raises Refused (`approver_is_author`, or what policy says today about the text).
    """
    author = enquiry.written_by
    if author is None or author.pk == officer.pk:
        raise Refused("approver_is_author")
    draft = as_draft(enquiry)
    Approval.objects.create(
        message_id=enquiry.message_id,
        digest=rules.digest(enquiry.kind, draft.body),
        by=officer,
        unit=officer.unit,
        role=officer.role,
        certified_to=officer.certified_to,
        at=now,
    )
    given = approvals_of(enquiry.message_id)
    rules.decision_to_ask(author, draft, draft.body, door="send", approvals=given, now=now).check(
        role=officer.role
    )
    _send(officer, enquiry, now)


@transaction.atomic
def return_to_author(officer: User, enquiry: Enquiry, *, now: datetime) -> None:
    """Give an enquiry that waits back to its author: it is not sent, and consents to it are void."""
    if enquiry.written_by_id == officer.pk:
        raise Refused("approver_is_author")
    Approval.objects.filter(message_id=enquiry.message_id).delete()
    for addressee in enquiry.addressees.all():
        walk(addressee, "return_to_author", now=now, by=officer)


def approvals_of(message_id: str) -> list[Approval]:
    """Return the consents to a text."""
    return list(Approval.objects.select_related("by").filter(message_id=message_id).order_by("pk"))


def as_draft(enquiry: Enquiry) -> Draft:
    """Return an enquiry as it was put together, to be judged again."""
    return Draft(
        kind=enquiry.kind,
        body={**enquiry.body, **enquiry.own_body},
        to_offices=tuple(enquiry.addressees.order_by("pk").values_list("office", flat=True)),
        agreement=enquiry.agreement,
        handling=tuple(enquiry.handling),
    )


def _checked_body(draft: Draft) -> dict[str, Any]:
    if kinds.kind(draft.kind).service:
        raise Refused("kind_not_open", rule="SG05", kind=draft.kind)  # nobody asks with a receipt
    body = {name: value for name, value in draft.body.items() if filled(value)}
    if kinds.kind(draft.kind).open:
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


def _send(officer: User, enquiry: Enquiry, now: datetime) -> None:
    """Walk every addressee to `sent` and post ONE message, sealed to the nodes of all of them."""
    addressees = list(enquiry.addressees.select_related("enquiry").order_by("pk"))
    for addressee in addressees:
        walk(addressee, "approve", now=now, by=officer, met=("approvals_met",))
        walk(addressee, "send", now=now, by=officer, met=rules.MET_ON_SENDING, message_id=enquiry.message_id)
    message = letters.enquiry_message(enquiry, tuple(one.office for one in addressees), now=now)
    mailroom.post(message, lane_class=letters.lane_class(enquiry.urgency), now=now)


def _enquiry(officer: User, draft: Draft, body: dict[str, Any], now: datetime) -> Enquiry:
    own = {f.name for f in kinds.kind(draft.kind).fields if f.seen_by is SeenBy.OWN_NODE}
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
        body=kinds.travelling_body(draft.kind, body),
        own_body={name: value for name, value in body.items() if name in own},
        written_by=officer,
        created_at=now,
    )
