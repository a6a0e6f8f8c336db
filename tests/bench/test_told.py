"""What the bench of names says of tiers."""

from __future__ import annotations

from typing import Any, cast

from bench.names import own, told

from lienlac.core.names import TIERS


def test_shares_are_told_for_each_part_and_for_all() -> None:
    found = cast(
        dict[str, Any],
        told.by_part(
            [
                told.Told("real person", True, "likely"),
                told.Told("real person", True, "different"),
                told.Told("place", True, "likely"),
                told.Told("place", False, "possible"),
            ]
        ),
    )
    assert list(found) == ["all", "place", "real person"]
    assert found["real person"]["true"] == {"n": 2, "same": 0, "likely": 0.5, "possible": 0, "different": 0.5}
    assert found["real person"]["near_misses"]["n"] == 0
    assert found["place"]["near_misses"]["possible"] == 1.0
    assert found["all"]["true"]["different"] == 0.3333


def test_most_of_our_own_true_pairs_are_candidates_and_no_other_is_the_same() -> None:
    rows = own.rows_of("latin", "km")[::5]
    found = cast(dict[str, Any], own.told_of(rows, own.tiers_of(rows)))
    assert sum(found["true"][tier] for tier in TIERS[:3]) >= 0.97
    assert found["near_misses"]["same"] == 0
    assert found["near_misses"]["likely"] < 0.1
    assert found["true"]["n"] + found["near_misses"]["n"] == len(rows)
