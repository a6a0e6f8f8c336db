"""Who looked at what: a leaf in the house ledger for each page, search and verdict (SG33), and why it was done.

The ledger room keeps what opens a leaf (`audit.house`). Here stands what a leaf cannot hold: the case, the
purpose, and what was searched for; for one year, for the supervisor and the inspector.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import house
from lienlac.apps.audit.house import Thing
from lienlac.apps.records.models import Look, Record
from lienlac.core.ledger.leaves import MAX_SUBJECTS, Fact

LIST = "record"
KEPT = timedelta(days=365)  # SG23: no-hit log 1 year


def thing(record: Record) -> Thing:
    """Return a record as a leaf names it."""
    return Thing(list=LIST, key=str(record.pk))


def keep(
    officer: User,
    deed: str,
    facts: Mapping[str, Fact],
    *,
    records: Iterable[Record] = (),
    purpose: str = "",
    case_number: str = "",
    asked: str = "",
    persons: int = 1,
    now: datetime,
) -> Look:
    """Write the leaf `deed` with its actor and subjects, and why, in the caller's transaction."""
    leaf = house.note(
        deed,
        actor=house.officer(officer.username),
        subjects=[thing(one) for one in list(records)[:MAX_SUBJECTS]],
        facts=facts,
        now=now,
    )
    return Look.objects.create(
        officer=officer,
        deed=deed,
        at=now,
        purpose=purpose,
        case_number=case_number,
        asked=asked,
        persons=persons,
        leaf=leaf,
        retention_until=(now + KEPT).date(),
    )


def by_node(kind: str, facts: Mapping[str, Fact], *, now: datetime) -> None:
    """Write a leaf for what the node did by itself."""
    house.note(kind, facts=facts, now=now)
