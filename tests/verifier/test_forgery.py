"""A forger who repairs numbers, sums and closing line, but has no key, is named by the line."""

from __future__ import annotations

import pytest

from tests.verifier import exchange_sample as sample
from tests.verifier.verifying import (
    DEEDS,
    END,
    FIRST_LEAF,
    FIRST_STATEMENT,
    LEAVES,
    codes,
    examined,
    forged,
    joined,
    named,
)


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
