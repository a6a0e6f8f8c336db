"""Leave a letter, take letters out, put them off, and let go of what nobody came for. Nothing of it is written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q

from lienlac.apps.directory.models import Node
from lienlac.apps.relay import queries
from lienlac.apps.relay.models import Letter


@dataclass(frozen=True, kw_only=True)
class Place:
    """A letter in the mailbox of its addressee: who left it, and its number of that pair."""

    sender: str
    number: int


@transaction.atomic
def leave(sender: Node, raw: bytes, *, to: Node, read: int, now: datetime) -> int:
    """Keep a letter for its addressee; return its number. Who calls has checked that both are carried for.

    Raises NoRoom('hub_full'). One who leaves many at once waits for himself, so that the bound holds.
    """
    Node.objects.select_for_update(no_key=True).get(pk=sender.pk)
    queries.check_room(sender, to, len(raw))
    last = Letter.objects.filter(sender=sender, addressee=to).aggregate(last=Max("number"))["last"] or 0
    number = max(int(now.timestamp() * 1_000_000), last + 1)
    Letter.objects.create(
        sender=sender,
        addressee=to,
        number=number,
        read=read,
        sealed=raw,
        size=len(raw),
        left_at=now,
        due_at=now,
    )
    return number


@transaction.atomic
def settle(
    addressee: Node, *, done: Iterable[Place], later: Iterable[tuple[Place, timedelta]], now: datetime
) -> None:
    """Erase what its addressee has taken in, and give what he asked for later no sooner. None else changes."""
    mine = Letter.objects.filter(addressee=addressee)
    for one in done:
        mine.filter(sender__code=one.sender, number=one.number).delete()
    for one, after in later:
        mine.filter(sender__code=one.sender, number=one.number).update(due_at=now + after)


@transaction.atomic
def erase_old(*, now: datetime) -> int:
    """Erase letters for which nobody came in time; return how many. What they carried waits where it came from.

    So it is with what was left before the clock was set back: else it would take its place until then.
    """
    old = Q(left_at__lt=now - timedelta(days=settings.NODE.relay.days))
    count, _ = Letter.objects.filter(old | Q(left_at__gt=now + queries.LONGEST_PAUSE)).delete()
    return count
