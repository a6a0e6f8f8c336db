"""Leaves that name people: what the ledger says without its openings, what the inspector reads with them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from lienlac.apps.audit import house, reading
from lienlac.apps.audit.house import Thing
from lienlac.apps.audit.models import Leaf, Opening
from lienlac.core.ledger import leaves

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
VIEN = Thing(list="enquiry", key="0f" * 16)


@dataclass(frozen=True, kw_only=True)
class Officer:
    username: str


LINH, QIN = Officer(username="linh"), Officer(username="qin")


def read(officer=LINH, key=VIEN.key, minutes=0):
    return reading.read(officer, "enquiry", [key], "INVESTIGATE", now=NOW + timedelta(minutes=minutes))


def test_the_leaf_alone_names_nobody():
    body = bytes(read().body)
    assert b"linh" not in body
    assert VIEN.key.encode() not in body


def test_two_leaves_about_the_same_person_do_not_show_it():
    first, second = (leaves.decode(bytes(read().body)) for _ in range(2))
    assert first.actor != second.actor
    assert first.subjects != second.subjects


def test_the_inspector_reads_who_looked_at_an_enquiry_newest_first():
    read(LINH), read(QIN, minutes=5), read(LINH, key="aa" * 16)
    looks = reading.looks_at(VIEN, limit=10)
    assert [look.officer for look in looks] == ["qin", "linh"]
    assert looks[0].subjects == (VIEN,)
    assert looks[0].facts["purpose"] == "INVESTIGATE"
    assert all(look.holds for look in looks)


def test_the_inspector_reads_what_an_officer_looked_at():
    read(LINH), read(QIN)
    assert [look.subjects for look in reading.looks_of("linh", limit=10)] == [(VIEN,)]


def test_the_list_goes_on_where_it_ended():
    for minutes in range(3):
        read(minutes=minutes)
    newest, *_ = reading.looks_at(VIEN, limit=1)
    older = reading.looks_at(VIEN, limit=10, before=newest.number)
    assert [look.at for look in older] == [NOW + timedelta(minutes=1), NOW]


def test_an_opening_that_was_tampered_with_is_seen():
    read()
    Opening.objects.filter(as_actor=True).update(key="qin")
    assert [look.holds for look in reading.looks_at(VIEN, limit=1)] == [False]


def test_what_is_erased_is_named_by_no_leaf_and_the_leaves_stand():
    before = bytes(read().body)
    assert house.forget(VIEN) == 1
    assert reading.looks_at(VIEN, limit=10) == []
    assert [bytes(row.body) for row in Leaf.objects.all()] == [before]
    assert reading.looks_of("linh", limit=1)[0].subjects == ()


def test_what_the_node_does_itself_has_no_officer():
    house.note("role_changed", subjects=[house.officer("linh")], facts={"code": "opened"}, now=NOW)
    (look,) = reading.looks_at(house.officer("linh"), limit=1)
    assert (look.officer, look.kind, look.holds) == ("", "role_changed", True)


def test_a_page_of_many_asks_the_database_as_often_as_a_page_of_few(django_assert_num_queries):
    for minutes in range(3):
        read(minutes=minutes)
    with django_assert_num_queries(2):
        reading.looks_at(VIEN, limit=1)
    with django_assert_num_queries(2):
        reading.looks_at(VIEN, limit=3)
