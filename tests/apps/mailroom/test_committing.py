"""Each day the node commits to its house ledger, busy or not; an inspector sees what it was, and that it grew."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit import house
from lienlac.apps.audit.models import Commitment, Leaf
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.sealing import own_sealer
from lienlac.apps.mailroom import committing
from lienlac.core.errors import Malformed
from lienlac.core.ledger import commitment, leaves
from tests.apps.mailroom.partner import NOW, found_us
from tests.verifier.verifying import verifier

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def noted(number: int) -> None:
    for _ in range(number):
        house.note("record_read", facts={"list": "record", "count": 1}, now=NOW)
    audit.sequence(own_sealer(NOW), now=NOW)


def test_one_a_day_and_none_before_a_head_is_signed() -> None:
    found_us()
    Leaf.objects.all().delete()
    assert committing.commit_daily(now=NOW) is None
    noted(3)
    for hours in (0, 1, 15):
        committing.commit_daily(now=NOW + timedelta(hours=hours))
    committing.commit_daily(now=NOW + DAY)
    assert [one.day for one in Commitment.objects.order_by("day")] == [date(2026, 11, 21), date(2026, 11, 22)]
    told = [leaves.decode(bytes(one.body)).kind for one in Leaf.objects.all()]
    assert told.count("commitment_made") == 2


def test_what_was_given_out_is_opened_to_an_inspector_years_later(tmp_path: Path) -> None:
    found_us()
    noted(3)
    made = committing.commit_daily(now=NOW)
    assert made is not None
    (tmp_path / "kept").write_bytes(commitment.given(bytes(made.signed)))
    noted(5)
    raw = committing.opened(date(2026, 11, 21), now=NOW + 1000 * DAY)
    pins = [directory.fingerprint_of(directory.this_node())]
    report, _ = verifier.verify(raw, pins=pins, kept=[tmp_path / "kept"])
    assert (report.exit_code, len(report.verified)) == (0, 3)


def test_a_day_without_one_is_named() -> None:
    found_us()
    with pytest.raises(Malformed, match="commitment_none"):
        committing.opened(date(2020, 1, 1), now=NOW)
