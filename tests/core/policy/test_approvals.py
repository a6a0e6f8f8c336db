"""The release chain and approvals: bound to one text, by the right people, in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from lienlac.core import codes
from lienlac.core.errors import Refused
from lienlac.core.policy.approvals import Approval, Chain, count, decide_release, open_chain

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ONE = Approval(by="hoa", unit="leaders", role="leader", digest="d", certified_to=date(2027, 1, 1))


def released(
    chain: Chain, unit: str, decision: str = "approved", digest: str = "d", by: str = "hoa"
) -> Chain:
    return decide_release(chain, unit=unit, decision=decision, by=by, at=AT, digest=digest, paper="p" * 64)


def counted(*approvals: Approval) -> int:
    return count(approvals, author="linh", digest="d", what="send", today=date(2026, 11, 21))


def test_a_chain_without_links_is_complete() -> None:
    chain = open_chain("d", ())
    assert chain.complete
    assert chain.next_unit is None


@pytest.mark.parametrize("units", [("a",), ("a", "b"), ("a", "b", "c")])
def test_units_release_in_their_order(units: tuple[str, ...]) -> None:
    chain = open_chain("d", units)
    for unit in units:
        assert not chain.complete
        assert chain.next_unit == unit
        chain = released(chain, unit)
    assert chain.complete
    assert [one.paper for one in chain.releases] == ["p" * 64] * len(units)


@pytest.mark.parametrize("units", [("a", "b", "c", "d"), ("a", "a"), ("",)])
def test_no_chain_of_more_than_three_or_of_the_same_unit(units: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        open_chain("d", units)


def test_nobody_releases_out_of_turn() -> None:
    with pytest.raises(Refused, match="release_out_of_turn"):
        released(open_chain("d", ("a", "b")), "b")


def test_nobody_releases_twice() -> None:
    with pytest.raises(Refused, match="release_out_of_turn"):
        released(released(open_chain("d", ("a", "b")), "a"), "a")


def test_nobody_releases_another_text_or_without_a_name() -> None:
    with pytest.raises(Refused, match="text_was_changed"):
        released(open_chain("d", ("a",)), "a", digest="e")
    with pytest.raises(Refused, match="release_needs_a_name"):
        released(open_chain("d", ("a",)), "a", by="")


@pytest.mark.parametrize("decision", ["returned", "refused", "lapsed"])
def test_a_no_ends_the_chain(decision: str) -> None:
    chain = released(open_chain("d", ("a", "b")), "a", decision=decision)
    assert chain.ended
    assert not chain.complete
    assert chain.next_unit is None
    assert decision in codes.load("approval_decisions")


def test_a_release_of_the_old_text_does_not_complete_the_new() -> None:
    chain = released(open_chain("d", ("a",)), "a")
    assert not replace(chain, digest="e").complete


def test_an_approval_counts_once_a_person_and_never_for_the_author() -> None:
    assert counted(ONE, ONE) == 1
    assert counted(ONE, replace(ONE, by="nam")) == 2
    assert counted(replace(ONE, by="linh")) == 0
    assert counted(replace(ONE, by="")) == 0


@pytest.mark.parametrize(
    "flawed",
    [
        replace(ONE, digest="e"),
        replace(ONE, what="export"),
        replace(ONE, role="inspector"),
        replace(ONE, certified_to=None),
        replace(ONE, certified_to=date(2026, 11, 20)),
    ],
)
def test_an_approval_with_a_flaw_does_not_count(flawed: Approval) -> None:
    assert counted(flawed) == 0


def test_the_author_releases_nothing_of_his_own() -> None:
    chain = open_chain("d", ("a",), author="linh")
    with pytest.raises(Refused, match="releaser_is_author"):
        released(chain, "a", by="linh")
    assert released(chain, "a", by="quang").complete
