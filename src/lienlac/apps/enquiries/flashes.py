"""The review of a flash (life clause): somebody else judges within 12 hours whether one officer's word was right."""

from __future__ import annotations

from datetime import datetime, timedelta

from lienlac.apps.enquiries.models import FlashReview
from lienlac.apps.enquiries.texts import Text
from lienlac.core.policy import life

REVIEW_WITHIN = timedelta(hours=life.REVIEW_HOURS)


def is_flash(urgency: str) -> bool:
    """Say whether an urgency is the flash's."""
    return urgency == life.FLASH


def open_review(text: Text, *, now: datetime) -> None:
    """Begin the review of a text that just left under the life clause; a text that has one keeps it."""
    if text.author is None:
        return
    FlashReview.objects.get_or_create(
        message_id=text.message_id,
        defaults={
            "addressee": text.addressee,
            "sent_by": text.author,
            "sent_at": now,
            "due_at": now + REVIEW_WITHIN,
        },
    )
