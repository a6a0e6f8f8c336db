"""Our node and a partner, with a carrier in memory between them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

import pytest

from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions import Receivers
from lienlac.apps.mailroom.models import Line
from tests.apps.mailroom.partner import NORMAL, NOW, OUR_OFFICE, Partner, found_us
from tests.peer.letters.world import WAYS, Far, Here, Way, stand


@dataclass(kw_only=True)
class Street:
    """Our node and the partner's, with the relay between them; `came` is what took effect here."""

    here: Here
    far: Far
    came: list[Any]
    way: Way

    def post(self, count: int = 1) -> None:
        mine = self.far.partner.message(from_office=OUR_OFFICE, to_offices=(self.far.partner.code,))
        for _ in range(count):
            mailroom.post(replace(mine, id=secrets.token_hex(16)), lane_class=NORMAL, now=NOW)

    @property
    def seqs(self) -> list[int]:
        return [position.seq for position in self.far.taken]

    def line(self) -> Line:
        return Line.objects.get()


@pytest.fixture(params=sorted(WAYS))
def street(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Street:
    found_us()
    partner, came = Partner(), list[Any]()
    partner.introduce()
    receivers = Receivers(by_kind={"TEST": came.append}, receipt=came.append)
    way = WAYS[request.param]
    here, far = stand(monkeypatch, partner, receivers, way=way)
    return Street(here=here, far=far, came=came, way=way)
