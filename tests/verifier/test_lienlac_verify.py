"""The stand-alone verifier names the line for whatever is done to an export."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.ledger import checkpoint
from tests.verifier import exchange_sample as sample

PROGRAM = Path(__file__).parents[2] / "verifier" / "lienlac_verify.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lienlac_verify", PROGRAM)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["lienlac_verify"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


verifier = load()
DEEDS = sample.deeds()
LEAVES = [leaf for leaf, _ in DEEDS]
WHOLE = sample.export(DEEDS)
PART = sample.part(DEEDS, [2, 3, 10], held_sizes=[6])
SAMPLES = {"whole": WHOLE, "part": PART}
FIRST_LEAF = sample.number_of(WHOLE, lambda record: record["t"] == "leaf")
FIRST_STATEMENT = sample.number_of(WHOLE, lambda record: record["t"] == "statement")
END = len(WHOLE)


def examined(raw: bytes, **options: Any) -> Any:
    return verifier.verify(raw, **options)[0]


def named(raw: bytes, **options: Any) -> list[int]:
    return [fault.line for fault in examined(raw, **options).faults]


def codes(raw: bytes, **options: Any) -> set[tuple[int, str]]:
    return {(fault.line, fault.code) for fault in examined(raw, **options).faults}


def joined(lines: Sequence[bytes]) -> bytes:
    return b"".join(lines)


@pytest.fixture(params=["whole", "part"])
def lines(request: pytest.FixtureRequest) -> list[bytes]:
    return SAMPLES[request.param]


# What holds


def test_an_untouched_export_holds(lines: list[bytes]) -> None:
    report = examined(joined(lines))
    assert (report.faults, report.unexamined, report.exit_code) == ([], [], 0)


def test_it_says_what_it_verified() -> None:
    said = "\n".join(examined(joined(WHOLE)).verified)
    assert "3 checkpoints signed by vn-tra-linh" in said
    assert "cosigned by cn-tinh-tay up to 9 entries (at 2026-11-21T20:00:09Z by its clock)" in said
    assert "14 of 14 entries are in the tree" in said
    assert "signed statements of vn-tra-linh that hold and say what their entries say: 7" in said
    assert "signed statements of cn-tinh-tay that hold and say what their entries say: 7" in said
    assert f"{END} lines, closed by vn-tra-linh" in said


def test_it_says_that_nobody_vouched_for_the_keys() -> None:
    assert any("keys are those that the file itself brings" in note for note in examined(joined(WHOLE)).notes)
    pins = {sample.KEY.public.fingerprint, sample.PARTNER_KEY.public.fingerprint}
    report = examined(joined(WHOLE), pins=pins)
    assert (report.faults, [note for note in report.notes if "keys" in note]) == ([], [])


def test_a_key_that_was_not_named_counts_nothing() -> None:
    faults = codes(joined(WHOLE), pins={sample.KEY.public.fingerprint})
    partners = [
        n for n in range(FIRST_STATEMENT, END) if sample.records(WHOLE)[n - 1]["kid"] != sample.KEY.kid
    ]
    assert faults == {(n, "statement_signer") for n in partners}


def test_signed_bytes_that_are_gone_are_said_to_be_gone() -> None:
    made = [statement if index != 4 else sample.gone(4) for index, (_, statement) in enumerate(DEEDS)]
    report = examined(joined(sample.export(DEEDS, statements=made)))
    assert report.exit_code == 0
    assert (
        "signed statements said to be no longer kept, their digests being in the tree: 1" in report.verified
    )


def test_a_house_ledger_or_an_empty_one_holds() -> None:
    raw = joined(sample.export([], sizes=(0,)))
    assert examined(raw).faults == []


# Accidents and simple hands: every single one of them


def test_every_dropped_line_is_named(lines: list[bytes]) -> None:
    for number in range(1, len(lines) + 1):
        assert codes(joined(lines[: number - 1] + lines[number:])) == {(number, "missing")}


def test_every_pair_of_swapped_lines_is_named(lines: list[bytes]) -> None:
    for number in range(1, len(lines)):
        swapped = [*lines[: number - 1], lines[number], lines[number - 1], *lines[number + 1 :]]
        assert codes(joined(swapped)) == {(number, "moved"), (number + 1, "moved")}


def test_every_line_that_stands_twice_is_named(lines: list[bytes]) -> None:
    for number in range(1, len(lines) + 1):
        assert (number, "twice") in codes(joined(lines[:number] + lines[number - 1 :]))


def test_every_changed_line_is_named(lines: list[bytes]) -> None:
    for number, line in enumerate(lines, start=1):
        for at, flip in zip((number % 9, len(line) // 2, len(line) - 2), (0x01, 0x20, 0x80), strict=True):
            assert set(named(with_changed_byte(lines, number, at, flip))) == {number}


def test_a_change_anywhere_in_a_line_is_named(lines: list[bytes]) -> None:
    for number, line in enumerate(lines, start=1):
        for at, flip in zip(
            range(0, len(line) - 1, len(line) // 12), cycle((0x01, 0x20, 0x80)), strict=False
        ):
            report = verifier.Report()
            verifier.read_lines(with_changed_byte(lines, number, at, flip), report)
            assert {fault.line for fault in report.faults} == {number}


def with_changed_byte(lines: Sequence[bytes], number: int, at: int, flip: int) -> bytes:
    line = lines[number - 1]
    return joined(
        [*lines[: number - 1], line[:at] + bytes([line[at] ^ flip]) + line[at + 1 :], *lines[number:]]
    )


def test_every_line_without_its_end_is_named(lines: list[bytes]) -> None:
    for number in range(1, len(lines) - 1):
        melted = [*lines[: number - 1], lines[number - 1][:-1], *lines[number:]]
        assert named(joined(melted)) == [number, number + 1]
    assert named(joined([*lines[:-2], lines[-2][:-1], lines[-1]])) == [len(lines) - 1]


def test_a_line_broken_in_two_is_named_once(lines: list[bytes]) -> None:
    for number, line in enumerate(lines, start=1):
        broken = [*lines[: number - 1], line[:70] + b"\n" + line[70:], *lines[number:]]
        assert named(joined(broken)) == [number]


def test_every_cut_is_named(lines: list[bytes]) -> None:
    for number, line in enumerate(lines, start=1):
        before = joined(lines[: number - 1])
        assert codes(before) == ({(number, "missing")} if before else set())  # of nothing, nothing is said
        for kept in (1, len(line) // 2, len(line) - 2, len(line) - 1):
            assert codes(before + line[:kept]) == {(number, "cut")}


def test_every_run_of_dropped_lines_is_named_by_its_ends(lines: list[bytes]) -> None:
    for number in range(2, len(lines) - 3):
        assert named(joined(lines[: number - 1] + lines[number + 2 :])) == [number, number + 2]


def test_a_foreign_line_is_named_by_the_line_before_it(lines: list[bytes]) -> None:
    for number in range(1, len(lines)):
        strange = [*lines[:number], b'{"t":"leaf"}\n', *lines[number:]]
        assert codes(joined(strange)) == {(number, "foreign")}


def test_damage_in_two_places_is_named_in_two_places() -> None:
    damaged = list(WHOLE)
    damaged[6] = damaged[6].replace(b"leaf", b"feal", 1)
    del damaged[20]
    assert codes(joined(damaged)) == {(7, "changed"), (21, "missing")}


@given(raw=st.binary(max_size=200))
def test_no_bytes_make_it_stumble_or_hold(raw: bytes) -> None:
    assert examined(raw).exit_code in (1, 2)


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n", b"name,born\nA,1990\n"])
def test_what_never_was_an_export_is_not_called_a_changed_one(raw: bytes) -> None:
    report = examined(raw)
    assert (report.exit_code, report.faults) == (2, [])
    assert report.unexamined


@given(cut=st.integers(0, len(joined(WHOLE))), junk=st.binary(min_size=1, max_size=40))
def test_no_insertion_holds(cut: int, junk: bytes) -> None:
    raw = joined(WHOLE)
    assert examined(raw[:cut] + junk + raw[cut:]).exit_code == 1


# A forger who repairs numbers, sums and closing line, but has no key


def forged() -> list[sample.Record]:
    return sample.records(WHOLE)


def test_a_repaired_closing_line_is_seen(lines: list[bytes]) -> None:
    assert codes(sample.refitted(sample.records(lines))) == {(len(lines), "end_signature")}


def test_every_repaired_leaf_is_named() -> None:
    for index in range(14):
        records, line = forged(), FIRST_LEAF + index
        records[line - 1]["leaf"] = str(records[line - 1]["leaf"]).replace("20:", "21:")
        assert (line, "leaf_changed") in codes(sample.refitted(records))
        assert set(named(sample.refitted(records))) == {line, END}


def test_leaves_swapped_under_each_others_number_are_named() -> None:
    records = forged()
    one, two = records[FIRST_LEAF - 1], records[FIRST_LEAF]
    one["leaf"], two["leaf"] = two["leaf"], one["leaf"]
    assert set(named(sample.refitted(records))) == {FIRST_LEAF, FIRST_LEAF + 1, END}


def test_every_leaf_dropped_and_repaired_leaves_a_hole_that_is_named() -> None:
    for index in range(14):
        records = forged()
        del records[FIRST_LEAF + index - 1]
        hole = FIRST_LEAF + index if index < 13 else FIRST_LEAF + index - 1
        assert (hole, "leaf_missing") in codes(sample.refitted(records))


def test_every_statement_dropped_and_repaired_is_missed_at_its_leaf() -> None:
    for index in range(14):
        records = forged()
        del records[FIRST_STATEMENT + index - 1]
        faults = codes(sample.refitted(records))
        assert faults == {(FIRST_LEAF + index, "statement_missing"), (END - 1, "end_signature")}


def test_a_statement_put_elsewhere_is_named() -> None:
    records = forged()
    one, two = records[FIRST_STATEMENT - 1], records[FIRST_STATEMENT + 3]
    one["payload"], two["payload"] = two["payload"], one["payload"]
    faults = codes(sample.refitted(records))
    assert {(FIRST_STATEMENT, "statement_changed"), (FIRST_STATEMENT + 4, "statement_changed")} <= faults


def test_a_statement_under_another_hand_is_named() -> None:
    for name, value in (("signature", sample.base64(bytes(64))), ("type", "text/plain")):
        records = forged()
        records[FIRST_STATEMENT - 1][name] = value
        assert (FIRST_STATEMENT, "statement_signature") in codes(sample.refitted(records))
    records = forged()
    records[FIRST_STATEMENT - 1]["kid"] = sample.PARTNER_KEY.kid
    assert (FIRST_STATEMENT, "statement_signer") in codes(sample.refitted(records))


def test_a_statement_said_twice_or_of_nothing_is_named() -> None:
    records = forged()
    records.insert(FIRST_STATEMENT, dict(records[FIRST_STATEMENT - 1]))
    assert (FIRST_STATEMENT + 1, "statement_twice") in codes(sample.refitted(records))
    records = forged()
    records[FIRST_STATEMENT - 1]["index"] = 99
    assert (FIRST_STATEMENT, "statement_alone") in codes(sample.refitted(records))


def test_every_checkpoint_changed_and_repaired_is_named() -> None:
    for line in (2, 3, 4):
        for old, new in (("\n\n—", "\n\n— x AAAAAAAA\n—"), ("lienlac/", "lienlac/x/"), (" 5\n", " 6\n")):
            records = forged()
            note = str(records[line - 1]["note"])
            records[line - 1]["note"] = note.replace(old, new)
            faults = codes(sample.refitted(records))
            assert faults <= {(line, code) for _, code in faults} | {(END, "end_signature")}
        records = forged()
        note = str(records[line - 1]["note"])
        records[line - 1]["note"] = note.replace("=\n\n", "A\n\n", 1)
        assert line in named(sample.refitted(records))


def test_a_cosignature_that_does_not_hold_is_named() -> None:
    records = forged()
    records[1]["note"] = str(records[1]["note"]).replace(
        sample.head(LEAVES, 5, cosigned=True).signatures[1].line(),
        sample.head(LEAVES, 9, cosigned=True).signatures[1].line(),
    )
    assert (2, "cosignature") in codes(sample.refitted(records))


def test_keys_put_in_the_header_do_not_help_when_the_reader_knows_the_right_ones() -> None:
    strangers = tuple(
        sample.ExportKey(node=key.node, public=sample.STRANGER.public.public_bytes, since=key.since)
        for key in sample.KEYS
    )
    raw = joined(sample.export(DEEDS, keys=(*sample.KEYS, *strangers)))
    pins = {sample.KEY.public.fingerprint, sample.PARTNER_KEY.public.fingerprint}
    assert examined(raw, pins=pins).exit_code == 0
    assert examined(joined(sample.export(DEEDS, keys=strangers)), pins=pins).exit_code == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("origin", "lienlac/vn-tra-linh/pair/la-boten/7f3a"),
        ("partner", "la-boten"),
        ("scope", "most"),
        ("format", "other"),
        ("v", 0),
        ("at", "yesterday"),
        ("keys", [{}]),
        ("keys", ["x"]),
    ],
)
def test_a_header_that_contradicts_itself_is_named(name: str, value: object) -> None:
    records = forged()
    records[0][name] = value
    assert named(sample.refitted(records)) == [1]


@pytest.mark.parametrize(
    ("name", "value"), [("kid", "0" * 32), ("node", "la-boten"), ("since", "2026"), ("public", "AAAA")]
)
def test_a_header_key_that_is_not_right_is_named(name: str, value: str) -> None:
    records = forged()
    records[0]["keys"][0][name] = value  # type: ignore[index]
    assert named(sample.refitted(records)) == [1]


def test_a_second_header_or_end_is_named() -> None:
    for line in (0, -1):
        records = forged()
        records.insert(8, dict(records[line]))
        assert (9, "record") in codes(sample.refitted(records))


# Each check alone: the node itself closes the file, so that nothing else is wrong with it


def closed_by_the_node(records: Sequence[sample.Record], **end: object) -> set[tuple[int, str]]:
    return codes(sample.refitted(records, key=sample.KEY, **end))


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


# A node that rewrites its own ledger, keys and all


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


@pytest.mark.parametrize("said", [{"stage": "R2"}, {"envelope_digest": sample.digest("another")}])
def test_a_signed_receipt_that_says_something_else_than_its_leaf_is_named(said: dict[str, object]) -> None:
    made = sample.deeds()
    made[3] = sample.receipt(3, "receipt_issued", "stored", made[2][0], sample.KEY, **said)
    assert codes(joined(sample.export(made))) == {(FIRST_STATEMENT + 3, "statement_differs")}


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


def keep(folder: Path, note: Any) -> Path:
    path = folder / f"kept-{note.checkpoint.size}"
    path.write_bytes(note.encode())
    return path


# The program


def test_it_runs_alone_and_imports_nothing_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(PROGRAM.read_bytes())
    damaged = list(WHOLE)
    del damaged[9]
    (tmp_path / "damaged.jsonl").write_bytes(joined(damaged))
    found = subprocess.run(
        [sys.executable, "-I", "verify.py", "damaged.jsonl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (found.returncode, found.stderr) == (1, "")
    assert "line 10: is missing" in found.stdout
    assert "lienlac." not in "".join(line for line in PROGRAM.read_text().splitlines() if "import" in line)


def test_its_exit_says_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, newer = tmp_path / "good", tmp_path / "newer"
    good.write_bytes(joined(WHOLE))
    newer.write_bytes(sample.refitted([forged()[0] | {"v": 2}, *forged()[1:]]))
    assert verifier.main([str(good)]) == 0
    assert capsys.readouterr().out.startswith("HOLDS\n")
    assert verifier.main([str(newer)]) == 2
    assert "format version 2" in capsys.readouterr().out
    assert verifier.main([str(tmp_path / "absent"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["exit"] == 2


def test_it_reports_to_programs_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "export"
    path.write_bytes(joined(WHOLE[:-1]))
    assert verifier.main([str(path), "--json", "--key", sample.KEY.public.fingerprint]) == 1
    value = json.loads(capsys.readouterr().out)
    assert (value["faults"][0]["line"], value["faults"][0]["code"]) == (END, "missing")
    assert [key["node"] for key in value["keys"]] == [sample.NODE]


def test_a_fingerprint_is_read_as_people_write_it(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(joined(WHOLE))
    known = [key.public.fingerprint for key in (sample.KEY, sample.PARTNER_KEY)]
    spelt = [one.upper()[:32] + " " + one[32:] for one in known]
    assert verifier.main([str(path), "--key", spelt[0], "--key", spelt[1]]) == 0
    with pytest.raises(SystemExit) as stopped:
        verifier.main([str(path), "--key", "12"])
    assert stopped.value.code == 2


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', '{"a":1.5}', '{"a":NaN}', "[]", '{"a":' + "9" * 40 + "}", '{"a":"\\ud800"}']
)
def test_json_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(verifier.Wrong):
        verifier.parse_json(text)


def test_json_of_any_depth_does_not_bring_it_down() -> None:
    with pytest.raises(verifier.Wrong):
        verifier.parse_json('{"a":' + "[" * 100_000 + "]" * 100_000 + "}")


# What the partner's own ledger says of the arrivals


ARRIVED = sample.export(DEEDS, arrivals=sample.arrivals(DEEDS))
FIRST_ARRIVAL = sample.number_of(ARRIVED, lambda record: record["t"] == "arrival")


def test_arrivals_hold_and_are_counted() -> None:
    report = examined(joined(ARRIVED))
    assert report.exit_code == 0
    assert f"parcels that the own ledger of {sample.PARTNER} says arrived, and when: 4" in report.verified


def altered(**members: object) -> set[tuple[int, str]]:
    records = sample.records(ARRIVED)
    records[FIRST_ARRIVAL - 1] |= members
    return closed_by_the_node(records)


def test_an_arrival_that_its_keeper_never_signed_is_named() -> None:
    """The node that exports cannot invent when its partner got something."""
    leaf = str(sample.records(ARRIVED)[FIRST_ARRIVAL - 1]["leaf"])
    earlier = leaf.replace("20:05:00", "20:01:00")
    assert earlier != leaf
    assert altered(leaf=earlier) == {(FIRST_ARRIVAL, "arrival_changed")}
    assert altered(index=2) == {(FIRST_ARRIVAL, "arrival_changed")}
    for forged, code in (
        (sample.arrivals(DEEDS, key=sample.KEY), "checkpoint_unsigned"),
        (sample.arrivals(DEEDS, key=sample.STRANGER), "checkpoint_unsigned"),
    ):
        found = codes(joined(sample.export(DEEDS, arrivals=forged)))
        assert {one for _, one in found} == {code}


def test_an_arrival_under_a_head_of_another_ledger_is_named() -> None:
    mine = sample.head(LEAVES, 14).encode().decode()
    assert altered(note=mine) == {(FIRST_ARRIVAL, "arrival_origin")}


def test_an_entry_of_another_kind_is_no_arrival() -> None:
    other = [replace(leaf, kind="parcel_sent") for leaf in LEAVES if leaf.kind == "parcel_sent"]
    made = [(one, None) for one in other]
    told = sample.arrivals(made, kind="parcel_sent")  # type: ignore[arg-type]
    found = codes(joined(sample.export(DEEDS, arrivals=told)))
    assert {one for _, one in found} == {"arrival_kind"}


def test_an_arrival_that_differs_from_what_was_sent_is_named() -> None:
    made = [(replace(leaf, facts={**leaf.facts, "seq": 99}), None) for leaf in LEAVES if "seq" in leaf.facts]
    found = codes(joined(sample.export(DEEDS, arrivals=sample.arrivals(made))))  # type: ignore[arg-type]
    assert {one for _, one in found} == {"arrival_differs"}


def test_two_histories_of_the_partner_are_named() -> None:
    both = sample.arrivals(DEEDS) + sample.arrivals([*sample.deeds(14)[:12], shifted(DEEDS[12])])
    found = codes(joined(sample.export(DEEDS, arrivals=both)))
    assert "arrival_forked" in {one for _, one in found}


def shifted(deed: sample.Deed) -> sample.Deed:
    leaf, statement = deed
    return replace(leaf, at=leaf.at + timedelta(hours=1)), statement


def test_arrivals_of_parcels_that_are_no_entries_here_are_told_apart() -> None:
    elsewhere = [shifted(deed) for deed in sample.deeds(4)]
    facts = {**elsewhere[0][0].facts, "signed": "0" * 64}
    told = sample.arrivals([(replace(elsewhere[0][0], facts=facts), elsewhere[0][1])])
    report = examined(joined(sample.export(DEEDS, arrivals=told)))
    assert report.exit_code == 0
    assert any("of parcels that are no entries here: 1" in one for one in report.verified)
