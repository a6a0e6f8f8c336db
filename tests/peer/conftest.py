"""A partner at the door."""

from __future__ import annotations

from typing import Any

import pytest

from lienlac.apps.mailroom.actions import Receivers
from lienlac.peer.https.door import Door
from tests.apps.mailroom.partner import Partner, found_us
from tests.peer.calling import Caller


@pytest.fixture
def caller(transactional_db: None) -> Caller:
    found_us()
    partner, came = Partner(), list[Any]()
    partner.introduce()
    door = Door(Receivers(by_kind={"TEST": came.append}, receipt=came.append))
    return Caller(partner=partner, door=door, came=came)
