"""Rows that are written together are those that the ORM would have written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.forms import model_to_dict

from lienlac.apps.audit.models import Leaf, Ledger
from lienlac.apps.mailroom.models import Arrival, Message
from lienlac.apps.rows import bulk

NOW = datetime(2026, 11, 22, 15, 30, 1, 250_000, timezone(timedelta(hours=7)))


def message(number: int) -> Message:
    return Message(
        message_id=f"{number:032x}",
        outbound=bool(number % 2),
        kind="CHECK",
        version=number + 1,
        from_office="a.desk",
        to_offices=["b.desk", "ສຽງ"],
        in_reply_to="",
        created_at=NOW,
        signed=bytes([0, 255, number]),
        envelope_digest="d" * 64,
        erased_at=NOW if number == 2 else None,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_a_row_is_read_back_as_it_was_written(count: int) -> None:
    made = bulk.insert([message(number) for number in range(count)])
    kept = list(Message.objects.order_by("pk"))
    assert [one.pk for one in made] == [one.pk for one in kept]
    for one, other in zip(made, kept, strict=True):
        assert model_to_dict(one) | {"signed": bytes(other.signed)} == model_to_dict(other) | {
            "signed": bytes(one.signed)
        }
        assert other.created_at == NOW.astimezone(UTC)


@pytest.mark.django_db
def test_a_row_made_without_ceremony_is_the_one_that_the_constructor_makes() -> None:
    ledger = Ledger.objects.create(partner="b", epoch="e")
    (leaf,) = bulk.insert([bulk.fresh(Leaf, ledger_id=ledger.pk, body=b"x", written_at=NOW)])
    made = Leaf(ledger=ledger, body=b"x", written_at=NOW)
    assert model_to_dict(leaf) == model_to_dict(made) | {"id": leaf.pk}
    assert (leaf.ledger, leaf.place) == (ledger, None)
    kept = Leaf.objects.get()
    kept.place = 7
    kept.save()
    assert Leaf.objects.get().place == 7


@pytest.mark.django_db
def test_a_row_made_without_ceremony_is_not_written_when_something_was_left_out() -> None:
    with pytest.raises(KeyError):
        bulk.insert([bulk.fresh(Leaf, body=b"x", written_at=NOW)])
    with pytest.raises(KeyError):
        bulk.fresh(Leaf, ledger=1)
    assert not Leaf.objects.exists()


@pytest.mark.django_db
def test_no_key_is_given_twice_even_when_its_row_is_gone() -> None:
    first = bulk.insert([message(number) for number in range(3)])
    keys = [one.pk for one in first]
    Message.objects.filter(pk=keys[-1]).delete()
    later = bulk.insert([message(number) for number in range(5, 7)])
    last = message(9)
    last.save()
    assert len({*keys, *(one.pk for one in later), last.pk}) == 6


@pytest.mark.django_db
def test_what_was_written_is_changed_and_not_written_again_by_saving_it() -> None:
    (one,) = bulk.insert([message(1)])
    one.kind = "OTHER"
    one.save()
    assert Message.objects.get().kind == "OTHER"


@pytest.mark.django_db
def test_a_row_that_may_not_be_keeps_all_of_them_out() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert([message(1), message(2), message(1)])
    assert not Message.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 2])
def test_without_a_transaction_nothing_is_written(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)
    with pytest.raises(transaction.TransactionManagementError):
        bulk.insert([message(number) for number in range(count)])


def test_json_without_a_value_is_null_and_not_jsons_null() -> None:
    names = [field.attname for field in Arrival._meta.concrete_fields]
    values = dict(zip(names, bulk._values(Arrival(), connection.ops), strict=True))
    assert values["frame"] is None


@pytest.mark.django_db
def test_nothing_to_write_asks_nothing(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert bulk.insert(list[Leaf]()) == []


@pytest.mark.django_db
def test_a_row_of_another_room_that_it_points_to_stands_in_it() -> None:
    ledger = Ledger.objects.create(partner="cn-jingxi", epoch="e")
    made = bulk.insert(Leaf(ledger=ledger, body=bytes([n]), written_at=NOW) for n in range(2))
    assert list(ledger.leaves.order_by("pk")) == made
