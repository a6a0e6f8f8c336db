"""Change an enquiry that has not left: its author gets it back, the earlier text is kept, consents are void."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import attachments, chains, consents
from lienlac.apps.enquiries.actions.asking import (
    Draft,
    apart,
    as_draft,
    checked_body,
    judged,
    locked,
    put_forward,
)
from lienlac.apps.enquiries.models import Addressee, EarlierText, Enquiry, Release, SearchToken
from lienlac.apps.enquiries.walking import walk
from lienlac.core.errors import Refused


@transaction.atomic
def edit(officer: User, enquiry: Enquiry, draft: Draft, *, now: datetime) -> None:
    """Change an enquiry of one's own that has not left, and put it forward again under its number.

    The text as it stood is kept (`EarlierText`); consents and releases are void. Raises what `ask` raises, and
    Refused `only_its_author_changes_it`, `not_now` (it was sent).
    """
    if enquiry.written_by_id != officer.pk:
        raise Refused("only_its_author_changes_it")
    enquiry = locked(enquiry)
    draft = replace(draft, kind=enquiry.kind)
    body = checked_body(draft)
    case, waits = judged(officer, draft, body, now)
    attachments.check_copy(officer, draft.tray, body, enquiry.message_id)
    for addressee in enquiry.addressees.select_related("enquiry"):
        walk(addressee, "edit", now=now, by=officer)
    _keep_earlier(officer, enquiry, now)
    consents.drop(enquiry.message_id)
    chains.lapse(enquiry.message_id, now=now)
    _rewrite(enquiry, draft, body)
    _readdress(enquiry, draft.to_offices)
    attachments.take_along(officer, draft.tray, enquiry.message_id)
    put_forward(officer, enquiry, case, waits, now)


def _keep_earlier(officer: User, enquiry: Enquiry, now: datetime) -> None:
    EarlierText.objects.create(
        enquiry=enquiry,
        body=enquiry.body,
        own_body=enquiry.own_body,
        to_offices=list(as_draft(enquiry).to_offices),
        agreement=enquiry.agreement,
        handling=enquiry.handling,
        by=officer,
        at=now,
    )


def _rewrite(enquiry: Enquiry, draft: Draft, body: dict[str, Any]) -> None:
    enquiry.body, enquiry.own_body = apart(draft.kind, body)
    enquiry.agreement, enquiry.handling = draft.agreement, list(draft.handling)
    enquiry.urgency = str(body.get("urgency", ""))
    enquiry.save(update_fields=["body", "own_body", "agreement", "handling", "urgency"])
    SearchToken.objects.filter(enquiry=enquiry).delete()


def _readdress(enquiry: Enquiry, to_offices: tuple[str, ...]) -> None:
    """Let the rows of an enquiry that never left be those of other offices; what is over goes with its steps."""
    rows = list(enquiry.addressees.order_by("pk"))
    new = [code for code in to_offices if code not in {row.office for row in rows}]
    over = [row for row in rows if row.office not in to_offices]
    for row, office in zip(over, new, strict=False):
        row.office = office
        row.save(update_fields=["office"])
    for office in new[len(over) :]:
        Addressee.objects.create(enquiry=enquiry, office=office, state="draft")
    kept = next(row for row in rows if row not in over[len(new) :])
    for row in over[len(new) :]:
        Release.objects.filter(addressee=row).update(addressee=kept)
        row.steps.all().delete()
        row.delete()
