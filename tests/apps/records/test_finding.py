"""Whoever is written exactly as asked is found, however many others are like him; names held in memory keep up."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bench.records.people import people
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac.apps.records import actions, exact, finding, held, storing
from lienlac.apps.records.models import NameKey, Record, RecordName
from tests.apps.records.people import NOW, draft, linh, record

pytestmark = pytest.mark.django_db
NAMES = tuple(dict.fromkeys(one.name for one in people(600)))


@pytest.fixture(autouse=True)
def nothing_held() -> Iterator[None]:
    """What one test held of a database that is rolled back must not meet the next."""
    held.forget()
    yield
    held.forget()
    held.behave(held.Manner())


def store(*names: str) -> list[Record]:
    return storing.add([draft(name, "") for name in names], None, now=NOW)


def found(text: str) -> list[str]:
    hits = sorted(finding.near([text]).values(), key=lambda hit: hit.order)
    return [hit.name.text for hit in hits if hit.name]


@pytest.mark.parametrize("fewest", [1, 1_000])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.lists(st.sampled_from(NAMES), min_size=1, max_size=25, unique=True), data=st.data())
def test_an_exact_name_is_always_found_and_first(
    monkeypatch: pytest.MonkeyPatch, fewest: int, chosen: list[str], data: st.DataObject
) -> None:
    """By keys in the table, and in memory."""
    monkeypatch.setattr(held, "FEWEST", fewest)
    held.forget()
    RecordName.objects.all().delete()
    store(*chosen)
    wanted = data.draw(st.sampled_from(chosen))
    assert found(wanted)[0] == wanted


@pytest.mark.parametrize("fewest", [1, 1_000])
def test_an_exact_name_is_found_among_more_namesakes_than_are_compared(
    monkeypatch: pytest.MonkeyPatch, fewest: int
) -> None:
    monkeypatch.setattr(held, "FEWEST", fewest)
    monkeypatch.setattr(finding, "COMPARED", 5)
    monkeypatch.setattr(finding, "EXPLAINED", 3)
    store(
        *["Nguyen Van An"] * 4,
        *(f"Nguyen Van An {more}" for more in ("Binh", "Cuong", "Dung", "Em", "Giang")),
    )
    store("Nguyễn Văn An")
    assert found("Nguyễn Văn An")[0] == "Nguyễn Văn An"


def test_capitals_do_not_hide_the_exact_name() -> None:
    assert exact.exact("NGUYỄN VĂN AN") == exact.exact("Nguyễn  Văn An") != exact.exact("Nguyễn Vân An")


def test_names_in_memory_keep_up_with_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "FEWEST", 1)
    on_duty = linh()
    first = record(on_duty, "谭庆远")
    assert held.search("谭庆远", 5)
    record(on_duty, "韦明霞")
    assert found("韦明霞") == ["韦明霞"]
    actions.withdraw(on_duty, first, now=NOW)
    assert found("谭庆远") == []
    RecordName.objects.all().delete()
    assert held.search("谭庆远", 5) is None  # fewer than are worth holding: nothing is held


def test_so_many_came_and_went_that_all_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "FEWEST", 1)
    monkeypatch.setattr(held, "CHANGED_AT_LEAST", 0)
    store("谭庆远", "韦明霞")
    assert held.search("谭庆远", 5)
    gone = RecordName.objects.get(text="谭庆远")
    gone_key = gone.pk
    gone.delete()
    assert gone_key not in (held.search("谭庆远", 5) or {})


def test_a_node_that_nobody_asks_holds_nothing() -> None:
    store(*NAMES[:20])
    assert held.search(NAMES[0], 5) is None  # the database is asked


def test_another_kind_does_not_crowd_out_the_kind_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "EXPLAINED", 2)
    on_duty = linh()
    for more in ("An", "Anh", "Ân"):
        record(on_duty, f"Nguyễn Văn {more}", "vi")
    missing = record(on_duty, "Nguyễn Văn Án", "vi", kind="missing")
    hits = finding.near(["Nguyễn Văn An"], kind="missing")
    assert list(hits) == [missing.pk]


def test_every_name_has_its_own_key_and_no_letters_in_it() -> None:
    store("谭庆远", "Đàm Khánh Viễn")
    rows = NameKey.objects.filter(key__startswith="=").values("name").annotate(count=Count("pk"))
    assert [row["count"] for row in rows] == [1, 1]


def test_names_beyond_what_a_process_may_hold_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "FEWEST", 1)
    store("谭庆远", "韦明霞")
    held.behave(held.Manner(many=1))
    assert not held.read_now()
    held.behave(held.Manner(many=2))
    assert held.read_now()


def test_who_shares_what_it_holds_finds_later_names_without_reading_all_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("FEWEST", 1), ("CHANGED_AT_LEAST", 0)):
        monkeypatch.setattr(held, name, value)
    store("谭庆远")
    held.behave(held.Manner(anew=False))
    held.read_now()
    monkeypatch.setattr(held, "_read", lambda _: pytest.fail("read anew"))
    store("韦明霞")
    assert found("韦明霞") == ["韦明霞"]
    assert found("谭庆远") == ["谭庆远"]


def test_a_patient_process_looks_once_whether_names_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """To count a million names for each line of a file would cost more than to find them."""
    monkeypatch.setattr(held, "FEWEST", 1)
    store("谭庆远")
    looked, mark = list[int](), held._mark
    monkeypatch.setattr(held, "_mark", lambda: looked.append(1) or mark())
    held.behave(held.Manner(patience_s=60))
    for _ in range(3):
        held.search("谭庆远", 10)
    assert looked == [1]
    held.behave(held.Manner())
    held.search("谭庆远", 10)
    held.search("谭庆远", 10)
    assert looked == [1, 1, 1]
