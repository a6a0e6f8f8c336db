"""One process of a node under measurement: the peer door, or the background process, as `up` and `work` run them.

python -m bench.exchange.node door|work HOME

No desk and no chores: nobody looks at a page here, nothing grows old. What a message of the bench does is one row
(`effect`); other kinds do what they do in every node. Both end with their parent.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from bench.exchange import legs
from lienlac.site import start


def main(part: str, home: Path) -> None:
    """Run it until SIGTERM."""
    start.for_home(home)
    legs.stamped(part, home)
    run(part)


def run(part: str) -> None:
    """Run it in a process whose Django is ready."""
    from bench.exchange.effect import receivers

    if part == "door":
        from lienlac.peer.https.door import Door

        door = Door(receivers())
        start.settled()
        asyncio.run(_serve(door))
        return
    from lienlac.peer.postman import Postman

    postman = Postman(receivers())
    start.settled()
    signal.signal(signal.SIGTERM, lambda *_: postman.stop())
    postman.run()


async def _serve(door: object) -> None:
    from django.conf import settings
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server

    certificate, key = settings.NODE.door_files
    await Server(
        door,
        address=settings.NODE.peer_listens,
        port=settings.NODE.peer.port,
        backpressure=512,
        ssl_cert=certificate,
        ssl_key=key,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
