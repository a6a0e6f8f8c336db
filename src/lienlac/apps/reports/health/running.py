"""Is the node of a home at work just now? It answers at its peer door, or a process of it listens on its bell.

Either is enough: `work` may be between two starts, and `up` may be gone while `work` still carries the post.
"""

from __future__ import annotations

import os
import socket

from lienlac.apps.reports.health.finding import House
from lienlac.core.errors import Unavailable

WITHIN_S = 0.5


def is_running(home: House) -> bool:
    """Say whether a process of this node listens."""
    return _door_is_open(home) or bell_answers(home)


def _door_is_open(home: House) -> bool:
    with socket.socket() as hand:
        hand.settimeout(WITHIN_S)
        return hand.connect_ex((home.peer_listens, home.peer.port)) == 0


def bell_answers(home: House, name: str = "*") -> bool:
    """Say whether a process of this name (`work`, `web`, `peer`; any) listens on its bell."""
    if not home.bells.is_dir():
        return False
    directory = os.open(home.bells, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # A Unix socket's path holds 107 bytes, and homes lie deep.
        bells = home.bells.glob(f"{name}-*.bell")
        return any(_answers(f"/proc/self/fd/{directory}/{bell.name}") for bell in bells)
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
