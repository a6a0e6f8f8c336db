"""Offices of this node as their administrator changes them, and which offices face each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from lienlac.apps.directory import entering, noting
from lienlac.apps.directory.models import Node, Office
from lienlac.core import codes
from lienlac.core.errors import Refused
from lienlac.core.trust import cards


@transaction.atomic
def change_office(office: Office, *, now: datetime, by: str = "", **changed: Any) -> Office:
    """Change an office of this node; what it was is kept as a version. Partners learn it from the next card.

    `changed` are members of `core.trust.cards.OfficeOnCard`. Raises Refused (`office_of_other_node`;
    `successor_is_itself`), Malformed('name_invisible'), NotUnderstood('unknown_code') for a status that is none.
    """
    if office.node.standing != Node.Standing.SELF:
        raise Refused("office_of_other_node", office=office.code)
    before = entering.on_card(office)
    after = replace(before, **changed)
    cards.check_called(after)
    codes.load("office_statuses").row(after.status)
    if after.successor == after.code:
        raise Refused("successor_is_itself", office=after.code)
    if after == before:
        return office
    row = entering.enter_office(office.node, after, now=now)
    noting.partner(office.node, "office_changed", by=by, now=now)
    return row


@transaction.atomic
def make_twins(one: Office, other: Office) -> None:
    """Note that two offices face each other across a border."""
    one.twins.add(other)


@transaction.atomic
def set_twins(office: Office, codes_: Iterable[str], *, now: datetime, by: str = "") -> None:
    """Let an office of this node have exactly these twins; an office of its own node is none."""
    office.twins.set(Office.objects.filter(code__in=list(codes_)).exclude(node=office.node))
    noting.partner(office.node, "twins_changed", by=by, now=now)
