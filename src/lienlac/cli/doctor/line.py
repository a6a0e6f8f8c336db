"""What only somebody who asked for it wants to wait for: each partner is rung, and the line to him measured."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from lienlac.apps.reports.health.finding import Finding, Level, Patient, ok
from lienlac.core.errors import LienlacError

RINGS = 5


def speeds(_patient: Patient) -> Iterator[Finding]:
    """How long does a question to each partner take, over a new connection and over a kept one? Nothing is told."""
    from lienlac.apps.directory import queries
    from lienlac.peer.https.client import HttpsLine

    for partner in queries.partners().exclude(endpoint=""):
        facts = {"partner": partner.code}
        try:
            line = HttpsLine.to(partner)
            first, *others = (round(1000 * one, 1) for one in line.round_trips_s(RINGS))
            line.close()
        except LienlacError as problem:
            yield Finding(
                check="line_speed",
                level=Level.LOOK,
                says="line_rings_in_vain",
                facts=facts,
                problem=problem,
            )
        else:
            yield ok("line_speed", "line_measured", **facts, first_ms=first, each_ms=median(others))
