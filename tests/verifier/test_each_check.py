"""Each check alone: the node itself closes the file, so that nothing else is wrong with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lienlac.core.ledger import checkpoint
from tests.verifier import exchange_sample as sample
from tests.verifier.verifying import (
    DEEDS,
    END,
    FIRST_LEAF,
    LEAVES,
    PART,
    SAMPLES,
    closed_by_the_node,
    codes,
    examined,
    forged,
    joined,
)


def test_a_node_may_write_its_file_anew() -> None:
    for lines in SAMPLES.values():
        assert closed_by_the_node(sample.records(lines)) == set()


def test_a_consistency_proof_that_does_not_hold_is_named() -> None:
    records = sample.records(PART)
    records[2]["proof"] = [sample.base64(bytes(32)), *records[2]["proof"][1:]]  # type: ignore[index]
    assert closed_by_the_node(records) == {(3, "forked")}


@pytest.mark.parametrize("first", [0, 1, 10])
def test_a_checkpoint_that_avoids_the_one_before_it_is_named(first: int) -> None:
    records = sample.records(PART)
    records[2] |= {"first": first, "proof": []}
    assert (3, "checkpoint_order") in closed_by_the_node(records)


def test_a_damaged_line_does_not_let_a_checkpoint_avoid_the_one_before_it() -> None:
    records = sample.records(PART)
    records[2] |= {"first": 0, "proof": []}
    lines = sample.refitted(records, key=sample.KEY).splitlines(keepends=True)
    assert codes(joined(lines[:5] + lines[6:])) == {(3, "checkpoint_order"), (6, "missing")}


def test_a_checkpoint_that_stands_twice_is_named() -> None:
    records = sample.records(PART)
    records.insert(2, records[1] | {"first": 9, "proof": []})
    assert closed_by_the_node(records) == {(3, "checkpoint_twice")}


def test_two_heads_of_one_size_are_named() -> None:
    other = [LEAVES[1], LEAVES[0], *LEAVES[2:]]
    records = sample.records(PART)
    records.insert(2, records[1] | {"first": 9, "proof": [], "note": sample.head(other, 9).encode().decode()})
    assert (3, "forked") in closed_by_the_node(records)


def test_a_smaller_checkpoint_after_a_larger_is_named() -> None:
    records = sample.records(PART)
    small = sample.head(LEAVES, 5).encode().decode()
    records.insert(3, records[1] | {"first": 14, "proof": [], "note": small})
    assert closed_by_the_node(records) == {(4, "forked")}


def test_a_checkpoint_with_the_signature_of_another_is_named() -> None:
    records = forged()
    mine, other = (sample.head(LEAVES, size).signatures[0].line() for size in (14, 9))
    records[3]["note"] = str(records[3]["note"]).replace(mine, other)
    assert closed_by_the_node(records) == {(4, "checkpoint_signature")}


def test_a_checkpoint_of_another_ledger_is_named() -> None:
    origin = str(replace(sample.ORIGIN, epoch="8"))
    bare = replace(sample.head(LEAVES, 14).checkpoint, origin=origin)
    other = checkpoint.sign(bare, public=sample.KEY.public.public_bytes, sign=sample.KEY.sign)
    records = forged()
    records[3]["note"] = other.encode().decode()
    assert closed_by_the_node(records) == {(4, "checkpoint_origin")}


def test_a_leaf_that_stands_twice_is_named() -> None:
    records = sample.records(PART)
    line = sample.number_of(PART, lambda record: record["t"] == "leaf")
    records.insert(line, dict(records[line - 1]))
    assert closed_by_the_node(records) == {(line + 1, "leaf_twice")}


def test_a_leaf_proven_against_nothing_is_named() -> None:
    records = forged()
    records[FIRST_LEAF - 1]["size"] = 12
    assert (FIRST_LEAF, "leaf_checkpoint") in closed_by_the_node(records)


def test_a_proof_in_another_spelling_or_length_is_named() -> None:
    for code, change in (("base64", lambda text: text[:-2] + "B="), ("proof", lambda _: "AAAA")):
        records = forged()
        proof = ["A" * 43 + "=", *records[FIRST_LEAF - 1]["proof"][1:]]  # type: ignore[index]
        records[FIRST_LEAF - 1]["proof"] = [change(proof[0]), *proof[1:]]
        assert (FIRST_LEAF, code) in closed_by_the_node(records)


@pytest.mark.parametrize("end", [{"digest": "0" * 64}, {"count": 7}])
def test_a_closing_line_of_other_lines_is_named(end: dict[str, object]) -> None:
    assert closed_by_the_node(forged(), **end) == {(END, "end_digest")}


ODD = (None, True, -1, 0, 2**53 - 1, "", "x", "AAAA", "\x00", [], [None], ["x"], {}, {"x": []})


def test_no_member_of_any_type_makes_it_stumble() -> None:
    one_of_each = {str(record["t"]): number for number, record in enumerate(sample.records(PART))}
    for number in one_of_each.values():
        for name in sample.records(PART)[number].keys() - {"n", "sum"}:
            for odd in ODD:
                records = sample.records(PART)
                records[number][name] = odd
                assert examined(sample.refitted(records)).exit_code != 0


def test_no_signed_leaf_or_statement_of_odd_shape_makes_it_stumble() -> None:
    for odd in ODD:
        for name in ("v", "kind", "at", "facts", "lane", "seq", "envelope", "signed"):
            examined(sample.with_odd_leaf(DEEDS, name, odd))
        for name in ("class", "digest", "epoch", "from", "prev", "seq", "to"):
            examined(sample.with_odd_position(DEEDS, name, odd))


@pytest.mark.parametrize("size", [0, 6, len(DEEDS)])
def test_what_a_revoked_key_signed_beyond_the_last_trusted_size_is_named(size: int) -> None:
    """Its entries stand in the tree all the same: that they were kept is not in doubt, their signer is."""
    keys = (sample.KEYS[0], replace(sample.KEYS[1], until_size=size))
    found = codes(joined(sample.export(DEEDS, keys=keys)))
    theirs = [
        index for index in range(len(DEEDS)) if index % 4 in (1, 2)
    ]  # a receipt that came, a parcel that came
    lines = {FIRST_LEAF + len(DEEDS) + index for index in theirs if index >= size}
    assert found == {(line, "key_revoked") for line in lines}
