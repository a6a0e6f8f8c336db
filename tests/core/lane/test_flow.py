from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.errors import NoRoom
from lienlac.core.lane import WINDOWS, LaneClass, Load, Quota, Window, check_room, how_many, silent_after

SIZES = st.lists(st.integers(1, 1000), max_size=30)


@given(SIZES, st.integers(1, 10), st.integers(1, 3000))
def test_the_window_is_never_exceeded_but_by_one_parcel_alone(
    sizes: list[int], parcels: int, size: int
) -> None:
    count = how_many(Window(parcels=parcels, size=size), Load(), sizes)
    assert count <= parcels
    assert sum(sizes[:count]) <= size or count == 1
    if count < min(len(sizes), parcels):
        assert sum(sizes[: count + 1]) > size  # nothing that fits is left behind


@given(SIZES)
def test_a_full_window_lets_nothing_go(sizes: list[int]) -> None:
    assert how_many(Window(parcels=3, size=10**6), Load(parcels=3, size=3), sizes) == 0


def test_a_parcel_larger_than_the_window_goes_alone() -> None:
    window = Window(parcels=9, size=100)
    assert how_many(window, Load(), [5000, 1]) == 1
    assert how_many(window, Load(parcels=1, size=1), [5000, 1]) == 0


def test_every_class_has_a_window() -> None:
    assert set(WINDOWS) == set(LaneClass)


def test_a_full_outbox_says_so_before_anything_is_written() -> None:
    quota = Quota(parcels=2, size=100)
    check_room(quota, Load(parcels=1, size=50), 50)
    for waiting, size in ((Load(parcels=2, size=0), 1), (Load(parcels=0, size=60), 41)):
        with pytest.raises(NoRoom, match="outbox_full"):
            check_room(quota, waiting, size)


@pytest.mark.parametrize(
    ("usual_s", "silent_s"), [(None, 86_400), (0.2, 900), (90, 900), (600, 6000), (50_000, 86_400)]
)
def test_a_carrier_is_doubted_after_ten_times_the_usual_and_never_later_than_people_have_patience(
    usual_s: float | None, silent_s: float
) -> None:
    usual = None if usual_s is None else timedelta(seconds=usual_s)
    assert silent_after(usual, timedelta(days=1)) == timedelta(seconds=silent_s)
