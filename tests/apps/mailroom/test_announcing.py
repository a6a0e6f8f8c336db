"""Keys are renewed without a ceremony: partners hear of it in their lane, and nothing that was under way is lost."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from lienlac.apps.directory import actions as directory
from lienlac.apps.directory import keystore, moments, queries
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Arrival, ArrivalProof, Parcel, Receipt
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.errors import Refused, Unavailable
from lienlac.core.trust import cards
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, Partner
from tests.apps.mailroom.test_proving import answered
from tests.apps.mailroom.test_receipted import ack, send

MONTH = timedelta(days=30)
LATER = NOW + timedelta(hours=1)


def ours(use: str) -> list[str]:
    return [row.kid for row in queries.own_key_rows(use).order_by("valid_from", "pk")]


def told() -> Parcel:
    return Parcel.objects.select_related("message", "lane").filter(message__kind="KEYS").order_by("-pk")[0]


def card_in(desk: Desk) -> cards.Card:
    """The newest card that waits for the partner, read with his own keys."""
    message = [message for _, message in desk.partner.outbox() if message.kind == "KEYS"][-1]
    return cards.read(base64.b64decode(message.body["card"]))


def hears(desk: Desk, at: datetime) -> None:
    """Let the partner take our card in, and receipt it."""
    parcel = told()
    ack(desk, parcel)
    receipt = desk.partner.receipt_parcel(parcel)
    mailroom.take_in(desk.node, [receipt], desk.receivers, now=at)


def taking_keys(desk: Desk, parcel: Any, at: datetime = LATER) -> Arrival:
    receivers = replace(desk.receivers, by_kind={**desk.receivers.by_kind, "KEYS": mailroom.take_keys})
    mailroom.take_in(desk.node, [parcel], receivers, now=at)
    return Arrival.objects.order_by("-pk")[0]


def renewed(partner: Partner, at: datetime = LATER, **keys: Any) -> tuple[Partner, Any]:
    """The partner with other keys, and the parcel by which he says so, signed with his old ones."""
    new = replace(partner, **keys)
    card = cards.sign(replace(new.card(), issued_at=moments.to_wire(at)), new.node_key)
    body = {"card": base64.b64encode(card).decode()}
    return new, partner.parcel(partner.message(kind="KEYS", body=body))


# Ours


def test_a_node_that_renewed_nothing_tells_nobody(desk: Desk) -> None:
    mailroom.renew_keys(now=LATER)
    assert not Parcel.objects.exists()


def test_a_sealing_key_is_renewed_every_month_by_itself(desk: Desk) -> None:
    before = ours("seal")
    mailroom.renew_keys(now=NOW + MONTH - timedelta(minutes=1))
    assert ours("seal") == before
    mailroom.renew_keys(now=NOW + MONTH)
    assert ours("seal")[:1] == before
    assert len(ours("seal")) == 2
    mailroom.renew_keys(now=NOW + MONTH + timedelta(minutes=1))
    assert len(ours("seal")) == 2
    assert Parcel.objects.filter(message__kind="KEYS").count() == 1


def test_a_partner_learns_the_new_key_by_a_card_that_the_old_one_signed(desk: Desk) -> None:
    directory.renew_sealing(now=LATER)
    mailroom.renew_keys(now=LATER)
    card = card_in(desk)
    assert [key.kid for key in card.keys if key.use == "seal"] == ours("seal")
    assert card.first("node").kid == ours("node")[0]
    assert queries.sealing_key_of(queries.this_node(), LATER).kid == ours("seal")[1]


def test_what_was_sealed_to_the_old_key_opens_during_the_overlap(desk: Desk) -> None:
    directory.renew_sealing(now=LATER)
    desk.take_in(desk.partner.parcel())
    assert desk.numbers == ["1"]


def test_an_old_key_is_destroyed_when_all_have_heard_and_the_overlap_is_over(desk: Desk) -> None:
    (old,) = ours("seal")
    directory.renew_sealing(now=LATER)
    mailroom.renew_keys(now=LATER)
    for days in (31, 300):
        mailroom.renew_keys(now=LATER + timedelta(days=days))
        assert old in ours("seal"), "the partner has not receipted the new one"
    hears(desk, LATER + timedelta(days=301))
    mailroom.renew_keys(now=LATER + timedelta(days=330))
    assert old in ours("seal")
    mailroom.renew_keys(now=LATER + timedelta(days=331))
    assert old not in ours("seal")


@pytest.mark.django_db(transaction=True)
def test_a_destroyed_key_is_gone_from_the_disk() -> None:
    from tests.apps.mailroom.partner import found_us

    found_us()
    (old,) = ours("seal")
    directory.renew_sealing(now=LATER)
    assert keystore.store().unwrapper(old)
    mailroom.renew_keys(now=LATER + MONTH)
    with pytest.raises(Unavailable, match="key_missing"):
        keystore.afresh().unwrapper(old)


def test_what_waits_to_be_understood_keeps_its_key(desk: Desk) -> None:
    (old,) = ours("seal")
    desk.take_in(desk.partner.parcel(desk.partner.message(kind="SITREP")))
    assert Arrival.objects.get().state == "not_understood"
    directory.renew_sealing(now=LATER)
    mailroom.renew_keys(now=LATER)
    hears(desk, LATER)
    mailroom.renew_keys(now=LATER + MONTH)
    assert old in ours("seal")


def destroy_the_old_key(desk: Desk) -> None:
    directory.renew_sealing(now=LATER)
    mailroom.renew_keys(now=LATER)
    hears(desk, LATER)
    mailroom.renew_keys(now=LATER + MONTH)
    assert len(ours("seal")) == 2, "the old one went, the third came"


def test_what_is_sealed_to_a_destroyed_key_gets_a_clear_refusal_and_the_new_key(desk: Desk) -> None:
    destroy_the_old_key(desk)
    at = LATER + MONTH + timedelta(minutes=5)
    mailroom.take_in(desk.node, [desk.partner.parcel()], desk.receivers, now=at)
    assert Arrival.objects.order_by("-pk")[0].outward_ground == "RF22"
    (receipt,) = desk.receipt_all()
    assert (receipt["status"], receipt["outward_ground"]) == ("refused", "RF22")
    before = Parcel.objects.filter(message__kind="KEYS").count()
    mailroom.renew_keys(now=at + timedelta(minutes=1))
    mailroom.renew_keys(now=at + timedelta(minutes=2))
    assert Parcel.objects.filter(message__kind="KEYS").count() == before + 1


def test_signing_keys_are_taken_up_when_every_partner_has_heard(desk: Desk) -> None:
    before = {use: queries.own_signing_key(use, LATER).kid for use in ("node", "author")}
    new = {row.use: row.kid for row in directory.renew_signing(now=LATER)}
    with pytest.raises(Refused, match="keys_not_taken_up"):
        directory.renew_signing(now=LATER)
    mailroom.renew_keys(now=LATER)
    assert {key.kid for key in card_in(desk).keys} >= set(new.values())
    assert {use: queries.own_signing_key(use, LATER).kid for use in new} == before
    assert [one.code for one in mailroom.unheard(LATER)] == [desk.partner.code]
    hears(desk, LATER)
    mailroom.renew_keys(now=LATER + timedelta(minutes=1))
    assert {use: queries.own_signing_key(use, LATER + timedelta(minutes=2)).kid for use in new} == new
    mailroom.renew_keys(now=LATER + timedelta(minutes=2))
    assert cards.fingerprint(
        cards.read(directory.issue_card(LATER + timedelta(minutes=2)))
    ) == queries.fingerprint_of(queries.this_node())
    assert len(desk.partner.outbox()) >= 1, "what is signed anew opens at the partner"


@pytest.mark.parametrize("days", [-400, 400])
def test_announced_keys_sign_nothing_whatever_the_clock_says(desk: Desk, days: int) -> None:
    (old,) = ours("node")
    directory.renew_signing(now=LATER)
    assert queries.own_signing_key("node", NOW + timedelta(days=days)).kid == old
    assert queries.fingerprint_of(queries.this_node())[:32] == old


def test_an_operator_may_go_on_without_a_partner_who_hears_nothing(desk: Desk) -> None:
    new = {row.use: row.kid for row in directory.renew_signing(now=LATER)}
    assert {row.use: row.kid for row in directory.take_up(now=LATER)} == new
    assert queries.own_signing_key("node", LATER).kid == new["node"]
    assert directory.take_up(now=LATER) == []


def test_an_old_signing_key_stays_while_something_signed_with_it_waits(desk: Desk) -> None:
    (old,) = ours("node")
    waiting = send(desk)
    directory.renew_signing(now=LATER)
    mailroom.renew_keys(now=LATER)
    hears(desk, LATER)
    mailroom.renew_keys(now=LATER)
    mailroom.renew_keys(now=LATER + timedelta(minutes=1))
    hears(desk, LATER + timedelta(minutes=2))
    Parcel.objects.filter(pk=waiting.pk).update(in_outbox=True)
    mailroom.renew_keys(now=LATER + 4 * MONTH)
    assert old in ours("node")
    Parcel.objects.filter(pk=waiting.pk).update(in_outbox=False)
    mailroom.renew_keys(now=LATER + 4 * MONTH)
    assert old not in ours("node")


def test_an_older_card_that_is_sent_again_is_not_the_newer_one(desk: Desk) -> None:
    """Sealed anew it leaves late, and still names the keys of its own day alone."""
    directory.renew_sealing(now=LATER)
    mailroom.renew_keys(now=LATER)
    first = told()
    ack(desk, first)
    desk.take_in(desk.partner.receipt_parcel(first, status="refused", outward_ground="RF22"))
    renewed_at = LATER + timedelta(minutes=1)
    his, keys = renewed(desk.partner, renewed_at, seal_key=SealingKey.generate())
    taking_keys(desk, keys, renewed_at)
    directory.renew_signing(now=renewed_at)
    assert mailroom.send_sealed_anew(now=LATER + timedelta(minutes=2)) == 1
    mailroom.renew_keys(now=LATER + timedelta(minutes=3))
    assert Parcel.objects.filter(message__kind="KEYS").count() == 2
    first.refresh_from_db()
    ack(desk, first)
    desk.take_in(his.receipt_parcel(first))
    assert Parcel.objects.get(pk=first.pk).state == "received"
    assert [one.code for one in mailroom.unheard(renewed_at)] == [desk.partner.code]


def test_a_card_that_is_told_at_once_is_told_once(desk: Desk) -> None:
    """The moment of a message has milliseconds, the clock of a node has more."""
    at = LATER + timedelta(microseconds=1500)
    directory.renew_sealing(now=at)
    mailroom.renew_keys(now=at)
    mailroom.renew_keys(now=at + timedelta(minutes=1))
    assert Parcel.objects.filter(message__kind="KEYS").count() == 1
    hears(desk, at + timedelta(minutes=1))
    assert mailroom.unheard(at) == []


def test_a_card_after_the_clock_was_put_right_is_later_than_those_before(desk: Desk) -> None:
    ahead = cards.read(directory.issue_card(LATER + timedelta(days=365)))
    directory.renew_sealing(now=LATER)
    mailroom.renew_keys(now=LATER)
    told_, shown = card_in(desk), cards.read(directory.issue_card(LATER))
    assert ahead.issued_at < told_.issued_at < shown.issued_at
    assert {key.kid for key in told_.keys if key.use == "seal"} == set(ours("seal"))


# Theirs


def theirs(desk: Desk, use: str) -> set[str]:
    return set(desk.node.node_keys.filter(use=use, revoked_at=None).values_list("kid", flat=True))


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


def test_what_was_sealed_to_a_key_that_is_gone_is_sent_again_sealed_anew(desk: Desk) -> None:
    parcel = send(desk)
    refusal = desk.partner.receipt_parcel(parcel, status="refused", outward_ground="RF22")
    ack(desk, parcel)
    desk.take_in(refusal)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.in_outbox, desk.receipts) == ("refused", False, [])
    assert mailroom.send_sealed_anew(now=LATER) == 0, "no newer key of his is known"
    new, keys = renewed(desk.partner, seal_key=SealingKey.generate())
    taking_keys(desk, keys)
    assert mailroom.send_sealed_anew(now=LATER) == 1
    assert mailroom.send_sealed_anew(now=LATER) == 0
    new.lanes = desk.partner.lanes
    (_, message) = new.outbox()[-1]
    assert message.id == parcel.message.message_id
    parcel.refresh_from_db()
    desk.take_in(new.receipt_parcel(parcel))
    assert Receipt.objects.get(message=parcel.message, stage="R1").status == "stored"
    assert [one.status for one in desk.receipts] == ["stored"]


def refused_for_its_key(desk: Desk) -> Parcel:
    parcel = send(desk)
    ack(desk, parcel)
    desk.partner.stores(parcel)
    desk.take_in(desk.partner.receipt_parcel(parcel, status="refused", outward_ground="RF22"))
    return Parcel.objects.select_related("lane", "message").get(pk=parcel.pk)


def test_of_what_was_sent_sealed_anew_the_new_arrival_is_proven(desk: Desk) -> None:
    old = refused_for_its_key(desk)
    mailroom.arrivals_proven(desk.node, answered(desk), now=NOW)
    his, keys = renewed(desk.partner, seal_key=SealingKey.generate())
    taking_keys(desk, keys)
    mailroom.send_sealed_anew(now=LATER)
    anew = Parcel.objects.select_related("lane", "message").get(pk=old.pk)
    ack(desk, anew)
    his.stores(anew)
    desk.take_in(his.receipt_parcel(anew))
    (asked,) = mailroom.arrivals_to_prove(desk.node)
    assert asked.envelopes == (anew.digest,) != (old.digest,)
    assert mailroom.arrivals_proven(desk.node, answered(desk), now=LATER) == 1
    assert anew.digest.encode() in bytes(ArrivalProof.objects.get(parcel=anew).leaf)


def test_what_waits_for_one_partners_key_holds_up_nothing_for_another(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lienlac.apps.mailroom.actions.resealing.AT_ONCE", 1)
    refused_for_its_key(desk)
    muse = Partner(code="mm-muse")
    other = Desk(partner=muse, node=muse.introduce())
    parcel = refused_for_its_key(other)
    taking_keys(other, renewed(muse, seal_key=SealingKey.generate())[1])
    assert mailroom.send_sealed_anew(now=LATER) == 1
    parcel.refresh_from_db()
    assert parcel.state == "waiting"


def test_a_partner_whose_only_sealing_key_was_revoked_stops_no_chore(desk: Desk) -> None:
    refused_for_its_key(desk)
    directory.revoke_key(
        desk.node, desk.partner.seal_key.kid, reason="key_stolen", epoch="a1", size=1, now=LATER
    )
    assert mailroom.send_sealed_anew(now=LATER) == 0


def test_who_refuses_for_ever_is_sent_it_once_for_each_key(desk: Desk) -> None:
    parcel = send(desk)
    for turn in range(1, 4):
        ack(desk, parcel)
        desk.take_in(desk.partner.receipt_parcel(parcel, status="refused", outward_ground="RF22"))
        told_at = LATER + turn * MONTH
        assert mailroom.send_sealed_anew(now=told_at) == 0
        taking_keys(desk, renewed(desk.partner, told_at, seal_key=SealingKey.generate())[1], told_at)
        assert mailroom.send_sealed_anew(now=told_at) == 1
        assert mailroom.send_sealed_anew(now=told_at) == 0
        parcel.refresh_from_db()
    assert parcel.message.parcels.count() == 1


def test_what_was_erased_meanwhile_is_not_sent_again(desk: Desk) -> None:
    parcel = send(desk)
    ack(desk, parcel)
    desk.take_in(desk.partner.receipt_parcel(parcel, status="refused", outward_ground="RF22"))
    taking_keys(desk, renewed(desk.partner, seal_key=SealingKey.generate())[1])
    mailroom.erase_messages([parcel.message.message_id], now=LATER)
    assert mailroom.send_sealed_anew(now=LATER) == 0


def test_a_newer_card_by_hand_still_needs_the_lane_or_a_ceremony(desk: Desk) -> None:
    new = replace(desk.partner, seal_key=SealingKey.generate())
    card = cards.sign(replace(new.card(), issued_at=moments.to_wire(LATER)), new.node_key)
    with pytest.raises(Exception, match="keys_changed"):
        directory.meet(card, now=LATER)
