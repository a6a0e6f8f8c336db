"""Which of the records that may agree are compared exactly: first those that more than the name backs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lienlac.apps.records import finding
from lienlac.apps.records.finding import Alike, Sought
from lienlac.apps.records.models import Record
from lienlac.apps.screening import births
from lienlac.apps.screening.comparing import AGREE, CLOSE
from lienlac.apps.screening.persons import Known
from lienlac.core.calendars import PartialDate


def records(asked: Known, most: int) -> list[Record]:
    """Return at most so many records in force, the most promising first, names and numbers prefetched."""
    (keys,) = keys_of_each([asked], most)
    rows = Record.objects.prefetch_related("names", "identifiers").in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def keys_of_each(asked: Sequence[Known], most: int) -> list[list[int]]:
    """Return for each person the keys of at most so many records in force, the most promising first.

    A number that agrees leads, then a birth that agrees or is close, then the closest names.
    """
    each = finding.alike([_sought(one, most) for one in asked])
    return [_chosen(one, alike, most) for one, alike in zip(asked, each, strict=True)]


def _sought(asked: Known, most: int) -> Sought:
    texts = [text for text, _ in asked.names]
    folded = [(family, folded) for family, folded, _ in asked.numbers]
    return Sought(texts, folded, None if births.read(asked.birth) else most)


def _chosen(asked: Known, alike: Mapping[int, Alike], most: int) -> list[int]:
    born = births.read(asked.birth)
    order = {
        key: (one.score < finding.BY_NUMBER, not _backed(born, one.birth), -one.score, key)
        for key, one in alike.items()
    }
    return sorted(order, key=order.__getitem__)[:most]


def _backed(asked: PartialDate | None, ours: str) -> bool:
    return asked is not None and births.agreement_of(asked, ours).verdict in {AGREE, CLOSE}
