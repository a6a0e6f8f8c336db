"""Measure speed and size: `python -m bench.names.speed [--size 1000000] [--data DIR] [--json]`.

One process, one core. A list of invented names (`crowd`), with `--data` the galleries there before them, is searched
for names as somebody else would write them, with `--data` for the labelled queries. Times are CPU time, by the clock
beside it; the yardstick, ten million turns of an empty loop, says how fast this core is just then.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import resource
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from bench.figures import Figure, percentile, shown
from lienlac.cli import screening
from lienlac.core.errors import Malformed
from lienlac.core.names import LIMIT, Gallery, Wanted, compare

from . import crowd, tracks

SCRIPTS = ("vi", "zh", "pinyin", "latin", "th", "lo", "km", "my")
ALONE = 20_000  # names a script, whose building is timed by itself
PAIRS = 200  # names that each query is compared with in arrays
SINGLES = 400  # pairs compared one at a time, with reasons
NO_NAMES = (
    "",
    "x" * (LIMIT + 1),
    "1234567",
    "😀😀",
    "FNU LNU",
    "\ud800",
    "\u200d\u200d",
    " ".join(["an"] * 25),
)
LONGEST = 20  # ms for anything that is no name
Timed = tuple[float, float]  # seconds of CPU time, and by the clock


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    figures = [_yardstick()]
    if not asked.search_only:
        figures += [_building(script) for script in SCRIPTS]
        figures += [_with_reasons()]
    figures += _of_gallery(asked)
    print(shown(figures, as_json=asked.json))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.names.speed", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="names in the gallery")
    parser.add_argument("--queries", type=int, default=600)
    parser.add_argument("--data", type=Path, help="directory with galleries and labelled queries, used first")
    parser.add_argument("--bulk", type=int, default=0, help="lines screened against the gallery by all cores")
    parser.add_argument("--search-only", action="store_true", help="no figures of building by script")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _timed(deed: Callable[[], object]) -> Timed:
    clock, cpu = time.perf_counter(), time.process_time()
    deed()
    return time.process_time() - cpu, time.perf_counter() - clock


def _yardstick() -> Figure:
    cpu, _ = _timed(lambda: [None for _ in range(10_000_000)])
    return Figure(name="yardstick", value=cpu, unit="s", note=f"load {os.getloadavg()[0]:.1f}")


def _building(script: str) -> Figure:
    every = (one.written for one in crowd.people(30 * ALONE, seed=2) if one.script == script)
    names = list(islice(every, ALONE))
    cpu, clock = _timed(lambda: Gallery(names))
    return Figure(
        name=f"building, {script}", value=len(names) / cpu, unit="names/s", at_least=20_000,
        note=f"{len(names)} names; {len(names) / clock:.0f} by the clock",
    )  # fmt: skip


def _with_reasons() -> Figure:
    draw = random.Random(5)
    pairs = [(one.asked(draw)[1], one.written) for one in crowd.people(SINGLES, seed=3)]
    cpu, _ = _timed(lambda: [compare(asked, written) for asked, written in pairs])
    return Figure(name="comparing, one at a time with reasons", value=SINGLES / cpu, unit="pairs/s")


def _of_gallery(asked: argparse.Namespace) -> list[Figure]:
    queries, names = _queries(asked), _names(asked.size, asked.data)
    gc.collect()
    before, sizes = _resident(), len(names)
    built: list[Gallery] = []
    cpu, clock = _timed(lambda: built.append(Gallery(names)))
    gallery = built[0]
    names.clear()
    note = f"{sizes / clock:.0f} by the clock"
    found = [Figure(name="building", value=sizes / cpu, unit="names/s", at_least=20_000, note=note)]
    found += [
        Figure(
            name="memory of gallery and process", value=_resident(), unit="MB", at_most=1_500,
            note=f"{before} MB before it was built, with its names",
        ),
        Figure(name="memory, peak while building", value=_peak(), unit="MB"),
    ]  # fmt: skip
    found += [*_searching(gallery, queries), _in_arrays(gallery, queries), *_no_names(gallery)]
    return [*found, *_bulk(gallery, asked)] if asked.bulk else found


def _names(size: int, data: Path | None) -> list[str]:
    """Return the names of the galleries, then invented ones, so many in all."""
    found: list[str] = []
    if data is not None:
        for path in sorted(data.glob("gallery_*.txt")):
            found += tracks.gallery(data, path.stem.removeprefix("gallery_"))
        random.Random(1).shuffle(found)
    return found[:size] + [one.written for one in crowd.people(max(size - len(found), 0))]


def _queries(asked: argparse.Namespace) -> list[tuple[str, str, str]]:
    """Return (way of writing, query, the name that is meant)."""
    draw = random.Random(4)
    labelled = list(_labelled(asked.data)) if asked.data is not None else []
    if labelled:
        return draw.sample(labelled, min(asked.queries, len(labelled)))
    step = max(asked.size // asked.queries, 1)
    every = islice(crowd.people(asked.size), 0, None, step)
    return [(*one.asked(draw), one.written) for one in islice(every, asked.queries)]


def _labelled(data: Path) -> Iterator[tuple[str, str, str]]:
    for path in sorted(data.glob("*_dev.jsonl")):
        yield from ((path.stem, row.query, row.target) for row in tracks.rows(path))


def _searching(gallery: Gallery, queries: list[tuple[str, str, str]]) -> Iterator[Figure]:
    """Yield the times of searching, of all and by way of writing, after a round that is not counted."""
    for _, query, _ in queries[:50]:
        gallery.search(query)
    times, clocks, ways, first, ten = [], [], [], 0, 0
    for way, query, meant in queries:
        hits: list[str] = []
        cpu, clock = _timed(lambda query=query, hits=hits: hits.extend(h.name for h in gallery.search(query)))  # type: ignore[misc]
        times.append(1_000 * cpu)
        clocks.append(1_000 * clock)
        ways.append(way)
        first += hits[:1] == [meant]
        ten += meant in hits
    n, big = len(queries), len(gallery.names) > 5_000_000
    yield Figure(
        name="searching, p50", value=percentile(times, 50), unit="ms", at_most=None if big else 10,
        note=f"{percentile(clocks, 50):.1f} by the clock; {n} queries, mean {sum(times) / n:.1f}",
    )  # fmt: skip
    yield Figure(
        name="searching, p99", value=percentile(times, 99), unit="ms", at_most=200 if big else 50,
        note=f"{percentile(clocks, 99):.1f} by the clock; found first {first / n:.3f}, among ten {ten / n:.3f}",
    )  # fmt: skip
    for way in sorted(set(ways)):
        mine = [one for one, its in zip(times, ways, strict=True) if its == way]
        if len(mine) > 1:
            note = f"{len(mine)} queries, p90 {percentile(mine, 90):.1f}, most {max(mine):.1f}"
            yield Figure(name=f"searching, {way}, p50", value=percentile(mine, 50), unit="ms", note=note)


def _in_arrays(gallery: Gallery, queries: list[tuple[str, str, str]]) -> Figure:
    draw = random.Random(6)
    chosen = [(query, draw.sample(range(len(gallery.names)), PAIRS)) for _, query, _ in queries[:100]]
    cpu, _ = _timed(lambda: [gallery.compared(query, places) for query, places in chosen])
    return Figure(
        name="comparing, in arrays", value=len(chosen) * PAIRS / cpu, unit="pairs/s", at_least=30_000,
        note=f"{PAIRS} names a query, drawn from the whole gallery",
    )  # fmt: skip


def _no_names(gallery: Gallery) -> Iterator[Figure]:
    def refused(text: str) -> None:
        try:
            gallery.search(text)
        except Malformed:
            return

    worst = max(_timed(lambda text=text: refused(text))[0] for text in NO_NAMES)  # type: ignore[misc]
    yield Figure(name="refusing what is no name, at most", value=1_000 * worst, unit="ms", at_most=LONGEST)
    for name, text in _long(gallery):
        cpu = min(_timed(lambda text=text: gallery.search(text))[0] for _ in range(3))  # type: ignore[misc]
        yield Figure(name=f"searching for {name}", value=1_000 * cpu, unit="ms", at_most=LONGEST)


def _long(gallery: Gallery) -> Iterator[tuple[str, str]]:
    """Yield texts that are hardly names: as many words as are let in, of each sort."""
    draw = random.Random(8)
    words = {
        "vi": "Đàm Khánh Viễn Trương Phong Nghị Nguyễn Hùng",
        "pinyin": "zhang feng yi tan qing yuan wang ming",
    }
    for script, text in words.items():
        yield f"24 {script} words", " ".join(draw.choices(text.split(), k=24))
    seen = [name for name in islice(gallery.names, 20_000) if name.isascii() and " " in name]
    yield "24 Latin words", " ".join(draw.choice(seen).split()[0] for _ in range(24))
    yield "24 Han characters", "".join(draw.choices("张王李赵陈明国华伟芳", k=24))
    yield "80 Thai letters", "สุรีกานีสีบูมีลาจันลิน"[:22] * 4


def _bulk(gallery: Gallery, asked: argparse.Namespace) -> Iterator[Figure]:
    """Yield what a list costs that is screened against the gallery, as `lienlac names screen` does it."""
    draw, jobs = random.Random(9), screening.cores()
    names = [one.asked(draw)[1] for one in crowd.people(asked.bulk, seed=7)]
    chunks = (list(enumerate(names[at : at + 25], start=at)) for at in range(0, len(names), 25))
    before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    told = sum(one.text.count("\n") for one in screening.Screening(gallery, Wanted()).chunks(chunks, jobs))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    note = f"{len(names)} lines, {jobs} processes, {time.perf_counter() - clock:.0f} s by the clock, {told} candidates"
    yield Figure(name="bulk, a line", value=1_000 * spent / len(names), unit="ms", note=note)
    yield Figure(
        name="bulk, 100,000 lines on 2 cores", value=100_000 * spent / len(names) / 120, unit="min", at_most=10,
        note="reckoned from the processor time of a line",
    )  # fmt: skip


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * resource.getpagesize() / 1e6)


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)


if __name__ == "__main__":
    main()
