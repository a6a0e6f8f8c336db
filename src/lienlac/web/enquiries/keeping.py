"""Keep an enquiry longer than its class says, for a reason of its own (SG23); what falls due is a view of the inbox."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lienlac.apps.enquiries import actions, retention
from lienlac.core.journeys.retention import LONGEST_EXTENSION
from lienlac.web.door import for_enquiries, officer_of
from lienlac.web.enquiries.threads import row_of
from lienlac.web.keeping import Kept, keep_longer


@for_enquiries
def keep(request: HttpRequest, key: int) -> HttpResponseBase:
    """Show until when an enquiry is kept; keep it longer."""
    row, officer = row_of(request, key), officer_of(request)

    def do(until: date, reason: str) -> None:
        actions.keep_longer(officer, row.enquiry, until, reason=reason, now=timezone.now())

    return keep_longer(
        request,
        Kept(
            title=row.enquiry.number,
            last_day=retention.last_day(row.enquiry),
            latest=retention.day_of(timezone.now()) + LONGEST_EXTENSION,
            whose=_("A reason of this enquiry, not of its kind."),
            keep=do,
            said=_("The enquiry is kept longer; your reason stands beside it."),
            causes=_(
                "When its time is over, the node erases it with its answers, notes and files. Keep it only if it is"
                " still needed."
            ),
            back_url=reverse("thread", args=[row.pk]),
        ),
    )
