"""Leaves get places in batches; a ledger that was put back in time is never written again."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from lienlac.apps.audit import actions, queries
from lienlac.apps.audit.models import Head, Leaf, Ledger
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Incident
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.errors import Malformed
from lienlac.core.ledger import checkpoint, leaves, tree
from lienlac.core.ledger import lasting as second
from tests.apps.mailroom.partner import found_us

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
KEY = SigningKey.generate()
SEALER = actions.Sealer(node="vn-tra-linh", public=KEY.public.public_bytes, sign=KEY.sign)
PARTNER = "cn-jingxi"

pytestmark = pytest.mark.django_db


def write(count: int, partner: str = PARTNER) -> None:
    for number in range(count):
        actions.record(partner, b"leaf %d" % number, now=NOW)


def head(ledger: Ledger) -> checkpoint.Checkpoint:
    newest = Head.objects.filter(ledger=ledger).order_by("-size")[0]
    return checkpoint.parse(bytes(newest.note)).checkpoint


def test_leaves_get_places_in_the_order_of_writing_and_a_signed_head() -> None:
    write(5)
    assert queries.waiting_since() == NOW
    assert actions.sequence(SEALER, now=NOW) == 5
    write(3)
    assert actions.sequence(SEALER, now=NOW) == 3
    assert queries.waiting_since() is None
    ledger = Ledger.objects.get()
    kept = [bytes(leaf.body) for leaf in ledger.leaves.order_by("place")]
    assert list(ledger.leaves.order_by("pk").values_list("place", flat=True)) == list(range(8))
    assert (head(ledger).size, head(ledger).root) == (8, tree.extend(tree.Frontier(), kept)[0].root())
    assert actions.sequence(SEALER, now=NOW) == 0


def test_pairs_and_house_grow_apart() -> None:
    write(2)
    write(3, actions.HOUSE)
    actions.sequence(SEALER, now=NOW)
    assert sorted(Ledger.objects.values_list("partner", "size")) == [("", 3), (PARTNER, 2)]


def test_growth_is_proven_to_the_partner_of_the_pair_alone() -> None:
    write(3)
    actions.sequence(SEALER, now=NOW)
    ledger = Ledger.objects.get()
    first = head(ledger)
    write(4)
    actions.sequence(SEALER, now=NOW)
    proof = queries.consistency_proof(first.origin, partner=PARTNER, first=3, second=7)
    checkpoint.check_successor(first, head(Ledger.objects.get()), proof)
    for origin, partner in ((first.origin, "mm-muse"), (first.origin.replace("pair/cn", "pair/la"), PARTNER)):
        with pytest.raises(Malformed, match="ledger_origin"):
            queries.consistency_proof(origin, partner=partner, first=3, second=7)
    with pytest.raises(Malformed, match="ledger_sizes"):
        queries.consistency_proof(first.origin, partner=PARTNER, first=3, second=8)


def test_one_head_of_each_ledger_a_day_is_signed_for_decades() -> None:
    key = LastingKey(b"l" * 64)
    sealer = replace(SEALER, lasting=key)
    hours = (0, 5, 23, 24, 25, 47, 49, -30)  # the last by a clock that was put back
    for hour in hours:
        write(1)
        write(1, actions.HOUSE)
        actions.sequence(sealer, now=NOW + timedelta(hours=hour))
    for ledger in Ledger.objects.all():
        bears = [second.signed_by(checkpoint.parse(bytes(one.note)), [key.public]) for one in heads(ledger)]
        assert bears == [hour in (0, 24, 49, -30) for hour in hours]
        assert bears == [one.lasting for one in heads(ledger)]


def test_a_node_without_a_lasting_key_signs_as_before() -> None:
    write(1)
    actions.sequence(SEALER, now=NOW)
    [one] = Head.objects.all()
    assert (one.lasting, len(checkpoint.parse(bytes(one.note)).signatures)) == (False, 1)


def heads(ledger: Ledger) -> list[Head]:
    return list(ledger.heads.order_by("size"))


def test_a_restored_ledger_ends_and_the_next_one_says_so_first() -> None:
    write(3)
    actions.sequence(SEALER, now=NOW)
    write(2)  # written, without a place yet
    actions.open_epoch(PARTNER, node="vn-tra-linh", code="restored", now=NOW)
    actions.sequence(SEALER, now=NOW)
    old, new = Ledger.objects.order_by("pk")
    assert (old.current, old.size, new.current, new.size) == (False, 3, True, 3)
    opened = leaves.decode(bytes(new.leaves.get(place=0).body))
    assert (opened.kind, opened.facts["size"], opened.facts["root"]) == (
        "epoch_opened",
        3,
        head(old).root.hex(),
    )
    assert opened.facts["before"] == head(old).origin != head(new).origin


def test_a_leaf_that_came_too_late_for_an_ended_ledger_goes_into_the_current_one() -> None:
    write(3)
    actions.sequence(SEALER, now=NOW)
    old = Ledger.objects.get()
    actions.open_epoch(PARTNER, node="vn-tra-linh", code="restored", now=NOW)
    Leaf.objects.create(ledger=old, body=b"late", written_at=NOW)
    write(1)
    assert actions.sequence(SEALER, now=NOW) == 2
    old, new = Ledger.objects.order_by("pk")
    assert (old.size, old.leaves.count(), new.size) == (3, 3, 3)
    assert [bytes(leaf.body) for leaf in new.leaves.order_by("place")[1:]] == [b"late", b"leaf 0"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "connection.vendor != 'postgresql'",
    reason="SQLite has one writer: no transaction is open while a ledger ends; run again on PostgreSQL.",
)
def test_a_deed_that_is_under_way_while_its_ledger_ends_stands_in_the_next_one() -> None:
    with transaction.atomic():
        write(3)
    actions.sequence(SEALER, now=NOW)
    written, ended = threading.Event(), threading.Event()

    def deed() -> None:
        with transaction.atomic():
            actions.record(PARTNER, b"under way", now=NOW)
            written.set()
            ended.wait(10)
        connection.close()

    slow = threading.Thread(target=deed)
    slow.start()
    assert written.wait(10)
    actions.open_epoch(PARTNER, node="vn-tra-linh", code="restored", now=NOW)
    assert actions.sequence(SEALER, now=NOW) == 0  # not to be seen yet
    ended.set()
    slow.join(10)
    assert actions.sequence(SEALER, now=NOW) == 1
    old, new = Ledger.objects.order_by("pk")
    assert (old.size, old.heads.count(), bytes(new.leaves.get(place=1).body)) == (3, 1, b"under way")
    assert head(new).size == 2


def test_a_ledger_of_which_nothing_was_signed_gets_another_name() -> None:
    write(2)
    before = Ledger.objects.get().epoch
    actions.open_epoch(PARTNER, node="vn-tra-linh", code="restored", now=NOW)
    assert Ledger.objects.get().epoch != before
    assert Ledger.objects.get().restored


def test_where_the_lost_life_may_have_begun_a_ledger_the_next_says_so() -> None:
    actions.open_epoch(PARTNER, node="vn-tra-linh", code="restored", now=NOW)
    write(1)
    assert Ledger.objects.get().restored
    write(1, partner="la-vientiane")
    assert not Ledger.objects.get(partner="la-vientiane").restored


def test_a_leaf_that_waits_for_ten_seconds_is_an_incident_once() -> None:
    found_us()
    write(1)
    assert not mailroom.note_late_leaf(now=NOW + timedelta(seconds=9))
    assert mailroom.note_late_leaf(now=NOW + timedelta(seconds=10))
    assert mailroom.note_late_leaf(now=NOW + timedelta(seconds=30))
    assert Incident.objects.filter(code="leaf_late").count() == 1
    assert Leaf.objects.filter(ledger__partner="").count() == 1
