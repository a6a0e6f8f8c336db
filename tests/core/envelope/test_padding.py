"""Sizes are hidden in steps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.envelope import padding
from lienlac.core.errors import Malformed


@given(st.integers(0, 70_000))
def test_what_was_padded_comes_out_and_its_size_is_a_step(size: int) -> None:
    padded = padding.pad(b"\x00" * size)
    assert len(padded) in padding.STEPS
    assert padding.unpad(padded) == b"\x00" * size


def test_a_step_is_full_four_bytes_before_its_end() -> None:
    assert [padding.step_for(size) for size in (0, 1020, 1021, 4092, 4093, 16_381, 65_533)] == [
        1024,
        1024,
        4096,
        4096,
        16_384,
        65_536,
        131_072,
    ]


def test_the_largest_step_holds_a_full_chunk_and_the_longest_message_that_brings_one() -> None:
    assert len(padding.pad(b"x" * padding.MAX_CONTENT_BYTES)) == 1028 * 1024
    assert len(padding.pad(b"x" * (1024 * 1024 - 4))) == 1024 * 1024
    with pytest.raises(Malformed, match="message_too_large"):
        padding.pad(b"x" * (padding.MAX_CONTENT_BYTES + 1))


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\x00\x00",
        padding.pad(b"x")[:-1],
        padding.pad(b"x") + b"\x00",
        padding.pad(b"x")[:-1] + b"\x01",
        padding.pad(b"x").ljust(4096, b"\x00"),
        b"\xff\xff\xff\xff" + padding.pad(b"x")[4:],
    ],
)
def test_nothing_can_be_hidden_in_the_padding(padded: bytes) -> None:
    with pytest.raises(Malformed, match="bad_padding"):
        padding.unpad(padded)
