"""Who looked at whom: a leaf for each page that showed a full record, and the inspector's questions about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import Prefetch, QuerySet

from lienlac.apps.audit import house
from lienlac.apps.audit.house import Thing
from lienlac.apps.audit.models import Leaf as LeafRow
from lienlac.apps.audit.models import Opening
from lienlac.core.ledger import leaves
from lienlac.core.ledger.leaves import Fact
from lienlac.core.ledger.salting import salted


class HasUsername(Protocol):
    """An officer's account, whatever room it lives in."""

    username: str


@dataclass(frozen=True, kw_only=True)
class Look:
    """One leaf, opened. `number` grows with time.

    `officer` is a user name, "" when the node itself did it or the opening was erased.
    `holds`: every opening gives the very digest that stands in the leaf.
    """

    number: int
    at: datetime
    kind: str
    officer: str
    subjects: tuple[Thing, ...]
    facts: Mapping[str, Fact]
    holds: bool


def read(
    officer: HasUsername, of: str, subjects: Sequence[str], purpose: str = "", *, now: datetime
) -> LeafRow:
    """Note that ONE page showed these things of a list to an officer (SG33); call it once a page.

    `of` is the code of a list (`enquiry`, `record` …), `subjects` are keys in it, `purpose` a code of `purposes` or "".
    """
    facts: dict[str, Fact] = {"list": of, "count": len(subjects)}
    if purpose:
        facts["purpose"] = purpose
    return house.note(
        "record_read",
        actor=house.officer(officer.username),
        subjects=[Thing(list=of, key=key) for key in subjects],
        facts=facts,
        now=now,
    )


def looks_at(thing: Thing, *, limit: int, before: int | None = None) -> list[Look]:
    """Return the leaves that were about a thing, the newest first; `before` is the number of a look."""
    return _looks(Opening.objects.filter(list=thing.list, key=thing.key, as_actor=False), limit, before)


def looks_of(username: str, *, limit: int, before: int | None = None) -> list[Look]:
    """Return what an officer did, the newest first."""
    mine = Opening.objects.filter(list=house.OFFICER, key=username, as_actor=True)
    return _looks(mine, limit, before)


def _looks(mentions: QuerySet[Opening], limit: int, before: int | None) -> list[Look]:
    rows = LeafRow.objects.filter(pk__in=mentions.values("leaf")).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    opened = Prefetch("openings", Opening.objects.order_by("pk"))
    return [_opened(row) for row in rows.prefetch_related(opened)[:limit]]


def _opened(row: LeafRow) -> Look:
    leaf = leaves.decode(bytes(row.body))
    openings = list(row.openings.all())
    said = {leaf.actor, *leaf.subjects}
    return Look(
        number=row.pk,
        at=leaf.at,
        kind=leaf.kind,
        officer=next((one.key for one in openings if one.as_actor), ""),
        subjects=tuple(_thing(one) for one in openings if not one.as_actor),
        facts=leaf.facts,
        holds=all(salted(_thing(one).as_value(), bytes(one.salt)) in said for one in openings),
    )


def _thing(opening: Opening) -> Thing:
    return Thing(list=opening.list, key=opening.key)
