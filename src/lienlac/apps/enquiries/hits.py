"""Enquiries whose asker must be told of a confirmed pair: a list of the desk, with a clock of its own (12 hours)."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries.models import Addressee, Enquiry
from lienlac.apps.enquiries.queries import visible_to
from lienlac.apps.screening import queries as screening


def to_report(officer: User) -> QuerySet[Addressee]:
    """Return received enquiries with a hit that is not told yet, the most pressing first.

    Each row bears `report_by` (moment) and `pair` (key of the candidate).
    """
    hits = screening.hits_to_report(officer).order_by("report_by", "pk")
    of_this = hits.filter(candidate__subject__message_id=OuterRef("enquiry__message_id"))
    named = hits.order_by().values("candidate__subject__message_id")
    rows = visible_to(officer).filter(side=Enquiry.Side.RECEIVED, enquiry__message_id__in=named)
    return rows.annotate(
        report_by=Subquery(of_this.values("report_by")[:1]), pair=Subquery(of_this.values("candidate")[:1])
    ).order_by("report_by", "pk")
