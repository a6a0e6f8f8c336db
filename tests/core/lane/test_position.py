from __future__ import annotations

import json
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from tests.core.lane.builders import E1, LANE, digest

from lienlac.core.errors import Malformed, Unauthentic
from lienlac.core.lane import GENESIS, Lane, LaneClass, Position, digest_of, link
from lienlac.core.lane.position import MAX_SEQ

HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
NODES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
POSITIONS = st.builds(
    Position,
    lane=st.builds(Lane, sender=NODES, receiver=NODES, lane_class=st.sampled_from(LaneClass)),
    epoch=st.text("0123456789abcdef", min_size=32, max_size=32),
    seq=st.integers(1, MAX_SEQ),
    prev=HEX,
    digest=HEX,
    receipt=st.booleans(),
)
SAMPLE = Position(lane=LANE, epoch=E1, seq=7, prev=GENESIS, digest=digest("x"))
MARKED = replace(SAMPLE, receipt=True)


@given(POSITIONS)
def test_what_was_written_is_read(position: Position) -> None:
    assert Position.from_bytes(position.to_bytes()) == position


@given(POSITIONS)
def test_the_bytes_are_canonical_json(position: Position) -> None:
    raw = position.to_bytes()
    assert rfc8785.dumps(json.loads(raw)) == raw


def test_every_changed_byte_is_refused_or_is_another_position() -> None:
    raw = SAMPLE.to_bytes()
    assert b"receipt" not in raw
    for at in range(len(raw)):
        for other in (raw[at] ^ 1, raw[at] ^ 0x80, 0x20, 0x22):
            changed = raw[:at] + bytes([other]) + raw[at + 1 :]
            read = _read(changed)
            assert (read == SAMPLE) == (changed == raw)
            assert read is None or read.to_bytes() == changed


@pytest.mark.parametrize(
    "said", [b'"receipt":false,', b'"receipt":1,', b'"receipt":"true",', b'"receipt":true,' * 2]
)
def test_the_mark_of_a_receipt_has_one_spelling(said: bytes) -> None:
    raw = MARKED.to_bytes()
    assert raw.count(b'"receipt":true,') == 1
    with pytest.raises(Malformed):
        Position.from_bytes(raw.replace(b'"receipt":true,', said))


def _read(raw: bytes) -> Position | None:
    try:
        return Position.from_bytes(raw)
    except Malformed:
        return None


def test_every_cut_is_refused() -> None:
    raw = SAMPLE.to_bytes()
    for length in range(len(raw)):
        with pytest.raises(Malformed):
            Position.from_bytes(raw[:length])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":7', b'"seq":0'),
        (b'"seq":7', b'"seq":-7'),
        (b'"seq":7', b'"seq":07'),
        (b'"seq":7', b'"seq":7.0'),
        (b'"seq":7', b'"seq":9007199254740992'),
        (b'"seq":7', b'"seq":' + b"9" * 5000),
        (b'"seq":7', b'"seq":7,"seq":8'),
        (b'"urgent"', b'"secret"'),
        (b'"urgent"', b'"URGENT"'),
        (b"cn-jingxi", b"cn_jingxi"),
        (b"cn-jingxi", b"-cn-jingxi"),
        (b"cn-jingxi", b"c" * 65),
        (b"cn-jingxi", b""),
        (E1.encode(), E1[1:].encode()),
        (b"}", b"}\n"),
        (b"}", b',"x":1}'),
        (b":", b": "),
    ],
)
def test_another_shape_is_refused(old: bytes, new: bytes) -> None:
    with pytest.raises(Malformed):
        Position.from_bytes(SAMPLE.to_bytes().replace(old, new, 1 if old != b"}" else -1))


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    with pytest.raises(Malformed):
        Position.from_bytes(raw)


def test_an_envelope_cannot_be_swapped() -> None:
    Position(lane=LANE, epoch=E1, seq=1, prev=GENESIS, digest=digest_of(b"sealed")).check_envelope(b"sealed")
    with pytest.raises(Unauthentic, match="envelope_not_at_position"):
        SAMPLE.check_envelope(b"another")


def test_an_epoch_is_bound_to_the_one_before() -> None:
    assert link("") == GENESIS
    assert len({link(""), link(E1), link("2" * 32)}) == 3
    # byte vector for other implementations: SHA-256 of "lienlac/lane/1 follows " + 32 times "1"
    assert link(E1) == "4dc52254e570ccc560143da0696e129d0ca64be04ee2bba268d63983bc1014d4"


def test_the_reverse_of_the_reverse_is_the_lane() -> None:
    assert LANE.reverse().sender == LANE.receiver
    assert LANE.reverse().reverse() == LANE
