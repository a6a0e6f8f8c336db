"""R1 for all who wait is made together, and who cannot be told holds up nobody else."""

from __future__ import annotations

import pytest

from lienlac.apps.directory.models import Office
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Arrival
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW, Partner

pytestmark = pytest.mark.django_db


def told(partner: Partner) -> list[list[int]]:
    return [list(message.body["seqs"]) for _, message in partner.outbox() if message.kind == "RECEIPT"]


@pytest.mark.parametrize("without_office", ["la-vientiane", "cn-jingxi", ""])
def test_who_has_no_office_any_more_holds_up_nobody_elses_receipt(desk: Desk, without_office: str) -> None:
    other = Partner(code="la-vientiane")
    row = other.introduce()
    desk.take_in(*desk.partner.parcels(2))
    mailroom.take_in(row, other.parcels(1), desk.receivers, now=NOW)
    Office.objects.filter(code=without_office).delete()
    desk.receipt_all()
    for one, expected in ((desk.partner, [[1, 2]]), (other, [[1]])):
        assert told(one) == ([] if one.code == without_office else expected)
    assert not Arrival.objects.filter(receipt_due=True).exists()
