"""Pages of what the ledgers hold cost the same however long these are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienlac.apps.audit.models import Leaf, Ledger
from lienlac.apps.mailroom import overview
from tests.apps.mailroom.partner import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger() -> Ledger:
    """Five leaves with a place, two that wait for theirs."""
    made = Ledger.objects.create(partner="cn-jingxi", epoch="1", size=5)
    for number in range(7):
        place = number if number < made.size else None
        Leaf.objects.create(ledger=made, place=place, body=b"%d" % number, written_at=NOW)
    return made


@pytest.mark.parametrize("number", [1, 2, 3, 7, 25])
def test_pages_of_a_ledger_show_each_leaf_once_and_the_newest_first(ledger: Ledger, number: int) -> None:
    shown, first = list[bytes](), 0
    while page := overview.leaves(ledger, first=first, number=number)[0]:
        assert len(page) == min(number, 7 - first)
        shown += [bytes(leaf.body) for leaf in page]
        first += number
    assert shown == [b"%d" % number for number in reversed(range(7))]
    assert overview.leaves(ledger, first=0, number=number)[1] == 7


@pytest.mark.skipif(connection.vendor != "sqlite", reason="it reads the query plan of SQLite")
def test_a_page_of_a_ledger_sorts_no_leaves(ledger: Ledger) -> None:
    with CaptureQueriesContext(connection) as heard:
        overview.leaves(ledger, first=1, number=3)
    plans = list[str]()
    with connection.cursor() as cursor:
        for one in heard.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
            plans += [row[-1] for row in cursor.fetchall()]
    assert len(plans) == len(heard.captured_queries)
    assert [step for step in plans if not step.startswith("SEARCH audit_leaf USING")] == []
