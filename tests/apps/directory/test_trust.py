"""Trust begins with people, may rest, ends for good, and begins anew by people only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory import actions, moments, queries
from lienlac.apps.directory.models import Node
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Refused, Unauthentic
from lienlac.core.ledger import leaves
from lienlac.core.trust import cards, words
from tests.apps.mailroom.partner import NOW, Partner, found_us

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=3)


def met(partner: Partner) -> Node:
    found_us()
    return partner.introduce()


def fresh(node: Node) -> Node:
    return Node.objects.get(pk=node.pk)


def card(partner: Partner, **changed: object) -> bytes:
    return cards.sign(replace(partner.card(), issued_at=moments.to_wire(LATER), **changed), partner.node_key)  # type: ignore[arg-type]


def told() -> list[str]:
    """What the house ledger says of partners, in order."""
    decoded = [leaves.decode(bytes(leaf.body)) for leaf in Leaf.objects.order_by("pk")]
    return [str(one.facts["code"]) for one in decoded if one.kind == "partner_changed"]


def test_is_begun_by_words_or_digits_read_aloud() -> None:
    found_us()
    partner = Partner()
    node = actions.meet(card(partner), now=NOW)
    said = words.words(queries.fingerprint_of(node))
    with pytest.raises(Malformed, match="words_count"):
        actions.trust(node, fingerprint=" ".join(said[:-1]), now=NOW)
    with pytest.raises(Unauthentic, match="fingerprint_differs") as caught:
        actions.trust(node, fingerprint=" ".join(words.words("0" * 64)), now=NOW)
    assert caught.value.facts["places"]
    assert fresh(node).standing == "introduced"
    actions.trust(node, fingerprint=" ".join(said), now=NOW, by="mara")
    assert fresh(node).standing == "trusted"
    assert fresh(node).compared_at == NOW
    assert told() == ["introduced", "trusted"]


def test_a_pause_ends_the_post_and_is_undone() -> None:
    node = met(Partner())
    actions.pause(node, now=NOW, by="mara")
    assert queries.partner(node.code) is None
    assert queries.known_partner(node.code) == node
    with pytest.raises(Refused, match="not_trusted_now"):
        actions.pause(fresh(node), now=NOW)
    actions.resume(fresh(node), now=NOW)
    assert queries.partner(node.code) == node
    with pytest.raises(Refused, match="not_paused"):
        actions.resume(fresh(node), now=NOW)
    assert told()[-2:] == ["paused", "resumed"]


def test_a_revoked_node_is_not_trusted_again_by_a_word() -> None:
    node = met(Partner())
    actions.revoke(node, reason="conduct", now=NOW, by="mara")
    node = fresh(node)
    assert (node.standing, node.revoked_for, node.last_trusted_at) == ("revoked", "conduct", NOW)
    for deed in (actions.resume, actions.pause):
        with pytest.raises(Refused):
            deed(node, now=NOW)
    with pytest.raises(Refused, match="node_revoked"):
        actions.trust(node, fingerprint=queries.fingerprint_of(node), now=NOW)
    with pytest.raises(Refused, match="node_revoked"):
        actions.revoke(node, reason="conduct", now=NOW)
    assert told()[-1] == "revoked.conduct"


def test_a_revocation_names_its_reason_and_its_day() -> None:
    node = met(Partner())
    with pytest.raises(NotUnderstood, match="unknown_code"):
        actions.revoke(node, reason="because", now=NOW)
    actions.revoke(node, reason="key_stolen", last_trusted_at=NOW - timedelta(days=2), now=NOW)
    assert fresh(node).last_trusted_at == NOW - timedelta(days=2)


def test_this_node_cannot_revoke_itself() -> None:
    with pytest.raises(Refused, match="own_node"):
        actions.revoke(found_us(), reason="conduct", now=NOW)


def test_a_revoked_node_returns_by_a_new_ceremony() -> None:
    partner = Partner()
    node = met(partner)
    actions.revoke(node, reason="cooperation_ended", now=NOW)
    node = actions.meet(card(partner), now=LATER)
    assert node.standing == "introduced"
    assert queries.partner(node.code) is None
    actions.trust(node, fingerprint=queries.fingerprint_of(node), now=LATER)
    assert queries.partner(node.code) == node


def test_stolen_keys_never_return() -> None:
    partner = Partner()
    node = met(partner)
    actions.revoke(node, reason="key_stolen", now=NOW)
    with pytest.raises(Refused, match="keys_were_stolen"):
        actions.meet(card(partner), now=LATER)
    renewed = Partner()
    node = actions.meet(card(renewed), now=LATER)
    assert node.standing == "introduced"
    assert queries.verify_key(node, "node", partner.node_key.kid) is None
    assert queries.verify_key(node, "node", renewed.node_key.kid)


def test_a_newer_card_brings_offices_and_an_older_one_nothing() -> None:
    partner = Partner()
    node = met(partner)
    office = replace(
        partner.card().offices[0],
        phone="+86 776 1",
        places={"vi": "Tịnh Tây"},
        aliases=(("vi", "BLO Long Bang"),),
    )
    actions.meet(card(partner, offices=(office,)), now=LATER)
    held = node.offices.get()
    assert (held.phone, held.places["vi"], held.aliases) == (
        "+86 776 1",
        "Tịnh Tây",
        [["vi", "BLO Long Bang"]],
    )
    assert held.versions.get().value["phone"] == ""
    actions.meet(cards.sign(partner.card(), partner.node_key), now=LATER)
    assert node.offices.get().phone == "+86 776 1"


def test_an_office_that_a_card_names_no_longer_is_closed_not_forgotten() -> None:
    partner = Partner()
    node = met(partner)
    actions.meet(card(partner, offices=()), now=LATER)
    assert node.offices.get().status == "closed"
    assert not queries.reachable_offices().exists()


def test_a_card_that_did_not_agree_is_forgotten_and_a_partner_never() -> None:
    found_us()
    mara = Partner(node_key=SigningKey.generate())
    node = actions.meet(card(mara), now=NOW)
    actions.forget(node, now=NOW)
    assert not Node.objects.filter(code=mara.code).exists()
    node = Partner().introduce()
    with pytest.raises(LienlacError, match="node_in_use"):
        actions.forget(node, now=NOW)
