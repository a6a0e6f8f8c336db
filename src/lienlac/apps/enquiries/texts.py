"""One face for everything that may wait here before it leaves: an enquiry, an answer, a clarification, a correction.

What people consent to is the whole of it as it will be sent (`Text.digest`): words, fields, addressees, agreement,
restrictions, files, and the fields that stay here but that policy judged. Change one of them and it is another text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries.models import Addressee, Answer, Enquiry, FollowUp
from lienlac.apps.mailroom import files
from lienlac.apps.rows.prepared import Prepared
from lienlac.core.errors import Refused
from lienlac.core.messages import canonical

ANSWER = "ANSWER"
Row = Enquiry | Answer | FollowUp


@dataclass(frozen=True, kw_only=True)
class Text:
    """What waits: who wrote it, whose it is, to whom it goes, and the row that holds it."""

    row: Row
    message_id: str
    kind: str
    body: Mapping[str, Any]
    author: User | None
    addressee: Addressee
    from_office: str
    to_offices: tuple[str, ...]

    @property
    def enquiry(self) -> Enquiry:
        """The enquiry that it is, or is about."""
        return self.addressee.enquiry

    @property
    def digest(self) -> str:
        """SHA-256 over everything that will be sent, and over what is kept beside it."""
        sent: dict[str, Any] = {
            "id": self.message_id,
            "kind": self.kind,
            "from": self.from_office,
            "to": list(self.to_offices),
            "agreement": self.enquiry.agreement,
            "handling": list(self.enquiry.handling),
            "body": dict(self.body),
        }
        if attached := files.manifests_of(self.message_id):
            sent["files"] = [[one.sha256, one.name, one.media_type] for one in attached]
        if kept := self.row.own_body if isinstance(self.row, Enquiry | Answer) else {}:
            sent["kept"] = kept
        return hashlib.sha256(canonical.encode(sent)).hexdigest()


def addressees_of(enquiry: Enquiry) -> list[Addressee]:
    """Return who is asked, in the order in which they were named; each has this very enquiry in hand."""
    rows = _ADDRESSEES(enquiry.pk)
    for row in rows:
        row.enquiry = enquiry
    return rows


_ADDRESSEES = Prepared[Addressee](lambda enquiry: Addressee.objects.filter(enquiry_id=enquiry).order_by("pk"))


def of_enquiry(enquiry: Enquiry) -> Text:
    """Return an enquiry of ours as it would be sent."""
    rows = addressees_of(enquiry)
    return Text(
        row=enquiry,
        message_id=enquiry.message_id,
        kind=enquiry.kind,
        body=enquiry.body,
        author=enquiry.written_by,
        addressee=rows[0],
        from_office=enquiry.from_office,
        to_offices=tuple(one.office for one in rows),
    )


def of_answer(given: Answer) -> Text:
    """Return an answer of ours as it would be sent."""
    return Text(
        row=given,
        message_id=given.message_id,
        kind=ANSWER,
        body=given.body,
        author=given.given_by,
        addressee=given.addressee,
        from_office=given.addressee.office,
        to_offices=(given.addressee.enquiry.from_office,),
    )


def of_follow_up(told: FollowUp) -> Text:
    """Return a clarification or a correction of ours as it would be sent."""
    asks, answers = told.addressee.enquiry.from_office, told.addressee.office
    from_office = told.said_by or asks
    return Text(
        row=told,
        message_id=told.message_id,
        kind=told.kind,
        body=told.body,
        author=told.by,
        addressee=told.addressee,
        from_office=from_office,
        to_offices=(answers if from_office == asks else asks,),
    )


def of_message(addressee: Addressee, message_id: str) -> Text:
    """Return what waits under that id; raises DoesNotExist of the row when nothing does."""
    if message_id == addressee.enquiry.message_id:
        return of_enquiry(addressee.enquiry)
    given = Answer.objects.select_related("given_by", "addressee__enquiry").filter(message_id=message_id)
    if found := given.first():
        return of_answer(found)
    told = FollowUp.objects.select_related("by", "addressee__enquiry")
    return of_follow_up(told.get(addressee=addressee, message_id=message_id))


def check_shown(text: Text, shown: str | None) -> None:
    """Raise Refused `text_was_changed` unless `shown`, the digest of what an officer was shown, is of this text.

    None: whoever consents has the text itself, not a page of some minutes ago.
    """
    if shown is not None and shown != text.digest:
        raise Refused("text_was_changed")


def waiting_in(addressee: Addressee) -> list[Text]:
    """Return what is written about an enquiry and has not left: an answer, what is said later."""
    answers = Answer.objects.select_related("given_by", "addressee__enquiry")
    told = FollowUp.objects.select_related("by", "addressee__enquiry")
    here = {"addressee": addressee, "sent": False, "returned_at": None}
    return [
        *(of_answer(one) for one in answers.filter(**here)),
        *(of_follow_up(one) for one in told.filter(**here)),
    ]
