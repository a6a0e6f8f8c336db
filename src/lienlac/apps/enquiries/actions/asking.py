"""Ask: from what an officer filled in to a message on its way, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import books, letters, rules, searching
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.enquiries.walking import walk
from lienlac.apps.mailroom import actions as mailroom
from lienlac.core.messages import kinds
from lienlac.core.messages.check import check_own
from lienlac.core.messages.fields import SeenBy, filled


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

    Raises Malformed (a field), Refused (a safeguard, the agreement, the directory) and keeps nothing then.
    """
    kinds.kind(draft.kind)
    body = {name: value for name, value in draft.body.items() if filled(value)}
    check_own(draft.kind, body)
    directory.offices(draft.to_offices)
    rules.check_may_ask(officer, draft, body, now=now)
    enquiry = _enquiry(officer, draft, body, now)
    for office in draft.to_offices:
        addressee = Addressee.objects.create(enquiry=enquiry, office=office, state="draft")
        walk(addressee, "check", now=now, by=officer, met=("policy_permits", "body_checked"))
        walk(addressee, "approve", now=now, by=officer, met=("approvals_met",))
        walk(addressee, "send", now=now, by=officer, met=rules.MET_ON_SENDING, message_id=enquiry.message_id)
    searching.index(enquiry, enquiry.kind, {**enquiry.body, **enquiry.own_body})
    message = letters.enquiry_message(enquiry, draft.to_offices, now=now)
    mailroom.post(message, lane_class=letters.lane_class(enquiry.urgency), now=now)
    return enquiry


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
