"""Erase what messages said when their time is over: signed bytes and sealed envelopes; places, ids, receipts stay.

What no message stands for, refused or not understood, goes by a clock of its own (`keeping`).

An id stands for ever for the bytes that it came with: their SHA-256 is kept in their stead, so that a message that is
brought again is still the one that is known, and no other can take its id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.actions.opening import RECEIPT
from lienlac.apps.mailroom.models import Arrival, File, Message, Parcel


def waits_to_leave(messages: Collection[str]) -> bool:
    """Say whether a parcel of one of these messages, or of its files, has to leave; to a revoked partner none has."""
    of_them = Q(message__message_id__in=messages) | Q(message__in_reply_to__in=messages)
    return _unsent().filter(of__in=messages).exists() or _leaving().filter(of_them).exists()


def waiting_to_leave() -> Sequence[QuerySet[Any, Any]]:
    """Return the ids of all messages of which `waits_to_leave` is true, as questions that another one takes in."""
    leaving = _leaving()
    return (
        leaving.values("message__message_id"),
        leaving.exclude(message__in_reply_to="").values("message__in_reply_to"),
        _unsent().values("of"),
    )


def _unsent() -> QuerySet[File]:
    """Give the files with pieces that are not in the outbox yet."""
    return File.objects.filter(unsent__gt=0)


def _leaving() -> QuerySet[Parcel]:
    revoked = Node.Standing.REVOKED
    return Parcel.objects.filter(in_outbox=True).exclude(lane__partner__standing=revoked)


@transaction.atomic
def erase_messages(messages: Iterable[str], *, now: datetime) -> int:
    """Erase the bytes of these messages and of what was sent about them; return how many messages."""
    ids = list(messages)
    said = Message.objects.filter(Q(message_id__in=ids) | Q(in_reply_to__in=ids), erased_at=None)
    rows = list(said.exclude(kind=RECEIPT))  # a receipt says when, and nothing of whom
    for row in rows:
        row.signed, row.erased_at = hashlib.sha256(bytes(row.signed)).digest(), now
    Message.objects.bulk_update(rows, ["signed", "erased_at"], batch_size=100)
    keys = [row.pk for row in rows]
    Arrival.objects.filter(message__in=keys).exclude(envelope=b"").update(envelope=b"")
    Parcel.objects.filter(message__in=keys).exclude(envelope=b"").update(envelope=b"")
    return len(rows)
