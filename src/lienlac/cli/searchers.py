"""Search with files of persons on all cores, beside `work` (SG27).

`work` starts one process when a search begins (`lienlac records search-files`). That one reads the names of the records
once, forks as many searchers as there are cores, which share this memory, each with the lines of its share, and ends
when nothing is left. It knows no key of the node. A searcher that dies is replaced and goes on behind its last batch;
when one share dies again and again, most likely for want of memory, half as many are begun. All of them are nice: the
desk goes first. What they read of a file is in their memory alone, and no core of it is ever written.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import connection as waiting
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import TYPE_CHECKING

from lienlac.cli.screening import cores

if TYPE_CHECKING:
    from lienlac.apps.screening.actions import Share

NICE = 10
TRIES = 3  # deaths of one share in a round
LOOK_S, PAUSE_S, AGAIN_S = 1.0, 1.0, 60.0
PATIENCE_S = 60.0  # how long after it was entered a record may not be found yet
NAMES_A_LINE = 1_000  # for fewer lines it does not pay to read the names: they are found by their keys
NAME_BYTES, PROCESS_MB, BASE_MB = 750, 80, 150  # by bench.screening and bench.names.speed
FREE = Path("/proc/meminfo")
Wanted = Callable[[], bool]
log = logging.getLogger("lienlac.screening")


class Beside:
    """What `work` knows of the process that searches: it is begun when a search runs, and ends by itself."""

    def __init__(self, begin: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._begin = begin
        self._process: subprocess.Popen[bytes] | None = None
        self._not_before = 0.0

    def look(self) -> None:
        """Begin if a search runs and nobody is at it; not at once again after one that failed."""
        from lienlac.apps.screening.queries import running_file_searches

        if self._is_at_it() or time.monotonic() < self._not_before:
            return
        if running_file_searches().exists():
            self._process = self._begin()

    def _is_at_it(self) -> bool:
        if self._process is None:
            return False
        ended = self._process.poll()
        if ended is None:
            return True
        self._process = None
        if ended:
            log.error("searching with a file ended with %s; it is begun again in a minute", ended)
            self._not_before = time.monotonic() + AGAIN_S
        return False

    def stop(self) -> None:
        """End it; its searchers follow after the batch in hand."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


def search(*, processes: int, megabytes: int, wanted: Wanted = lambda: True) -> bool:
    """Search until no search runs, or nobody wants it any more; return False when the searchers keep dying.

    `processes` and `megabytes` as `[file_searches]` of node.toml has them.
    """
    from lienlac.apps.screening.queries import running_file_searches

    _be_modest()
    jobs = processes or cores()
    while jobs and wanted() and running_file_searches().exists():
        _read_names(_names_allowed(megabytes, jobs))
        if not _Crew(jobs, wanted).finish():
            jobs //= 2
            log.warning("a searcher died %s times: going on with %s", TRIES, jobs)
    return bool(jobs)


def _be_modest() -> None:
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read_names(allowed: int) -> None:
    """Hold the names of all records for those who fork from this process, if that pays and fits."""
    from lienlac.apps.records import held
    from lienlac.apps.screening.models import FileSearchRow
    from lienlac.apps.screening.queries import running_file_searches

    lines = FileSearchRow.objects.filter(of__in=running_file_searches(), done=False).count()
    held.forget()
    held.behave(held.Manner(many=min(allowed, lines * NAMES_A_LINE), patience_s=PATIENCE_S, anew=False))
    found = "held in memory" if held.read_now() else "found by their keys"
    log.info("searching for %s lines of files; the names of the records are %s", lines, found)


def _names_allowed(megabytes: int, jobs: int) -> int:
    """Return how many names may be held in so much memory, or in half of what is free."""
    room = (megabytes or _free_mb() // 2) - BASE_MB - PROCESS_MB * jobs
    return max(room, 0) * 1_000_000 // NAME_BYTES


def _free_mb() -> int:
    told = dict(line.split(":", 1) for line in FREE.read_text(encoding="ascii").splitlines())
    return int(told["MemAvailable"].split()[0]) // 1_000


class _Crew:
    """Searchers that share the memory of this process, one a share."""

    def __init__(self, jobs: int, wanted: Wanted) -> None:
        from lienlac.apps.screening.actions import Share

        self._wanted = wanted
        self._deaths = {Share(rest=rest, of=jobs): 0 for rest in range(jobs)}
        self._at_work: dict[ForkProcess, Share] = {}

    def finish(self) -> bool:
        """Let all shares be done; return False when one of them dies again and again."""
        from django.db import connection

        connection.close()  # each opens its own
        gc.collect()
        gc.freeze()  # so that a collection in a child touches no page that it shares
        try:
            for share in self._deaths:
                self._begin(share)
            while self._at_work and self._wanted():
                waiting.wait([one.sentinel for one in self._at_work], timeout=LOOK_S)
                ended = [one for one in self._at_work if not one.is_alive()]
                if not all(self._has_gone_on(one) for one in ended):
                    return False
            return True
        finally:
            self._end()

    def _begin(self, share: Share) -> None:
        made = multiprocessing.get_context("fork").Process(target=_go_through, args=(share, os.getpid()))
        made.start()
        self._at_work[made] = share

    def _has_gone_on(self, ended: ForkProcess) -> bool:
        """Note that a searcher has ended; if it died, begin another for its share, but not for ever."""
        share = self._at_work.pop(ended)
        if ended.exitcode:
            self._deaths[share] += 1
            if self._deaths[share] >= TRIES:
                return False
            time.sleep(PAUSE_S)
            self._begin(share)
        return True

    def _end(self) -> None:
        for one in self._at_work:
            one.kill()  # what it had in hand still waits
        for one in self._at_work:
            one.join()
        gc.unfreeze()


def _go_through(share: Share, parent: int) -> None:
    """Search batch after batch while anything of the share is left and whoever began this is there."""
    from lienlac.apps.screening.actions import search_files

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while os.getppid() == parent and search_files(now=datetime.now(UTC), turns=1, share=share):
        pass
