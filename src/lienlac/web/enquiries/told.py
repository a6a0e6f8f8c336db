"""When the other side learns what is said now: nothing is called told before it has left."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lienlac.apps.directory import queries as directory
from lienlac.apps.enquiries import partners
from lienlac.apps.enquiries.actions.concluding import UNSENT
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.mailroom import queries as mailroom

BY_AN_OPEN_LINE = gettext_lazy("They are told as soon as it reaches them.")
BY_LINE = {
    "down": gettext_lazy("The line to them is down: they are told when it stands again."),
    "paused": gettext_lazy("The exchange with them is paused: they are told when it goes on."),
    "revoked": gettext_lazy("They are not told: this partner is revoked."),
}
"""State of the line (`mailroom.queries.line_to`) -> what it means for whoever says something."""


def when_told(row: Addressee) -> str:
    """Say when the other side of an enquiry is told, as the line to it stands now; asked before the deed."""
    if row.state in UNSENT:
        return _("It has not left this node: nobody else knows of it.")
    if row.enquiry.by_phone:
        return _("Nothing of it travels: tell them on the telephone.")
    office = directory.office(partners.other_office(row))
    return str(BY_LINE.get(mailroom.line_to(office.node) if office else "", BY_AN_OPEN_LINE))
