"""The lines to the partners, and what happened on them that somebody must see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lienlac import wording
from lienlac.cli.doctor.finding import Finding, Patient, bad, look, ok
from lienlac.core.errors import Unavailable

if TYPE_CHECKING:
    from lienlac.apps.mailroom.queries import LineState

TOO_LONG = timedelta(hours=24)
GRAVE = frozenset(
    {
        "equivocation",
        "lane_frozen_by_partner",
        "receipt_of_other_bytes",
        "partner_untrusted",
        "ledger_forked",
        "leaf_late",
    }
)


def lines(patient: Patient) -> Iterator[Finding]:
    """How does the line to each partner stand?"""
    from lienlac.apps.mailroom import queries

    states = queries.lines()
    if not states:
        do = "Meet one: lienlac partner card FILE, partner meet FILE, partner trust CODE FINGERPRINT."
        yield look("line", "This node has no trusted partner yet.", do)
    for one in states:
        yield _line(patient, one)


def _line(patient: Patient, one: LineState) -> Finding:
    code, waiting, oldest, through, error = (
        one.partner.code,
        one.waiting,
        one.oldest_at,
        one.last_through_at,
        one.error,
    )
    facts = {"partner": code, "waiting": waiting, "error": error, "last_through_at": _moment(through)}
    last = f"last through at {_moment(through)}" if through else "nothing has come through yet"
    says = f"{code}: {last}, {waiting} waiting" + (f" since {_moment(oldest)}" if oldest else "") + "."
    if not error:
        return ok("line", says, **facts)
    do = wording.error(Unavailable(error, node=code), "en")
    long = oldest is not None and patient.now - oldest > TOO_LONG
    if long:
        do += f" Or carry it: lienlac bundle export {code} FILE."
    return (bad if long else look)("line", f"{says} The line fails ({error}).", do, **facts)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def incidents(patient: Patient) -> Iterator[Finding]:
    """Which incidents has nobody closed?"""
    from lienlac.apps.mailroom import queries

    found = Counter((one.code, one.partner.code) for one in queries.open_incidents())
    if not found:
        yield ok("incidents", "No incident is open.")
    for (code, partner), count in sorted(found.items()):
        says = f"{count} open: {code}, with {partner}."
        do = wording.error(Unavailable(code, node=partner), "en")
        yield (bad if code in GRAVE else look)("incidents", says, do, code=code, partner=partner, count=count)
