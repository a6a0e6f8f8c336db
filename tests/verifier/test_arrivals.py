"""What the partner's own ledger says of the arrivals, in an export."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lienlac.core.ledger.export import ExportKey
from tests.verifier import exchange_sample as sample
from tests.verifier.verifying import DEEDS, LEAVES, closed_by_the_node, codes, examined, joined

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


PROVEN = "says arrived, and when"


def revoked(size: int) -> tuple[ExportKey, ...]:
    """The partner's key in other hands: whoever has it can sign any head, at any time."""
    return sample.KEYS[0], replace(sample.KEYS[1], until_size=size)


def test_arrivals_that_rest_on_a_revoked_key_alone_are_named_and_prove_nothing() -> None:
    """Its entries are all believed, and bring no head."""
    lines = sample.export(DEEDS, keys=revoked(len(DEEDS)), arrivals=sample.arrivals(DEEDS))
    report = examined(joined(lines))
    assert report.exit_code == 0
    assert not any(PROVEN in one for one in report.verified)
    (told,) = (one for one in report.notes if one.startswith("arrivals that prove nothing"))
    assert told.endswith(": 4, on lines " + ", ".join(str(FIRST_ARRIVAL + at) for at in range(4)))


def told_in_a_receipt(note: object) -> list[sample.Deed]:
    """The second entry, which is below 2, is an R1 with the partner's head."""
    receipt = sample.receipt(1, "receipt_received", "stored", LEAVES[0], sample.PARTNER_KEY, checkpoint=note)
    return [DEEDS[0], receipt, *DEEDS[2:]]


@pytest.mark.parametrize(("size", "proven"), [(14, True), (2, True), (1, False), (0, False)])
def test_a_head_that_a_believed_receipt_brought_proves_arrivals_still(size: int, proven: bool) -> None:
    """It was there before the key was in other hands; one that a later receipt brought was not."""
    told = sample.arrivals(DEEDS)
    made = told_in_a_receipt(told[0].note.decode())
    report = examined(joined(sample.export(made, keys=revoked(size), arrivals=told)))
    assert any(PROVEN in one for one in report.verified) is proven
    assert any("arrivals that prove nothing" in one for one in report.notes) is not proven


@pytest.mark.parametrize("odd", ["", "no head", 7, None, ["x"]])
def test_a_receipt_without_a_readable_head_dates_nothing(odd: object) -> None:
    lines = sample.export(told_in_a_receipt(odd), keys=revoked(14), arrivals=sample.arrivals(DEEDS))
    report = examined(joined(lines))
    assert report.exit_code == 0
    assert not any(PROVEN in one for one in report.verified)
