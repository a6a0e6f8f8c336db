"""Leaves of the house ledger that name officers and things: by salted digests, with what opens them kept beside."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lienlac.apps.audit.actions import HOUSE, record
from lienlac.apps.audit.models import Leaf as LeafRow
from lienlac.apps.audit.models import Opening
from lienlac.core.ledger.leaves import MAX_SUBJECTS, NODE_ACTOR, Fact, Leaf
from lienlac.core.ledger.salting import SALT_BYTES, salted

OFFICER = "officer"


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Somebody or something that a leaf names: `list` says of what kind, `key` which one."""

    list: str
    key: str

    def as_value(self) -> bytes:
        """Return the bytes that are digested."""
        return f"{self.list}:{self.key}".encode()


def officer(username: str) -> Thing:
    """Return an officer as a leaf names him."""
    return Thing(list=OFFICER, key=username)


@transaction.atomic
def note(
    kind: str,
    *,
    actor: Thing | None = None,
    subjects: Iterable[Thing] = (),
    facts: Mapping[str, Fact] | None = None,
    now: datetime,
) -> LeafRow:
    """Write one leaf into the house ledger in the transaction of the deed; without `actor` the node itself did it.

    Each mention gets a salt of its own, so that two leaves do not show that they are about the same person.
    Raises what `core.ledger.leaves` raises for an unknown kind or fact.
    """
    things = [*([actor] if actor else []), *subjects][: MAX_SUBJECTS + 1]
    salts = [secrets.token_bytes(SALT_BYTES) for _ in things]
    digests = [salted(thing.as_value(), salt) for thing, salt in zip(things, salts, strict=True)]
    leaf = Leaf(
        kind=kind,
        at=now,
        actor=digests[0] if actor else NODE_ACTOR,
        subjects=tuple(digests[1:] if actor else digests[:MAX_SUBJECTS]),
        facts=facts or {},
    )
    row = record(HOUSE, leaf.encode(), now=now)
    Opening.objects.bulk_create(
        Opening(
            leaf=row,
            as_actor=actor is not None and number == 0,
            list=thing.list,
            key=thing.key,
            salt=salt,
        )
        for number, (thing, salt) in enumerate(zip(things, salts, strict=True))
    )
    return row


def forget(thing: Thing) -> int:
    """Destroy what opens every mention of a thing; the leaves stand, and nobody can say whom they name."""
    gone, _ = Opening.objects.filter(list=thing.list, key=thing.key).delete()
    return gone
