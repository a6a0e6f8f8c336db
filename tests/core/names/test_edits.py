from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA, Levenshtein

from lienlac.core.names.edits import LONGEST, Texts, one_edit_from

_letters = st.text("klmnpstaio", max_size=40).map(str.encode)


def _texts(every: list[bytes]) -> Texts:
    return Texts(np.frombuffer(b"".join(every), dtype=np.uint8), np.array([*map(len, every)], dtype=np.int64))


@settings(max_examples=40, deadline=None)
@given(st.lists(_letters, min_size=1, max_size=12), st.text("klmnpstaio", max_size=LONGEST).map(str.encode))
def test_is_the_edit_distance_of_each(every: list[bytes], asked: bytes) -> None:
    found = _texts(every).alike([asked], np.arange(len(every)))
    assert found == pytest.approx([Levenshtein.normalized_similarity(asked, one) for one in every])


@pytest.mark.parametrize("size", [16, 17, 32, 33, 64])
def test_holds_at_the_edges_of_the_widths(size: int) -> None:
    every = [b"k" * size, b"k" * (size - 1) + b"a", b"", b"ka" * size]
    asked = b"k" * size
    found = _texts(every).alike([asked], np.array([3, 0, 1, 2]))
    wanted = [Levenshtein.normalized_similarity(asked, every[at]) for at in (3, 0, 1, 2)]
    assert found == pytest.approx(wanted)


def test_what_goes_beyond_the_longest_is_left_away() -> None:
    assert _texts([b"k" * LONGEST]).alike([b"k" * LONGEST + b"aa"], np.array([0]))[0] == 1.0


def test_of_several_the_nearest_counts() -> None:
    every = [b"kala", b"mana", b""]
    found = _texts(every).alike([b"kalan", b"man"], np.arange(3))
    assert found == pytest.approx([0.8, 0.75, 0.0])


@settings(max_examples=40, deadline=None)
@given(st.text("abz", min_size=1, max_size=4), st.text("abz", max_size=5))
def test_one_edit_from_a_word_is_all_that_is_one_edit_from_it(word: str, other: str) -> None:
    found = set(one_edit_from(word))
    assert all(OSA.distance(word, one) <= 1 for one in found)
    assert other in found or other == word or OSA.distance(word, other) != 1
