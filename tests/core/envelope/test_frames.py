"""Parts come out as they went in, and only whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.envelope import frames
from lienlac.core.errors import Malformed

PARTS = st.lists(st.binary(max_size=20), max_size=5)


@given(PARTS)
def test_what_was_packed_comes_out(parts: list[bytes]) -> None:
    raw = frames.pack(*parts)
    assert frames.unpack(raw, count=len(parts), max_bytes=len(raw)) == tuple(parts)


@given(PARTS, st.integers(0, 6))
def test_another_count_is_refused(parts: list[bytes], count: int) -> None:
    raw = frames.pack(*parts)
    if count != len(parts):
        with pytest.raises(Malformed, match=r"frame_(cut|trailing)"):
            frames.unpack(raw, count=count, max_bytes=len(raw))


@given(st.binary(max_size=30), st.integers(0, 3))
def test_bytes_that_are_read_are_the_only_spelling(raw: bytes, count: int) -> None:
    try:
        parts = frames.unpack(raw, count=count, max_bytes=30)
    except Malformed:
        return
    assert frames.pack(*parts) == raw


def test_every_cut_is_refused() -> None:
    raw = frames.pack(b"header", b"", b"body")
    for size in range(len(raw)):
        with pytest.raises(Malformed, match="frame_cut"):
            frames.unpack(raw[:size], count=3, max_bytes=100)


def test_a_length_of_4_gib_takes_no_memory_and_no_bytes_beyond_the_limit() -> None:
    with pytest.raises(Malformed, match="frame_cut"):
        frames.unpack(b"\xff\xff\xff\xff", count=1, max_bytes=100)
    with pytest.raises(Malformed, match="frame_too_large"):
        frames.unpack(frames.pack(b"x" * 97), count=1, max_bytes=100)
