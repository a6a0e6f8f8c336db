"""What a monitor draws: counts and ages of the node as a whole, in the text format that Prometheus reads.

Nobody and nothing is named: no partner, no officer, no enquiry. Whoever sees the curves sees how much, and how old.
The format: https://prometheus.io/docs/instrumenting/exposition_formats (text-based).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from lienlac.apps.reports.health import checks
from lienlac.apps.reports.health.finding import Finding, Level, Patient
from lienlac.apps.reports.health.house import noted_backup

LEVELS = {level: number for number, level in enumerate(Level)}
GAUGE, COUNTER = "gauge", "counter"
PREFIX = "lienlac_"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One line: a name without the prefix, what it means, its value, and a label where there are several."""

    name: str
    means: str
    value: float
    label: tuple[str, str] | None = None
    kind: str = GAUGE


def samples(patient: Patient) -> list[Sample]:
    """Measure; what a check found comes as 0 (ok), 1 (look) or 2 (bad), the worst of each check."""
    return [
        *_program(patient),
        *_health(patient),
        *_post(patient.now),
        *_carried(patient.now),
        *_ledgers(patient.now),
        *_disk(patient),
    ]


def text(found: Iterable[Sample]) -> str:
    """Return the samples as Prometheus reads them; those of one name stand together."""
    lines = list[str]()
    for name, same in groupby(found, key=lambda one: one.name):
        for number, one in enumerate(same):
            if number == 0:
                lines += [f"# HELP {PREFIX}{name} {one.means}", f"# TYPE {PREFIX}{name} {one.kind}"]
            label = f'{{{one.label[0]}="{one.label[1]}"}}' if one.label else ""
            lines.append(f"{PREFIX}{name}{label} {one.value:.15g}")
    return "\n".join(lines) + "\n"


def write(file: Path, content: str) -> None:
    """Put the text in the place of the last one, at once; readable by others, as its collector is another user."""
    fresh = file.with_name(f".{file.name}.fresh")
    fresh.write_text(content, encoding="ascii")
    fresh.chmod(0o644)
    fresh.replace(file)


def _program(patient: Patient) -> Iterator[Sample]:
    yield Sample(name="build_info", means="Version.", value=1, label=("version", version("lienlac")))
    yield Sample(
        name="measured_at_seconds", means="When this was written, Unix time.", value=patient.now.timestamp()
    )


def _health(patient: Patient) -> Iterator[Sample]:
    found = checks.examine(patient, checks.FOR_MONITORS)
    for name in sorted({one.check for one in found}):
        yield Sample(
            name="check",
            means="What lienlac doctor would say of these checks: 0 ok, 1 worth a look, 2 bad.",
            value=_level(one for one in found if one.check == name),
            label=("check", name),
        )


def _level(found: Iterable[Finding]) -> int:
    return max(LEVELS[one.level] for one in found)


def _post(now: datetime) -> Iterator[Sample]:
    from lienlac.apps.directory import queries as directory
    from lienlac.apps.mailroom import overview, patience

    yield Sample(name="partners", means="Partners that we speak with.", value=directory.partners().count())
    yield Sample(name="lines_failing", means="Lines that do not go through.", value=overview.failing_lines())
    found = list(overview.waiting())
    yield from (
        Sample(
            name="parcels_waiting",
            means="Parcels that wait to be handed over.",
            value=one.number,
            label=("class", lane_class),
        )
        for lane_class, one in found
    )
    yield from (
        Sample(
            name="parcels_waiting_oldest_seconds",
            means="Age of the oldest of them.",
            value=_seconds(now, one.oldest_at),
            label=("class", lane_class),
        )
        for lane_class, one in found
    )
    yield Sample(
        name="outboxes_old",
        means="Partners for whom something has waited longer than it may.",
        value=len(patience.overdue_by_partner(now=now)),
    )
    yield Sample(
        name="not_understood", means="Messages kept for a newer version.", value=overview.unread_number()
    )
    yield Sample(
        name="receipts_owed",
        means="Arrivals whose receipt is not signed yet.",
        value=overview.receipts_owed(),
    )
    yield Sample(
        name="incidents_open", means="Incidents that nobody has closed.", value=overview.incidents_open()
    )
    yield Sample(
        name="parcels_sent_total",
        means="Places given in outgoing lanes since they began.",
        value=overview.sent_total(),
        kind=COUNTER,
    )


def _carried(now: datetime) -> Iterator[Sample]:
    from lienlac.apps.relay import queries

    found = queries.burden()
    yield Sample(
        name="relay_letters", means="Letters of others that lie here, as a hub.", value=found.load.letters
    )
    yield Sample(name="relay_bytes", means="Their bytes.", value=found.load.size)
    yield Sample(
        name="relay_oldest_seconds", means="Age of the oldest.", value=_seconds(now, found.oldest_at)
    )
    yield Sample(
        name="relay_pairs_full",
        means="Pairs that have no room for another large letter.",
        value=found.full,
    )


def _ledgers(now: datetime) -> Iterator[Sample]:
    from lienlac.apps.audit import queries

    yield Sample(name="ledger_leaves", means="Entries of all ledgers in use.", value=queries.leaves_placed())
    since = queries.waiting_since()
    yield Sample(
        name="leaf_waits_seconds",
        means="Age of the oldest entry without a place.",
        value=_seconds(now, since),
    )


def _disk(patient: Patient) -> Iterator[Sample]:
    stat = os.statvfs(patient.home.path)
    yield Sample(
        name="disk_free_bytes", means="Room for the node's user.", value=stat.f_bavail * stat.f_frsize
    )
    if not patient.home.database and patient.home.sqlite.exists():
        yield Sample(
            name="database_bytes", means="Size of the database.", value=patient.home.sqlite.stat().st_size
        )
        yield Sample(
            name="backup_age_seconds",
            means="Age of the last backup; -1: none is noted.",
            value=_backup_age(patient),
        )


def _backup_age(patient: Patient) -> float:
    try:
        at = noted_backup(patient.home)
    except (ValueError, KeyError, TypeError):  # `doctor` says so; here it is as good as none
        at = None
    return _seconds(patient.now, at) if at else -1


def _seconds(now: datetime, since: datetime | None) -> float:
    return max(now - since, timedelta(0)).total_seconds() if since else 0.0
