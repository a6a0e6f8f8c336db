"""Names by their keys in the table: a rare key finds whom thousands hide, and common ones are not read for it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import pytest
from bench.records.people import people
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac.apps.records import keyed, storing
from lienlac.apps.records.models import NameKey, RecordName
from lienlac.core import names
from tests.apps.records.people import NOW, draft

pytestmark = pytest.mark.django_db
NAMES = tuple(dict.fromkeys(one.name for one in people(300)))


def store(*written: str) -> None:
    storing.add([draft(name, "") for name in written], None, now=NOW)


def found(text: str, most: int = 10) -> list[str]:
    keys = keyed.best(names.keys(text), most)
    texts = dict(RecordName.objects.filter(pk__in=keys).values_list("pk", "text"))
    return [texts[key] for key in keys]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.lists(st.sampled_from(NAMES), min_size=1, max_size=20, unique=True),
    asked=st.sampled_from(NAMES),
)
def test_names_come_by_how_much_the_keys_they_share_are_worth(chosen: list[str], asked: str) -> None:
    RecordName.objects.all().delete()
    store(*chosen)
    keys = names.keys(asked)
    expected = _by_hand(keys)
    assert keyed.best(keys, 5) == sorted(expected, key=lambda name: (-expected[name], name))[:5]


def _by_hand(keys: Iterable[str]) -> Counter[int]:
    worths = Counter[int]()
    for key in keys:
        holders = list(NameKey.objects.filter(key=key).values_list("name", flat=True))
        worths.update({name: 10 + round(10 * math.log2(keyed.COMMON / len(holders))) for name in holders})
    return worths


def test_who_shares_a_rare_key_comes_before_many_who_share_common_ones() -> None:
    store(
        *(f"Nguyễn Văn {last}" for last in ("Bình", "Cường", "Dũng", "Giang", "Hải", "Khánh")),
        "Trần Văn Quyết",
    )
    assert found("Nguyễn Văn Quyết", 3)[0] == "Trần Văn Quyết"


def test_a_common_key_is_not_read_but_tells_who_is_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    """`b` is held by too many; of the two that share the rare `a`, the one that has `b` as well comes first."""
    store(*NAMES[:8])
    rows = list(RecordName.objects.order_by("pk").values_list("pk", flat=True))
    NameKey.objects.all().delete()
    held_by = {"a": rows[:2], "b": rows[1:]}
    NameKey.objects.bulk_create(
        NameKey(name_id=row, key=key) for key, some in held_by.items() for row in some
    )
    monkeypatch.setattr(keyed, "READ", 4)
    assert keyed.best(["a", "b", "held by nobody"], 5) == [rows[1], rows[0]]
    assert keyed.best(["b"], 5) == rows[1:6]  # nothing rarer is there


def test_where_no_key_is_common_two_queries_answer_and_none_where_there_is_no_key() -> None:
    store(*NAMES[:20])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert keyed.best(names.keys(NAMES[3]), 5)
    assert len(asked) == 2
    with CaptureQueriesContext(connection) as asked:
        assert keyed.best([], 5) == []
    assert len(asked) == 0


def test_a_name_with_as_many_keys_as_there_can_be_is_asked_for_like_any_other() -> None:
    long = " ".join(["An Bình Cường Dũng Giang Hải Khánh Quyết"] * 3)
    store("Trần Văn Quyết", long)
    assert found(long)[0] == long


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL plans by the size of its tables: these are small"
)
def test_a_key_is_found_by_the_index_alone() -> None:
    """At a million records a count or a reading that looks at the rows themselves would take seconds."""
    store(*NAMES[:20])
    with CaptureQueriesContext(connection) as asked:
        keyed.best(names.keys(NAMES[3]), 5)
    for one in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
            plan = [row[3] for row in cursor.fetchall() if "records_namekey" in row[3]]
        assert plan
        assert all("USING COVERING INDEX" in step and "(key=?" in step for step in plan)
