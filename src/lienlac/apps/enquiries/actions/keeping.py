"""What an office keeps beside the exchange: questions that came by telephone, notes, views."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import attachments, books, clocks, desks, letters, rules, searching
from lienlac.apps.enquiries.actions.asking import Draft
from lienlac.apps.enquiries.models import Addressee, Enquiry, Note, View
from lienlac.apps.enquiries.walking import walk
from lienlac.core.errors import Malformed, Refused
from lienlac.core.messages import kinds
from lienlac.core.messages.check import check_own
from lienlac.core.messages.fields import filled

MOST_VIEWS = 20


@transaction.atomic
def write_down_call(officer: User, draft: Draft, *, now: datetime) -> Addressee:
    """Make of a question told by telephone the same record as of one that came: number, clock, policy, answers.

    `draft.to_offices` names the office that rang. Nothing travels: the answer is told, and kept here.
    """
    if len(draft.to_offices) != 1:
        raise Malformed("field_missing", field="desk")
    asker = directory.offices(draft.to_offices)[draft.to_offices[0]]
    body = {name: value for name, value in draft.body.items() if filled(value)}
    check_own(draft.kind, body)
    enquiry = Enquiry(
        message_id=letters.new_id(),
        side=Enquiry.Side.RECEIVED,
        kind=draft.kind,
        version=kinds.kind(draft.kind).version,
        urgency=str(body.get("urgency", "")),
        from_office=asker.code,
        agreement=draft.agreement,
        handling=list(draft.handling),
        body=kinds.travelling_body(draft.kind, body),
        by_phone=True,
        written_by=officer,
        created_at=now,
    )
    message = letters.enquiry_message(enquiry, (officer.office,), now=now)
    known = asker.node.standing in directory.SPEAKS_WITH_US
    rules.check_may_receive(message, partner_known=known, now=now)
    enquiry.number = books.next_number(officer.office, books.IN, now=now)
    enquiry.save()
    attachments.take_along(officer, draft.tray, enquiry.message_id)
    searching.index(enquiry, enquiry.kind, enquiry.body)
    addressee = Addressee(
        enquiry=enquiry, side=enquiry.side, office=officer.office, state="received", received_at=now
    )
    desks.land(addressee)
    clocks.start_on_arrival(addressee, sent_at=now, now=now)
    addressee.opened_at, addressee.taken_by = now, officer
    addressee.save()
    walk(addressee, "open", now=now, by=officer, met=desks.met(addressee))
    return addressee


@transaction.atomic
def add_note(officer: User, enquiry: Enquiry, text: str, *, now: datetime) -> Note:
    """Add a note of this node; it never travels."""
    if not text.strip():
        raise Malformed("field_empty", field="text")
    return Note.objects.create(enquiry=enquiry, by=officer, text=text.strip(), at=now)


@transaction.atomic
def keep_view(officer: User, name: str, query: str) -> View:
    """Keep a view of the inbox under a name; the same name again replaces it."""
    if not name.strip():
        raise Malformed("field_empty", field="name")
    if View.objects.filter(officer=officer).exclude(name=name.strip()).count() >= MOST_VIEWS:
        raise Refused("too_many_views", most=MOST_VIEWS)
    found, _ = View.objects.update_or_create(
        officer=officer, name=name.strip()[:60], defaults={"query": query[:500]}
    )
    return found


@transaction.atomic
def drop_view(officer: User, key: int) -> None:
    """Forget a kept view."""
    View.objects.filter(officer=officer, pk=key).delete()
