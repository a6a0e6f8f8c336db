"""Is the node of a home at work just now? It answers at its peer door, or a process of it listens on its bell.

Either is enough: `work` may be between two starts, and `up` may be gone while `work` still carries the post.
"""

from __future__ import annotations

import os
import socket

from lienlac.core.errors import Unavailable
from lienlac.site.home import Home

WITHIN_S = 0.5


def is_running(home: Home) -> bool:
    """Say whether a process of this node listens."""
    return _door_is_open(home) or _bell_answers(home)


def _door_is_open(home: Home) -> bool:
    with socket.socket() as hand:
        hand.settimeout(WITHIN_S)
        return hand.connect_ex((home.listen, home.peer.port)) == 0


def _bell_answers(home: Home) -> bool:
    if not home.bells.is_dir():
        return False
    directory = os.open(home.bells, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # A Unix socket's path holds 107 bytes, and homes lie deep.
        return any(_answers(f"/proc/self/fd/{directory}/{bell.name}") for bell in home.bells.glob("*.bell"))
    finally:
        os.close(directory)


def _answers(bell: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hand:
        try:
            hand.connect(bell)
        except OSError:
            return False
    return True


def check_stopped(home: Home) -> None:
    """Raise Unavailable('node_is_running') when the node is at work."""
    if is_running(home):
        raise Unavailable("node_is_running", path=str(home.path))
