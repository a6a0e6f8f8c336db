"""How common the parts of a name are among the records: counts of syllables, and what chance alone gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lienlac.apps.records.models import RecordName, UnitCount
from lienlac.core import names
from lienlac.core.errors import Malformed
from lienlac.core.names.postings import units
from lienlac.core.names.views import all_views

ROWS_A_QUERY = 1_000
UNSEEN = 0.5  # a syllable that no name here has counts as seen in half a name


def count(added: Iterable[str], *, sign: int = 1) -> None:
    """Add the syllables of some names to the counts (`sign` -1 takes them away again)."""
    counted: Counter[str] = Counter()
    for name in added:
        counted.update({unit for _, group in _positions(name) for unit in group})
    known = dict(
        UnitCount.objects.select_for_update()
        .filter(unit__in=counted)
        .order_by("unit")
        .values_list("unit", "count")
    )
    wanted = sorted(counted) if sign > 0 else sorted(known)
    UnitCount.objects.bulk_create(
        (UnitCount(unit=unit, count=max(known.get(unit, 0) + sign * counted[unit], 0)) for unit in wanted),
        batch_size=ROWS_A_QUERY,
        update_conflicts=True,
        unique_fields=["unit"],
        update_fields=["count"],
    )


def expected_namesakes(name: str, view: str = "") -> float:
    """Return how many names like this one chance alone gives among those of the records.

    As `core.names.Gallery.expected_namesakes`, with the counts in a table: each syllable is taken as
    independent. `view` is the view in which the name was found to agree: what is rare in a view that the
    records do not have says nothing. Without it, or when the name has none such, the view where the name is
    rarest counts. Raises Malformed when it is no name.
    """
    size = RecordName.objects.count()
    if not size:
        return 0.0
    positions = _positions(name)
    kind = KIND_OF_VIEW.get(view, "w" if view else "")
    wanted = [one for one in positions if one[0] == kind] or positions
    return _least(wanted, _seen(wanted), size)


Positions = list[tuple[str, tuple[str, ...]]]
KIND_OF_VIEW = {"hanzi": "h", "vietnamese": "v", "pinyin": "p", "latin": "l", "overseas": "o"}


def _seen(positions: Positions) -> dict[str, int]:
    wanted = {unit for _, group in positions for unit in group}
    return dict(UnitCount.objects.filter(unit__in=wanted).values_list("unit", "count"))


def _least(positions: Positions, seen: dict[str, int], size: int) -> float:
    shares: dict[str, list[float]] = {}
    for kind, group in positions:
        held = sum(seen.get(unit, 0) for unit in group) or UNSEEN
        shares.setdefault(kind, []).append(min(held / size, 1.0))
    return min((names.expected_namesakes(found, size) for found in shares.values()), default=0.0)


def _positions(name: str) -> Positions:
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
