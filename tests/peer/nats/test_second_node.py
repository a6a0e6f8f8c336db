"""Letters through a relay cluster: what one implementation writes the other reads, by the documents alone."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from lienlac.apps.directory import actions, queries
from lienlac.apps.directory.models import Node as Row
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import queries as outbox
from lienlac.peer import wire
from lienlac.peer.letters import letter as letters
from lienlac.peer.nats import cluster
from tests.apps.mailroom.partner import NORMAL, NOW, OUR_OFFICE, US, Partner, found_us
from tests.second_node import card, host, letter
from tests.second_node.node import Node

pytestmark = pytest.mark.django_db
ME = "vn-second"


@pytest.fixture
def second() -> Node:
    """The stranger's node; ours has met it."""
    found_us()
    partner = card.read(actions.issue_card(NOW))
    node = Node(code=ME, office=ME, partner=partner)
    publics = {"node": node.node_key.public, "author": node.author_key.public, "seal": node.sealing.public}
    said = host.say_who(ME, [card.key(use, one, "2026-01-01T00:00:00.000Z") for use, one in publics.items()])
    met = actions.meet(card.write(said, node.node_key), now=NOW)
    actions.trust(met, fingerprint=queries.fingerprint_of(met), now=NOW)
    return node


def test_ours_is_read_there(second: Node) -> None:
    mine = Partner().message(from_office=OUR_OFFICE, to_offices=(ME,))
    for _ in range(2):
        mailroom.post(replace(mine, id=secrets.token_hex(16)), lane_class=NORMAL, now=NOW)
    row = Row.objects.get(code=ME)
    waiting = letters.parcels_for(row, {NORMAL: 1})
    parcels = tuple(wire.WireParcel(position=one.position, envelope=one.envelope) for one in waiting)
    raw = letters.write(
        row, letters.Letter(claims=outbox.claims(row), standings={}, parcels=parcels), now=NOW
    )
    trusted = {US: second.partner.publics["node"]}
    sender, said, packed = letter.read(
        raw, me=ME, mine=[second.sealing], publics_of=lambda node: trusted.get(node, {})
    )
    assert (sender, said["claims"][0]["claim"]["sent"], len(packed)) == (US, 2, 2)
    second.take(packed)
    assert second.receivers["normal"].seq == 2


def test_theirs_is_read_here(second: Node) -> None:
    second.say("WEATHER", {"wind": "north"}, handling=["TRAINING"])
    rows = second.senders["normal"].waiting()
    said = letter.Content(claims=second.claims(), parcels=[second.parcel("normal", row) for row in rows])
    raw = letter.write(
        said, sender=ME, signer=second.node_key, to=(US, next(iter(second.partner.publics["seal"].values())))
    )
    partner, read = letters.opened(raw)
    taken = letters.take(partner, read, mailroom.Receivers(by_kind={}, receipt=lambda _one: None), now=NOW)
    assert (partner.code, taken.owed, taken.answered[NORMAL].seq) == (ME, True, 1)
    assert letter.subject(US, ME) == cluster.subject(to=US, sender=ME)
