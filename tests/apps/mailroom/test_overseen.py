"""Coercive matters are sealed to the oversight of the state that is asked; nothing else is, nobody else reads it."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from lienlac.apps.directory import actions as directory
from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import overseen
from lienlac.apps.mailroom.actions import Receivers
from lienlac.apps.mailroom.actions.erasing import erase_messages
from lienlac.apps.mailroom.actions.posting import Stationery, seal
from lienlac.apps.mailroom.models import Arrival, Parcel
from lienlac.core import codes, envelope
from lienlac.core.envelope import SealingKey, SealingPublic
from lienlac.core.envelope.envelope import kids_of, read_message
from lienlac.core.errors import Unauthentic
from lienlac.core.messages import kinds
from lienlac.core.messages.message import Message
from lienlac.core.trust import cards
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NORMAL, NOW, US, Wire, our_keys

OVERSIGHT, STRANGER = SealingKey.from_seed(b"o" * 32), SealingKey.from_seed(b"s" * 32)
COERCIVE = sorted(kind.code for kind in kinds.KINDS.values() if kind.overseen)
OTHERS = sorted(set(kinds.KINDS) - set(COERCIVE))


def name_key(node: Node, public: SealingPublic = OVERSIGHT.public) -> NodeKey:
    """Let a node's card name a key of its state's oversight."""
    return NodeKey.objects.create(
        node=node,
        use=NodeKey.Use.OVERSIGHT,
        kid=public.kid,
        public=public.public_bytes,
        valid_from=NOW,
        entered_at=NOW,
    )


def post(desk: Desk, kind: str = "HANDOVER") -> Parcel:
    mine = desk.partner.message(from_office=US, to_offices=(desk.partner.code,), kind=kind)
    row = mailroom.post(replace(mine, id=secrets.token_hex(16)), lane_class=NORMAL, now=NOW)
    return row.parcels.select_related("message", "lane").get()


def opened_by(key: SealingKey, parcel: Parcel, desk: Desk) -> Message:
    """Open an envelope of ours with a key, as whoever has it must: our node and our author signed it."""
    opened = envelope.open_envelope(
        bytes(parcel.envelope), me=desk.partner.code, sealing_keys={key.kid: key}, node_keys=our_keys("node")
    )
    message, _ = read_message(opened.signed_message, sender=US, author_keys=our_keys("author"))
    return message


def test_the_coercive_kinds_are_those_of_their_class_and_hand_over_is_one() -> None:
    table = codes.load("kinds")
    assert {code for code in table if table.row(code)["class"] == "COE"} == set(COERCIVE)
    assert "HANDOVER" in COERCIVE


@pytest.mark.parametrize("kind", COERCIVE)
def test_the_oversight_opens_what_is_coercive_and_so_does_the_office(kind: str, desk: Desk) -> None:
    name_key(desk.node)
    parcel = post(desk, kind)
    assert opened_by(OVERSIGHT, parcel, desk) == opened_by(desk.partner.seal_key, parcel, desk)
    assert opened_by(OVERSIGHT, parcel, desk).kind == kind
    with pytest.raises(Unauthentic, match="sealing_key_unknown"):
        opened_by(STRANGER, parcel, desk)


@pytest.mark.parametrize("kind", ["TEST", "VER_ID", "LOCATE", "ANSWER"])
def test_the_oversight_opens_nothing_else(kind: str, desk: Desk) -> None:
    name_key(desk.node)
    parcel = post(desk, kind)
    assert kids_of(bytes(parcel.envelope)) == (desk.partner.seal_key.kid,)
    with pytest.raises(Unauthentic, match="sealing_key_unknown"):
        opened_by(OVERSIGHT, parcel, desk)


@pytest.mark.parametrize("kind", COERCIVE)
def test_a_card_without_such_a_key_changes_nothing(kind: str, desk: Desk) -> None:
    assert kids_of(bytes(post(desk, kind).envelope)) == (desk.partner.seal_key.kid,)


def test_a_key_that_has_ended_opens_nothing_any_more(desk: Desk) -> None:
    row = name_key(desk.node)
    NodeKey.objects.filter(pk=row.pk).update(revoked_at=NOW)
    assert len(kids_of(bytes(post(desk).envelope))) == 1


def test_the_oversight_of_another_state_is_not_sealed_to(desk: Desk) -> None:
    """Ours reads what is asked of us; what we ask of them is theirs."""
    name_key(queries.this_node())
    assert kids_of(bytes(post(desk).envelope)) == (desk.partner.seal_key.kid,)


def test_a_chunk_of_a_coercive_message_is_sealed_to_it_too(desk: Desk) -> None:
    name_key(desk.node)
    stationery = Stationery(NOW)
    assert kids_of(seal(b"chunk", [desk.node], stationery, overseen=True))[1:] == (OVERSIGHT.kid,)
    said = desk.partner.message(from_office=US, to_offices=(desk.partner.code,), kind="CHUNK")
    for kind, overseen_too in (("HANDOVER", True), ("VER_ID", False)):
        letter = mailroom.posting.Letter(message=said, lane_class=NORMAL, of_kind=kind)
        assert letter.overseen is overseen_too


def test_our_card_names_the_key_and_a_new_one_takes_its_place(desk: Desk) -> None:
    first = directory.name_oversight(OVERSIGHT.public, now=NOW)
    assert directory.name_oversight(OVERSIGHT.public, now=NOW) == first
    assert cards.read(directory.issue_card(NOW)).first("oversight").kid == OVERSIGHT.kid
    directory.name_oversight(STRANGER.public, now=NOW)
    card = cards.read(directory.issue_card(NOW))
    assert [key.kid for key in card.keys if key.use == "oversight"] == [STRANGER.kid]


# What came to us.


def came(desk: Desk, kind: str = "HANDOVER") -> Wire:
    """Let the partner send us something of a kind, sealed to our oversight if it is coercive."""
    public = queries.sealing_key_of(queries.this_node(), NOW)
    recipients = [envelope.Recipient(node=US, key=public)]
    if kinds.is_overseen(kind):
        recipients.append(envelope.Recipient(node=US, key=OVERSIGHT.public))
    wire = desk.partner.parcel(desk.partner.message(kind=kind), recipients=recipients)
    receivers = Receivers(by_kind={kind: lambda _delivery: None}, receipt=desk.receipts.append)
    mailroom.take_in(desk.node, [wire], receivers, now=NOW)
    return wire


@pytest.fixture
def named(desk: Desk) -> Desk:
    directory.name_oversight(OVERSIGHT.public, now=NOW)
    return desk


def test_what_came_for_our_oversight_is_kept_sealed_as_it_came(named: Desk) -> None:
    _, sealed = came(named)
    came(named, "TEST")
    assert list(overseen.envelopes(named.node)) == [(envelope.digest(sealed), sealed)]
    assert Arrival.objects.exclude(envelope=b"").count() == 1


def test_what_is_refused_is_the_oversights_to_read_too(named: Desk) -> None:
    public = queries.sealing_key_of(queries.this_node(), NOW)
    recipients = [envelope.Recipient(node=US, key=key) for key in (public, OVERSIGHT.public)]
    wire = named.partner.parcel(named.partner.message(kind="HANDOVER"), recipients=recipients)
    named.take_in(wire)  # of a kind that no room takes in
    assert [raw for _, raw in overseen.envelopes(named.node)] == [wire[1]]


def test_a_key_that_was_named_once_still_finds_its_own(named: Desk) -> None:
    _, sealed = came(named)
    directory.name_oversight(STRANGER.public, now=NOW)
    assert [raw for _, raw in overseen.envelopes(named.node)] == [sealed]


def test_what_is_erased_is_erased_there_too(named: Desk) -> None:
    came(named)
    message = Arrival.objects.get().message
    assert message is not None
    erase_messages([message.message_id], now=NOW)
    assert list(overseen.envelopes(named.node)) == []


def test_nothing_is_kept_where_our_card_names_no_key(desk: Desk) -> None:
    came(desk, "TEST")
    assert list(overseen.envelopes(desk.node)) == []
