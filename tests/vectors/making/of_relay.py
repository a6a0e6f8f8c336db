"""`relay.json`: what an office and its hub say to each other, byte by byte, around made-up letters."""

from __future__ import annotations

from lienlac.core.messages import canonical
from lienlac.peer.relay import wire
from tests.vectors.making.world import A, B, Json

NUMBER = 1_790_000_000_000_000
LETTERS = [
    wire.Lying(sender=A.id, number=NUMBER, read=0, sealed=b"letter 1"),
    wire.Lying(sender=A.id, number=NUMBER + 1, read=NUMBER - 7, sealed=b"letter 2"),
]
FETCH = wire.Fetch(done=((A.id, NUMBER),), later=((A.id, NUMBER + 1, 300),), wait=25)


def vectors() -> Json:
    """Return the content of the file."""
    return {
        wire.ROOM: {"to": B.id, "size": 4242} | _hex(wire.encode_room(to=B.id, size=4242)),
        f"answer_to_{wire.ROOM}": _hex(canonical.encode({})),
        wire.LEAVE: {"read": NUMBER, "letter": b"letter 1".hex()}
        | _hex(wire.encode_leave(b"letter 1", read=NUMBER)),
        f"answer_to_{wire.LEAVE}": {"number": NUMBER} | _hex(wire.encode_number(NUMBER)),
        wire.LEFT: {"to": B.id} | _hex(wire.encode_left(to=B.id)),
        f"answer_to_{wire.LEFT}": {"numbers": [NUMBER, NUMBER + 1]}
        | _hex(wire.encode_numbers([NUMBER, NUMBER + 1])),
        wire.FETCH: {"done": FETCH.done, "later": FETCH.later, "wait": FETCH.wait}
        | _hex(wire.encode_fetch(FETCH)),
        f"answer_to_{wire.FETCH}": {"letters": [_told(one) for one in LETTERS]}
        | _hex(wire.encode_lying(LETTERS)),
        "nothing_to_fetch": {"letters": []} | _hex(wire.encode_lying([])),
    }


def _hex(raw: bytes) -> Json:
    return {"bytes": raw.hex()}


def _told(one: wire.Lying) -> Json:
    return {"from": one.sender, "number": one.number, "read": one.read, "letter": one.sealed.hex()}
