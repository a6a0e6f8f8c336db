"""An officer's search by hand in a node that holds a million records: the verb of the desk, as long as it takes.

python -m bench.searching [--records 1000000] [--queries 400] [--home DIR] [--json]

A node is made and filled by SQL behind its back, with the invented names of `bench.names.crowd` and the keys that the
node itself would store; it has no other content. Each search is the whole verb: the officer's row, the rules, the
names, the leaf. `--home` keeps the node there, and takes one that is there.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from bench.figures import Figure, percentile, shown
from bench.names import crowd
from lienlac.apps.records import exact
from lienlac.cli.demo import stage as stages
from lienlac.cli.demo.cast import PLAYERS
from lienlac.core import names
from lienlac.site import sqlite, start

PLAYER = PLAYERS[0]
FILLED = "filled.json"  # beside the node: how many records it has
AT_ONCE = 20_000  # records a transaction
COMMON = ("Nguyễn Văn An", "nguyen van an", "王伟", "Wang Wei", "Trần Thị Lan", "陈伟", "阮文安", "Nguyễn An")
WITHIN_MS = 100
APART = 25  # every so-manieth record is searched for: to compose them all takes longer than to search


def main() -> None:
    """Fill, search, print."""
    asked = _arguments()
    with ExitStack() as until:
        place = asked.home or Path(until.enter_context(tempfile.TemporaryDirectory(prefix="ll-search-")))
        home = filled(place, asked.records)
        start.for_home(home)
        figures = list(_searched(asked))
    print(shown(figures, as_json=asked.json))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.searching", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--home", type=Path, help="keep the node here")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def filled(place: Path, count: int) -> Path:
    """Return the home of a node with so many records."""
    home = place / PLAYER.code
    if (home / FILLED).exists():
        return home
    sqlite.install()
    stages.make(stages.placed(place, players=(PLAYER,)), lambda _text: None)
    began = time.monotonic()
    _fill(home / "db.sqlite3", count)
    took = round(time.monotonic() - began)
    (home / FILLED).write_text(json.dumps({"records": count, "seconds": took}), encoding="ascii")
    return home


def _fill(path: Path, count: int) -> None:
    """Put records, names and keys into a new node's tables; its indexes are made anew behind the keys."""
    import sqlite3

    with multiprocessing.get_context("fork").Pool() as pool, sqlite3.connect(path) as base:
        indexes = base.execute(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'records_namekey' AND sql LIKE 'CREATE INDEX%'"
        ).fetchall()
        for name, _ in indexes:
            base.execute(f'DROP INDEX "{name}"')
        names = (one.written for one in crowd.people(count))
        keyed = pool.imap(_keyed, enumerate(names, start=1), chunksize=500)
        while rows := tuple(islice(keyed, AT_ONCE)):
            _put(base, rows)
            base.commit()
        for _, made in indexes:
            base.execute(made)


Keyed = tuple[int, str, str, list[str]]


def _keyed(numbered: tuple[int, str]) -> Keyed:
    number, name = numbered
    sound = names.signature(name)
    return number, name, sound, exact.of(name, sound)


def _put(base: Any, rows: tuple[Keyed, ...]) -> None:
    now = datetime.now(UTC)
    until = now.date() + timedelta(days=365)
    fixed = {
        "kind": "wanted", "source": "bench", "sex": "", "nationality": "", "birth": "", "birth_place": "",
        "offence": "", "text": "", "text_language": "", "handling": "[]", "retention_until": until.isoformat(),
        "retention_reason": "", "warned": 0, "created_at": now.isoformat(), "changed_at": now.isoformat(),
        "digest": "", "to_compare": 0,
    }  # fmt: skip
    columns, marks = ", ".join(fixed), ", ".join("?" * len(fixed))
    base.executemany(
        f"INSERT INTO records_record (id, reference, {columns}) VALUES (?, ?, {marks})",
        ((number, str(number), *fixed.values()) for number, *_ in rows),
    )
    base.executemany(
        "INSERT INTO records_recordname (id, record_id, text, language, type, sound)"
        " VALUES (?, ?, ?, '', 'official', ?)",
        ((number, number, name, sound) for number, name, sound, _ in rows),
    )
    base.executemany(
        'INSERT INTO records_namekey (name_id, "key") VALUES (?, ?)',
        ((number, key) for number, _, _, keys in rows for key in keys),
    )


def _searched(asked: argparse.Namespace) -> Iterator[Figure]:
    """Search for names as somebody else writes them, then for common ones."""
    by = officer()
    draw = random.Random(4)
    every = islice(crowd.people(asked.records), 0, None, APART)
    drawn = [(*one.asked(draw), one.written) for one in islice(every, asked.queries)]
    _look(by, COMMON[0])
    took = [(way, meant, *_timed(partial(_look, by, query))) for way, query, meant in drawn]
    yield from _times("search", took)
    for way in sorted({one[0] for one in took}):
        mine = [one for one in took if one[0] == way]
        if len(mine) > 1:
            yield from _times(f"search, {way}", mine, percents=(50,))
    for name in COMMON:
        found, cpu, clock = _timed(partial(_look, by, name))
        note = f"{1_000 * clock:.0f} by the clock; {len(found)} shown, first {', '.join(found[:3])}"
        yield Figure(name=f"search, {name}", value=1_000 * cpu, unit="ms", note=note)


Took = tuple[str, str, list[str], float, float]


def _times(name: str, took: list[Took], percents: tuple[int, ...] = (50, 99)) -> Iterator[Figure]:
    times, clocks = [1_000 * one[3] for one in took], [1_000 * one[4] for one in took]
    first = sum(one[2][:1] == [one[1]] for one in took) / len(took)
    shown_ = sum(one[1] in one[2] for one in took) / len(took)
    for percent in percents:
        note = f"{percentile(clocks, percent):.0f} by the clock; {len(took)} queries"
        note += f", found {shown_:.3f}, first {first:.3f}; load {os.getloadavg()[0]:.1f}"
        bound = WITHIN_MS if percent == 50 and name == "search" else None
        yield Figure(
            name=f"{name}, p{percent}", value=percentile(times, percent), unit="ms", at_most=bound, note=note
        )


def _look(officer: Any, text: str) -> list[str]:
    """Return the names that a search shows, the best first, each writing once."""
    from lienlac.apps.records import actions
    from lienlac.apps.records.models import Look

    Look.objects.all().update(at=datetime(2020, 1, 1, tzinfo=UTC))  # an officer has sixty an hour
    question = actions.Question(text=text, purpose="INVESTIGATE", case_number="bench")
    hits = actions.search(officer, question, now=datetime.now(UTC))
    return list(dict.fromkeys(hit.name.text for hit in hits if hit.name))


def officer() -> Any:
    """Return the officer who searches."""
    from lienlac.apps.accounts.models import User

    return User.objects.update_or_create(
        username="bench-search",
        defaults={"full_name": "bench", "role": "duty_officer", "office": PLAYER.code, "unit": "bench",
                  "language": "en", "certified_to": date(2099, 1, 1)},
    )[0]  # fmt: skip


def _timed(step: Callable[[], list[str]]) -> tuple[list[str], float, float]:
    clock, cpu = time.perf_counter(), time.process_time()
    found = step()
    return found, time.process_time() - cpu, time.perf_counter() - clock


if __name__ == "__main__":
    main()
