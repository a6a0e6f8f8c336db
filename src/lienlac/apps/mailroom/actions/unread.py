"""Show a person what this node does not understand: raw, as it travelled, and noted like every look at a case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import reading
from lienlac.apps.mailroom import queries
from lienlac.apps.mailroom.actions import opening
from lienlac.apps.mailroom.models import Arrival
from lienlac.core.errors import Refused
from lienlac.core.messages.canonical import Json

CASE = "enquiry"  # how the ledger names what a message is about (`audit.reading`)


@transaction.atomic
def read_raw(officer: User, arrival: Arrival, *, now: datetime) -> Json:
    """Return the message as its author signed it, for an officer of an office that it is addressed to.

    The look is noted, as one at the enquiry that it is about or would become. None when it does not open any more.
    Raises Refused('not_there') for everybody else.
    """
    if not queries.may_read(officer, arrival):
        raise Refused("not_there")
    frame = arrival.frame or {}
    about = str(frame.get("in_reply_to") or frame.get("id") or arrival.digest)
    reading.read(officer, CASE, [about], now=now)
    return opening.payload_of(bytes(arrival.envelope), opening.Keys(arrival.lane.partner))
