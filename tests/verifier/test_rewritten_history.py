"""A node that rewrites its own ledger, keys and all, is found by whoever kept an old checkpoint or has a parcel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lienlac.core.envelope import frames, runs
from lienlac.core.ledger.export import Statement
from tests.verifier import exchange_sample as sample
from tests.verifier.verifying import (
    DEEDS,
    FIRST_LEAF,
    FIRST_STATEMENT,
    LEAVES,
    PART,
    WHOLE,
    codes,
    examined,
    joined,
    keep,
)


def test_an_old_checkpoint_shows_that_history_was_rewritten(tmp_path: Path) -> None:
    kept = keep(tmp_path, sample.head(LEAVES, 6))
    rewritten = sample.deeds()
    other = sample.position("parcel_stored", 1, letter="another envelope")
    rewritten[2] = sample.parcel(2, "parcel_stored", other, sample.PARTNER_KEY)
    after = sample.position("parcel_stored", 2, prev=other.digest)
    rewritten[6] = sample.parcel(6, "parcel_stored", after, sample.PARTNER_KEY)
    raw = joined(sample.export(rewritten))
    assert examined(raw).exit_code == 0  # alone, it looks well
    assert codes(raw, kept=[kept]) == {(4, "history_rewritten")}
    for size in (9, 14):  # sizes whose heads are in the file
        assert codes(raw, kept=[keep(tmp_path, sample.head(LEAVES, size))]) == {(4, "history_rewritten")}
    assert codes(raw, kept=[keep(tmp_path, sample.head(LEAVES, 2))]) == set()  # before the rewriting


def test_an_old_checkpoint_shows_that_history_was_cut(tmp_path: Path) -> None:
    kept = keep(tmp_path, sample.head(LEAVES, 14))
    raw = joined(sample.export(sample.deeds(12), sizes=(5, 12)))
    assert examined(raw).exit_code == 0
    assert codes(raw, kept=[kept]) == {(3, "history_cut")}


def test_every_old_checkpoint_is_found_to_be_a_beginning(tmp_path: Path) -> None:
    for size in range(15):
        report = examined(joined(WHOLE), kept=[keep(tmp_path, sample.head(LEAVES, size))])
        assert (report.exit_code, report.unexamined) == (0, [])


def test_a_partial_export_answers_for_an_old_checkpoint_with_a_proof(tmp_path: Path) -> None:
    for size in (6, 9, 14):
        assert examined(joined(PART), kept=[keep(tmp_path, sample.head(LEAVES, size))]).exit_code == 0
    other = [LEAVES[1], LEAVES[0], *LEAVES[2:]]
    assert codes(joined(PART), kept=[keep(tmp_path, sample.head(other, 6))]) == {(3, "history_rewritten")}
    report = examined(joined(PART), kept=[keep(tmp_path, sample.head(LEAVES, 7))])
    assert (report.exit_code, report.faults) == (2, [])
    assert "ask for one with the consistency proof from 7" in report.unexamined[0]


def test_a_checkpoint_that_cannot_be_compared_is_no_proof(tmp_path: Path) -> None:
    foreign = sample.head(LEAVES, 6, key=sample.STRANGER)
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"nothing")
    for kept in (keep(tmp_path, foreign), damaged, tmp_path / "absent"):
        report = examined(joined(WHOLE), kept=[kept])
        assert (report.exit_code, report.faults, len(report.unexamined)) == (2, [], 1)


def test_two_signed_histories_in_one_file_are_named() -> None:
    other = [LEAVES[1], LEAVES[0], *LEAVES[2:]]
    for size, line in ((5, 3), (9, 4)):
        heads = [sample.head(LEAVES, 5), sample.head(LEAVES, 9), sample.head(LEAVES, 14)]
        heads[{5: 0, 9: 1}[size]] = sample.head(other, size)
        faults = codes(joined(sample.export(DEEDS, checkpoints=heads)))
        assert {number for number, _ in faults} <= {line - 1, line, line + 1}
        assert "forked" in {code for _, code in faults}


def with_parcel(index: int, place: sample.Position) -> list[sample.Deed]:
    made = sample.deeds()
    made[index] = sample.parcel(index, "parcel_sent", place, sample.KEY)
    return made


def test_a_position_used_for_two_parcels_is_named() -> None:
    made = with_parcel(4, sample.position("parcel_sent", 1, letter="a second first parcel"))
    assert codes(joined(sample.export(made))) == {(FIRST_LEAF + 4, "position_twice")}


def test_a_position_that_left_no_entry_is_told() -> None:
    report = examined(joined(sample.export(with_parcel(12, sample.position("parcel_sent", 7)))))
    assert report.exit_code == 0
    told = f"parcel_sent, lane normal, epoch {sample.EPOCH}: positions that left no entry: 3"
    assert told in report.notes


def test_a_position_that_does_not_follow_the_one_before_is_named() -> None:
    made = with_parcel(4, sample.position("parcel_sent", 2, prev=sample.digest("something else")))
    assert codes(joined(sample.export(made))) == {(FIRST_STATEMENT + 4, "position_chain")}


@pytest.mark.parametrize(
    "place",
    [
        sample.position("parcel_sent", 9),
        sample.position("parcel_sent", 1, letter="another envelope"),
        sample.position("parcel_stored", 1),
        replace(sample.position("parcel_sent", 1), epoch="0" * 32),
        replace(sample.position("parcel_sent", 1), lane=sample.position("parcel_stored", 1).lane),
    ],
)
def test_a_signed_position_that_says_something_else_than_its_leaf_is_named(place: sample.Position) -> None:
    made = sample.deeds()
    statement = sample.signed(0, sample.POSITION_TYPE, place.to_bytes(), sample.KEY)
    facts = {name: value for name, value in made[0][0].facts.items() if name != "signed"}
    made[0] = sample.leaf(0, "parcel_sent", facts, statement), statement
    assert (FIRST_STATEMENT, "statement_differs") in codes(joined(sample.export(made)))


@pytest.mark.parametrize(
    "said", [{"stage": "R2"}, {"envelopes": [sample.digest("another")] * 2}, {"envelopes": None}]
)
def test_a_signed_receipt_that_says_something_else_than_its_leaf_is_named(said: dict[str, object]) -> None:
    made = sample.deeds()
    made[3] = sample.receipt(3, "receipt_issued", "stored", made[2][0], sample.KEY, **said)
    assert codes(joined(sample.export(made))) == {(FIRST_STATEMENT + 3, "statement_differs")}


def statements_of_a_run(payload_type: str, payload: bytes) -> list[Statement]:
    """Return statements of leaf 0 whose payload was signed together with others: as it was, and spoilt."""
    kid, signature = frames.unpack(
        runs.sign(payload_type, [payload, b"another", b"third"], sample.KEY)[0], count=3, max_bytes=1 << 16
    )[1:]
    root, steps = signature[:64], signature[64:]
    spoilt = (root + steps[33:], root + b"\x02" + steps[1:], signature[:-1], root + 4 * steps, root)
    return [
        Statement.from_signed(0, payload_type, frames.pack(payload, kid, one)) for one in (signature, *spoilt)
    ]


def test_a_position_that_was_signed_with_others_holds_and_its_steps_are_looked_at() -> None:
    made = sample.deeds()
    good, *spoilt = statements_of_a_run(sample.POSITION_TYPE, made[0][1].payload)
    made[0] = (made[0][0], good)
    assert codes(joined(sample.export(made))) == set()
    for one in spoilt:
        made[0] = (made[0][0], one)
        assert codes(joined(sample.export(made))) == {(FIRST_STATEMENT, "statement_signature")}


def test_nothing_but_a_position_may_be_signed_with_others() -> None:
    made = sample.deeds()
    at, (leaf, statement) = 3, made[3]
    (good, *_) = statements_of_a_run(statement.payload_type, statement.payload)
    made[at] = (leaf, replace(good, index=at))
    assert codes(joined(sample.export(made))) == {(FIRST_STATEMENT + at, "statement_signature")}


def test_signed_bytes_of_another_type_are_opaque_but_bound() -> None:
    made = sample.deeds()
    statement = sample.signed(3, "application/pdf", b"%PDF", sample.KEY)
    facts = {name: value for name, value in made[3][0].facts.items() if name != "signed"}
    made[3] = sample.leaf(3, "receipt_issued", facts, statement), statement
    assert examined(joined(sample.export(made))).exit_code == 0


def test_a_key_that_was_not_valid_then_is_named() -> None:
    late = (
        sample.KEYS[0],
        sample.ExportKey(**{**vars(sample.KEYS[1]), "since": sample.START.replace(hour=21)}),
    )
    faults = codes(joined(sample.export(DEEDS, keys=late)))
    assert {code for _, code in faults} == {"key_expired"}
    assert {(2, "key_expired"), (3, "key_expired"), (FIRST_STATEMENT + 1, "key_expired")} <= faults
