"""An agreement covers what it names, on its days, for its parties; nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lienlac.core.policy.agreement import Agreement, Party, Wish, missing, nearest

MEMO = Agreement(
    id="memo",
    parties=(
        Party(country="VN", offices=frozenset({"vn-tra-linh"})),
        Party(country="CN", competent_authorities=frozenset({"cn-beijing"})),
    ),
    kinds=frozenset({"VER_ID", "ARREST"}),
    purposes=frozenset({"INVESTIGATE"}),
    offences=frozenset({"0601", "FRAUD"}),
    valid_from=date(2021, 8, 9),
    valid_to=date(2026, 8, 8),
)
WISH = Wish(
    kind="VER_ID",
    purpose="INVESTIGATE",
    offence="DRUG_TRADE",
    sides=(("VN", "vn-tra-linh"), ("CN", "cn-jingxi")),
    today=date(2024, 1, 1),
)


@pytest.mark.parametrize("day", [date(2021, 8, 9), date(2024, 1, 1), date(2026, 8, 8)])
def test_in_force_from_its_first_day_to_its_last(day: date) -> None:
    assert missing(MEMO, replace(WISH, today=day)) == ()


@pytest.mark.parametrize("day", [date(2021, 8, 8), date(2026, 8, 9)])
def test_not_in_force_the_day_before_and_after(day: date) -> None:
    assert missing(MEMO, replace(WISH, today=day)) == ("in_force",)


def test_without_a_last_day_it_goes_on() -> None:
    assert replace(MEMO, valid_to=None).in_force_on(date(2199, 1, 1))


@pytest.mark.parametrize("offence", ["DRUG_TRADE", "DRUG_POSS", "FRAUD", "06012", "0601"])
def test_offences_are_covered_by_code_or_by_class(offence: str) -> None:
    assert MEMO.covers_offence(offence)


@pytest.mark.parametrize("offence", ["FRAUD_ONLINE", "WILDLIFE", "06", "NO_SUCH", "", None])
def test_offences_it_does_not_name_are_not_covered(offence: str | None) -> None:
    assert not MEMO.covers_offence(offence)


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"kind": "VER_CRIM"}, ("kind",)),
        ({"purpose": None}, ("purpose",)),
        ({"offence": None}, ("offence",)),
        ({"sides": (("VN", "vn-ha-noi"), ("CN", "cn-jingxi"))}, ("party",)),
        ({"sides": (("VN", "vn-tra-linh"), ("LA", "la-vientiane"))}, ("party",)),
        ({"sides": (("VN", "vn-tra-linh"),)}, ("party",)),
        ({"kind": "ARREST"}, ("competent_authority",)),
        ({"kind": "STAT", "purpose": "STATISTICS"}, ("kind", "purpose")),
    ],
)
def test_what_is_lacking_is_named(changes: dict[str, object], lacking: tuple[str, ...]) -> None:
    assert missing(MEMO, replace(WISH, **changes)) == lacking  # type: ignore[arg-type]


def test_formal_kinds_go_to_the_competent_authority() -> None:
    sides = (("VN", "vn-tra-linh"), ("CN", "cn-beijing"))
    assert missing(MEMO, replace(WISH, kind="ARREST", sides=sides)) == ()


def test_the_nearest_lacks_least_and_is_the_latest_of_equals() -> None:
    old = replace(MEMO, id="old", valid_from=date(2001, 1, 1), valid_to=date(2002, 1, 1))
    far = replace(MEMO, id="far", kinds=frozenset(), purposes=frozenset())
    older = replace(old, id="older", valid_from=date(2000, 1, 1))
    found = nearest((far, older, old), WISH)
    assert found is not None
    assert (found[0].id, found[1]) == ("old", ("in_force",))
    assert nearest((), WISH) is None
