"""How many queries each page costs is recorded, and more rows cost no more. To note new counts:

RECORD_QUERIES=1 pytest tests/web/test_query_counts.py
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.pages import PAGES, Seen, opened
from tests.web.world import World

pytestmark = pytest.mark.django_db
COUNTS = Path(__file__).with_name("query_counts.json")
ASKED_OF_SQLITE_ALONE = {"health": 1}  # how its file is kept
COUNTED = [
    page
    for page in PAGES
    if (page.post is None or page.follow) and page.status == 200 and page.who != "halfway"
]


@pytest.fixture(scope="module")
def counts(world: World, browsers: dict[str, Client]) -> tuple[dict[str, int], dict[str, int]]:
    """How many queries each page costs with 2 rows of each sort, and with 20; the world stays small."""
    cache.clear()
    with transaction.atomic():
        for page in COUNTED:  # the first look writes: who opened it, when he was last here
            opened(browsers[page.who], page, world)
        few = _counts(world, browsers)
        grown = world.copy()
        grown.fill(20)
        many = _counts(grown, browsers)
        transaction.set_rollback(True)
    if os.environ.get("RECORD_QUERIES"):
        COUNTS.write_text(json.dumps(few, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return few, many


def _counts(world: World, browsers: dict[str, Client]) -> dict[str, int]:
    found = {}
    for page in COUNTED:
        with CaptureQueriesContext(connection) as queries:
            opened(browsers[page.who], page, world)
        found[page.id] = len(queries)
    return found


@pytest.mark.parametrize("page", COUNTED, ids=lambda page: page.id)
def test_costs_the_queries_that_are_recorded(
    page: Seen, counts: tuple[dict[str, int], dict[str, int]]
) -> None:
    recorded = json.loads(COUNTS.read_text(encoding="utf-8"))[page.id]
    if connection.vendor != "sqlite":
        recorded -= ASKED_OF_SQLITE_ALONE.get(page.name, 0)
    assert counts[0][page.id] == recorded, (
        "if this is meant: RECORD_QUERIES=1 pytest tests/web/test_query_counts.py"
    )


@pytest.mark.parametrize("page", COUNTED, ids=lambda page: page.id)
def test_costs_no_more_queries_with_more_rows(
    page: Seen, counts: tuple[dict[str, int], dict[str, int]]
) -> None:
    few, many = counts
    assert many[page.id] == few[page.id]
