"""Letters that a hub carries: bounded for each pair, gone when taken or old, seen no more than SG26 lets it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory.models import Node
from lienlac.apps.relay import actions, queries
from lienlac.apps.relay.actions import Place
from lienlac.apps.relay.models import Letter
from lienlac.core.errors import NoRoom, Refused
from lienlac.core.policy import decide
from lienlac.site.carrying import Carrying
from tests.apps.mailroom.partner import NOW, Partner, found_us
from tests.core.policy.cases import RELAY

pytestmark = pytest.mark.django_db
A, B, C = "cn-jingxi", "la-boten", "th-nong-khai"
SEEN = {
    "sender": "sender_node",
    "addressee": "receiver_node",
    "size": "padded_size",
    "left_at": "time",
    "due_at": "time",
    "number": "time",  # a moment
    "read": "time",  # a number that this hub gave
}


@dataclass(frozen=True, kw_only=True)
class Offices:
    """Three that this hub carries for."""

    a: Node
    b: Node
    c: Node


def carry(monkeypatch: pytest.MonkeyPatch, *offices: str, **how: int) -> None:
    """Let this node be a hub for these."""
    said = Carrying(offices=offices, **how)
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, relay=said))


@pytest.fixture
def offices(monkeypatch: pytest.MonkeyPatch) -> Offices:
    found_us()
    carry(monkeypatch, A, B, C, letters=3, megabytes=5)
    a, b, c = (Partner(code=code).introduce() for code in (A, B, C))
    return Offices(a=a, b=b, c=c)


def leave(sender: Node, to: Node, raw: bytes = b"sealed", **how: object) -> int:
    return actions.leave(sender, raw, to=to, **({"read": 0, "now": NOW} | how))  # type: ignore[arg-type]


def given(to: Node, **later: int) -> list[bytes]:
    return [bytes(one.sealed) for one in queries.next_letters(to, now=NOW + timedelta(**later))]


def test_what_was_left_is_given_to_its_addressee_alone_in_the_order_in_which_it_came(offices):
    leave(offices.a, offices.b, b"1")
    leave(offices.c, offices.b, b"2")
    leave(offices.a, offices.b, b"3")
    assert given(offices.b) == [b"1", b"2", b"3"]
    assert given(offices.a) == given(offices.c) == []
    assert queries.with_letters(now=NOW) == {B}


def test_a_letter_stays_until_its_addressee_has_it_and_then_nothing_of_it_is_left(offices):
    number = leave(offices.a, offices.b)
    assert given(offices.b) == given(offices.b) == [b"sealed"]
    actions.settle(offices.b, done=[Place(sender=A, number=number)], later=[], now=NOW)
    assert not Letter.objects.exists()


def test_nobody_takes_out_or_puts_off_the_letters_of_another(offices):
    place = Place(sender=A, number=leave(offices.a, offices.b))
    for other in (offices.a, offices.c):
        actions.settle(other, done=[place], later=[(place, timedelta(days=1))], now=NOW)
    assert given(offices.b) == [b"sealed"]


def test_a_letter_that_was_put_off_comes_again_and_holds_up_no_other(offices):
    first = Place(sender=A, number=leave(offices.a, offices.b, b"1"))
    leave(offices.a, offices.b, b"2")
    actions.settle(offices.b, done=[], later=[(first, timedelta(seconds=10))], now=NOW)
    assert given(offices.b) == [b"2"]
    assert given(offices.b, seconds=10) == [b"1", b"2"]


def test_who_leaves_more_than_his_places_is_told_so_and_fills_no_others(offices):
    for _ in range(3):
        leave(offices.a, offices.b)
    with pytest.raises(NoRoom, match="hub_full"):
        leave(offices.a, offices.b)
    leave(offices.a, offices.c)
    leave(offices.c, offices.b)
    assert queries.load_of(offices.a, offices.b) == queries.Load(letters=3, size=18)


def test_who_leaves_more_bytes_than_he_may_is_told_so(offices):
    leave(offices.a, offices.b, bytes(3 << 20))
    with pytest.raises(NoRoom, match="hub_full"):
        leave(offices.a, offices.b, bytes(3 << 20))
    leave(offices.a, offices.b, bytes(2 << 20))


@pytest.mark.django_db(transaction=True)
def test_who_leaves_many_at_once_fills_no_more_than_his_places(offices):
    def leaves() -> None:
        try:
            leave(offices.a, offices.b)
        except NoRoom:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=leaves) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert queries.load_of(offices.a, offices.b).letters == 3


def test_numbers_of_a_pair_grow_though_the_clock_goes_back_and_tell_nothing_of_other_pairs(offices):
    first = leave(offices.a, offices.b)
    assert leave(offices.a, offices.b, now=NOW - timedelta(days=1)) == first + 1
    for _ in range(3):
        leave(offices.c, offices.b)
    assert leave(offices.a, offices.b) == first + 2


def test_only_whom_the_operator_lists_and_people_trust_is_carried_for(offices, monkeypatch):
    stranger = Partner(code="xx-nobody").introduce()
    with pytest.raises(Refused, match="hub_refuses_us"):
        queries.check_carried(stranger)
    for code in (stranger.code, "kh-nobody", A):
        with pytest.raises(Refused, match="hub_lacks_partner"):
            queries.addressee(offices.a, code)
    Node.objects.filter(code=B).update(standing="introduced")
    with pytest.raises(Refused, match="hub_lacks_partner"):
        queries.addressee(offices.a, B)
    carry(monkeypatch)
    with pytest.raises(Refused, match="hub_refuses_us"):
        queries.check_carried(offices.a)


@pytest.mark.parametrize("standing", ["paused", "revoked"])
def test_who_waits_for_letters_when_his_trust_ends_is_given_none(offices, standing):
    leave(offices.a, offices.b)
    Node.objects.filter(code=B).update(standing=standing)
    assert (given(offices.b), queries.with_letters(now=NOW)) == ([], set())


def test_what_nobody_came_for_is_gone_after_seven_days(offices):
    leave(offices.a, offices.b)
    assert actions.erase_old(now=NOW + timedelta(days=7)) == 0
    assert actions.erase_old(now=NOW + timedelta(days=7, seconds=1)) == 1
    assert not Letter.objects.exists()


def test_a_clock_that_was_set_back_holds_no_letter_and_no_place_for_long(offices):
    before = NOW + timedelta(days=365)
    place = Place(sender=A, number=leave(offices.a, offices.b, now=before))
    actions.settle(offices.b, done=[], later=[(place, timedelta(minutes=5))], now=before)
    assert given(offices.b) == [b"sealed"]
    assert actions.erase_old(now=NOW) == 1


def test_a_look_at_many_letters_reads_none_of_them(offices):
    if connection.vendor != "sqlite":
        pytest.skip("a question about SQLite's pages")
    leave(offices.a, offices.b)
    with CaptureQueriesContext(connection) as asked:
        queries.load_of(offices.a, offices.b)
        queries.with_letters(now=NOW)
        queries.burden()
        queries.next_letters(offices.b, now=NOW)
    with connection.cursor() as cursor:
        for one in asked.captured_queries[:-1]:  # the last one gives the letters
            cursor.execute("EXPLAIN QUERY PLAN " + one["sql"])
            steps = [str(row[3]) for row in cursor.fetchall() if "relay_letter" in str(row[3])]
            assert steps
            assert all("COVERING INDEX" in step for step in steps), steps


def test_one_answer_has_a_letter_at_least_and_no_more_than_a_line_can_bear_to_lose(offices, monkeypatch):
    carry(monkeypatch, A, B, letters=100, megabytes=50)
    leave(offices.a, offices.b, bytes(3 << 20))
    leave(offices.a, offices.b, bytes(10))
    assert [len(one) for one in given(offices.b)] == [3 << 20]
    Letter.objects.all().delete()
    for _ in range(20):
        leave(offices.a, offices.b)
    assert len(given(offices.b)) == queries.AT_ONCE


def test_a_hub_sees_and_keeps_no_more_than_the_safeguard_lets_it():
    columns = {field.name for field in Letter._meta.get_fields()} - {"id", "sealed"}
    assert columns == set(SEEN)
    case = replace(RELAY, relay_fields=frozenset(SEEN.values()), relay_days=Carrying().days)
    assert decide(case).permitted


def test_what_is_carried_stands_in_no_ledger_and_no_log(offices, caplog):
    before = Leaf.objects.count()
    place = Place(sender=A, number=leave(offices.a, offices.b))
    actions.settle(offices.b, done=[place], later=[], now=NOW)
    leave(offices.a, offices.b)
    actions.erase_old(now=NOW + timedelta(days=8))
    assert (Leaf.objects.count(), caplog.records) == (before, [])


def test_the_burden_counts_and_names_nobody(offices):
    assert queries.burden() == queries.Burden(load=queries.Load(), oldest_at=None, full=0)
    for _ in range(3):
        leave(offices.a, offices.b)
    leave(offices.c, offices.b, now=NOW - timedelta(hours=1))
    assert queries.burden() == queries.Burden(
        load=queries.Load(letters=4, size=24), oldest_at=NOW - timedelta(hours=1), full=1
    )
