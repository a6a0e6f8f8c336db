"""Hashes of a tree are found by their place, however large the ledger."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienlac.apps.audit import queries
from lienlac.apps.audit.models import Ledger, TreeNode
from lienlac.core.ledger.tree import Place

pytestmark = pytest.mark.django_db
PLACES = [Place(level, number) for level in range(20) for number in range(10)]


def test_places_are_looked_up_one_by_one_in_their_index() -> None:
    if connection.vendor != "sqlite":
        pytest.skip(
            "a small table is read whole there, and rightly; SQLite plans without looking at its size"
        )
    ledger = Ledger.objects.create(partner="cn-jingxi", epoch="a1")
    with CaptureQueriesContext(connection) as asked, pytest.raises(KeyError):
        queries.StoredNodes(ledger).fetch(PLACES)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
        steps = [row[-1] for row in cursor.fetchall() if "audit_treenode" in row[-1]]
    assert len(steps) == 1
    assert "ledger_id=? AND level=? AND number=?" in steps[0]


def test_hashes_of_other_ledgers_are_not_given() -> None:
    mine, other = (Ledger.objects.create(partner=code, epoch="a1") for code in ("cn-jingxi", "la-xam-nuea"))
    for ledger, letter in ((mine, b"a"), (other, b"b")):
        TreeNode.objects.create(ledger=ledger, level=0, number=3, hash=letter * 32)
    assert queries.StoredNodes(mine).fetch([Place(0, 3)]) == {Place(0, 3): b"a" * 32}
    assert queries.StoredNodes(mine).fetch([]) == {}
