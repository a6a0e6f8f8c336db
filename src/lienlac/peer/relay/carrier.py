"""The hub as what carries our letters: one line on which letters are left, one that waits for those that come."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from lienlac.apps.directory import queries as directory
from lienlac.core.errors import LienlacError, Unavailable
from lienlac.peer.https.client import MAX_ANSWER_BYTES, READ_S, HttpsLine
from lienlac.peer.letters.office import Came
from lienlac.peer.relay import wire
from lienlac.peer.rounds import GREET_AGAIN
from lienlac.peer.wire import MAX_BODY_BYTES

ASKS_FIRST_BYTES = 64 * 1024
"""A larger letter goes only after a question whether it is taken: one round trip, where in vain it costs minutes."""
SILENT_S = 20.0  # beyond the wait that the hub was asked for

OF_A_PARTNER = frozenset({"hub_full", "hub_lacks_partner"})
"""What is wrong with one mailbox says nothing against the hub."""
REASONS: Mapping[str, str] = {
    **{code: code for code in (*OF_A_PARTNER, "hub_refuses_us", "hub_not_set")},
    **dict.fromkeys(("pin_mismatch", "no_tls_pin"), "hub_not_trusted"),
    **dict.fromkeys(("stranger", "partner_paused", "no_such_path"), "hub_refuses_us"),
    **dict.fromkeys(("partner_busy", "partner_disk_fails", "partner_disk_full", "door_failed"), "hub_busy"),
}
"""Why a line to a partner fails -> why a hub does; whatever else is the matter, it was not reached."""
UNREACHED = "hub_unreachable"

Answer = TypeVar("Answer")


class Talk:
    """A line to the hub that greets when it must; one request at a time."""

    def __init__(self, hub: str) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._line: HttpsLine | None = None
        self.greetings = 0

    def call(self, name: str, body: bytes, *, limit: int = MAX_ANSWER_BYTES, read_s: float = READ_S) -> bytes:
        """Ask the hub; Unavailable with a code that says what is wrong with the hub."""
        with self._lock:
            try:
                return self._called(name, body, limit, read_s)
            except LienlacError as error:
                code = REASONS.get(error.code, UNREACHED)
                if code not in OF_A_PARTNER:
                    self._drop()
                raise Unavailable(code, node=self._hub) from error

    def _called(self, name: str, body: bytes, limit: int, read_s: float) -> bytes:
        """Ask; once more after a new greeting when a session or a kept connection has ended by itself."""
        fresh = self._line is None
        try:
            return self._greeted().call(name, body, limit=limit, read_s=read_s)
        except LienlacError as error:
            if fresh or error.code not in GREET_AGAIN:
                raise
        self._drop()
        return self._greeted().call(name, body, limit=limit, read_s=read_s)

    def _greeted(self) -> HttpsLine:
        if self._line is None:
            node = directory.partner(self._hub)
            if node is None:
                raise Unavailable("hub_not_set")
            line = HttpsLine.to(node)
            line.greet({})
            self._line, self.greetings = line, self.greetings + 1
        return self._line

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None


class Hub:
    """A `Carrier` of letters. What was taken in is told to the hub with the next question for more."""

    def __init__(self, code: str) -> None:
        self._writing, self._reading = Talk(code), Talk(code)
        self._lock = threading.Lock()
        self._done: list[tuple[str, int]] = []
        self._later: list[tuple[str, int, int]] = []
        self.down_since: float | None = None

    @property
    def connections(self) -> int:
        """How often the line that reads our mailbox was greeted anew."""
        return self._reading.greetings

    def put(self, to: str, raw: bytes, *, read: int) -> int:
        """Leave a letter; return its number. Raises Unavailable with a code for the outbox page."""
        if len(raw) > ASKS_FIRST_BYTES:
            self.check(to, size=len(raw))
        body = wire.encode_leave(raw, read=read)
        return self._noted(lambda: wire.decode_number(self._writing.call(wire.LEAVE, body)))

    def check(self, to: str, *, size: int = 0) -> None:
        """Ask whether the hub takes a letter of so many bytes to a node. Raises as `put`."""
        body = wire.encode_room(to=to, size=size)
        self._noted(lambda: self._writing.call(wire.ROOM, body))

    def left(self, to: str) -> Sequence[int] | None:
        """Return the numbers of our letters that, as the hub says, lie there still; None when it does not say.

        Its failing is told by what is left or taken next: this question decides nothing.
        """
        try:
            return wire.decode_numbers(self._writing.call(wire.LEFT, wire.encode_left(to=to)))
        except LienlacError:
            return None

    def take(self, wait_s: float) -> list[Came]:
        """Return letters of our own mailbox, in order; none when none came in time. Raises as `put`."""
        with self._lock:
            done, later = self._done[: wire.MOST], self._later[: wire.MOST]
        body = wire.encode_fetch(wire.Fetch(done=done, later=later, wait=int(wait_s)))
        lying = self._noted(lambda: self._fetched(body, wait_s + SILENT_S))
        with self._lock:
            self._done, self._later = self._done[len(done) :], self._later[len(later) :]
        return [Came(number=one.number, raw=one.sealed, read=one.read, message=one.sender) for one in lying]

    def done(self, came: Came) -> None:
        """Let the hub erase a letter, with the next question for more."""
        with self._lock:
            self._done.append((came.message, came.number))

    def later(self, came: Came, after_s: float) -> None:
        """Let the hub give a letter again, no sooner than after so many seconds."""
        with self._lock:
            self._later.append((came.message, came.number, int(after_s)))

    def _fetched(self, body: bytes, read_s: float) -> tuple[wire.Lying, ...]:
        return wire.decode_lying(self._reading.call(wire.FETCH, body, limit=MAX_BODY_BYTES, read_s=read_s))

    def _noted(self, ask: Callable[[], Answer]) -> Answer:
        begun = time.monotonic()
        try:
            found = ask()
        except LienlacError as error:
            if error.code not in OF_A_PARTNER:
                self.down_since = self.down_since or begun
            raise
        self.down_since = None
        return found
