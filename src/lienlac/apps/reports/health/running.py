"""Is the node of a home at work just now? Then a process of it listens on a bell in the home.

Any is enough: `work` may be between two starts, and `up` may be gone while `work` still carries the post. The ports
say nothing: a node that was restored beside another one, or a program of somebody else, may hold the same.
"""

from __future__ import annotations

import os
import socket

from lienlac.apps.reports.health.finding import House
from lienlac.core.errors import Unavailable


def is_running(home: House) -> bool:
    """Say whether a process of this node listens."""
    return bell_answers(home)


def bell_answers(home: House, name: str = "*") -> bool:
    """Say whether a process of this name (`up`, `work`, `web`, `peer`; any) listens on its bell."""
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
