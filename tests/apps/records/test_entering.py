"""Entering, changing, withdrawing and erasing records."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lienlac.apps.audit import house
from lienlac.apps.audit.models import Leaf, Opening
from lienlac.apps.records import actions, finding, looks, queries
from lienlac.apps.records.models import NameKey, Record, RecordName, UnitCount
from lienlac.core.errors import Malformed, Refused
from lienlac.core.ledger import leaves
from tests.apps.records.people import NOW, draft, linh, officer, record

pytestmark = pytest.mark.django_db


def kinds_of_leaves() -> list[str]:
    return [leaves.decode(bytes(leaf.body)).kind for leaf in Leaf.objects.order_by("pk")]


def test_a_record_keeps_its_names_numbers_and_term() -> None:
    kept = record(linh(), birth="1987", sex="male", numbers=[("passport_ordinary", "E 123-45678")])
    assert [one.text for one in kept.names.all()] == ["谭庆远"]
    assert [one.folded for one in kept.identifiers.all()] == ["E12345678"]
    assert kept.retention_until == date(2026, 11, 21) + timedelta(days=1826)  # AL_WANTED
    assert kinds_of_leaves() == ["record_changed"]


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"kind": "suspicious"}, "record_kind_unknown", "kind"),
        ({"source": " "}, "field_missing", "source"),
        ({"name": ""}, "record_without_name", "name"),
        ({"name": "12345"}, "name_without_letters", "name"),
        ({"name": "x" * 201}, "name_too_long", "name"),
        ({"birth": "1987-13"}, "date_impossible", "birth"),
        ({"birth": "1990-02-30"}, "date_impossible", "birth"),
        ({"birth": "about 1987"}, "date_unreadable", "birth"),
        ({"sex": "M"}, "value_unknown", "sex"),
        ({"numbers": [("passport_ordinary", "-1-")]}, "number_too_short", "number"),
        ({"numbers": [("shoe_size", "43434")]}, "field_code", "number_type"),
        ({"retention_until": date(2036, 1, 1)}, "retention_without_reason", "retention_reason"),
        (
            {"retention_until": date(2056, 1, 1), "retention_reason": "x"},
            "retention_too_long",
            "retention_until",
        ),
        ({"retention_until": date(2026, 11, 20)}, "retention_in_the_past", "retention_until"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(more: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(Malformed) as caught:
        actions.enter(linh(), draft(**more), now=NOW)
    assert (caught.value.code, caught.value.facts["field"]) == (code, field)
    assert not Record.objects.exists()


def test_a_thing_needs_no_name() -> None:
    kept = record(linh(), name="", kind="vehicle", numbers=[("plate", "桂L·12345")])
    assert kept.identifiers.get().folded == "GU1L12345"


def test_who_does_not_handle_enquiries_neither_writes_nor_sees() -> None:
    kept = record(linh())
    mara = officer("mara", "administrator")
    with pytest.raises(Refused):
        actions.enter(mara, draft(), now=NOW)
    assert queries.one(mara, kept.pk) is None
    assert not queries.latest(mara).exists()


def test_one_reference_stands_once_a_source() -> None:
    on_duty = linh()
    record(on_duty, reference="A-17")
    record(on_duty, reference="A-17", source="another list")
    with pytest.raises(Malformed, match="reference_taken"):
        record(on_duty, reference="A-17")


def test_a_change_leaves_nothing_of_what_was_said_before() -> None:
    on_duty = linh()
    kept = record(on_duty, reference="A-17")
    actions.change(on_duty, kept, draft("韦明霞", reference="A-17"), now=NOW)
    assert [one.text for one in RecordName.objects.all()] == ["韦明霞"]
    assert not NameKey.objects.filter(key__contains="tan").exists()
    assert not UnitCount.objects.filter(unit="h:谭", count__gt=0).exists()


def test_what_is_withdrawn_is_not_shown() -> None:
    on_duty = linh()
    kept = record(on_duty)
    actions.withdraw(on_duty, kept, now=NOW)
    assert queries.one(on_duty, kept.pk) is None
    assert not finding.near(["谭庆远"])


def test_longer_than_its_class_needs_a_reason() -> None:
    on_duty = linh()
    kept = record(on_duty)
    with pytest.raises(Malformed, match="retention_without_reason"):
        actions.extend(on_duty, kept, date(2032, 1, 1), reason="  ", now=NOW)
    actions.extend(on_duty, kept, date(2032, 1, 1), reason="trial opens in 2031", now=NOW)
    assert Record.objects.get().retention_until == date(2032, 1, 1)


def test_the_owner_is_told_before_the_end() -> None:
    on_duty = linh()
    soon = record(on_duty, retention_until=date(2027, 1, 1))
    record(on_duty, "韦明霞")
    assert queries.due(on_duty, date(2026, 11, 21)) == [soon]


def test_what_is_due_is_erased_and_the_ledger_forgets_whom_it_names() -> None:
    on_duty = linh()
    old = record(on_duty, retention_until=date(2026, 12, 1))
    missing = record(on_duty, "Lò Thị Mai", "vi", kind="missing", retention_until=date(2026, 12, 1))
    assert Opening.objects.filter(list=looks.LIST, key=str(old.pk)).exists()
    assert actions.erase_due(now=NOW + timedelta(days=30)) == 1
    assert list(Record.objects.all()) == [missing]  # a missing person waits for a human
    assert not Opening.objects.filter(list=looks.LIST, key=str(old.pk)).exists()
    assert Opening.objects.filter(list=house.OFFICER, key="linh").exists()
    assert not NameKey.objects.exclude(name__record=missing).exists()
