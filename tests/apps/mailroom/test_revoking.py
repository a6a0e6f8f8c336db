"""A thief who tells keys of his own with stolen ones loses them with those."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lienlac.apps.audit.models import Ledger
from lienlac.apps.directory import actions as directory
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import doubting
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.errors import Unauthentic
from lienlac.core.trust import cards
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import Partner
from tests.apps.mailroom.renewing import LATER, renewed, taking_keys, theirs

SIGNING = ("node", "author")


def revoked(desk: Desk, kid: str, size: int) -> list[NodeKey]:
    epoch = Ledger.objects.get(partner=desk.partner.code, current=True).epoch
    return mailroom.revoke_key(desk.node, kid, reason="key_stolen", epoch=epoch, size=size, now=LATER)


def own_keys() -> dict[str, SigningKey | SealingKey]:
    return {
        "node_key": SigningKey.generate(),
        "author_key": SigningKey.generate(),
        "seal_key": SealingKey.generate(),
    }


@pytest.fixture
def thief(desk: Desk) -> Partner:
    """Whoever holds both stolen keys, after he told us his own: the honest ones have ended by that."""
    desk.take_in(desk.partner.parcel())
    desk.receipt_all()
    mine, keys = renewed(desk.partner, **own_keys())
    assert taking_keys(desk, keys).state == "stored"
    return mine


@pytest.mark.parametrize("stolen", [("node_key",), ("author_key",), ("node_key", "author_key")])
def test_a_thief_loses_the_keys_that_he_told_with_stolen_ones(
    desk: Desk, thief: Partner, stolen: tuple[str, ...]
) -> None:
    ended = {row.kid for name in stolen for row in revoked(desk, getattr(desk.partner, name).kid, 1)}
    told = {thief.node_key.kid, thief.author_key.kid, thief.seal_key.kid}
    assert ended == told | {getattr(desk.partner, name).kid for name in stolen}
    assert not any(theirs(desk, use) for use in (*SIGNING, "seal"))
    with pytest.raises(Unauthentic, match="unknown_key"):
        desk.take_in(thief.parcel())
    assert len(desk.came) == 1


def test_keys_told_by_told_keys_fall_with_them_and_what_they_signed_is_doubted(
    desk: Desk, thief: Partner
) -> None:
    again, keys = renewed(thief, LATER + timedelta(hours=1), **own_keys())
    taking_keys(desk, keys)
    desk.take_in(again.parcel())
    ended = revoked(desk, desk.partner.node_key.kid, 1)
    assert len(ended) == 7
    last = NodeKey.objects.get(kid=again.node_key.kid)
    assert [one.message_id for one in doubting.doubted(last)] == [desk.came[-1].message.id]
    assert theirs(desk, "node") == set()


def test_revoking_reads_no_entry_but_those_that_told_keys(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        desk.take_in(desk.partner.parcel())
    desk.receipt_all()
    monkeypatch.setattr(doubting, "_signer", lambda _signed: pytest.fail("an entry was read"))
    (row,) = revoked(desk, desk.partner.node_key.kid, 0)
    assert row.kid == desk.partner.node_key.kid


def test_keys_told_before_the_theft_stay(desk: Desk) -> None:
    new, keys = renewed(desk.partner, node_key=SigningKey.generate())
    taking_keys(desk, keys)
    desk.receipt_all()
    (row,) = revoked(desk, desk.partner.node_key.kid, 1)
    assert row.kid == desk.partner.node_key.kid
    assert theirs(desk, "node") == {new.node_key.kid}


def test_the_partner_comes_back_by_a_ceremony_whatever_moment_the_thief_gave_his_card(
    desk: Desk, thief: Partner
) -> None:
    revoked(desk, desk.partner.node_key.kid, 1)
    directory.revoke(Node.objects.get(pk=desk.node.pk), reason="key_stolen", now=LATER)
    anew = replace(desk.partner, **own_keys())
    node = directory.meet(cards.sign(anew.card(), anew.node_key), now=LATER)
    assert theirs(desk, "node") == {anew.node_key.kid}
    assert node.card_issued_at is not None
