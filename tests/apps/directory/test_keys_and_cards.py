"""Who may be met and trusted, and which key is in force when clocks are wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lienlac.apps.directory import actions, moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.errors import LienlacError, Malformed, Refused, Unauthentic
from lienlac.core.trust import cards
from tests.apps.mailroom.partner import NOW, Partner, found_us

pytestmark = pytest.mark.django_db


def meet(partner: Partner, **changed: Any) -> Node:
    return actions.meet(cards.sign(partner.card(**changed), partner.node_key), now=NOW)


def test_a_node_is_trusted_by_its_fingerprint_and_by_nothing_else() -> None:
    found_us()
    node = meet(Partner())
    assert node.standing == "introduced"
    assert not queries.partners().exists()
    with pytest.raises(Unauthentic, match="fingerprint_differs"):
        actions.trust(node, fingerprint="0" * 64, now=NOW)
    actions.trust(node, fingerprint=queries.fingerprint_of(node).upper(), now=NOW)
    assert queries.partner(node.code) == node


def test_training_never_trusts_live() -> None:
    found_us()
    live = meet(Partner(), training=False)
    with pytest.raises(Refused, match="training_meets_live"):
        actions.trust(live, fingerprint=queries.fingerprint_of(live), now=NOW)


def test_a_new_key_is_never_taken_on_a_cards_own_word() -> None:
    found_us()
    partner = Partner()
    meet(partner)
    with pytest.raises(Unauthentic, match="keys_changed"):
        meet(replace(partner, author_key=SigningKey.generate()))


def test_a_card_cannot_claim_the_office_or_the_key_of_another() -> None:
    found_us()
    honest, mara = Partner(), Partner(code="mm-muse")
    meet(honest)
    with pytest.raises(Refused, match="office_of_other_node"):
        meet(mara, offices=honest.card().offices)
    with pytest.raises(Unauthentic, match="key_of_other_node"):
        meet(replace(mara, author_key=honest.author_key))
    with pytest.raises(LienlacError):
        meet(replace(mara, code="vn-tra-linh"))


@pytest.mark.parametrize(
    "changed",
    [{"country": "cn"}, {"endpoint": 5}, {"training": "yes"}, {"endpoint": "x" * 201}, {"node": "No Node"}],
)
def test_a_card_of_another_shape_is_refused(changed: dict[str, Any]) -> None:
    found_us()
    with pytest.raises(Malformed, match="card_broken"):
        meet(Partner(), **changed)


@pytest.mark.parametrize("days", [-400, 0, 400])
def test_a_wrong_clock_leaves_a_key_to_sign_with(days: int) -> None:
    us = found_us()
    NodeKey.objects.filter(node=us).update(valid_to=NOW + timedelta(days=30))
    assert queries.own_signing_key("node", NOW + timedelta(days=days)).kid
    assert queries.sealing_key_of(us, NOW + timedelta(days=days)).kid


def test_days_choose_between_keys_and_revocation_ends_one() -> None:
    us = found_us()
    old = NodeKey.objects.get(node=us, use="seal")
    newer = NodeKey.objects.create(
        node=us,
        use="seal",
        kid="f" * 32,
        public=bytes(old.public),
        valid_from=NOW + timedelta(days=10),
        entered_at=NOW,
    )
    assert queries._best([old, newer], NOW) == old
    assert queries._best([old, newer], NOW + timedelta(days=10)) == newer
    assert queries._best([], NOW) is None
    NodeKey.objects.filter(node=us, use="seal").update(revoked_at=NOW)
    with pytest.raises(LienlacError, match="key_missing"):
        queries.sealing_key_of(us, NOW)


@pytest.mark.parametrize("text", ["2026-11-21", "2026-11-21T08:30:00Z", "2026-11-21T08:30:00.000+07:00", ""])
def test_a_moment_of_the_wire_has_one_spelling(text: str) -> None:
    assert moments.from_wire(moments.to_wire(NOW)) == NOW
    with pytest.raises(ValueError, match="not a moment"):
        moments.from_wire(text)
