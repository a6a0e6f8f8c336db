"""The lines of a file, compared together: each gives what it gives alone, and those who are nearest have the places."""

from __future__ import annotations

import pytest
from django.utils import timezone

from lienlac.apps.records.models import Record
from lienlac.apps.screening import comparing, lines, promising
from lienlac.apps.screening.persons import Known
from lienlac.core import names
from tests.apps.records.people import linh, record

pytestmark = pytest.mark.django_db
NAMES = ("谭庆远", "韦明霞", "陆建国", "Đàm Khánh Viễn", "Dam Khanh Vien", "Nông Chí Cao")


def named(*texts: str, birth: str = "") -> Known:
    return Known(names=tuple((text, "") for text in texts), birth=birth)


def test_lines_together_give_what_each_gives_alone() -> None:
    on_duty = linh()
    for name in NAMES:
        record(on_duty, name, birth="1985")
    asked = [named("Đàm Khánh Viễn"), Known(), named("谭庆远", "Nong Chi Cao"), named("韦明霞", birth="1986")]
    together = lines.near_each(asked)
    assert together == [lines.near(one) for one in asked]
    assert [bool(one) for one in together] == [True, False, True, True]


def test_withdrawn_records_take_nobodys_place() -> None:
    on_duty = linh()
    nearest = [record(on_duty, "Đàm Khánh Viễn").pk for _ in range(5)]
    further = [record(on_duty, name).pk for name in ("Đàm Khánh Vin", "Dam Khanh Vien")]
    Record.objects.filter(pk__in=nearest).update(withdrawn_at=timezone.now())
    (found,) = promising.keys_of_each([named("Đàm Khánh Viễn")], most=2)
    assert sorted(found) == further


def test_a_birth_that_agrees_comes_before_nearer_names() -> None:
    on_duty = linh()
    for _ in range(5):
        record(on_duty, "Đàm Khánh Viễn", birth="1960")
    meant = record(on_duty, "Dam Khanh Vien", birth="1985")
    (found,) = promising.keys_of_each([named("Đàm Khánh Viễn", birth="1985")], most=2)
    assert found[0] == meant.pk


def test_a_name_is_read_once_however_many_it_is_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    read, texts = names.read, list[str]()
    monkeypatch.setattr(names, "read", lambda text: texts.append(text) or read(text))
    pairs = comparing.Pairs()
    for name in (*NAMES, *NAMES):
        comparing.compare(named("Đàm Khánh Viễn", "？！"), named(name), pairs)
    assert sorted(texts) == sorted({*NAMES, "？！"})
