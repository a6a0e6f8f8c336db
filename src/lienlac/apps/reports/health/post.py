"""The lines to the partners, and what happened on them that somebody must see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from lienlac.apps.reports.health.finding import Finding, Level, Patient, bad, look, ok
from lienlac.core.errors import Unavailable

if TYPE_CHECKING:
    from lienlac.apps.mailroom.queries import LineState

GRAVE = frozenset(
    {
        "equivocation",
        "lane_frozen_by_partner",
        "receipt_of_other_bytes",
        "partner_untrusted",
        "ledger_forked",
        "leaf_late",
        "unread_full",
        "outbox_old",
        "letters_unanswered",
    }
)


def lines(patient: Patient) -> Iterator[Finding]:
    """How does the line to each partner stand?"""
    from lienlac.apps.directory import queries as directory
    from lienlac.apps.mailroom import patience, queries

    states, late = queries.lines(), patience.overdue_by_partner(now=patient.now)
    if not states:
        revoked = directory.at_rest().exists()
        yield (
            look("line", "line_revoked", "meet_partner")
            if revoked
            else look("line", "line_none", "meet_partner")
        )
    for one in states:
        yield _line(one, late.get(one.partner.pk))


def _line(one: LineState, late_since: datetime | None) -> Finding:
    facts = {
        "partner": one.partner.code,
        "waiting": one.waiting,
        "error": one.error,
        "last_through_at": _moment(one.last_through_at),
        "oldest_at": _moment(one.oldest_at),
    }
    if not one.error and late_since:
        return bad("line", "line_waits", "ring_or_carry", since=_moment(late_since), **facts)
    if not one.error:
        return ok("line", "line", **facts)
    return Finding(
        check="line",
        level=Level.BAD if late_since else Level.LOOK,
        says="line_fails",
        do="carry_it" if late_since else "",
        facts=facts,
        problem=Unavailable(one.error, node=one.partner.code),
    )


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def carried(_patient: Patient) -> Iterator[Finding]:
    """What lies here for others, where this node is a hub for them?"""
    from lienlac.apps.relay import queries

    if not queries.carries():
        return
    found = queries.burden()
    facts = {
        "letters": found.load.letters,
        "bytes": found.load.size,
        "oldest_at": _moment(found.oldest_at) or "–",
    }
    if found.full:
        yield look("relay", "carried_full", "ring_addressees", full=found.full, **facts)
    else:
        yield ok("relay", "carried", **facts)
    if unknown := queries.unknown():
        yield look("relay", "carried_unknown", "meet_offices", offices=", ".join(unknown))


def incidents(_patient: Patient) -> Iterator[Finding]:
    """Which incidents has nobody closed?"""
    from lienlac.apps.mailroom import queries

    found = Counter((one.code, one.partner.code) for one in queries.open_incidents())
    if not found:
        yield ok("incidents", "incidents_none")
    for (code, partner), count in sorted(found.items()):
        facts = {"code": code, "partner": partner, "count": count}  # its sentence says itself what to do
        yield (bad if code in GRAVE else look)("incidents", "incident_open", "close_incident", **facts)


def unread(patient: Patient) -> Iterator[Finding]:
    """What came that this node is too old to understand?"""
    from lienlac.apps.mailroom import queries
    from lienlac.apps.mailroom.actions import keeping

    found = queries.unread_by_partner()
    if not found:
        yield ok("unread", "unread_none")
    for partner, (count, oldest_at) in sorted(found.items()):
        yield look(
            "unread",
            "unread",
            "upgrade_to_read",
            partner=partner,
            count=count,
            oldest_at=_moment(oldest_at),
            days=keeping.UNREAD_FOR.days,
            home=str(patient.home.path),
        )
