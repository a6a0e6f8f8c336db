"""How persons agree: never above weak without a second attribute, never strong against a contradiction."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.apps.screening.comparing import compare
from lienlac.apps.screening.persons import Known
from lienlac.apps.screening.weighing import ORDER, SECOND, weigh

VIEN = Known(names=(("Đàm Khánh Viễn", "vi"),), birth="1987-03-12", sex="male")
NAMES = st.sampled_from(["Đàm Khánh Viễn", "谭庆远", "Dam Khanh Vien", "谭庆元", "韦明霞", "Lò Thị Mai"])
BIRTHS = st.sampled_from(["", "1987", "1987-03-12", "1987-12-03", "1986/1988", "1987~", "1962", "nonsense"])
KNOWN = st.builds(
    Known,
    names=st.lists(st.tuples(NAMES, st.just("")), max_size=2).map(tuple),
    numbers=st.sampled_from([(), (("document", "E1234", "E1234"),), (("document", "X9999", "X9999"),)]),
    birth=BIRTHS,
    sex=st.sampled_from(["", "male", "female", "unknown"]),
    nationality=st.sampled_from(["", "VN", "CN"]),
    birth_place=st.sampled_from(["", "Cao Bằng", "靖西", "Jingxi"]),
)
CHANCE = st.sampled_from([0.0, 0.5, 3.0, 1000.0])


def agreement(asked: Known, ours: Known, *, namesakes: float = 0.01) -> str:
    return weigh(compare(asked, ours), namesakes=namesakes).agreement


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        (Known(names=(("谭庆远", ""),)), "weak"),
        (Known(names=(("谭庆远", ""),), sex="male"), "weak"),  # half of all people are men
        (Known(names=(("谭庆远", ""),), birth="1987"), "moderate"),
        (Known(names=(("谭庆远", ""),), birth="1988-03-11"), "moderate"),
        (Known(names=(("谭庆远", ""),), birth="1987-03-12"), "strong"),
        (Known(names=(("谭庆远", ""),), birth="1962"), "contradicted"),
        (Known(names=(("谭庆远", ""),), birth="1987", sex="female"), "contradicted"),
        (Known(names=(("韦明霞", ""),), birth="1987-03-12", sex="male"), "weak"),
    ],
)
def test_the_table_by_examples(ours: Known, expected: str) -> None:
    assert agreement(VIEN, ours) == expected


def test_a_common_name_with_the_same_birthday_is_not_strong() -> None:
    assert agreement(VIEN, replace(VIEN, names=(("谭庆远", ""),)), namesakes=30) == "moderate"


def test_a_document_outweighs_and_a_contradiction_weighs_against_it() -> None:
    numbers = (("document", "E1234", "E 1234"),)
    asked = replace(VIEN, numbers=numbers)
    assert agreement(asked, replace(VIEN, numbers=numbers)) == "strong"
    assert agreement(asked, replace(VIEN, numbers=numbers, sex="female")) == "moderate"
    assert agreement(asked, Known(names=(("Lò Thị Mai", ""),), numbers=numbers)) == "moderate"


@given(KNOWN, KNOWN, CHANCE)
def test_never_above_weak_without_a_second_attribute(asked: Known, ours: Known, namesakes: float) -> None:
    compared = compare(asked, ours)
    if not any(one.says in {"agree", "close"} and one.name in SECOND for one in compared.attributes):
        assert weigh(compared, namesakes=namesakes).agreement in ("weak", "contradicted")


@given(KNOWN, KNOWN, CHANCE)
def test_never_strong_against_a_contradiction(asked: Known, ours: Known, namesakes: float) -> None:
    weighed = weigh(compare(asked, ours), namesakes=namesakes)
    assert not (weighed.speaks_against and weighed.agreement == "strong")


@given(KNOWN, KNOWN, CHANCE)
def test_it_does_not_matter_who_asks(asked: Known, ours: Known, namesakes: float) -> None:
    assert agreement(asked, ours, namesakes=namesakes) == agreement(ours, asked, namesakes=namesakes)


@given(KNOWN, KNOWN)
def test_more_namesakes_never_make_it_stronger(asked: Known, ours: Known) -> None:
    few, many = (ORDER.index(agreement(asked, ours, namesakes=chance)) for chance in (0.0, 100.0))
    assert few <= many
