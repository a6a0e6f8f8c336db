"""The desk a matter lands on and the office that is proposed, by the tables and for a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core import codes
from lienlac.core.competence import Candidate, Desk, Matter, competences, desk_for, propose

DRUGS = Desk(code="drugs", competences=frozenset({"drugs"}))
WANTED = Desk(code="wanted", competences=frozenset({"wanted"}))
REST = Desk(code="duty")
MISSING_ONLY = Desk(code="missing", kinds=frozenset({"LOCATE_MISSING"}))
DRUG_CASE = Matter(kind="VER_ID", offence="DRUG_TRADE")

desks = st.lists(
    st.builds(
        Desk,
        code=st.sampled_from("abcdef"),
        competences=st.frozensets(st.sampled_from(list(codes.load("competences"))), max_size=3),
        kinds=st.frozensets(st.sampled_from(["VER_ID", "LOCATE"]), max_size=1),
        areas=st.frozensets(st.sampled_from(["百色", "Cao Bằng"]), max_size=1),
    ),
    max_size=5,
)
matters = st.builds(
    Matter,
    kind=st.sampled_from(["VER_ID", "LOCATE", "LOCATE_MISSING", "NEWER_KIND"]),
    offence=st.sampled_from([*codes.load("offences"), "", "NEWER_OFFENCE"]),
    area=st.sampled_from(["", "cao bằng"]),
)


@pytest.mark.parametrize(
    ("kind", "offence", "first"),
    [
        ("VER_ID", "DRUG_TRADE", "drugs"),
        ("VER_ID", "FRAUD_ONLINE", "fraud"),
        ("VER_ID", "ML", "money"),
        ("LOCATE", "DRUG_TRADE", "wanted"),
        ("LOCATE_MISSING", "THB", "missing"),
        ("VER_ID", "WILDLIFE", "wildlife_forest"),
    ],
)
def test_a_matter_calls_for_its_competence(kind: str, offence: str, first: str) -> None:
    assert competences(kind, offence)[0] == first


def test_a_matter_that_no_table_names_calls_for_none() -> None:
    assert competences("VER_ID", "GAMBLE_ONLINE") == ()
    assert competences("NEWER_KIND", "NEWER_OFFENCE") == ()


@pytest.mark.parametrize(
    ("matter", "desk"),
    [
        (DRUG_CASE, DRUGS),
        (Matter(kind="LOCATE", offence="DRUG_TRADE"), WANTED),
        (Matter(kind="LOCATE_MISSING"), MISSING_ONLY),
        (Matter(kind="VER_ID", offence="ROBBERY"), REST),
        (Matter(kind="MEET"), REST),
    ],
)
def test_a_matter_lands_on_the_closest_desk(matter: Matter, desk: Desk) -> None:
    assert desk_for((REST, MISSING_ONLY, DRUGS, WANTED), matter) == desk


def test_a_matter_that_no_desk_takes_lands_on_none() -> None:
    assert desk_for((DRUGS, WANTED), Matter(kind="VER_ID", offence="ROBBERY")) is None
    assert desk_for((), DRUG_CASE) is None


def test_the_desk_of_the_area_is_closer() -> None:
    here = Desk(code="here", competences=frozenset({"drugs"}), areas=frozenset({"百色"}))
    assert desk_for((DRUGS, here), Matter(kind="VER_ID", offence="DRUG_TRADE", area="百色")) == here
    assert desk_for((DRUGS, here), Matter(kind="VER_ID", offence="DRUG_TRADE", area="河口")) == DRUGS


TWIN = Candidate(office="twin", twin=True, desks=())
OTHER = Candidate(office="other", twin=False, desks=(DRUGS,))
BORDER_TWIN = Candidate(office="twin", twin=True, desks=(Desk(code="b", competences=frozenset({"border"})),))


@pytest.mark.parametrize(
    ("candidates", "office", "because"),
    [
        ((OTHER, TWIN), "twin", "twin"),
        ((OTHER, BORDER_TWIN), "other", "competent"),
        ((BORDER_TWIN,), "twin", "twin"),
        ((OTHER, Candidate(office="twin", twin=True, desks=(DRUGS,))), "twin", "twin_and_competent"),
        ((Candidate(office="far", twin=False, desks=()),), "far", "first"),
    ],
)
def test_the_twin_is_proposed_unless_another_is_competent_instead(
    candidates: tuple[Candidate, ...], office: str, because: str
) -> None:
    found = propose(candidates, DRUG_CASE)
    assert found is not None
    assert (found.office, found.because) == (office, because)


def test_nobody_is_proposed_when_nobody_can_be_reached() -> None:
    assert propose((), DRUG_CASE) is None


@given(desks, matters)
def test_the_order_of_desks_does_not_decide_between_unequal_ones(many: list[Desk], matter: Matter) -> None:
    one, other = desk_for(many, matter), desk_for(many[::-1], matter)
    assert (one is None) == (other is None)


@given(desks)
def test_a_desk_comes_back_from_the_card(many: list[Desk]) -> None:
    assert all(
        Desk.from_json(one.as_json()) == Desk(**{**vars(one), "names": dict(one.names or {})}) for one in many
    )
