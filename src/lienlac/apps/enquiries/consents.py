"""A second person's consents (SG34) as rows, each bound to one text by its digest."""

from __future__ import annotations

from datetime import datetime

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries.models import Approval
from lienlac.core.errors import Refused


def given_to(message_id: str) -> list[Approval]:
    """Return the consents to a text."""
    return list(Approval.objects.select_related("by").filter(message_id=message_id).order_by("pk"))


def give(
    officer: User, message_id: str, *, author: User | None, digest: str, now: datetime
) -> list[Approval]:
    """Write an officer's consent to a text of somebody else; return all that there are.

    Raises Refused `approver_is_author`.
    """
    check_is_another(officer, author)
    Approval.objects.create(
        message_id=message_id,
        digest=digest,
        by=officer,
        unit=officer.unit,
        role=officer.role,
        certified_to=officer.certified_to,
        at=now,
    )
    return given_to(message_id)


def check_is_another(officer: User, author: User | None) -> None:
    """Raise Refused `approver_is_author` when nobody else wrote it."""
    if author is None or author.pk == officer.pk:
        raise Refused("approver_is_author")


def drop(message_id: str) -> None:
    """Void every consent to a text: it was changed, returned or taken back."""
    Approval.objects.filter(message_id=message_id).delete()
