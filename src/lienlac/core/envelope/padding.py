"""Padding: whoever sees an envelope pass learns a step, not a size.

Layout: the length of the content as four bytes, big-endian; the content; zeros up to the step.
"""

from __future__ import annotations

from itertools import chain

from lienlac.core.errors import Malformed

KIB = 1024
# An enquiry fits 1 or 4 KiB, so that on a weak line nobody pays much; above, steps of 64 KiB up to 1 MiB,
# the most that a message has (longer things are attachments), and one for a full chunk of a file with its message.
STEPS = tuple(KIB * step for step in chain((1, 4, 16), range(64, 1024 + 1, 64), (1028,)))
LENGTH_BYTES = 4
MAX_CONTENT_BYTES = STEPS[-1] - LENGTH_BYTES


def step_for(size: int) -> int:
    """Return the padded size of a content of `size` bytes; Malformed(`message_too_large`) above the last."""
    for step in STEPS:
        if size + LENGTH_BYTES <= step:
            return step
    raise Malformed("message_too_large", size=size, limit=MAX_CONTENT_BYTES)


def pad(content: bytes) -> bytes:
    """Return the padded content."""
    step = step_for(len(content))
    return (len(content).to_bytes(LENGTH_BYTES, "big") + content).ljust(step, b"\x00")


def unpad(padded: bytes) -> bytes:
    """Return the content; raise Malformed(`bad_padding`) when `pad` would not have made these bytes."""
    size = int.from_bytes(padded[:LENGTH_BYTES], "big")
    content = padded[LENGTH_BYTES : LENGTH_BYTES + size]
    if size > MAX_CONTENT_BYTES or pad(content) != padded:
        raise Malformed("bad_padding")
    return content
