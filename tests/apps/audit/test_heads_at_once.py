"""Heads that come in two lanes at once, by two workers."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from lienlac.apps.audit import heads
from lienlac.apps.audit.models import HeldHead
from tests.apps.mailroom.partner import NOW, US, Partner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="on SQLite one writes at a time")
def test_of_two_first_heads_that_come_at_once_one_owes_its_proof() -> None:
    partner = Partner()
    small, large = (partner.checkpoint(size=size, leaves=[bytes([size])] * 9).encode() for size in (3, 5))
    kept = threading.Event()

    def keep(note: bytes) -> None:
        publics = [partner.node_key.public.public_bytes]
        assert heads.keep(note, partner=partner.code, node=US, publics=publics, now=NOW) is None

    def first() -> None:
        with transaction.atomic():
            keep(small)
            kept.set()
            time.sleep(0.5)  # the other looks meanwhile, and does not see this one
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    kept.wait(10)
    keep(large)
    thread.join()
    assert list(HeldHead.objects.order_by("size").values_list("size", "proven")) == [(3, True), (5, False)]
    assert len(heads.to_prove(partner.code)) == 1
