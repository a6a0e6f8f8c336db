"""A file of names against the records of a node (SG27): on all cores by the node's own processes, killed now and then.

python -m bench.screening [--lines 10000] [--records 100000] [--kills 6] [--sample 300] [--home DIR] [--json]

The node of `bench.searching` is filled behind its back; the file is declared, approved by two and erased by the verbs
of the desk. First a sample of its lines is searched in this process, as requests do one after the other; then the whole
file by `lienlac records search-files`, whose searchers are killed (SIGKILL) while they work. Every line must be done
once, and the lines of the sample must have given the same. Ends with 1 when they have not.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench import searching
from bench.figures import Figure, shown
from bench.names import crowd
from lienlac.site import start

LOOK_S = 0.5


def main() -> None:
    """Fill, search, print."""
    asked = _arguments()
    with ExitStack() as until:
        place = asked.home or Path(until.enter_context(tempfile.TemporaryDirectory(prefix="ll-screen-")))
        home = searching.filled(place, asked.records)
        start.for_home(home)
        figures = list(_measured(home, asked))
    print(shown(figures, as_json=asked.json))
    sys.exit(any(one.met is False for one in figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.screening", description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--home", type=Path, help="keep the node here")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _measured(home: Path, asked: argparse.Namespace) -> Iterator[Figure]:
    from lienlac.apps.screening import actions
    from lienlac.apps.screening.models import FileSearchRow

    draw = random.Random(4)
    every = max(asked.records // asked.lines, 1)
    persons = [*enumerate(islice(crowd.people(asked.records), 0, None, every), start=2)][: asked.lines]
    written = {line: one.written for line, one in persons}
    text = "name\n" + "".join(f'"{one.asked(draw)[1]}"\n' for _, one in persons)
    alone = _approved(text)
    took = _sampled(alone, asked.sample)
    sample = _given(alone, last=asked.sample + 1)
    actions.drop_search(alone.officer, alone, now=_now())
    yield _figure("one process, a line", 1_000 * took / asked.sample, "ms", f"of {asked.sample} lines")
    whole = _approved(text)
    yield from _by_crew(home, whole, asked.kills)
    given = _given(whole)
    same = {one for one in given if one[0] <= asked.sample + 1}
    yield _figure(
        "lines of the sample that gave something else", len({one[0] for one in same ^ sample}), "", at_most=0
    )
    right = {line for line, _, name in given if written[line] == name}
    yield _figure(
        "lines whose person is a candidate", 100 * len(right) / len(persons), "%", f"{len(given)} candidates"
    )
    actions.drop_search(whole.officer, whole, now=_now())
    yield _figure("lines that are left when it was erased", FileSearchRow.objects.count(), "", at_most=0)


def _approved(text: str) -> Any:
    """Declare the file, and let two others approve: it runs then."""
    from lienlac.apps.screening import actions, gates

    said = actions.FileQuestion(
        purpose="INVESTIGATE", case_number="bench", legal_basis="bench", register="case_file", origin="bench",
        origin_signed=True,
    )  # fmt: skip
    row = actions.stage_search(searching.officer(), "list.csv", text.encode(), said, now=_now())
    for name, role in (("bench-first", "supervisor"), ("bench-second", "analyst")):
        actions.approve_search(_other(name, role), row, gates.SEARCH, now=_now())
    row.refresh_from_db()
    return row


def _other(name: str, role: str) -> Any:
    from lienlac.apps.accounts.models import User

    first = searching.officer()
    return User.objects.update_or_create(
        username=name,
        defaults={"full_name": name, "role": role, "office": first.office, "unit": name, "language": "en",
                  "certified_to": date(2099, 1, 1)},
    )[0]  # fmt: skip


def _sampled(row: Any, count: int) -> float:
    """Search with so many lines here, in batches of 25; return the seconds of the processor."""
    from lienlac.apps.screening import actions, lines
    from lienlac.apps.screening.persons import Known

    lines.near(Known(names=(("Nguyễn Văn An", ""),)))  # reads tables and names, which one process does once
    began = time.process_time()
    for _ in range(0, count, 25):
        actions.search_batch(row.pk, now=_now())
    return time.process_time() - began


def _by_crew(home: Path, row: Any, kills: int) -> Iterator[Figure]:
    """Search with the whole file by the node's own command."""
    from django.db import connection

    draw, total, peak, killed = random.Random(7), row.rows_total, 0.0, 0
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    connection.close()
    words = [sys.executable, "-m", "lienlac.cli", "--home", str(home), "records", "search-files"]
    process = subprocess.Popen([*words, "--beside", str(os.getpid())])
    while process.poll() is None:
        time.sleep(LOOK_S)
        row.refresh_from_db()
        crew = _children(process.pid)
        peak = max(peak, sum(_pss_mb(one) for one in (process.pid, *crew)))
        if crew and killed < kills and row.rows_done >= (killed + 1) * total / (kills + 1):
            with suppress(ProcessLookupError):
                os.kill(draw.choice(crew), signal.SIGKILL)
                killed += 1
    clock = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    row.refresh_from_db()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    yield _figure(
        "all cores, a line", 1_000 * clock / total, "ms", f"by the clock: {clock:.0f} s for {total} lines"
    )
    yield _figure(
        "all cores, processor time a line", 1_000 * cpu / total, "ms", f"{cpu:.0f} s with start and reading"
    )
    yield _figure("memory, all processes that search", peak, "MB", "PSS, at most")
    done = row.rows.filter(done=True).count()
    yield _figure("lines not done, or counted twice", total - done + abs(row.rows_done - done), "",
                  f"{killed} searchers killed; {row.state}; {row.rows_bad} no names", at_most=0)  # fmt: skip


def _given(row: Any, last: int = 10**9) -> set[tuple[int, str, str]]:
    """Return (line, agreement, name of the record) of what a search gave up to a line."""
    hits = row.hits.filter(line__lte=last)
    return set(hits.values_list("line", "agreement", "record__names__text"))


def _children(pid: int) -> list[int]:
    with suppress(FileNotFoundError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _pss_mb(pid: int) -> float:
    with suppress(FileNotFoundError, ProcessLookupError):
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return next(
            (int(line.split()[1]) / 1_000 for line in told.splitlines() if line.startswith("Pss:")), 0.0
        )
    return 0.0


def _figure(name: str, value: float, unit: str, note: str = "", at_most: float | None = None) -> Figure:
    load = f"load {os.getloadavg()[0]:.1f}"
    return Figure(
        name=name, value=value, unit=unit, at_most=at_most, note=f"{note}; {load}" if note else load
    )


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
