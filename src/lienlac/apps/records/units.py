"""How common the parts of a name are among the records: counts of syllables, and what chance alone gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import F

from lienlac.apps.records.models import RecordName, UnitCount
from lienlac.core import names
from lienlac.core.errors import Malformed
from lienlac.core.names.postings import units
from lienlac.core.names.views import all_views

UNSEEN = 0.5  # a syllable that no name here has counts as seen in half a name


def count(added: Iterable[str], *, sign: int = 1) -> None:
    """Add the syllables of some names to the counts (`sign` -1 takes them away again)."""
    counted: Counter[str] = Counter()
    for name in added:
        counted.update({unit for _, group in _positions(name) for unit in group})
    known = dict(UnitCount.objects.filter(unit__in=counted).values_list("unit", "pk"))
    for by in sorted({counted[unit] for unit in known}):
        same = [known[unit] for unit in known if counted[unit] == by]
        UnitCount.objects.filter(pk__in=same).update(count=F("count") + sign * by)
    if sign > 0:
        UnitCount.objects.bulk_create(
            UnitCount(unit=unit, count=by) for unit, by in sorted(counted.items()) if unit not in known
        )


def expected_namesakes(name: str) -> float:
    """Return how many names like this one chance alone gives among those of the records.

    As `core.names.Gallery.expected_namesakes`, with the counts in a table: in the view where the name is
    rarest, each syllable taken as independent. Raises Malformed when it is no name.
    """
    size = RecordName.objects.count()
    if not size:
        return 0.0
    positions = _positions(name)
    seen = dict(
        UnitCount.objects.filter(unit__in={unit for _, group in positions for unit in group}).values_list(
            "unit", "count"
        )
    )
    shares: dict[str, list[float]] = {}
    for kind, group in positions:
        held = sum(seen.get(unit, 0) for unit in group) or UNSEEN
        shares.setdefault(kind, []).append(min(held / size, 1.0))
    return min((names.expected_namesakes(found, size) for found in shares.values()), default=0.0)


def _positions(name: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return (view, its alternatives) for each syllable of each view of a name, exact accents left aside."""
    try:
        forms = all_views(names.write(name))
    except Malformed:
        return []
    return [
        (kind, tuple(unit for _, unit in group))
        for views in forms[:1]
        for kind, group in units(views, asking=False)
        if all(unit[0] == kind for _, unit in group)
    ]
