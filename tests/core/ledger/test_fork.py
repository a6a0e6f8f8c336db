"""A file of two histories is of one node, and of two words of one kind."""

from __future__ import annotations

import json

import pytest
from tests.verifier import exchange_sample as sample

from lienlac.core.envelope import dsse
from lienlac.core.errors import Malformed
from lienlac.core.lane.position import POSITION_TYPE
from lienlac.core.ledger import fork
from lienlac.core.ledger.fork import Side

LEAVES = [one for one, _ in sample.deeds()]


def of_lane(letter: str, key=sample.KEY) -> Side:
    place = sample.position("parcel_sent", 3, letter=letter)
    return Side.from_position(dsse.sign(POSITION_TYPE, place.to_bytes(), key))


def test_two_words_of_one_node_are_three_lines() -> None:
    raw = fork.write(of_lane("a"), of_lane("b"), keys=sample.KEYS[:1], by=sample.PARTNER, at=sample.START)
    header, *words = [json.loads(line) for line in raw.splitlines()]
    assert (header["of"], header["by"], [one["t"] for one in words]) == (
        sample.NODE,
        sample.PARTNER,
        ["position", "position"],
    )


def test_a_head_and_a_place_make_no_fork() -> None:
    head = Side.from_note(sample.head(LEAVES, 9).encode())
    with pytest.raises(Malformed, match="fork_sides"):
        fork.write(head, of_lane("a"), keys=(), by=sample.PARTNER, at=sample.START)


def test_words_of_two_nodes_make_no_fork() -> None:
    theirs = sample.position("parcel_stored", 3)
    other = Side.from_position(dsse.sign(POSITION_TYPE, theirs.to_bytes(), sample.PARTNER_KEY))
    with pytest.raises(Malformed, match="fork_sides"):
        fork.write(of_lane("a"), other, keys=(), by=sample.PARTNER, at=sample.START)


@pytest.mark.parametrize("raw", [b"", b"no note", b"\x00\x00\x00\x01a"])
def test_bytes_of_nobody_are_no_side(raw: bytes) -> None:
    for take in (Side.from_note, Side.from_position):
        with pytest.raises(Malformed):
            take(raw)
