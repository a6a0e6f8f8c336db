"""What a node runs on: a durable store that changes by transactions, a memory that a crash wipes, a disk, a clock."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Self

from tests.core.lane.stores import Channel, Durable, NoRoom, Packet, Parcel, Room, Rules, Told, Watch

from lienlac.core.lane import Claim


class Machine:
    """A machine with the store of one node."""

    def __init__(self, name: str, rules: Rules, watch: Watch, numbers: Iterator[int]) -> None:
        self.name = name
        self.rules = rules
        self.watch = watch
        self.numbers = numbers
        self.disk = Durable()
        self.cursor: dict[Channel, int] = {}  # volatile: the next place to send, while a connection is up
        self.went_back: dict[Channel, int] = {}  # volatile: the place to which this connection went back last
        self.leaving: list[Packet] = []  # volatile: to be sent after the commit
        self.storing: list[tuple[object, ...]] = []  # for the observer, when it is committed
        self.telling: list[tuple[str, Told]] = []  # of a partner's ledger, when it is committed
        self.room = Room.ENOUGH
        self.now = 0.0  # hours, by this machine's clock, which people and batteries set
        self.anew = math.inf  # so often within some time does a partner's word have it begin a lane anew

    def draw(self) -> int:
        """Give what stands for 128 random bits: message ids and epochs, never reused by a restore."""
        return next(self.numbers)

    # transactions

    def transact(self, deed: Callable[..., None], *args: Any, crash: str = "") -> list[Packet]:
        """Do one deed in one transaction; `crash` is "", "before" or "after" the commit."""
        self.leaving = []
        self.storing = []
        self.telling = []
        if self.room is not Room.ENOUGH:
            return self.squeeze(deed, *args)
        if crash == "before":
            saved = self.disk.copy()
            deed(*args)
            self.lose_transaction(saved)
            return self.crash(self.leaving_at_lost_commit())
        self.commit(deed, *args)
        return self.crash([]) if crash else self.leaving

    def commit(self, deed: Callable[..., None], *args: Any) -> None:
        deed(*args)
        self.watch.ever_stored.update(self.storing)
        for partner, told in self.telling:
            self.watch.incidents.append((self.name, partner, told.code))
            self.watch.told[told] += 1

    def lose_transaction(self, saved: Durable) -> None:
        self.disk = saved

    def leaving_at_lost_commit(self) -> list[Packet]:
        return []

    def crash(self, leaving: list[Packet]) -> list[Packet]:
        self.hang_up()
        self.leaving = []
        return leaving

    def hang_up(self) -> None:
        """Start again from the store: each lane is greeted anew before anything is sent."""
        self.cursor = {}
        self.went_back = {}

    # a disk that is full, or nearly

    def squeeze(self, deed: Callable[..., None], *args: Any) -> list[Packet]:
        """Do what needs no room; of the last of it, partners fill nothing but by receipts, which make room."""
        packet = next((one for one in args if isinstance(one, Packet)), None)
        if self.room is Room.NONE:
            return self.try_without_room(packet, deed, *args)
        if packet and isinstance(packet.what, Parcel) and not packet.what.body.receipt_for:
            self.watch.faults["disk_nearly_full"] += 1
            return self.refuse(packet)
        self.commit(deed, *args)
        return self.leaving

    def try_without_room(self, packet: Packet | None, deed: Callable[..., None], *args: Any) -> list[Packet]:
        saved = self.disk.copy()
        deed(*args)
        if saved == self.disk:
            return self.leaving
        self.watch.faults["disk_full"] += 1
        return self.take_back(saved, packet)

    def take_back(self, saved: Durable, packet: Packet | None) -> list[Packet]:
        """The transaction failed whole, and nothing of it leaves."""
        self.disk = saved
        self.hang_up()
        return self.refuse(packet)

    def refuse(self, packet: Packet | None) -> list[Packet]:
        """Tell who asks, and nobody who answers."""
        if packet is None or not isinstance(packet.what, Parcel | Claim):
            return []
        return [Packet(self.name, packet.sender, packet.lane_class, NoRoom())]

    # other lives

    def restore(self, snapshot: Durable) -> None:
        self.crash([])
        self.disk = snapshot.copy()

    def clone(self) -> Self:
        """Give a second machine with the same store, memory and keys, as who copies a running one has it."""
        twin = type(self)(self.name, self.rules, self.watch, self.numbers)
        twin.disk, twin.anew = self.disk.copy(), self.anew
        twin.cursor, twin.went_back = self.cursor.copy(), self.went_back.copy()
        return twin
