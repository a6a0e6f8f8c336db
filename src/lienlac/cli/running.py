"""Is the node of a home at work just now? Its processes listen on bells; a bell of a dead process refuses."""

from __future__ import annotations

import os
import socket

from lienlac.core.errors import Unavailable
from lienlac.site.home import Home


def is_running(home: Home) -> bool:
    """Say whether a process of this node listens."""
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
