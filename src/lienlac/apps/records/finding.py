"""Find records by name or number: quickly in arrays or by keys, then exactly for the few that are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import NamedTuple

from lienlac.apps.records import exact, heard, held, keyed, numbers
from lienlac.apps.records.models import Identifier, NameKey, Record, RecordName
from lienlac.apps.rows.prepared import Prepared, padded
from lienlac.core import names
from lienlac.core.errors import Malformed
from lienlac.core.names import TIERS, Comparison, Lineup

COMPARED = 300  # writings that are closest
WRITTEN = 120  # names that share most keys of what is written; `heard` adds those that sound alike
EXPLAINED = 60  # writings compared exactly for a page that shows fifty
AGREEING = frozenset(TIERS) - {"different"}
HOPELESS = 0.04  # names that score less are different, whatever an exact comparison adds
UNRANKED = 0.5  # so few that all are compared
NAMES_A_QUERY = 4_096
BY_NUMBER = 2.0  # the score of a number that agrees: before any name


@dataclass(frozen=True, kw_only=True)
class Near:
    """A record near to what was asked: by a name (`comparison`, `name`) or by a number (`number`)."""

    record: Record
    name: RecordName | None = None
    comparison: Comparison | None = None
    number: Identifier | None = None

    @property
    def order(self) -> tuple[int, float, int]:
        """Sort key: numbers first, then the best tier, the best score, the oldest record."""
        if self.comparison is None:
            return (-1, 0.0, self.record.pk)
        return (TIERS.index(self.comparison.tier), -self.comparison.score, self.record.pk)


def near(texts: Iterable[str], folded: Iterable[tuple[str, str]] = (), *, kind: str = "") -> dict[int, Near]:
    """Return record key -> the best agreement of one of the names, or of one of the (family, folded) numbers.

    In force only, of one kind when it is told. What is no name is left aside.
    """
    found: dict[int, Near] = {}
    for hit in (*_by_number(set(folded)), *(hit for text in texts for hit in _by_name(text, kind))):
        before = found.get(hit.record.pk)
        if before is None or hit.order < before.order:
            found[hit.record.pk] = hit
    return found


class Sought(NamedTuple):
    """What is known of a person: names, and (family, folded) numbers.

    So `few` records suffice where the nearest names alone are wanted; None wants all, to put them in another order.
    """

    texts: Iterable[str]
    folded: Iterable[tuple[str, str]]
    few: int | None = None


class Alike(NamedTuple):
    """What orders a record that may agree, for whoever compares exactly by himself: a score, and its birth."""

    score: float
    birth: str


def alike(each: Iterable[Sought]) -> list[dict[int, Alike]]:
    """Return for each person key -> score and birth of the records in force that may agree.

    Who bears the names is asked for all of them at once.
    """
    found = [(one.few, _of_names(one.texts), tuple(_by_number(set(one.folded)))) for one in each]
    bearers = _bearers({key for few, scores, _ in found for key in _nearest(scores, few)})
    return [_enough(few, scores, hits, bearers) for few, scores, hits in found]


def _nearest(scores: dict[int, float], few: int | None) -> Iterable[int]:
    """Return the names that score best, twice as many as suffice, since some went; and all that are their equals."""
    if few is None or len(scores) <= 2 * few:
        return scores
    least = nlargest(2 * few, scores.values())[-1]
    return [key for key, score in scores.items() if score >= least]


def _enough(
    few: int | None, scores: dict[int, float], hits: Sequence[Near], bearers: Bearers
) -> dict[int, Alike]:
    found = _alike(scores, hits, bearers)
    return found if few is None or len(found) >= few else _alike(scores, hits, _bearers(scores))


def _of_names(texts: Iterable[str]) -> dict[int, float]:
    """Return key of a name -> its score beside the nearest of some texts."""
    found: dict[int, float] = {}
    for text in texts:
        for key, score in _scores(text).items():
            found[key] = max(found.get(key, 0.0), score)
    return found


_BEARING = Prepared(
    lambda *names_: RecordName.objects.filter(pk__in=names_, record__withdrawn_at=None).values_list(
        "pk", "record", "record__birth"
    )
)
Bearers = dict[int, tuple[int, str]]
"""Key of a name -> the key of its record, and the birth there."""


def _bearers(names_: Collection[int]) -> Bearers:
    """Return who bears some names, of the records in force."""
    keys = sorted(names_)
    parts = (keys[at : at + NAMES_A_QUERY] for at in range(0, len(keys), NAMES_A_QUERY))
    rows = (row for part in parts for row in _BEARING(*padded(part)))
    return {name: (record, birth) for name, record, birth in rows}


def _alike(scores: dict[int, float], hits: Iterable[Near], bearers: Bearers) -> dict[int, Alike]:
    found = {hit.record.pk: Alike(BY_NUMBER, hit.record.birth) for hit in hits}
    for key, score in scores.items():
        if key not in bearers:
            continue
        record, birth = bearers[key]
        if record not in found or found[record].score < score:
            found[record] = Alike(score, birth)
    return found


def _by_name(text: str, kind: str) -> Iterable[Near]:
    rows = list(RecordName.objects.select_related("record").filter(pk__in=_closest(_scores(text), kind)))
    if not rows:
        return
    asked = names.read(text)
    compared: dict[str, Comparison] = {}  # namesakes are many: each writing is compared once
    for row in rows:
        if row.text not in compared:
            compared[row.text] = names.compare_read(asked, names.read(row.text))
        comparison = compared[row.text]
        if comparison.tier in AGREEING:
            yield Near(record=row.record, name=row, comparison=comparison)


def _closest(scores: dict[int, float], kind: str) -> list[int]:
    """Return the names in force, of one kind when it is told, that are written in the EXPLAINED closest ways."""
    rows = RecordName.objects.filter(pk__in=scores, record__withdrawn_at=None)
    found = list((rows.filter(record__kind=kind) if kind else rows).values_list("pk", "text"))
    found.sort(key=lambda row: (-scores[row[0]], row[0]))
    few = set(list(dict.fromkeys(text for _, text in found))[:EXPLAINED])
    return [key for key, text in found if text in few]


def _scores(text: str) -> dict[int, float]:
    """Return key of a name -> score for those that may agree; those written alike are always there."""
    try:
        alike_ = NameKey.objects.filter(key=exact.exact(text)).values_list("name", flat=True)
        found = held.search(text, COMPARED)
        near_ = _by_keys(text) if found is None else found
    except Malformed:
        return {}
    hopeful = {key: score for key, score in near_.items() if score > HOPELESS}
    return hopeful | dict.fromkeys(alike_[:COMPARED], 1.0)


def _by_keys(text: str) -> dict[int, float]:
    shared = {*keyed.best(exact.written(text), WRITTEN), *heard.near(text)}
    rows = list(RecordName.objects.filter(pk__in=shared).values_list("pk", "text"))
    texts = list(dict.fromkeys(text for _, text in rows))
    if len(texts) <= EXPLAINED:
        return dict.fromkeys((key for key, _ in rows), UNRANKED)
    hits = {hit.name: hit.score for hit in Lineup(texts).compared(text)}
    return {key: hits[written] for key, written in rows if written in hits}


def _by_number(wanted: set[tuple[str, str]]) -> Iterable[Near]:
    folded = [value for _, value in wanted if value]
    rows = Identifier.objects.select_related("record").filter(folded__in=folded, record__withdrawn_at=None)
    for row in rows[:COMPARED]:
        family = numbers.family(row.type)
        if ("", row.folded) in wanted or (family, row.folded) in wanted:
            yield Near(record=row.record, number=row)
