"""Ports for nodes that tests start: of each worker's own range, below those that the kernel deals to connections.

A port that was free a moment ago may be taken by the next who asks; so no two workers ask for the same.
"""

import os
import socket
from itertools import cycle

FIRST, EACH = 20_000, 2_000
ROW, ROWS = 200, 2
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_begin = FIRST + EACH * (WORKER % 6)
_rows = cycle(range(_begin, _begin + ROW * ROWS, ROW))
_single = cycle(range(_begin + ROW * ROWS, _begin + EACH))


def is_free(port: int) -> bool:
    """Say whether nobody listens there on the loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a port that nobody listens on; it is not given again soon, whether it is used or not."""
    return next(port for port in _single if is_free(port))


def row() -> int:
    """Return the first of a row of ports, for who counts on from there: its desks, and its peers a hundred later."""
    return next(first for first in _rows if all(map(is_free, range(first, first + ROW))))
