"""A preview is a small plain JPEG of one scan; whatever else a partner calls one is refused without being decoded."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vectors.attachments.make import PICTURE

from lienlac.core.errors import Malformed
from lienlac.core.messages import preview

FRAME = PICTURE.index(b"\xff\xc0")
SCAN = PICTURE.index(b"\xff\xda")


def sized(width: int, height: int) -> bytes:
    sides = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return PICTURE[: FRAME + 5] + sides + PICTURE[FRAME + 9 :]


def with_segment(kind: int, held: bytes) -> bytes:
    made = bytes((0xFF, kind)) + (len(held) + 2).to_bytes(2, "big") + held
    return PICTURE[:FRAME] + made + PICTURE[FRAME:]


@pytest.mark.parametrize("sides", [(1, 1), (320, 320), (16, 320)])
def test_a_small_picture_is_one(sides: tuple[int, int]) -> None:
    preview.check(sized(*sides))
    preview.check(with_segment(0xDD, b"\x00\x04"))  # where its decoder may start anew


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (sized(321, 1), "pixels"),
        (sized(1, 65535), "pixels"),
        (sized(0, 8), "pixels"),
        (with_segment(0xDB, bytes(preview.MOST_BYTES)), "bytes"),
        (with_segment(0xE1, b"Exif\x00\x00II*\x00"), "segment"),
        (with_segment(0xE2, b"ICC_PROFILE\x00"), "segment"),
        (with_segment(0xE0, b"JFXX\x00\x10 a picture within the picture"), "segment"),
        (with_segment(0xFE, b"drawn at Tra Linh"), "segment"),
        (with_segment(0xC0, PICTURE[FRAME + 4 : FRAME + 13]), "segment"),
        (PICTURE[:FRAME] + PICTURE[SCAN:], "segment"),
        (PICTURE.replace(b"\xff\xc0", b"\xff\xc2"), "segment"),
        (PICTURE[:-2] + PICTURE[SCAN:], "scan"),
        (PICTURE + b"PK\x03\x04", "scan"),
        (PICTURE[:-2], "scan"),
        (b"\x89PNG\r\n\x1a\n", "mark"),
        (b"<svg onload=alert(1)>", "mark"),
        (b"", "bytes"),
        (b"\xff\xd8", "segment"),
    ],
)
def test_every_other_picture_is_refused_undecoded(picture: bytes, why: str) -> None:
    with pytest.raises(Malformed, match="preview_unfit") as refusal:
        preview.check(picture)
    assert refusal.value.facts["why"] == why


@settings(max_examples=60)
@given(st.binary(max_size=60).map(lambda tail: PICTURE[:FRAME] + tail) | st.binary(max_size=60))
def test_no_bytes_make_it_stumble(picture: bytes) -> None:
    try:
        preview.check(picture)
    except Malformed as problem:
        assert problem.code == "preview_unfit"  # noqa: PT017 (some bytes are a picture)
