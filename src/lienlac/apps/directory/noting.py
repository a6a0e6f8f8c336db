"""What the house ledger keeps of the directory: who changed what of whom, in codes."""

from __future__ import annotations

from datetime import datetime

from lienlac.apps.audit import house
from lienlac.apps.directory.models import Node, RootsTaken, StateRoot

Fact = str | int


def _note(kind: str, facts: dict[str, Fact], by: str, now: datetime) -> None:
    house.note(kind, actor=house.officer(by) if by else None, facts=facts, now=now)


def partner(node: Node, code: str, *, by: str, now: datetime) -> None:
    """Note what became of a node: introduced, trusted, paused …; without `by` this node itself did it."""
    _note("partner_changed", {"node": node.code, "code": code}, by, now)


def key(node: Node, kid: str, *, by: str, now: datetime) -> None:
    """Note that a key of a node came or went."""
    _note("key_changed", {"node": node.code, "kid": kid[:32]}, by, now)


def root(one: StateRoot, code: str, *, by: str, now: datetime) -> None:
    """Note what became of the root of a state."""
    _note("root_changed", {"code": code, "kid": one.kid, "list": one.country}, by, now)


def directory(one: StateRoot, *, by: str, now: datetime) -> None:
    """Note which directory of a state was read."""
    _note("directory_read", {"code": one.country, "size": one.number, "signed": one.digest}, by, now)


def roots_list(one: RootsTaken, *, by: str, now: datetime) -> None:
    """Note which list of the states' roots was taken."""
    _note("directory_read", {"code": "roots", "size": one.number, "signed": one.digest}, by, now)
