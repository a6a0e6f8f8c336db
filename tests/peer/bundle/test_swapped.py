"""Files that were written one after the other and are taken in the other order: an old claim accuses nobody."""

from __future__ import annotations

import pytest

from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Incident
from lienlac.peer.bundle import file, unpacking
from lienlac.peer.wire import WireParcel
from tests.apps.mailroom.conftest import Desk, desk
from tests.apps.mailroom.partner import NORMAL, NOW, US, Wire

__all__ = ["desk"]
pytestmark = pytest.mark.django_db


def written(desk: Desk, parcels: list[Wire]) -> bytes:
    """A file of the partner: what his lane claims now, and these parcels."""
    bundle = file.Bundle(
        sender=desk.partner.code,
        receiver=US,
        made="2026-11-21T08:30:00.000Z",
        claims={NORMAL: desk.partner.claim()},
        standings={},
        parcels=tuple(WireParcel(position=position, envelope=envelope) for position, envelope in parcels),
    )
    to = directory.sealing_key_of(directory.this_node(), NOW)
    return file.write(bundle, node_key=desk.partner.node_key, to=to)


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0)])
def test_swapped_files_bring_each_parcel_once_and_name_no_loss(desk: Desk, order: tuple[int, ...]) -> None:
    """Each holds what he has no word of yet; the first was heard of before the others were written."""
    parcels = desk.partner.parcels(2)
    files = [written(desk, parcels)]
    desk.take_in(*parcels)
    desk.partner.hears(mailroom.greeted(desk.node, {NORMAL: desk.partner.claim()}, now=NOW)[NORMAL])
    waiting = list[Wire]()
    for count in (1, 2):
        waiting += desk.partner.parcels(count)
        files.append(written(desk, waiting))
    taken = [unpacking.take(files[number], desk.receivers, now=NOW) for number in (*order, *order)]
    assert sum(one.new for one in taken) == len(waiting) == 3
    assert len(desk.came) == 5
    assert not any(answer.lost for one in taken for answer in one.answers.values())
    assert not Incident.objects.exists()
