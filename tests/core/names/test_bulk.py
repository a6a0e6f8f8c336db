from __future__ import annotations

import pytest

from lienlac.core.errors import Malformed
from lienlac.core.names import Gallery, Wanted, candidates, compare, merged

NAMES = [
    "王小明",
    "张风毅",
    "谭庆远",
    "Đàm Khánh Viễn",
    "Tan Qingyuan",
    "ສີສະຫວາດ",
    "Nguyễn Văn Hùng",
    "张凤仪",
]
WANTED = Wanted(limit=4, least="possible")


@pytest.mark.parametrize(
    "asked", ["Đàm Khánh Viễn", "谭庆远", "Truong Phong Nghi", "Sisavat", "Hung Nguyen Van"]
)
@pytest.mark.parametrize("parts", [2, 3, 8])
def test_the_parts_of_a_list_give_what_the_whole_gives(asked: str, parts: int) -> None:
    whole = candidates(Gallery(NAMES), asked, WANTED)
    step = -(-len(NAMES) // parts)
    found = [
        candidates(Gallery(NAMES[at : at + step]), asked, WANTED, first=at, size=len(NAMES))
        for at in range(0, len(NAMES), step)
    ]
    told = [(one.at, one.name, one.tier, one.cost, one.reasons) for one in merged(found, WANTED)]
    assert told == [(one.at, one.name, one.tier, one.cost, one.reasons) for one in whole]


def test_only_names_that_agree_well_enough_are_candidates() -> None:
    least = Wanted(limit=8, least="likely")
    assert {one.tier for one in candidates(Gallery(NAMES), "Đàm Khánh Viễn", least)} == {"same", "likely"}


def test_what_is_no_name_is_refused() -> None:
    with pytest.raises(Malformed):
        candidates(Gallery(NAMES), "12345", WANTED)


@pytest.mark.parametrize("least", ["same", "likely", "possible"])
@pytest.mark.parametrize("asked", NAMES)
def test_what_is_not_explained_was_in_no_tier_that_is_wanted(asked: str, least: str) -> None:
    wanted, gallery = Wanted(limit=10, least=least), Gallery(NAMES)
    every = {hit.at for hit in gallery.search(asked, 10) if compare(asked, hit.name).tier in wanted.tiers}
    assert {one.at for one in candidates(gallery, asked, wanted)} == every
