"""The receiving ends of a partner in memory: his lanes from us, walked by the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lienlac.core.lane import Incoming, Lane, LaneClass, Standing, step_incoming
from lienlac.core.lane.actions import Answer
from tests.apps.mailroom.partner import US, Partner


@dataclass(kw_only=True)
class Receiving:
    """The partner, and how far each of his lanes from us came."""

    partner: Partner
    lanes: dict[LaneClass, Incoming] = field(default_factory=dict)

    def step(self, name: LaneClass, event: Any) -> Standing | None:
        """Apply an event to a lane; return what he answers, None for nothing."""
        lane = Lane(sender=US, receiver=self.partner.code, lane_class=name)
        self.lanes[name], wanted = step_incoming(self.lanes.get(name, Incoming(lane=lane)), event)
        return next((one.standing for one in wanted if isinstance(one, Answer)), None)
