from __future__ import annotations

import numpy as np
import pytest

from lienlac.core.names.field import turns
from lienlac.core.names.matrices import each_once


@pytest.mark.parametrize("most", [1, 9, 1 << 16, 1 << 20])
def test_each_number_is_found_once_however_great_it_is(most: int) -> None:
    values = np.random.default_rng(1).integers(0, most, 50)
    found, which = each_once(values)
    assert found.tolist() == sorted(set(values.tolist()))
    assert found[which].tolist() == values.tolist()


def test_no_numbers_have_none_of_them() -> None:
    found, which = each_once(np.zeros(0, dtype=np.int64))
    assert len(found) == len(which) == 0


@pytest.mark.parametrize(
    ("words", "orders"),
    [
        ((0,), ["a"]),
        ((0, 0), ["ab"]),
        ((0, 1), ["ba"]),
        ((0, 0, 1), ["cab"]),
        ((0, 1, 1), ["bca"]),
        ((0, 1, 2), ["cab", "bca", "cba"]),
        ((0, 0, 1, 2, 2), ["deabc", "cdeab", "decab"]),
    ],
)
def test_words_are_turned_whole(words: tuple[int, ...], orders: list[str]) -> None:
    beside = (0, 1, 2, 3, 3, 3)  # a longer name in the same rows
    for one in (np.array([words]).T, np.array([[*words, *[-1] * (6 - len(words))], beside]).T):
        counts = (one >= 0).sum(axis=0)
        found = ["".join("abcdef"[at] for at in order[: counts[0], 0]) for order in turns(one, counts)]
        assert found[: len(orders)] == orders
