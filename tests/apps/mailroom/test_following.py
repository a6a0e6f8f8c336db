"""A partner is followed to the keys that he tells in his own lane, and nobody else is."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lienlac.apps.directory import actions as directory
from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.trust import cards
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, Partner
from tests.apps.mailroom.renewing import (
    LATER,
    renewed,
    taking_keys,
    theirs,
)


def test_a_partners_new_keys_are_followed_without_a_ceremony(desk: Desk) -> None:
    new, parcel = renewed(desk.partner, seal_key=SealingKey.generate(), node_key=SigningKey.generate())
    assert taking_keys(desk, parcel).state == "stored"
    node = Node.objects.get(pk=desk.node.pk)
    assert node.standing == "trusted"
    assert theirs(desk, "node") == {new.node_key.kid}
    assert queries.sealing_key_of(node, LATER).kid == new.seal_key.kid
    assert node.compared_at is not None


def test_a_card_of_another_or_an_older_one_changes_no_key(desk: Desk) -> None:
    before = theirs(desk, "seal")
    other = Partner(code="mm-muse")
    body = {"card": base64.b64encode(cards.sign(other.card(), other.node_key)).decode()}
    assert (
        taking_keys(desk, desk.partner.parcel(desk.partner.message(kind="KEYS", body=body))).state
        == "refused"
    )
    newer, parcel = renewed(desk.partner, LATER, seal_key=SealingKey.generate())
    _older, late = renewed(desk.partner, LATER - timedelta(minutes=1), seal_key=SealingKey.generate())
    taking_keys(desk, parcel)
    refused = taking_keys(desk, late)
    assert (refused.state, refused.reason, refused.outward_ground) == ("refused", "keys_changed", "RF02")
    assert theirs(desk, "seal") == {newer.seal_key.kid} != before
    _same, known = renewed(newer, LATER - timedelta(minutes=2))
    assert taking_keys(desk, known).state == "stored", "it names nothing that is not known here"
    assert theirs(desk, "seal") == {newer.seal_key.kid}


@pytest.mark.parametrize("body", [{}, {"card": "?"}, {"card": ""}, {"card": "AAAA"}, {"card": 5}])
def test_what_is_no_card_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    parcel = desk.partner.parcel(desk.partner.message(kind="KEYS", body=body))
    assert taking_keys(desk, parcel).state == "refused"


def test_a_key_of_people_who_revoked_it_does_not_come_back_by_a_card(desk: Desk) -> None:
    NodeKey.objects.filter(node=desk.node, use="seal").update(revoked_at=NOW)
    _new, parcel = renewed(desk.partner)
    taking_keys(desk, parcel)
    assert theirs(desk, "seal") == set()


def test_a_machine_alone_cannot_hand_its_keys_on(desk: Desk) -> None:
    """Who has the node key and not the author's seals envelopes, and hands on nothing."""
    mara = replace(desk.partner, author_key=SigningKey.generate())
    card = cards.sign(replace(mara.card(), issued_at=moments.to_wire(LATER)), mara.node_key)
    body = {"card": base64.b64encode(card).decode()}
    assert taking_keys(desk, mara.parcel(mara.message(kind="KEYS", body=body))).state == "refused"
    by_machine = desk.partner.parcel(
        desk.partner.message(kind="KEYS", body=body), author=desk.partner.node_key
    )
    assert taking_keys(desk, by_machine).reason == "machine_is_no_author"


def test_a_newer_card_by_hand_still_needs_the_lane_or_a_ceremony(desk: Desk) -> None:
    new = replace(desk.partner, seal_key=SealingKey.generate())
    card = cards.sign(replace(new.card(), issued_at=moments.to_wire(LATER)), new.node_key)
    with pytest.raises(Exception, match="keys_changed"):
        directory.meet(card, now=LATER)
