"""Leaves: canonical bytes, no personal data, and the ledger that each kind may stand in."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.errors import Malformed, NotUnderstood
from lienlac.core.ledger.checkpoint import Checkpoint
from lienlac.core.ledger.leaves import HOUSE, KINDS, PAIR, SHAPES, Leaf, ParcelFacts, decode, of_parcel
from lienlac.core.ledger.salting import commitment, salted

AT = datetime(2026, 11, 21, 20, 30, 55, tzinfo=UTC)
HEX = "ab" * 32
EXAMPLES: dict[str, Any] = {
    "agreement": "mou-2021",
    "before": "lienlac/vn-tra-linh/pair/cn-tinh-tay/7f3a",
    "code": "SG01",
    "count": 3,
    "envelope": HEX,
    "epoch": "e1",
    "kid": "ab" * 16,
    "lane": "urgent",
    "level": "opened",
    "list": "records",
    "node": "cn-tinh-tay",
    "parcel": HEX,
    "purpose": "wanted",
    "root": HEX,
    "rule": "SG18",
    "seq": 1,
    "signed": HEX,
    "size": 0,
}
SALT = b"s" * 16
PARCEL = {"lane": "normal", "epoch": "e1", "seq": 7, "envelope": HEX}


def example(kind: str, *, full: bool = False) -> Leaf:
    names = KINDS[kind].needs | (KINDS[kind].may if full else frozenset())
    return Leaf(kind=kind, at=AT, facts={name: EXAMPLES[name] for name in names})


def changed(**members: object) -> bytes:
    value = json.loads(Leaf(kind="parcel_sent", at=AT, facts=PARCEL).encode()) | members
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(
    kind=st.sampled_from(["parcel_sent", "parcel_stored"]),
    lane=st.sampled_from(["urgent", "normal", "bulk"]),
    seq=st.integers(0, 2**53 - 1),
    second=st.integers(0, 10**11),
)
def test_the_leaf_of_a_parcel_has_the_bytes_that_every_leaf_has(
    kind: str, lane: str, seq: int, second: int
) -> None:
    at = datetime.fromtimestamp(second, timezone(timedelta(hours=7)))
    facts = ParcelFacts(lane=lane, epoch="0f" * 16, seq=seq, envelope=HEX, signed="12" * 32)
    whole = Leaf(kind=kind, at=at, facts={name: getattr(facts, name) for name in facts.__slots__})
    assert of_parcel(kind, facts, at=at) == whole.encode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"lane": "slow"},
        {"epoch": 'e","x":"'},
        {"seq": -1},
        {"seq": 2**53},
        {"envelope": "AB" * 32},
        {"signed": ""},
    ],
)
def test_the_leaf_of_a_parcel_holds_nothing_else(wrong: dict[str, Any]) -> None:
    good = {"lane": "normal", "epoch": "e1", "seq": 7, "envelope": HEX, "signed": HEX}
    with pytest.raises(Malformed):
        of_parcel("parcel_sent", ParcelFacts(**good | wrong), at=AT)
    with pytest.raises(Malformed):
        of_parcel("parcel_lost", ParcelFacts(**good), at=AT)  # type: ignore[arg-type]
    with pytest.raises(Malformed):
        of_parcel("parcel_sent", ParcelFacts(**good), at=AT.replace(tzinfo=None))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_out_as_it_went_in(kind: str) -> None:
    for full in (False, True):
        leaf = example(kind, full=full)
        assert decode(leaf.encode()) == leaf
        assert hash(decode(leaf.encode())) == hash(leaf)


def test_the_table_of_kinds_is_whole() -> None:
    assert set(EXAMPLES) == set(SHAPES)
    for kind in KINDS.values():
        assert kind.needs | kind.may <= SHAPES.keys()
        assert not kind.needs & kind.may
        assert kind.ledgers
        assert kind.ledgers <= {PAIR, HOUSE}


def test_the_protocol_lists_every_kind_with_its_facts() -> None:
    page = (Path(__file__).parents[3] / "docs" / "protocol" / "ledger.md").read_text()
    _, _, table = page.partition("| kind | ledger | must have | may have |\n|---|---|---|---|\n")
    found: dict[str, tuple[set[str], set[str], set[str]]] = {}
    for row in table.partition("\n\n")[0].splitlines():
        kinds, ledgers, needs, may = (cell.strip() for cell in row.strip("|").split("|"))
        for kind in re.findall(r"\w+", kinds):
            found[kind] = (set(ledgers.split(", ")), facts_named(needs), facts_named(may))
    assert found == {
        code: (set(kind.ledgers), set(kind.needs), set(kind.may)) for code, kind in KINDS.items()
    }


def facts_named(cell: str) -> set[str]:
    """`a b` (remark) -> {a, b}."""
    return set(" ".join(re.findall(r"`([^`]+)`", cell)).split())


def test_only_parcels_receipts_reviews_and_a_new_epoch_are_seen_by_a_partner() -> None:
    shared = {kind for kind in KINDS if example(kind).belongs_in(PAIR)}
    parcels = {"parcel_sent", "parcel_stored", "receipt_issued", "receipt_received"}
    assert shared == parcels | {"flash_reviewed", "epoch_opened"}
    assert {kind for kind in shared if example(kind).belongs_in(HOUSE)} == {"epoch_opened"}


def test_the_bytes_are_these_for_ever() -> None:
    leaf = Leaf(kind="record_read", at=AT, actor=HEX, subjects=(HEX,), facts={"list": "wanted", "count": 1})
    assert leaf.encode() == (
        b'{"actor":"%b","at":"2026-11-21T20:30:55Z","facts":{"count":1,"list":"wanted"},'
        b'"kind":"record_read","subjects":["%b"],"v":1}' % (HEX.encode(), HEX.encode())
    )


def test_the_same_moment_has_the_same_bytes_in_every_zone() -> None:
    there = AT.astimezone(timezone(timedelta(hours=7))).replace(microsecond=5)
    assert Leaf(kind="sign_out", at=there) == Leaf(kind="sign_out", at=AT)


def test_a_leaf_cannot_be_changed_after_it_was_made() -> None:
    facts = dict(PARCEL)
    leaf = Leaf(kind="parcel_sent", at=AT, facts=facts)
    facts["seq"] = 8
    assert leaf.facts["seq"] == 7
    with pytest.raises(TypeError):
        leaf.facts["seq"] = 8  # type: ignore[index]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"actor": "Đàm Khánh Viễn"}, "leaf_actor"),
        ({"subjects": ["Đàm Khánh Viễn"]}, "leaf_subjects"),
        ({"subjects": [HEX] * 501}, "leaf_subjects"),
        ({"facts": {**PARCEL, "envelope": "Đàm Khánh Viễn"}}, "leaf_fact_shape"),
        ({"facts": {**PARCEL, "seq": -1}}, "leaf_fact_shape"),
        ({"facts": {**PARCEL, "seq": True}}, "leaf_fact_shape"),
        ({"facts": {**PARCEL, "lane": "normal\n"}}, "leaf_fact_shape"),
        ({"facts": {}}, "leaf_fact_missing"),
    ],
)
def test_nothing_but_codes_counts_and_digests_can_be_written(members: dict[str, Any], code: str) -> None:
    with pytest.raises(Malformed, match=code):
        Leaf(**({"kind": "parcel_sent", "at": AT, "facts": PARCEL} | members))


@pytest.mark.parametrize(
    "members",
    [
        {"at": "2026-11-21T20:30:55"},
        {"at": "2026-11-21T20:30:5Z"},
        {"at": 5},
        {"at": "2026-13-21T20:30:55Z"},
        {"more": 1},
        {"kind": 1},
        {"actor": None},
        {"subjects": "x"},
        {"subjects": [1]},
        {"facts": []},
    ],
)
def test_bytes_of_another_shape_are_refused(members: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        decode(changed(**members))


@pytest.mark.parametrize(
    "members", [{"v": 2}, {"v": True}, {"kind": "moon_landed"}, {"facts": {**PARCEL, "weight": 1}}]
)
def test_what_is_newer_is_kept_for_later(members: dict[str, object]) -> None:
    with pytest.raises(NotUnderstood):
        decode(changed(**members))


def test_one_leaf_has_one_spelling() -> None:
    spelt = Leaf(kind="sign_out", at=AT).encode()
    for other in (
        spelt + b"\n",
        spelt.replace(b":", b": ", 1),
        b" " + spelt,
        b'{"v":1,' + spelt[1:-7] + b"}",
    ):
        with pytest.raises(Malformed):
            decode(other)


@given(raw=st.binary(max_size=100))
def test_no_bytes_make_the_reader_stumble(raw: bytes) -> None:
    with pytest.raises((Malformed, NotUnderstood)):
        decode(raw)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(Malformed, match="leaf_time"):
        Leaf(kind="sign_out", at=AT.replace(tzinfo=None))


# Salts


def test_a_salted_digest_shows_its_value_to_who_has_the_salt_only() -> None:
    # RFC 4231, test case 2 gives HMAC-SHA-256; its key is shorter than a salt may be, so case 1's is used.
    assert (
        salted(b"Hi There", b"\x0b" * 20)
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    )
    assert salted(b"value", SALT) != salted(b"value", b"t" * 16)


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(Malformed, match="salt_too_short"):
        salted(b"value", b"s" * 15)


def test_a_commitment_shows_neither_size_nor_root_and_binds_both() -> None:
    head = Checkpoint(origin="lienlac/vn-tra-linh/house/1", size=12_345, root=bytes(32))
    bigger = Checkpoint(origin=head.origin, size=12_346, root=bytes(32))
    other = Checkpoint(origin=head.origin, size=12_345, root=b"x" * 32)
    assert len({commitment(head, SALT), commitment(bigger, SALT), commitment(other, SALT)}) == 3
    assert len(commitment(head, SALT)) == len(commitment(bigger, SALT)) == 64
