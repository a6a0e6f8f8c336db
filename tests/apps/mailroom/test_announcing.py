"""Keys are renewed without a ceremony: partners hear of it in their lane, and nothing that was under way is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lienlac.apps.directory import actions as directory
from lienlac.apps.directory import keystore, queries
from lienlac.apps.directory.models import Office
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Arrival, Parcel
from lienlac.core.envelope.keys import SealingKey
from lienlac.core.errors import Refused, Unavailable
from lienlac.core.trust import cards
from tests.apps.mailroom.conftest import Desk, recount_outboxes
from tests.apps.mailroom.partner import NOW, Partner
from tests.apps.mailroom.renewing import (
    LATER,
    MONTH,
    card_in,
    hears,
    ours,
    renewed,
    taking_keys,
    told,
)
from tests.apps.mailroom.test_receipted import ack, send


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


def test_a_partner_whom_nothing_can_be_told_keeps_no_other_from_hearing_of_a_key(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    Partner(code="mm-muse").introduce()
    directory.renew_sealing(now=LATER)
    first_office, (first, second) = queries.first_office, sorted([desk.partner.code, "mm-muse"])

    def break_over_the_first(code: str) -> Office | None:
        assert code != first, "broken"
        return first_office(code)

    cards = Parcel.objects.filter(message__kind="KEYS").values_list("lane__partner__code", flat=True)
    with monkeypatch.context() as torn:
        torn.setattr(queries, "first_office", break_over_the_first)
        mailroom.renew_keys(now=LATER)
    assert list(cards.all()) == [second]
    mailroom.renew_keys(now=LATER)
    assert sorted(cards.all()) == [first, second]


def test_partners_hear_of_a_new_address_and_of_the_same_one_nothing(desk: Desk) -> None:
    assert not directory.move_door(queries.this_node().endpoint, now=LATER)
    mailroom.renew_keys(now=LATER)
    assert not Parcel.objects.filter(message__kind="KEYS").exists()
    assert directory.move_door("https://moved.example:8200", now=LATER)
    mailroom.renew_keys(now=LATER)
    assert card_in(desk).endpoint == "https://moved.example:8200"


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
    recount_outboxes()
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
