"""Is the node of a home at work just now? Then a process of it listens on a bell in the home.

Any is enough: `work` may be between two starts, and `up` may be gone while `work` still carries the post. The ports
say nothing: a node that was restored beside another one, or a program of somebody else, may hold the same.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

from lienlac.apps.reports.health.finding import House
from lienlac.core.errors import Unavailable


def is_running(home: House) -> bool:
    """Say whether a process of this node listens."""
    return bell_answers(home)


def bell_answers(home: House, name: str = "*") -> bool:
    """Say whether a process of this name (`up`, `work`, `web`, `peer`; any) listens on its bell."""
    return next(_answering(home, name), None) is not None


def processes(home: House) -> list[int]:
    """Return the ids of the node's processes that listen."""
    return sorted({int(bell.rpartition("-")[2].partition(".")[0]) for bell in _answering(home, "*")})


def _answering(home: House, name: str) -> Iterator[str]:
    """Give the names of the bells, such as `up-4711.bell`, at which somebody listens."""
    if not home.bells.is_dir():
        return
    directory = os.open(home.bells, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # A Unix socket's path holds 107 bytes, and homes lie deep.
        for bell in home.bells.glob(f"{name}-*.bell"):
            if _answers(f"/proc/self/fd/{directory}/{bell.name}"):
                yield bell.name
    finally:
        os.close(directory)


def _answers(bell: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hand:
        try:
            hand.connect(bell)
        except OSError:
            return False
    return True


def check_stopped(home: House) -> None:
    """Raise Unavailable('node_is_running') when the node is at work."""
    if is_running(home):
        raise Unavailable("node_is_running", path=str(home.path))
