"""Judge what left on one officer's word: somebody certified who neither wrote nor consented says if it was right."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import actions as audit
from lienlac.apps.audit import house
from lienlac.apps.directory import moments
from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import consents, rules
from lienlac.apps.enquiries.models import Review
from lienlac.apps.enquiries.texts import of_message
from lienlac.apps.mailroom import queries as mailroom
from lienlac.apps.mailroom.actions import incidents
from lienlac.apps.rows import singly
from lienlac.core import codes
from lienlac.core.errors import Malformed, Refused
from lienlac.core.ledger.leaves import Leaf
from lienlac.core.messages import canonical
from lienlac.core.policy.approvals import APPROVING_ROLES
from lienlac.core.policy.reviews import FLASH, HARM, SAMPLE

VERDICTS: Final = "review_verdicts"
OVERDUE: Final[Mapping[str, str]] = {
    FLASH: "flash_review_overdue",
    HARM: "review_overdue",
    SAMPLE: "review_overdue",
}


@transaction.atomic
def review_text(officer: User, review: Review, verdict: str, words: str, *, now: datetime) -> None:
    """Give the verdict, with words; it is a leaf of the house ledger.

    Of a flash both inspectors can prove it: its digest stands in the ledger of the pair. What one office reviews by
    lot, or because of whom it touches, concerns no partner.

    Raises Malformed (a code, no words), Refused `approver_is_author`, `officer_not_certified`, `officer_may_not`,
    `reviewer_has_approved`, `text_is_reviewed`.
    """
    if verdict not in codes.load(VERDICTS):
        raise Malformed("field_code", field="verdict", list=VERDICTS, value=verdict)
    if not words.strip():
        raise Malformed("field_empty", field="words")
    _check_may(officer, review, now)
    changed = Review.objects.filter(pk=review.pk, reviewed_at=None).update(
        verdict=verdict, words=words.strip(), reviewed_by=officer, reviewed_at=now
    )
    if not changed:
        raise Refused("text_is_reviewed")
    review.refresh_from_db()
    _tell_ledgers(officer, review, now)


def note_overdue_reviews(*, now: datetime) -> int:
    """Enter an incident for each text that nobody reviewed in time, once; return how many. By the node itself."""
    late = Review.objects.filter(reviewed_at=None, overdue_noted=False, due_at__lt=now)
    return sum(
        singly.done(partial(_note_overdue, review, now), f"noting overdue review {review.pk}")
        for review in late
    )


@transaction.atomic
def _note_overdue(review: Review, now: datetime) -> bool:
    if not Review.objects.filter(pk=review.pk, overdue_noted=False).update(overdue_noted=True):
        return False
    incidents.note(directory.this_node(), OVERDUE[review.reason], {"of": review.message_id}, now=now)
    return True


def statement_of(review: Review) -> bytes:
    """Return the canonical bytes whose digest the ledger of the pair holds: what an inspector is shown."""
    return canonical.encode(
        {
            "of": review.message_id,
            "verdict": review.verdict,
            "words": review.words,
            "sent_at": moments.to_wire(review.sent_at),
            "reviewed_at": moments.to_wire(review.reviewed_at) if review.reviewed_at else "",
        }
    )


def _check_may(officer: User, review: Review, now: datetime) -> None:
    if officer.pk == review.sent_by_id:
        raise Refused("approver_is_author")
    if consents.has_let_go(officer, review.message_id):
        raise Refused("reviewer_has_approved")
    if officer.role not in APPROVING_ROLES:
        raise Refused("officer_may_not", role=officer.role)
    if officer.certified_to is None or rules.today(now) > officer.certified_to:
        raise Refused("officer_not_certified", until=str(officer.certified_to or ""))


def _tell_ledgers(officer: User, review: Review, now: datetime) -> None:
    enquiry = review.addressee.enquiry
    house.note(
        "verdict_given",
        actor=house.officer(officer.username),
        subjects=[house.Thing(list="enquiry", key=enquiry.message_id)],
        facts={"code": f"{review.reason}.{review.verdict}"},
        now=now,
    )
    sent = mailroom.message(review.message_id) if review.reason == FLASH else None
    if sent is None:
        return  # told on the telephone: there is no partner's ledger for it
    facts: dict[str, str | int] = {
        "envelope": sent.envelope_digest,
        "signed": hashlib.sha256(statement_of(review)).hexdigest(),
    }
    leaf = Leaf(kind="flash_reviewed", at=now, facts=facts).encode()
    for node in _partners(review):
        audit.record(node, leaf, now=now)


def _partners(review: Review) -> list[str]:
    """Return the codes of the nodes to which the flash went."""
    offices = directory.offices(of_message(review.addressee, review.message_id).to_offices)
    here = directory.this_node().code
    return sorted({office.node.code for office in offices.values()} - {here})
