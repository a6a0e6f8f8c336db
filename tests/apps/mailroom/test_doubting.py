"""A key that somebody else may have: what it signed after the last trusted size is named, here and by the verifier."""

from __future__ import annotations

from typing import Any

import pytest

from lienlac.apps.audit.models import Ledger
from lienlac.apps.directory import actions as directory
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import doubting
from lienlac.core.errors import Malformed, Refused, Unauthentic
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW


def ledger(desk: Desk) -> Ledger:
    return Ledger.objects.get(partner=desk.partner.code, current=True)


@pytest.fixture
def exchanged(desk: Desk) -> Desk:
    """Three parcels of theirs, each with its place."""
    for _ in range(3):
        desk.take_in(desk.partner.parcel())
    desk.receipt_all()
    return desk


def revoked(desk: Desk, size: int, kid: str = "") -> NodeKey:
    return directory.revoke_key(
        desk.node,
        kid or desk.partner.node_key.kid,
        reason="key_stolen",
        epoch=ledger(desk).epoch,
        size=size,
        now=NOW,
    )


def test_later_entries_on_its_word_are_named_with_their_messages(exchanged: Desk) -> None:
    key = revoked(exchanged, 1)
    named = list(doubting.doubted(key))
    stored = [one for one in named if one.kind == "parcel_stored"]
    assert [one.place for one in stored] == [1, 2]
    assert {one.message_id for one in stored} == {one.message.id for one in exchanged.came[1:]}
    assert {one.kind for one in named} == {"parcel_stored"}, "what we signed ourselves stands"


def test_many_entries_are_looked_through_with_few_queries(
    exchanged: Desk, django_assert_max_num_queries: Any
) -> None:
    key = revoked(exchanged, 0)
    with django_assert_max_num_queries(4):
        assert len(list(doubting.doubted(key))) == 3


def test_entries_are_looked_through_some_at_once_and_none_is_left_out(
    exchanged: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = revoked(exchanged, 0)
    whole = list(doubting.doubted(key))
    monkeypatch.setattr(doubting, "AT_ONCE", 2)
    assert list(doubting.doubted(key)) == whole


def test_nothing_is_doubted_up_to_the_size_that_was_named(exchanged: Desk) -> None:
    assert list(doubting.doubted(revoked(exchanged, ledger(exchanged).size))) == []


def test_of_a_later_ledger_nothing_is_believed_of_an_earlier_one_all(exchanged: Desk) -> None:
    key, now = revoked(exchanged, 2), ledger(exchanged)
    later = Ledger.objects.create(partner=now.partner, epoch="zz", current=False)
    earlier = Ledger(pk=0, partner=now.partner, epoch="aa", current=False)
    assert [doubting.until_size(key, one) for one in (earlier, now, later)] == [None, 2, 0]
    ended = NodeKey.objects.get(use="author", node=exchanged.node)
    assert doubting.until_size(ended, now) is None


def test_the_key_signs_nothing_from_then_on_and_the_others_go_on(exchanged: Desk) -> None:
    revoked(exchanged, 1, exchanged.partner.author_key.kid[:8])
    exchanged.take_in(exchanged.partner.parcel())
    assert len(exchanged.came) == 3, "kept, refused, and without effect"
    assert Node.objects.get(pk=exchanged.node.pk).standing == "trusted"
    revoked(exchanged, 1)
    with pytest.raises(Unauthentic, match="unknown_key"):
        exchanged.take_in(exchanged.partner.parcel())


def test_it_is_revoked_once_and_named_well(exchanged: Desk) -> None:
    for kid in ("", exchanged.partner.node_key.kid[:7], "0" * 32):
        with pytest.raises(Malformed, match="unknown_key_of_node"):
            directory.revoke_key(exchanged.node, kid, reason="key_stolen", epoch="", size=0, now=NOW)
    revoked(exchanged, 1)
    with pytest.raises(Refused, match="key_revoked"):
        revoked(exchanged, 3)
    us = Node.objects.get(standing="self")
    with pytest.raises(Refused, match="own_node"):
        directory.revoke_key(us, us.node_keys.first().kid, reason="key_stolen", epoch="", size=0, now=NOW)  # type: ignore[union-attr]


def test_no_card_brings_it_back(exchanged: Desk) -> None:
    from lienlac.apps.directory import entering

    key = revoked(exchanged, 1)
    entering.replace_keys(exchanged.node, exchanged.partner.card(), now=NOW)
    entering.follow_keys(exchanged.node, exchanged.partner.card(), told_by="m", now=NOW)
    assert NodeKey.objects.get(pk=key.pk).revoked_at == NOW
