"""One process of a node whose disk is watched; what the node promises to others is noted on the tape.

python -m bench.storage.node door|work HOME TAPE [--faults FILE]  as `bench.exchange.node`
python -m bench.storage.node write HOME TAPE --count N            write letters and enquiries, see what became of them
python -m bench.storage.node post HOME TAPE [--faults FILE]       post a letter for each line it hears, tell its fate

`--unsafe` has SQLite leave out the syncs at commits (`synchronous=NORMAL`): what is lost then must be found.

Promises, each noted before anybody can hear it: what an officer or a program was told that it is kept (`kept`: ids of
messages), up to where a partner was told that his parcels are here (`acked`), what was sent and at which place of its
lane (`sent`), of which messages a page shows that the partner has them (`shown`).
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.exchange import node
from bench.storage.faults import Faults
from bench.storage.tape import Tape
from bench.storage.watching import Watching, nothing_refused
from lienlac.cli.node import settle_store
from lienlac.core.errors import store_unavailable
from lienlac.site import databases, start

LETTERS = (1, 1, 1, 10)  # in a transaction, in turn; then an enquiry
PAUSE_S = 0.02


@dataclass(kw_only=True)
class Promises:
    """Notes the promises of this node as they are made."""

    node: str
    tape: Tape

    def listen(self) -> None:
        """Stand where answers and parcels leave."""
        from lienlac.core.messages import canonical
        from lienlac.peer import receive
        from lienlac.peer.https.client import HttpsLine

        def noted(answer: Callable[..., bytes]) -> Callable[..., bytes]:
            def answering(*said: Any, **more: Any) -> bytes:
                raw = answer(*said, **more)
                self.tape.promise(self.node, acked=canonical.decode(raw)["standings"])  # type: ignore[call-overload, index]
                return raw

            return answering

        receive.parcels, receive.hello = noted(receive.parcels), noted(receive.hello)
        push = HttpsLine.push

        def noted_push(line: HttpsLine, parcels: Any) -> Any:
            self.tape.promise(self.node, sent=[_place(one.position) for one in parcels])
            return push(line, parcels)

        HttpsLine.push = noted_push  # type: ignore[method-assign]


def _place(signed: bytes) -> tuple[str, str, int, str]:
    from lienlac.core.envelope import frames
    from lienlac.core.lane import Position

    position = Position.from_bytes(frames.unpack(signed, count=3, max_bytes=1 << 20)[0])
    return str(position.lane.lane_class), position.epoch, position.seq, position.digest


def write(promises: Promises, count: int) -> None:
    """Write so many letters and enquiries in turn; after each say what is kept, and what a page shows by now."""
    from lienlac.apps.mailroom.models import Receipt

    deeds = [lambda number=number: _letters(number) for number in LETTERS]
    for number in range(count):
        ids = deeds[number % 5]() if number % 5 < len(deeds) else [_enquiry(number)]
        promises.tape.promise(promises.node, kept=ids)
        shown = Receipt.objects.filter(stage="R1").values_list("message__message_id", flat=True)
        promises.tape.promise(promises.node, shown=list(shown))
        time.sleep(PAUSE_S)


def post(promises: Promises) -> None:
    """Post a letter for each line that comes; say "kept", or the code of what an officer would be told."""
    from django.db import DatabaseError, connection

    for _ in sys.stdin:
        try:
            promises.tape.promise(promises.node, kept=_letters(1))
            print("kept", flush=True)
        except DatabaseError as error:
            connection.close()
            print(store_unavailable(error).code, flush=True)


def _letters(number: int) -> list[str]:
    from bench.exchange.letter import message
    from lienlac.apps.directory import queries
    from lienlac.apps.mailroom import actions
    from lienlac.core.lane import LaneClass

    own, other = queries.own_offices().get().code, queries.reachable_offices().get().code
    messages = [message(own, other) for _ in range(number)]
    letters = [actions.Letter(message=one, lane_class=LaneClass.NORMAL) for one in messages]
    actions.post_all(letters, now=datetime.now(UTC))
    return [one.id for one in messages]


def _enquiry(number: int) -> str:
    from tests.journeys.asker import draft

    from lienlac.apps.accounts.models import User
    from lienlac.apps.enquiries import actions

    officer = User.objects.get(username="linh")
    asked: str = actions.ask(officer, draft(number), now=datetime.now(UTC)).message_id  # type: ignore[arg-type]
    return asked


def main() -> None:
    """Watch, then do what the part says."""
    parser = argparse.ArgumentParser(prog="bench.storage.node")
    parser.add_argument("part", choices=("door", "work", "write", "post"))
    parser.add_argument("home", type=Path)
    parser.add_argument("tape", type=Path)
    parser.add_argument("--faults", type=Path)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--unsafe", action="store_true")
    wished = parser.parse_args()
    tape = Tape(wished.tape)
    faults = Faults.at(wished.faults) if wished.faults else nothing_refused
    Watching(home=wished.home, tape=tape, refusing=faults).begin()
    if wished.unsafe:
        databases.SQLITE_PRAGMAS = databases.SQLITE_PRAGMAS.replace("FULL", "NORMAL")
    start.for_home(wished.home)
    promises = Promises(node=wished.home.name, tape=tape)
    promises.listen()
    if wished.part == "write":
        write(promises, wished.count)
        return
    if wished.part == "post":
        post(promises)
        return
    if wished.part == "door":
        settle_store()  # as `up` does
    node.run(wished.part)


if __name__ == "__main__":
    main()
    os._exit(0)  # what Python tears down at its end may not hear SQLite's last calls
