"""The stand-alone program says whether one node signed two histories, and is not talked into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from lienlac.core.envelope import dsse, frames, runs
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.lane.position import POSITION_TYPE
from lienlac.core.ledger import fork
from lienlac.core.ledger.fork import Side
from tests.verifier import exchange_sample as sample
from tests.verifier.verifying import verifier

DEEDS = sample.deeds()
LEAVES = [one for one, _ in DEEDS]
REWRITTEN = [*LEAVES[:4], replace(LEAVES[4], at=sample.START), *LEAVES[5:]]
FINGERPRINT = sample.KEY.public.fingerprint


def head(leaves: list, size: int, key: SigningKey = sample.KEY) -> Side:
    return Side.from_note(sample.head(leaves, size, key=key).encode())


def place(seq: int, letter: str, key: SigningKey = sample.KEY) -> Side:
    signed = dsse.sign(POSITION_TYPE, sample.position("parcel_sent", seq, letter=letter).to_bytes(), key)
    return Side.from_position(signed)


def place_of_a_run(seq: int, letter: str, key: SigningKey = sample.KEY) -> Side:
    places = [sample.position("parcel_sent", at, letter=letter).to_bytes() for at in range(seq, seq + 5)]
    return Side.from_position(runs.sign(POSITION_TYPE, places, key)[0])


def written(first: Side, second: Side, keys=sample.KEYS[:1]) -> bytes:
    return fork.write(first, second, keys=keys, by=sample.PARTNER, at=sample.START)


def codes(raw: bytes, **how: object) -> list[str]:
    report, _ = verifier.verify(raw, **how)
    return [one.code for one in report.faults]


FORKS: dict[str, Callable[[], bytes]] = {
    "ledger": lambda: written(head(LEAVES, 9), head(REWRITTEN, 9)),
    "lane": lambda: written(place(3, "a"), place(3, "b")),
}


@pytest.mark.parametrize("which", FORKS)
def test_two_histories_under_one_key_are_proven(which: str) -> None:
    report, keys = verifier.verify(FORKS[which](), pins=[FINGERPRINT])
    assert report.exit_code == 0
    assert "signed two histories" in report.verified[0]
    assert [key.node for key in keys] == [sample.NODE]


@pytest.mark.parametrize("which", FORKS)
def test_without_a_fingerprint_the_reader_is_told_that_the_key_may_be_invented(which: str) -> None:
    report, _ = verifier.verify(FORKS[which]())
    assert any("may have invented" in note for note in report.notes)


@pytest.mark.parametrize("which", FORKS)
def test_under_an_invented_key_nothing_is_proven(which: str) -> None:
    invented = (replace(sample.KEYS[0], public=sample.STRANGER.public.public_bytes),)
    made = {
        "ledger": written(head(LEAVES, 9, sample.STRANGER), head(REWRITTEN, 9, sample.STRANGER), invented),
        "lane": written(place(3, "a", sample.STRANGER), place(3, "b", sample.STRANGER), invented),
    }
    report, keys = verifier.verify(made[which], pins=[FINGERPRINT])
    assert (report.exit_code, report.verified, keys) == (1, [], [])


THEFT = sample.START - timedelta(days=3)


@pytest.mark.parametrize("which", FORKS)
@pytest.mark.parametrize("until_size", [None, 4])
def test_a_thief_with_a_key_that_has_ended_does_not_accuse_its_owner(
    which: str, until_size: int | None
) -> None:
    ended = (replace(sample.KEYS[0], until=THEFT, until_size=until_size),)
    sides = {
        "ledger": (head(LEAVES, 9), head(REWRITTEN, 9)),
        "lane": (place(3, "a"), place(3, "b")),
    }[which]
    report, _ = verifier.verify(written(*sides, ended), pins=[FINGERPRINT])
    (said,), (note,) = report.verified, report.notes
    assert said.startswith(f"whoever had a key of {sample.NODE} that has ended signed two histories")
    assert "ended on 2026-11-18T20:00:00Z" in note
    assert "nothing here dates" in note
    assert ("somebody else may have it" in note) is (until_size is not None)


def test_a_head_that_a_key_in_force_signed_too_counts_against_its_owner() -> None:
    ended = replace(sample.KEYS[0], until=THEFT)
    twice = (replace(ended, public=sample.STRANGER.public.public_bytes), sample.KEYS[0])
    strange = [sample.head(one, 9, key=sample.STRANGER) for one in (LEAVES, REWRITTEN)]
    ours = [sample.head(one, 9) for one in (LEAVES, REWRITTEN)]
    both = [
        Side.from_note(one.plus(*two.signatures).encode()) for one, two in zip(strange, ours, strict=True)
    ]
    report, _ = verifier.verify(written(*both, twice))
    assert report.verified[0].startswith(f"{sample.NODE} signed two histories")


def test_a_key_that_will_end_has_not_ended() -> None:
    ending = replace(sample.KEYS[0], until=sample.START + timedelta(days=3))
    report, _ = verifier.verify(written(place(3, "a"), place(3, "b"), (ending,)), pins=[FINGERPRINT])
    assert report.verified[0].startswith(f"{sample.NODE} signed two histories")


def test_two_histories_are_proven_by_places_that_were_signed_with_others() -> None:
    raw = written(place_of_a_run(3, "a"), place_of_a_run(3, "b"))
    report, _ = verifier.verify(raw, pins=[FINGERPRINT])
    assert (report.exit_code, len(report.verified)) == (0, 1)
    stranger = written(place(3, "a"), place_of_a_run(3, "b", sample.STRANGER))
    assert codes(stranger) == ["statement_signature"]


def test_a_place_that_was_never_signed_is_not_shown_with_the_steps_of_one_that_was() -> None:
    signed = runs.sign(
        POSITION_TYPE, [sample.position("parcel_sent", at).to_bytes() for at in range(3, 8)], sample.KEY
    )
    _, kid, signature = frames.unpack(signed[0], count=3, max_bytes=4096)
    invented = frames.pack(sample.position("parcel_sent", 3, letter="b").to_bytes(), kid, signature)
    assert codes(written(place(3, "a"), Side.from_position(invented))) == ["statement_signature"]


def test_half_of_it_invented_is_named() -> None:
    assert codes(written(head(LEAVES, 9), head(REWRITTEN, 9, sample.STRANGER))) == ["checkpoint_unsigned"]
    assert codes(written(place(3, "a"), place(3, "b", sample.STRANGER))) == ["statement_signature"]


def test_the_same_word_twice_is_no_fork() -> None:
    assert codes(written(head(LEAVES, 9), head(LEAVES, 9))) == ["fork_same"]
    assert codes(written(place(3, "a"), place(3, "a"))) == ["fork_same"]


def test_two_places_of_one_lane_are_no_fork() -> None:
    assert codes(written(place(3, "a"), place(4, "a"))) == ["fork_unrelated"]


def test_heads_of_two_sizes_may_fit_and_are_not_judged() -> None:
    report, _ = verifier.verify(written(head(LEAVES, 9), head(REWRITTEN, 12)))
    assert report.exit_code == 2
    assert "consistency proof from 9 to 12" in report.unexamined[0]


@pytest.mark.parametrize("which", FORKS)
def test_each_changed_byte_is_noticed(which: str) -> None:
    raw = FORKS[which]()
    for at in range(0, len(raw), 7):
        altered = bytearray(raw)
        altered[at] ^= 1
        report, _ = verifier.verify(bytes(altered), pins=[FINGERPRINT])
        assert report.exit_code != 0, at


def test_lines_that_are_missing_or_more_are_named() -> None:
    lines = FORKS["lane"]().splitlines(keepends=True)
    for some in (lines[:2], [*lines, lines[2]], [lines[0], lines[2], lines[1]]):
        assert codes(b"".join(some)) in (["fork_lines"], ["record"])


def test_a_newer_form_is_not_guessed_at() -> None:
    raw = FORKS["lane"]().splitlines()[0].replace(b'"v":1', b'"v":2')
    body = raw.rpartition(b',"sum"')[0]
    import hashlib

    first = body + b',"sum":"' + hashlib.sha256(body).hexdigest().encode() + b'"}\n'
    report, _ = verifier.verify(first + b"".join(FORKS["lane"]().splitlines(keepends=True)[1:]))
    assert report.exit_code == 2
