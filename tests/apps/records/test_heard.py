"""Names by their sound in the table: neither namesakes by the hundred nor those in other letters hide anybody."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienlac.apps.records import exact, finding, heard, storing
from lienlac.apps.records.models import NameKey, RecordName
from lienlac.core import names
from tests.apps.records.people import NOW, draft

pytestmark = pytest.mark.django_db


def store(*written: str) -> None:
    storing.add([draft(name, "") for name in written], None, now=NOW)


def near(text: str) -> list[str]:
    texts = dict(RecordName.objects.values_list("pk", "text"))
    return list(dict.fromkeys(texts[key] for key in heard.near(text)))


def test_however_many_bear_a_name_they_count_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "NEAREST", 2)
    store(*["ពីខាំ"] * 20, "ពីខេម")
    assert near("Pikham") == ["ពីខាំ", "ពីខេម"]


def test_who_sounds_nearest_comes_before_many_who_share_as_many_stretches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(heard, "NEAREST", 1)
    store("ពូខុំ", "ពៅខេម", "ពោខីម", "ពីខាំ")  # the same consonants
    assert near("Pikham") == ["ពីខាំ"]


def test_names_in_other_letters_do_not_hide_one_that_sounds_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "SHARING", 3)
    store("Pikham", "Pikhom", "Pekham", "Pokhim", "ពីខាំ")
    assert "ពីខាំ" in near("Pikham")
    assert "Pikham" in near("ពីខាំ")


def test_an_officer_finds_whom_many_namesakes_hid_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written shares nothing with the record; 300 names share its consonants."""
    monkeypatch.setattr(finding, "WRITTEN", 2)
    store("Pikham Sok", "Pikhom Suk", "Pikhim Sek", "Pukham Sak", "ពីខាំ")
    assert "ពីខាំ" in [hit.name.text for hit in finding.near(["Pikham"]).values() if hit.name]


def test_a_key_by_sound_is_stored_for_its_side_and_is_plain_for_whoever_compares() -> None:
    store("ពីខាំ", "Pikham")
    stored = {
        row.text: {key for key in row.keys.values_list("key", flat=True) if not key.startswith("=")}
        for row in RecordName.objects.all()
    }
    assert set(exact.heard("Pikham", exact.HEARD_THERE)) <= stored["ពីខាំ"]
    assert not any(key.startswith(exact.HEARD) for key in stored["ពីខាំ"])
    for text, keys in stored.items():
        assert {exact.plain(key) for key in keys} == names.keys(text)


def test_nothing_of_a_name_that_went_is_left() -> None:
    store("ពីខាំ", "Pikham")
    storing.forget_parts([one.record for one in RecordName.objects.select_related("record")])
    assert not RecordName.objects.exists()
    assert not NameKey.objects.exists()
    assert heard.near("Pikham") == []


def test_four_queries_answer_however_many_sound_alike() -> None:
    store(*["ពីខាំ"] * 5, "Pikham")
    with CaptureQueriesContext(connection) as asked:
        assert heard.near("Pikham")
    assert len(asked) == 4


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL plans by the size of its tables: these are small"
)
def test_sounds_are_found_by_the_index_and_their_rows_alone() -> None:
    store("ពីខាំ", "Pikham")
    with CaptureQueriesContext(connection) as asked:
        heard.near("Pikham")
    for one in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
            plan = [row[3] for row in cursor.fetchall()]
        assert any("records_namekey USING COVERING INDEX" in step for step in plan)
        assert not any(step.startswith(("SCAN records_", "SCAN named")) for step in plan)
