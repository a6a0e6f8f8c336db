"""What is worded once answers as the query that it was worded from, each time anew."""

from __future__ import annotations

import pytest
from django.db.models import Q

from lienlac.apps.audit.models import Leaf, Ledger
from lienlac.apps.rows.prepared import Prepared, padded

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledgers() -> list[Ledger]:
    return [Ledger.objects.create(partner=code, epoch="e", size=size) for size, code in enumerate("abc", 1)]


def test_rows_are_those_of_the_query(ledgers: list[Ledger]) -> None:
    def ask(partner: str, size: int) -> object:
        return Ledger.objects.filter(Q(partner=partner) | Q(size__gte=size), epoch="e").order_by("-size")

    asked = Prepared[Ledger](ask)  # type: ignore[arg-type]
    for partner, size in (("a", 3), ("b", 2), ("z", 9)):
        found = asked(partner, size)
        assert found == list(ask(partner, size))  # type: ignore[call-overload]
        assert [vars(one).keys() for one in found] == [vars(one).keys() for one in Ledger.objects.all()][
            : len(found)
        ]


def test_values_are_converted_as_ever(ledgers: list[Ledger]) -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 11, 22, tzinfo=UTC)
    Leaf.objects.create(ledger=ledgers[0], body=b"x", written_at=at)
    asked = Prepared[tuple[object, ...]](
        lambda ledger: Leaf.objects.filter(ledger_id=ledger).values_list("place", "written_at")
    )
    assert asked(ledgers[0].pk) == [(None, at)]


def test_no_answer_is_kept(ledgers: list[Ledger]) -> None:
    asked = Prepared[int](
        lambda partner: Ledger.objects.filter(partner=partner).values_list("size", flat=True)
    )
    assert asked.first("a") == 1
    Ledger.objects.filter(partner="a").update(size=7)
    assert asked.first("a") == 7
    assert asked.first("nobody") is None


@pytest.mark.parametrize("value", [None, ("a", "b"), True])
def test_a_value_for_which_the_question_would_be_another_is_refused(value: object) -> None:
    asked = Prepared[Ledger](lambda partner: Ledger.objects.filter(partner=partner))
    with pytest.raises(ValueError, match="only texts and numbers"):
        asked(value)  # type: ignore[arg-type]


def test_a_value_that_the_question_changes_is_refused() -> None:
    asked = Prepared[Ledger](lambda partner: Ledger.objects.filter(partner__contains=partner))
    with pytest.raises(ValueError, match="does not stand for itself"):
        asked("a")


def test_a_text_is_a_text_whatever_is_in_it(ledgers: list[Ledger]) -> None:
    asked = Prepared[Ledger](lambda partner: Ledger.objects.filter(partner=partner))
    for text in ("' OR 1=1 --", "%s", "\x010"):
        assert asked(text) == []


@pytest.mark.parametrize("count", range(10))
def test_a_padded_list_names_the_same_and_has_few_lengths(count: int) -> None:
    values = [str(number) for number in range(count)]
    made = padded(values)
    assert made[:count] == values
    assert set(made) == set(values)
    assert len(made) in (0, 1, 2, 4, 8, 16)


def test_questions_about_many_are_worded_once_for_all_of_a_length(ledgers: list[Ledger]) -> None:
    asked = Prepared[str](
        lambda *codes: Ledger.objects.filter(partner__in=codes).values_list("partner", flat=True)
    )
    assert sorted(asked(*padded(["a", "b", "c"]))) == ["a", "b", "c"]
    assert sorted(asked(*padded(["a", "b", "c", "z"]))) == ["a", "b", "c"]
    assert len(asked._worded) == 1
