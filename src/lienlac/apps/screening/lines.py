"""One line of a searched file: the person it tells of, and the records that may be that person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from lienlac.apps.records import columns, numbers
from lienlac.apps.screening import comparing, persons, promising
from lienlac.apps.screening.chances import Chances, chance_of
from lienlac.apps.screening.comparing import Pairs
from lienlac.apps.screening.persons import Known
from lienlac.apps.screening.weighing import ORDER, weigh
from lienlac.core import names
from lienlac.core.errors import Malformed
from lienlac.core.names import TIERS

MOST = 20  # records a line: a human looks at each
ANY_KIND = "wanted"  # a line of a search has no kind of its own


@dataclass(frozen=True, kw_only=True)
class NearLine:
    """The key of a record that may be the person of a line, and how the persons agree."""

    record: int
    agreement: str
    rank: float


def known(fields: Sequence[str], cells: Sequence[str], name_language: str) -> Known:
    """Return what a line tells; Malformed names the `field` whose cell cannot be read."""
    whole = columns.Whole(kind=ANY_KIND, source="file", name_language=name_language)
    made = columns.draft(fields, cells, whole)
    for one in made.names:
        try:
            names.write(one.text)
        except Malformed as error:
            raise Malformed(error.code, field="name") from error
    told = tuple(
        (numbers.family(one.type), folded, one.value)
        for one in made.numbers
        if (folded := numbers.fold(one.value, one.type))
    )
    if not made.names and not told:
        raise Malformed("record_without_name", field="name")
    return Known(
        names=tuple((one.text, one.language) for one in made.names),
        numbers=told,
        birth=made.birth,
        sex=made.sex,
        nationality=made.nationality,
        birth_place=made.birth_place,
    )


def near(asked: Known, *, most: int = MOST) -> list[NearLine]:
    """Return the records that agree by name or number, the closest first; a known contradiction stays in the list.

    Of the `most` most promising ones: `bench/records` says what comparing every record would add.
    """
    return near_each([asked], most=most)[0]


def near_each(asked: Sequence[Known], *, most: int = MOST) -> list[list[NearLine]]:
    """Return for each of several lines what `near` returns for one; the tables are asked for all of them at once."""
    keys = promising.keys_of_each(asked, most)
    ours = persons.recorded_of({*chain.from_iterable(keys)})
    pairs, chances = Pairs(), Chances()
    return [
        _near(one, {key: ours[key] for key in its if key in ours}, pairs, chances)
        for one, its in zip(asked, keys, strict=True)
    ]


def _near(asked: Known, ours: Mapping[int, Known], pairs: Pairs, chances: Chances) -> list[NearLine]:
    found = [near for key, one in ours.items() if (near := _weighed(asked, key, one, pairs, chances))]
    return sorted(found, key=lambda near: (near.rank, near.record))


def _weighed(asked: Known, key: int, ours: Known, pairs: Pairs, chances: Chances) -> NearLine | None:
    compared = comparing.compare(asked, ours, pairs)
    if compared.tier == "different" and compared.says("number") != comparing.AGREE:
        return None
    agreement = weigh(compared, namesakes=0.0).agreement
    if agreement == ORDER[0]:  # namesakes weaken the strongest alone: only then are they reckoned
        agreement = weigh(compared, namesakes=chance_of(compared, chances)).agreement
    score = compared.name.score if compared.name else 0.0
    rank = ORDER.index(agreement) * 10 + TIERS.index(compared.tier) + (1 - score)
    return NearLine(record=key, agreement=agreement, rank=rank)
