"""Short ways to the values that the tests of this room begin with."""

from __future__ import annotations

from typing import Any

from lienlac.core.lane import (
    Action,
    Arrived,
    Content,
    Enqueue,
    Incoming,
    Lane,
    LaneClass,
    Mark,
    Outgoing,
    Position,
    Post,
    Receiving,
    Standing,
    digest_of,
    step_incoming,
    step_outgoing,
)

LANE = Lane(sender="vn-tra-linh", receiver="cn-jingxi", lane_class=LaneClass.URGENT)
E1, E2, E3, E4 = ("1" * 32, "2" * 32, "3" * 32, "4" * 32)


def digest(name: str) -> str:
    return digest_of(name.encode())


def mark(epoch: str, seq: int, name: str = "") -> Mark:
    """Give how far an epoch came: to the message of this name."""
    return Mark(epoch=epoch, seq=seq, digest=digest(name))


def sender(*names: str, **fields: Any) -> tuple[Outgoing, list[Position]]:
    """Give a sending end in epoch E1 that has posted messages of these names, and their places."""
    state = Outgoing(lane=LANE, epoch=E1, **fields)
    places = []
    for name in names:
        state, actions = step_outgoing(state, Post(message=name, digest=digest(name)))
        assert isinstance(actions[0], Enqueue)
        places.append(actions[0].position)
    return state, places


def receiver(*places: Position) -> Incoming:
    """Give a receiving end that has accepted these."""
    state = Incoming(lane=LANE)
    for place in places:
        state, _ = step_incoming(state, Arrived(position=place, content=Content.NEW, held=""))
    return state


def standing(**fields: Any) -> Standing:
    """Give an answer of a receiver in E1 that holds nothing, but for what is named."""
    defaults: dict[str, Any] = {"epoch": E1, "seq": 0, "digest": digest(""), "condition": Receiving.OPEN}
    return Standing(**{**defaults, **fields})


def kinds(actions: tuple[Action, ...]) -> list[str]:
    return [type(action).__name__ for action in actions]


def only(actions: tuple[Action, ...], kind: type) -> Any:
    found = [action for action in actions if isinstance(action, kind)]
    assert len(found) == 1, actions
    return found[0]
