"""`lane.json`: positions, links, claims, standings, and two walks along the tables of lane.md."""

from __future__ import annotations

from dataclasses import replace

from lienlac.core.envelope import dsse, frames, runs
from lienlac.core.lane import (
    POSITION_TYPE,
    Arrived,
    Claim,
    Content,
    Greeted,
    Heard,
    Incoming,
    Lane,
    LaneClass,
    Mark,
    Outgoing,
    Position,
    Post,
    Standing,
    digest_of,
    link,
    step_incoming,
    step_outgoing,
)
from lienlac.core.lane.actions import Answer, Incident
from lienlac.core.messages import canonical
from tests.vectors.making.of_bytes import refusal
from tests.vectors.making.world import A, B, Json, nodes, signed

LANE = Lane(sender=A.id, receiver=B.id, lane_class=LaneClass.NORMAL)
E1, E2, E3, E4, E5, E6 = (f"{number}" * 32 for number in "123456")


def place(seq: int, *, text: str = "", prev: str = "", epoch: str = E1, follows: str = "") -> Position:
    """Return a position of the envelope made of `text`; its `prev` is right unless another is given."""
    before = link(follows) if seq == 1 else digest_of(f"envelope {seq - 1}".encode())
    digest = digest_of((text or f"envelope {seq}").encode())
    return Position(lane=LANE, epoch=epoch, seq=seq, prev=prev or before, digest=digest)


GOOD = place(2).to_bytes()
BROKEN = [
    GOOD[:-1], GOOD + b" ", GOOD.replace(b'"seq":2', b'"seq":02'), GOOD.replace(b'"seq":2', b'"seq":0'),
    GOOD.replace(b'"seq":2', b'"seq":9007199254740992'), GOOD.replace(b"normal", b"slow"),
    GOOD.replace(b'"to":', b'"to": '), GOOD.replace(A.id.encode(), b"VN"), GOOD.replace(A.id.encode(), b"vn-"),
    GOOD.replace(b'"epoch":"1', b'"epoch":"'), b"{}", b"",
    GOOD.replace(b'"seq"', b'"receipt":false,"seq"'), GOOD.replace(b'"to"', b'"receipt":true,"to"'),
]  # fmt: skip


def vectors() -> Json:
    """Return the content of the file."""
    return {
        "nodes": nodes(),
        "links": [{"epoch": epoch, "link": link(epoch)} for epoch in ("", E1)],
        "positions": [
            _position(one)
            for one in (place(1), place(2), place(1, epoch=E2, follows=E1), replace(place(2), receipt=True))
        ],
        "positions_refused": [
            {"bytes": raw.hex()} | refusal(lambda raw=raw: Position.from_bytes(raw)) for raw in BROKEN
        ],
        "run": _run(),
        "run_refused": [
            {"signed": raw.hex()}
            | refusal(lambda raw=raw: runs.verify(raw, POSITION_TYPE, {A.signing.kid: A.signing.public}.get))
            for raw in _broken_run()
        ],
        "receiver": _receiver(),
        "sender": _sender(),
    }


def _position(one: Position) -> Json:
    raw = one.to_bytes()
    return {"position": canonical.decode(raw), "bytes": raw.hex(), "signed": signed(POSITION_TYPE, raw).hex()}


RUN = [place(seq).to_bytes() for seq in range(1, 6)]
"""Five places that are signed together: the last has a way of one step, the others of three."""


def _run() -> list[Json]:
    signed = runs.sign(POSITION_TYPE, RUN, A.signing)
    return [{"bytes": raw.hex(), "signed": one.hex()} for raw, one in zip(RUN, signed, strict=True)]


def _broken_run() -> list[bytes]:
    """Another place's steps; a side that is none; a side that is the other; too short; too long; of another purpose."""
    first, second = runs.sign(POSITION_TYPE, RUN[:2], A.signing)
    payload, kid, signature = frames.unpack(first, count=3, max_bytes=len(first))
    root, steps = signature[:64], signature[64:]
    other = frames.unpack(second, count=3, max_bytes=len(second))[2]
    alone = A.signing.sign(dsse.pae(POSITION_TYPE, payload))
    wrong = (
        other, root + b"\2" + steps[1:], root + b"\0" + steps[1:], signature[:-1], root + steps * 8, alone + steps
    )  # fmt: skip
    return [frames.pack(payload, kid, one) for one in wrong]


def claim(sent: int, acked: int, text: str = "") -> Claim:
    """Return a claim in E1 of which so much was acknowledged, where the envelope made of `text` stands."""
    digest = digest_of((text or f"envelope {acked}").encode())
    return Claim(epoch=E1, sent=sent, acked=(Mark(epoch=E1, seq=acked, digest=digest),))


