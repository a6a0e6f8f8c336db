"""Words that stay at this node beside a deed: why something was given back, withdrawn or closed."""

from __future__ import annotations

from datetime import datetime

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries.models import Enquiry, Note


def keep(officer: User, enquiry: Enquiry, text: str, *, now: datetime) -> None:
    """Keep what an officer wrote as a note of this node; nothing is kept of nothing."""
    if text.strip():
        Note.objects.create(enquiry=enquiry, by=officer, text=text.strip(), at=now)
