"""What those see of enquiries who may read none: numbers for the inspector, counts when an account closes."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries.models import Addressee, Enquiry


def message_id_of(number: str) -> str:
    """Return the id under which ledgers name the enquiry of that number, "" when there is none."""
    return Enquiry.objects.filter(number=number).values_list("message_id", flat=True).first() or ""


def numbers_of(message_ids: Collection[str]) -> dict[str, str]:
    """Return the numbers of enquiries by their ids."""
    return dict(Enquiry.objects.filter(message_id__in=message_ids).values_list("message_id", "number"))


def left_by(officer: User) -> int:
    """Return how many enquiries are open that this officer took or wrote: somebody else must go on with them."""
    his = Q(taken_by=officer) | Q(enquiry__written_by=officer)
    return Addressee.objects.filter(his, open=True).count()
