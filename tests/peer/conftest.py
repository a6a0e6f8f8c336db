"""A partner at the door."""

from __future__ import annotations

from typing import Any

import pytest

from lienlac.apps.mailroom.actions import Receivers
from lienlac.peer import rounds
from lienlac.peer.https import pinned
from lienlac.peer.https.door import Door
from tests.apps.mailroom.partner import NOW, Partner, found_us
from tests.peer.calling import Caller
from tests.peer.street import Street, There


@pytest.fixture
def caller(transactional_db: None) -> Caller:
    found_us()
    partner, came = Partner(), list[Any]()
    partner.introduce()
    door = Door(Receivers(by_kind={"TEST": came.append}, receipt=came.append))
    return Caller(partner=partner, door=door, came=came)


@pytest.fixture
def street(db: None, monkeypatch: pytest.MonkeyPatch) -> Street:
    found_us()
    partner = Partner()
    node, there = partner.introduce(), There(partner=partner)
    node.node_keys.create(use="tls", kid="00", public=b"\0" * 32, valid_from=NOW, entered_at=NOW)
    monkeypatch.setattr(pinned, "pool", lambda *_where: there)
    nothing = Receivers(by_kind={}, receipt=lambda _receipt: None)
    made = rounds.PushRound(code=partner.code, clock=lambda: NOW, receivers=nothing)
    return Street(there=there, node=node, round=made)
