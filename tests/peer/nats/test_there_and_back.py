"""Over a real server: an enquiry goes, its receipt and an answer come, also when the server dies on the way."""

from __future__ import annotations

import secrets
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions import Receivers
from lienlac.apps.mailroom.models import Line, Parcel
from lienlac.core.errors import Unavailable
from lienlac.peer.nats.cluster import Cluster
from tests.apps.mailroom.partner import NORMAL, NOW, OUR_OFFICE, US, Partner, found_us
from tests.peer.letters.world import Here, stand
from tests.peer.nats.servers import Servers, serving

pytestmark = [pytest.mark.django_db, pytest.mark.processes]
THERE = "cn-jingxi"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with serving(tmp_path_factory.mktemp("relay"), US, THERE) as made:
        yield made


def read(here: Here) -> None:
    """Read our mailbox; a server that comes back is there soon."""
    ends = time.monotonic() + 10
    while True:
        try:
            here.read()
            return
        except Unavailable:
            assert time.monotonic() < ends
            time.sleep(0.1)


def test_there_and_back_while_the_server_is_killed(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    found_us()
    partner, came = Partner(), list[Any]()
    partner.introduce()
    receivers = Receivers(by_kind={"TEST": came.append}, receipt=came.append)
    ours, theirs = Cluster(servers.address(US), US), Cluster(servers.address(THERE), THERE)
    here, far = stand(monkeypatch, partner, receivers, ours=ours, theirs=theirs)
    mine = partner.message(from_office=OUR_OFFICE, to_offices=(THERE,), id=secrets.token_hex(16))
    mailroom.post(mine, lane_class=NORMAL, now=NOW)
    here.write()
    assert [len(one.parcels) for one in far.reads()] == [1]

    servers.stop("n0", how=signal.SIGKILL)
    mailroom.post(replace(mine, id=secrets.token_hex(16)), lane_class=NORMAL, now=NOW)
    here.write()
    assert Line.objects.get().error in ("cluster_unreachable", "cluster_silent")
    assert Parcel.objects.filter(in_outbox=True).count() == 2

    servers.start("n0")
    read(here)
    here.write()
    far.reads()
    assert [position.seq for position in far.taken] == [1, 2]
    receipt, answer = partner.receipt_parcel(*Parcel.objects.order_by("seq")), partner.parcel()
    far.writes(receipt, answer, standings=far.answered())
    read(here)
    assert Line.objects.get().error == ""
    assert not Parcel.objects.filter(in_outbox=True, until="receipt").exists()
    assert len(came) == 2
    for one in (ours, theirs):
        one.close()
