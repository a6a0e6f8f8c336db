"""A second person's consents (SG34) as rows, each bound to one text by its digest."""

from __future__ import annotations

from datetime import datetime

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries.models import Approval, Release
from lienlac.apps.enquiries.rules import Consented
from lienlac.apps.enquiries.texts import Text
from lienlac.core.errors import Refused


def given_to(message_id: str) -> list[Approval]:
    """Return the consents to a text."""
    return list(Approval.objects.select_related("by").filter(message_id=message_id).order_by("pk"))


def to(text: Text) -> Consented:
    """Return the digest of a text as it stands now, and every consent that was given under its id."""
    return text.digest, given_to(text.message_id)


def give(officer: User, text: Text, *, now: datetime) -> Consented:
    """Write an officer's consent to a text of somebody else; return all that there are.

    Raises Refused `approver_is_author`.
    """
    check_is_another(officer, text.author)
    Approval.objects.update_or_create(
        message_id=text.message_id,
        by=officer,
        defaults={
            "digest": text.digest,
            "unit": officer.unit,
            "role": officer.role,
            "certified_to": officer.certified_to,
            "at": now,
        },
    )
    return to(text)


def check_is_another(officer: User, author: User | None) -> User:
    """Return who wrote it; raise Refused `approver_is_author` when that is nobody else."""
    if author is None or author.pk == officer.pk:
        raise Refused("approver_is_author")
    return author


def drop(message_id: str) -> None:
    """Void every consent to a text: it was changed, returned or taken back."""
    Approval.objects.filter(message_id=message_id).delete()


def has_let_go(officer: User, message_id: str) -> bool:
    """Say whether an officer consented to a text, released it, or confirmed the paper of its release."""
    approved = Approval.objects.filter(message_id=message_id, by=officer)
    return approved.exists() or Release.objects.filter(message_id=message_id, by=officer).exists()
