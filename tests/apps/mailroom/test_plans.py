"""What is asked at each start, each minute or each letter reads what it looks for, and not a million rows beside it."""

from __future__ import annotations

import pytest
from django.db import connection

from lienlac.apps.audit import actions as audit
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import overview
from lienlac.apps.mailroom.actions import effects, resealing
from lienlac.apps.mailroom.models import Message
from tests.apps.mailroom.partner import NOW

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by what the tables hold"),
]


def test_ledgers_whose_leaves_wait_are_found_without_reading_the_places_of_the_others() -> None:
    plan = audit._asked_for_waiting().explain()
    assert "(ledger_id=? AND place=?)" in plan
    assert "SCAN U0" not in plan


def test_what_is_not_understood_yet_is_found_at_the_start_among_all_that_ever_arrived() -> None:
    assert "USING INDEX sealed_by_age" in effects._kept().explain()


def test_what_a_partner_could_not_open_is_found_each_minute_among_all_his_receipts() -> None:
    assert "USING INDEX refused_for_a_key" in resealing._refused(Node(pk=1), NOW).explain()


def test_an_own_receipt_that_left_is_found_among_all_messages() -> None:
    asked = Message.objects.filter(kind="RECEIPT", outbound=True, envelope_digest__in=["7" * 64, "8" * 64])
    assert "USING INDEX own_receipt_by_digest" in asked.explain()


def test_what_is_on_its_way_is_counted_and_sorted_without_reading_a_parcel() -> None:
    found = overview._unreceipted()
    for asked in (found.values("pk"), found.order_by(*overview.FIRST_WHO_WAITS).values("pk")[:50]):
        assert "USING COVERING INDEX waiting_by_lane" in asked.explain()
