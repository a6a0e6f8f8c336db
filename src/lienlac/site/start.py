"""Start Django for one home: the only place that sets the environment."""

from __future__ import annotations

import gc
import os
from pathlib import Path

from lienlac.site import home as homes
from lienlac.site import readings

# We read single characters only: the phrases of pypinyin would cost each process 45 MB and a good part of its start.
LEAN = {"PYPINYIN_NO_PHRASES": "true", "PYPINYIN_NO_DICT_COPY": "true"}
QUIET = {"RAY_USAGE_STATS_ENABLED": "0"}  # Ray tells its makers otherwise what it is used for


def for_home(path: Path) -> None:
    """Make Django ready for the node that lives at `path`; once a process."""
    readings.take_in(path / readings.FILE)
    _start(path, "lienlac.site.settings")


def for_first_run(passing: Path) -> None:
    """Make Django ready for founding a node; `passing` is a directory that goes with the process."""
    homes.write(
        homes.Home(
            path=passing,
            node="setup",
            country="",
            time_zone="UTC",
            language="en",
            training=False,
            desk=homes.Door(host="localhost", port=0),
            peer=homes.Door(host="", port=0),
        )
    )
    _start(passing, "lienlac.site.first_run")


def _start(path: Path, settings: str) -> None:
    os.environ["LIENLAC_HOME"] = str(path.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    lean()
    from lienlac.site import sqlite

    sqlite.install()
    import django

    django.setup()


COLLECT_AFTER = 10_000
"""New objects until the youngest are looked through for rings that nothing reaches; Python says 700.

A batch of a hundred letters makes some thousands that live until its commit, so that each look found all of them alive:
one twentieth of the processor at the receiving door.
"""


def settled() -> None:
    """Call in a process that stays, once it has read what it needs: that is not looked through for garbage any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])


def lean() -> None:
    """Leave out what no room reads, before the first import of the tables of names, and tell nobody of it."""
    os.environ.update(LEAN | QUIET)


def surroundings() -> dict[str, str]:
    """Return the environment for a process that is to have a home of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("LIENLAC_", "DJANGO_"))}
