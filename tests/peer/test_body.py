"""A body that comes too slowly is none: whoever dawdles holds a place for a known time and no longer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from lienlac.peer.https import body as bodies

LENGTH = 40


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SILENT_S", 0.2)
    monkeypatch.setattr(bodies, "SLOWEST", 400)  # 0.3 s for the whole


def read(pause_s: float) -> bytes:
    """Read a body of which a byte comes after each pause."""
    left = iter(range(LENGTH))

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(pause_s)
        number = next(left)
        return {"type": "http.request", "body": b"x", "more_body": number < LENGTH - 1}

    scope = {"headers": [(b"content-length", str(LENGTH).encode())]}
    return asyncio.run(bodies.whole(scope, receive, LENGTH))


def test_who_never_falls_silent_and_never_ends_is_broken_off() -> None:
    with pytest.raises(bodies.Disconnected):
        read(0.05)  # each pause is allowed; two seconds in all are not


def test_who_falls_silent_is_broken_off() -> None:
    with pytest.raises(bodies.Disconnected):
        read(10.0)


def test_a_line_that_is_merely_slow_is_heard_to_the_end() -> None:
    assert read(0.0) == b"x" * LENGTH
