"""The small picture of a file that is there before the file: which bytes may be one.

A node shows it without decoding it, and a browser decodes it on the word of a partner: so it is the plainest JPEG that
there is, and everything else is refused. Nothing that tells of a camera, a place or a program has room in it. Sources
of the marks: ITU-T T.81, annex B; JFIF (ITU-T T.871), section 10.1.
"""

from __future__ import annotations

import re
from typing import Final

from lienlac.core.errors import Malformed

MOST_BYTES: Final = (
    15 * 1024
)  # with the message that brings it, it fills the step of 16 KiB: a second of 128 kbit/s
MOST_SIDE: Final = 320  # pixels

_BEGINS, _FRAME, _SCAN = b"\xff\xd8", 0xC0, 0xDA
_TABLES: Final = frozenset({0xC4, 0xDB, 0xDD})
_JFIF, _JFIF_BYTES = b"JFIF\x00", 14  # with no thumbnail of its own
# One scan, to the end of the file: within it 0xFF stands before 0x00 or a mark to restart, before nothing else.
_ENTROPY: Final = re.compile(rb"[^\xff]*(?:\xff[\x00\xd0-\xd7][^\xff]*)*\xff\xd9", re.DOTALL)


def check(picture: bytes) -> None:
    """Raise Malformed(`preview_unfit`, why=…) unless these bytes are a baseline JPEG of one scan and no metadata.

    At most MOST_BYTES long and MOST_SIDE pixels wide and high; `why`: `bytes`, `mark`, `segment`, `pixels`, `scan`.
    """
    if not 0 < len(picture) <= MOST_BYTES:
        raise _unfit("bytes")
    if not picture.startswith(_BEGINS):
        raise _unfit("mark")
    at, frames = len(_BEGINS), 0
    while True:
        kind, held, at = _segment(picture, at)
        if kind == _SCAN:
            break
        frames += kind == _FRAME
        _check_segment(kind, held)
    if frames != 1:
        raise _unfit("segment")
    if not _ENTROPY.fullmatch(picture, at):
        raise _unfit("scan")


def _segment(picture: bytes, at: int) -> tuple[int, bytes, int]:
    """Return what a segment is, what it holds, and where the next one begins."""
    length = int.from_bytes(picture[at + 2 : at + 4], "big")
    end = at + 2 + length
    if picture[at : at + 1] != b"\xff" or length < 2 or end > len(picture):
        raise _unfit("segment")
    return picture[at + 1], picture[at + 4 : end], end


def _check_segment(kind: int, held: bytes) -> None:
    if kind == _FRAME:
        _check_frame(held)
    elif kind == 0xE0:
        if not held.startswith(_JFIF) or len(held) != _JFIF_BYTES:
            raise _unfit("segment")
    elif kind not in _TABLES:
        raise _unfit("segment")


def _check_frame(held: bytes) -> None:
    """Eight bits a sample, grey or three colours, and no more pixels than a small picture has."""
    if len(held) < 6 or held[0] != 8 or held[5] not in (1, 3) or len(held) != 6 + 3 * held[5]:
        raise _unfit("segment")
    height, width = int.from_bytes(held[1:3], "big"), int.from_bytes(held[3:5], "big")
    if not (0 < height <= MOST_SIDE and 0 < width <= MOST_SIDE):
        raise _unfit("pixels")


def _unfit(why: str) -> Malformed:
    return Malformed("preview_unfit", why=why)
