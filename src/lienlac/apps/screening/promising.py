"""Which of the records that may agree are compared exactly: first those that more than the name backs."""

from __future__ import annotations

from lienlac.apps.records import finding
from lienlac.apps.records.models import Record
from lienlac.apps.screening import births
from lienlac.apps.screening.comparing import AGREE, CLOSE
from lienlac.apps.screening.persons import Known
from lienlac.core.calendars import PartialDate


def records(asked: Known, most: int) -> list[Record]:
    """Return at most so many records in force, the most promising first, names and numbers prefetched.

    A number that agrees leads, then a birth that agrees or is close, then the closest names.
    """
    scores = finding.alike(
        [text for text, _ in asked.names], {(family, folded) for family, folded, _ in asked.numbers}
    )
    known = Record.objects.filter(pk__in=scores, withdrawn_at=None).values_list("pk", "birth")
    born = births.read(asked.birth)
    order = {
        key: (scores[key] < finding.BY_NUMBER, not _backed(born, birth), -scores[key], key)
        for key, birth in known
    }
    chosen = sorted(order, key=order.__getitem__)[:most]
    rows = Record.objects.prefetch_related("names", "identifiers").in_bulk(chosen)
    return [rows[key] for key in chosen if key in rows]


def _backed(asked: PartialDate | None, ours: str) -> bool:
    return asked is not None and births.agreement_of(asked, ours).verdict in {AGREE, CLOSE}
