"""Move an enquiry that came to another desk of its office."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house
from lienlac.apps.enquiries import desks
from lienlac.apps.enquiries.models import Addressee
from lienlac.core.errors import Malformed, Refused


@transaction.atomic
def move_to_desk(officer: User, addressee: Addressee, desk: str, *, now: datetime) -> None:
    """Let a received enquiry lie on another desk of the office that has it; the ledger shows who moved it.

    The row comes from `visible_to(officer)`. Raises Refused `not_now` when nothing is owed any more, Malformed
    `field_code` for a desk that the office does not name. The other side is told nothing: it asked the office.
    """
    if not addressee.open:
        raise Refused("not_now", event="move_to_desk", state=addressee.state)
    if desk not in {one.code for one in desks.desks_of(addressee)}:
        raise Malformed("field_code", kind=addressee.enquiry.kind, field="desk", list="desks", value=desk)
    if desk == addressee.desk:
        return
    Addressee.objects.filter(pk=addressee.pk).update(desk=desk)
    addressee.desk = desk
    house.note(
        "enquiry_changed",
        actor=house.officer(officer.username),
        subjects=[house.Thing(list="enquiry", key=addressee.enquiry.message_id)],
        facts={"code": "desk_moved"},
        now=now,
    )
