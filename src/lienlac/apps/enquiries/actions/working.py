"""Work on what came: begin, and tell the asker (R3); put away what has its outcome."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import desks, partners
from lienlac.apps.enquiries.actions.answering import open_enquiry
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.enquiries.walking import walk
from lienlac.apps.mailroom import actions as mailroom

BEGUN = "start_work"


@transaction.atomic
def start_work(officer: User, addressee: Addressee, *, now: datetime) -> None:
    """Begin to work on an enquiry; the asker is told once that somebody acts on it (R3).

    Raises Refused `not_now` when it is answered, held or worked on already.
    """
    open_enquiry(officer, addressee, now=now)
    told = not partners.hears(addressee) or addressee.steps.filter(event=BEGUN).exists()
    walk(addressee, BEGUN, now=now, by=officer, met=desks.met(addressee))
    if not told:
        mailroom.post_receipt("R3", addressee.enquiry.message_id, now=now)
