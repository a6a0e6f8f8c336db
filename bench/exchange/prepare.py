"""Make a node ready for measuring.

python -m bench.exchange.prepare HOME          the table of effects
python -m bench.exchange.prepare HOME PORT     ring the other node at this port of the loopback instead
"""

from __future__ import annotations

import sys
from pathlib import Path

from lienlac.site import start


def main(home: Path, port: str = "") -> None:
    """Do it."""
    start.for_home(home)
    from bench.exchange.effect import make_table
    from lienlac.apps.directory.models import Node

    if port:
        other = Node.objects.filter(standing=Node.Standing.TRUSTED)
        other.update(endpoint=f"https://127.0.0.1:{port}")
    else:
        make_table()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
