"""What a hub answers at its peer door. Bytes in, bytes out; who calls has greeted as every partner does.

It looks at no more of a letter than its outside: who, to whom, how large. Nothing of it is written into a log or a
ledger, and the row is gone when its addressee says that he has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import bells, room
from lienlac.apps.relay import actions, queries
from lienlac.apps.relay.actions import Place
from lienlac.core.errors import Unauthentic
from lienlac.core.messages import canonical
from lienlac.peer import connections, greeting, receive, sealed
from lienlac.peer.letters.letter import LETTER
from lienlac.peer.relay import wire


@dataclass(frozen=True, kw_only=True)
class Waits:
    """A node that asks for its letters, and for how long it waits for one."""

    node: Node
    wait_s: float


def has_room(call: receive.Call) -> bytes:
    """Say whether a letter to a node would be taken, before all of it goes over a slow line.

    Raises as `leave`.
    """
    sender = _carried(call)
    code, size = wire.decode_room(call.body)
    queries.check_room(sender, queries.addressee(sender, code), size)
    return canonical.encode({})


def leave(call: receive.Call) -> bytes:
    """Keep a letter of the caller for its addressee.

    Raises Refused (`hub_refuses_us`, `hub_lacks_partner`), NoRoom (`hub_full`, `disk_full`),
    Unauthentic('letter_for_other') for one that names another sender, and what `sealed.header_of` raises.
    """
    sender = _carried(call)
    read, raw = wire.decode_leave(call.body)
    outside = sealed.header_of(LETTER, raw)
    if outside.sender != sender.code:
        raise Unauthentic("letter_for_other", node=outside.sender)
    to = queries.addressee(sender, outside.to[0])
    room.check_disk()
    with connections.writing():
        number = actions.leave(sender, raw, to=to, read=read, now=datetime.now(UTC))
    bells.ring()
    return wire.encode_number(number)


def left(call: receive.Call) -> bytes:
    """Say which letters of the caller lie here still for a node: who is told that none does need not wait for him.

    Raises Refused (`hub_refuses_us`, `hub_lacks_partner`).
    """
    sender = _carried(call)
    to = queries.addressee(sender, wire.decode_left(call.body))
    return wire.encode_numbers(queries.numbers_left(sender, to, most=wire.MOST))


def begin_fetch(call: receive.Call) -> Waits:
    """Let go of the letters that the caller has taken in, and put off those that he wants later."""
    node, asked = _carried(call), wire.decode_fetch(call.body)
    done = [Place(sender=sender, number=number) for sender, number in asked.done]
    later = [
        (Place(sender=sender, number=number), timedelta(seconds=after))
        for sender, number, after in asked.later
    ]
    if done or later:
        with connections.writing():
            actions.settle(node, done=done, later=later, now=datetime.now(UTC))
    return Waits(node=node, wait_s=asked.wait)


def answer_fetch(asked: Waits) -> bytes | None:
    """Return the letters that are due for the caller, None when there is none; they stay until he has taken them in."""
    found = queries.next_letters(asked.node, now=datetime.now(UTC))
    lying = [
        wire.Lying(sender=one.sender.code, number=one.number, read=one.read, sealed=bytes(one.sealed))
        for one in found
    ]
    return wire.encode_lying(lying) if lying else None


def nothing_fetched(_asked: Waits) -> bytes:
    """Return the answer when the time to wait is over."""
    return wire.encode_lying([])


def with_letters() -> set[str]:
    """Return the codes of the nodes for which something is due now."""
    return queries.with_letters(now=datetime.now(UTC))


def _carried(call: receive.Call) -> Node:
    node = greeting.caller(call.session)
    queries.check_carried(node)
    return node