# Each step of the receiver's walk: a place that comes, or a claim. In this order, from nothing.
ARRIVALS: tuple[Position | Claim, ...] = (
    place(2),  # of an unknown epoch, not its first: ignored
    place(1),
    place(1),  # again
    place(3),  # a gap
    place(2),
    place(200_000),  # far ahead
    claim(4, 2),
    claim(9, 5),  # says what I forgot
    claim(9, 5),  # again: no second incident
    claim(
        9, 2, text="another"
    ),  # holds for mine an envelope that I never saw there: all up to it may be forgotten
    place(1, epoch=E3, follows=E2),  # follows an epoch that I am not in
    place(1, epoch=E2, follows=E1),  # the sender opened a new one
    place(3),  # of the old one
    place(2, epoch=E2),
    place(1, epoch=E2, follows=E1, text="another"),  # two envelopes for one place
    place(3, epoch=E2),  # frozen: nothing more
)


def _receiver() -> list[Json]:
    state, rows, held = Incoming(lane=LANE), [], dict[tuple[str, int], str]()
    for one in ARRIVALS:
        if isinstance(one, Claim):
            here = tuple(held.get((mark.epoch, mark.seq), "") for mark in one.acked)
            state, actions = step_incoming(state, Greeted(claim=one, held=here))
            row: Json = {"claim": one.to_json()}
        else:
            known = held.get((one.epoch, one.seq), "")
            before = state.seq, state.epoch
            state, actions = step_incoming(state, Arrived(position=one, content=Content.NEW, held=known))
            if (state.seq, state.epoch) != before:
                held[one.epoch, one.seq] = one.digest
            row = {"position": canonical.decode(one.to_bytes())}
        rows.append(row | _told(actions))
    return rows


def _told(actions: tuple[object, ...]) -> Json:
    answers = [one.standing.to_json() for one in actions if isinstance(one, Answer)]
    return {
        "answer": answers[-1],
        "incidents": [one.code for one in actions if isinstance(one, Incident)],
    }


def standing(seq: int, epoch: str = E1, text: str = "", **more: object) -> Json:
    """Return a standing at the envelope made of `text`."""
    digest = digest_of((text or f"envelope {seq}").encode())
    here = {"epoch": epoch, "seq": seq, "digest": digest, "condition": "open"}
    return here | {"expected": 0, "answers": "", "lost": []} | more


def lost(before: str) -> Json:
    """Return a loss of place 2 in E1, before which the envelope made of a text stands."""
    return {"epoch": E1, "first": 2, "last": 2, "before": digest_of(before.encode())}


NOTHING = standing(0, epoch="", condition="empty", digest=link(""), answers=E1)
# Each step of the sender's walk: an envelope to post, or a standing that comes. In this order; epochs drawn: E1 …
HEARD: tuple[str | Json, ...] = (
    "envelope 1",
    "envelope 2",
    "envelope 3",
    NOTHING,  # waiting: it can begin
    standing(1),
    standing(3, answers=E2),  # about an epoch that is not mine: stale
    standing(1, expected=2),  # a gap: from 2 again
    standing(2),
    standing(1, answers=E1, lost=[lost("envelope 1")]),  # it was restored: a new epoch, E2
    standing(1, answers=E2),  # it is in the epoch that mine follows: waiting
    standing(1, answers=E2, lost=[lost("envelope 1")]),  # reported already: waiting
    standing(
        1, answers=E2, lost=[lost("another")]
    ),  # holds what I never put there: lost from 1 on, a new epoch, E3
    standing(1, answers=E3, lost=[lost("a third")]),  # the same places: waiting
    standing(9, epoch=E3),  # holds what I never sent: I was restored, E4
    standing(1, epoch=E6, answers=E4),  # is in an epoch that I do not know: the same, E5
    standing(0, epoch=E6, condition="frozen", answers=E5),
    standing(0, epoch=E6, condition="frozen", answers=E5),
)


def _sender() -> list[Json]:
    drawn = iter((E2, E3, E4, E5, E6))
    fresh, state, rows, outbox = next(drawn), Outgoing(lane=LANE, epoch=E1), [], dict[int, str]()
    for one in HEARD:
        if isinstance(one, str):
            digest = digest_of(one.encode())
            state, actions = step_outgoing(state, Post(message="", digest=digest))
            outbox[state.sent] = digest
            row: Json = {"post": one.encode().hex()}
        else:
            heard = Standing.from_json(one)
            before = state.epoch
            given = frozenset(_left()) & {one.before for one in heard.lost}
            event = Heard(standing=heard, mine=outbox.get(heard.seq, ""), fresh=fresh, given=given)
            state, actions = step_outgoing(state, event)
            row = {"standing": one}
            if state.epoch != before:
                fresh, outbox = next(drawn), {}
                for digest in _left():
                    state, _ = step_outgoing(state, Post(message="", digest=digest))
                    outbox[state.sent] = digest
        incidents = [done.code for done in actions if isinstance(done, Incident)]
        rows.append(row | {"claim": state.claim().to_json(), "incidents": incidents})
    return rows


def _left() -> list[str]:
    """Return the digests of an outbox without receipts: every envelope that was posted."""
    return [digest_of(one.encode()) for one in HEARD if isinstance(one, str)]
