"""A message whose whole effect is one row, and the table of those rows: no key, so that a second effect would show."""

from __future__ import annotations

from django.db import connection

from bench.exchange.letter import KIND
from bench.exchange.pair import TABLE
from lienlac.apps.mailroom.receivers import Delivery, Receivers
from lienlac.site.wiring import RECEIVERS


def make_table() -> None:
    """Make the table in this node's database."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (message_id TEXT NOT NULL)")


def take(delivery: Delivery) -> None:
    """Write the row."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} VALUES (%s)", [delivery.message.id])


def receivers() -> Receivers:
    """Return a node's own receivers and this one."""
    return Receivers(by_kind={**RECEIVERS.by_kind, KIND: take}, receipt=RECEIVERS.receipt)
