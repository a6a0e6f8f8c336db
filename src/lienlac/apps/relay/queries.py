"""For whom is carried, is there room, and what lies here for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q, QuerySet, Sum

from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.relay.models import Letter
from lienlac.core.errors import NoRoom, Refused

AT_ONCE, AT_ONCE_BYTES = 16, 1 << 20
"""So many letters are given at once; behind the first one, as many as fit into so many bytes: a line that breaks
between two answers loses no more."""


LONGEST_PAUSE = timedelta(days=1)
"""A letter is put off for no longer. What seems to be due later than that was left before the clock was set back."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """What lies here of one sender for one addressee, or of all for all."""

    letters: int = 0
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class Burden:
    """What lies here in all: since when the oldest, and how many pairs have no room for another letter of 4 MiB."""

    load: Load
    oldest_at: datetime | None
    full: int


def carries() -> bool:
    """Say whether this node is a hub for anybody."""
    return bool(settings.NODE.relay.offices)


def unknown() -> Sequence[str]:
    """Return whom the operator lists though this node does not trust them: nothing is carried for these."""
    trusted = set(directory.partners().values_list("code", flat=True))
    return sorted(set(settings.NODE.relay.offices) - trusted)


def check_carried(node: Node) -> None:
    """Raise Refused('hub_refuses_us') unless the operator lets this node carry for that one."""
    if node.code not in settings.NODE.relay.offices:
        raise Refused("hub_refuses_us")


def addressee(sender: Node, code: str) -> Node:
    """Return the node that a letter is for.

    Refused('hub_lacks_partner') unless it is carried for, trusted here, and another than the sender.
    """
    found = directory.known_partner(code) if code in settings.NODE.relay.offices else None
    if found is None or found.pk == sender.pk:
        raise Refused("hub_lacks_partner")
    return found


def check_room(sender: Node, to: Node, size: int) -> None:
    """Raise NoRoom('hub_full') when a letter of so many bytes would exceed what one sender may leave for one node."""
    said, load = settings.NODE.relay, load_of(sender, to)
    if load.letters >= said.letters or load.size + size > said.size:
        raise NoRoom("hub_full")


def load_of(sender: Node, to: Node) -> Load:
    """Return what lies here of one sender for one addressee."""
    found = Letter.objects.filter(sender=sender, addressee=to).aggregate(
        letters=Count("pk"), size=Sum("size")
    )
    return Load(letters=found["letters"], size=found["size"] or 0)


def numbers_left(sender: Node, to: Node, *, most: int) -> Sequence[int]:
    """Return the numbers of what one sender left for one addressee and lies here still, the oldest first."""
    found = Letter.objects.filter(sender=sender, addressee=to).order_by("number")
    return list(found.values_list("number", flat=True)[:most])


def next_letters(to: Node, *, now: datetime) -> Sequence[Letter]:
    """Return the first letters that are due for a node, in the order in which they came, with their senders."""
    due = _due(now).filter(addressee=to).order_by("left_at", "pk")
    sizes = due.values_list("pk", "size")[:AT_ONCE]
    given, room = list[int](), AT_ONCE_BYTES
    for pk, size in sizes:
        room -= size
        if given and room < 0:
            break
        given.append(pk)
    return list(Letter.objects.filter(pk__in=given).select_related("sender").order_by("left_at", "pk"))


def with_letters(*, now: datetime) -> set[str]:
    """Return the codes of the nodes for which something is due."""
    return set(_due(now).values_list("addressee__code", flat=True).distinct())


def burden() -> Burden:
    """Return what lies here in all; nobody is named."""
    said = settings.NODE.relay
    found = Letter.objects.aggregate(letters=Count("pk"), size=Sum("size"), oldest_at=Min("left_at"))
    pairs = Letter.objects.values("sender", "addressee").annotate(letters=Count("pk"), bytes=Sum("size"))
    full = pairs.filter(Q(letters__gte=said.letters) | Q(bytes__gt=said.size - LARGEST)).count()
    load = Load(letters=found["letters"], size=found["size"] or 0)
    return Burden(load=load, oldest_at=found["oldest_at"], full=full)


LARGEST = (4 << 20) + (8 << 10)
"""Bytes of the largest letter (docs/protocol/transport-relay.md)."""


def _due(now: datetime) -> QuerySet[Letter]:
    """Ask as the addressee stands now: his trust may have ended while his question waits."""
    due = Letter.objects.filter(Q(due_at__lte=now) | Q(due_at__gt=now + LONGEST_PAUSE))
    return due.filter(addressee__standing__in=directory.SPEAKS_WITH_US)
