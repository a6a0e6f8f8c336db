"""Keep the pairs that agree as candidates; weigh anew those that are open; let no refuted pair come back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lienlac.apps.records import looks
from lienlac.apps.records.models import Record
from lienlac.apps.screening import comparing, persons
from lienlac.apps.screening.chances import Chances, chance_of
from lienlac.apps.screening.models import Candidate, Refuted, Subject
from lienlac.apps.screening.persons import Known
from lienlac.apps.screening.queries import OPEN
from lienlac.apps.screening.weighing import ORDER, weigh
from lienlac.core.journeys.candidate import CANDIDATE
from lienlac.core.names import TIERS

DROPPED = "dropped"
REWEIGHED = ["state", "agreement", "rank", "namesakes", "found_at", "changed_at"]
MOST = 50  # candidates of one subject: a human looks at each


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A subject, what it tells, and a record (names and numbers prefetched) that may be the same."""

    subject: Subject
    asked: Known
    record: Record


@dataclass(frozen=True, kw_only=True)
class _Found:
    pair: Pair
    agreement: str
    rank: float
    namesakes: float

    @property
    def key(self) -> tuple[int, int]:
        return self.pair.subject.pk, self.pair.record.pk


def keep(pairs: Sequence[Pair], now: datetime) -> int:
    """Keep what agrees, at most MOST a subject; return how many candidates are new."""
    beside, chances = comparing.Pairs(), Chances()
    weighed = [(pair, _weighed(pair, beside, chances)) for pair in pairs]
    _drop_unjudged([pair for pair, one in weighed if one is None], now)
    found = _closest(one for _, one in weighed if one is not None)
    known = _known(found)
    refuted = set(_refuted(found))
    again = [one for one in found if one.key in known and known[one.key].state in (*OPEN, DROPPED)]
    fresh = [
        one
        for one in found
        if one.key not in known and (one.pair.subject.digest, one.pair.record.pk) not in refuted
    ]
    _weigh_anew([(known[one.key], one) for one in again], now)
    Candidate.objects.bulk_create(_candidate(one, now) for one in fresh)
    if fresh:
        looks.by_node("candidate_shown", {"count": len(fresh)}, now=now)
    return len(fresh)


def _weighed(pair: Pair, beside: comparing.Pairs, chances: Chances) -> _Found | None:
    compared = comparing.compare(pair.asked, persons.recorded(pair.record), beside)
    if compared.tier == "different" and compared.says("number") != comparing.AGREE:
        return None
    chance = chance_of(compared, chances)
    agreement = weigh(compared, namesakes=chance).agreement
    score = compared.name.score if compared.name else 0.0
    rank = ORDER.index(agreement) * 10 + TIERS.index(compared.tier) + (1 - score)
    return _Found(pair=pair, agreement=agreement, rank=rank, namesakes=chance)


def _drop_unjudged(pairs: Sequence[Pair], now: datetime) -> None:
    """Drop what nobody has judged and what agrees no more: the question, or the record, was put right."""
    subjects, records = {one.subject.pk for one in pairs}, {one.record.pk for one in pairs}
    over = {(one.subject.pk, one.record.pk) for one in pairs}
    rows = Candidate.objects.filter(subject__in=subjects, record__in=records, state__in=OPEN, verdicts=None)
    keys = [row.pk for row in rows if (row.subject_id, row.record_id) in over]
    Candidate.objects.filter(pk__in=keys).update(state=DROPPED, changed_at=now)


def _closest(found: Iterable[_Found]) -> list[_Found]:
    taken: dict[int, int] = {}
    kept = []
    for one in sorted(found, key=lambda each: each.rank):
        subject = one.pair.subject.pk
        taken[subject] = taken.get(subject, 0) + 1
        if taken[subject] <= MOST:
            kept.append(one)
    return kept


def _known(found: Sequence[_Found]) -> dict[tuple[int, int], Candidate]:
    subjects, records = {one.key[0] for one in found}, {one.key[1] for one in found}
    rows = Candidate.objects.filter(subject__in=subjects, record__in=records)
    return {(row.subject_id, row.record_id): row for row in rows}


def _refuted(found: Sequence[_Found]) -> Iterable[tuple[str, int]]:
    records = {one.key[1] for one in found}
    return Refuted.objects.filter(record__in=records).values_list("digest", "record")


def _weigh_anew(pairs: Sequence[tuple[Candidate, _Found]], now: datetime) -> None:
    for row, one in pairs:
        row.agreement, row.rank, row.namesakes, row.changed_at = one.agreement, one.rank, one.namesakes, now
        if row.state == DROPPED:
            row.state, row.found_at = CANDIDATE.step(row.state, "find_again").to, now
    rows = [row for row, _ in pairs]
    Candidate.objects.bulk_update(rows, REWEIGHED, batch_size=200)


def _candidate(one: _Found, now: datetime) -> Candidate:
    return Candidate(
        subject=one.pair.subject,
        record=one.pair.record,
        agreement=one.agreement,
        rank=one.rank,
        namesakes=one.namesakes,
        found_at=now,
        changed_at=now,
    )
