"""What a node with much in it costs: an outbox of a million parcels, a ledger of ten million leaves.

python -m bench.large [--parcels N] [--leaves N] [--json]

Both are filled by SQL behind the node's back, since posting a million takes hours: the first parcels are real and are
what is handed over; those behind them, and the hashes of the tree, have the right number and size and no meaning. The
ledger's figure takes the table as a node has it, with its index; some 250 bytes a leaf lie on the disk while it runs.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.exchange import pair as pairs
from bench.exchange.pair import Pair
from bench.figures import Figure, percentile, shown
from lienlac.cli.demo.nodes import end_with_parent
from lienlac.site import sqlite

PARCELS, LEAVES = 1_000_000, 10_000_000
REAL = 200  # two windows: all that is handed over while one looks
ASKED = 200
COUNT = "WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
AT_ONCE = 20_000  # rows a transaction: neither memory nor the write-ahead log grows with the number


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--parcels", type=int, default=PARCELS)
    asked.add_argument("--leaves", type=int, default=LEAVES)
    asked.add_argument("--json", action="store_true")
    wished = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="ll-large-") as place, pairs.running(Path(place)) as pair:
        figures = [*outbox(pair, wished.parcels), *ledger(pair, wished.leaves)]
    print(shown(figures, as_json=wished.json))


def outbox(pair: Pair, parcels: int) -> list[Figure]:
    """Fill the outbox while the line is down; start, and hand the first over."""
    for one in (pair.sender, pair.receiver):
        one.stop()
    pair.tell(deed="row", count=REAL)
    _fill_outbox(pair.sender.path / "db.sqlite3", parcels - REAL)
    pair.receiver.start("door")
    began = time.monotonic()
    words = [sys.executable, "-m", "bench.large_node", "work", str(pair.sender.path)]
    worker = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent)
    assert worker.stdout
    dialled, used = map(float, next(worker.stdout).split())
    handed, _ = map(float, next(worker.stdout).split())
    worker.kill()
    worker.wait()
    pair.receiver.stop()
    note = f"{parcels:,} parcels wait; no desk"
    return [
        Figure(name="start to dialling", value=dialled - began, unit="s", at_most=10, note=note),
        Figure(name="of it processor time", value=used, unit="s", note="the rest is the load of the machine"),
        Figure(
            name="line to the first parcel acknowledged",
            value=handed - dialled,
            unit="s",
            at_most=1,
            note="greeting and a batch of eight among it",
        ),
    ]


def _fill_outbox(path: Path, more: int) -> None:
    """Put so many parcels behind the real ones, in the same lane."""
    with _filling(path) as base:
        lane, epoch, seq = base.execute(
            "SELECT lane_id, epoch, max(seq) FROM mailroom_parcel GROUP BY lane_id, epoch ORDER BY 3 DESC"
        ).fetchone()
        top = base.execute("SELECT max(id) FROM mailroom_message").fetchone()[0]
        named = {"id": f"{top} + i", "message_id": "printf('%032x', i)"}
        _copies(base, "mailroom_message", named, more, f"WHERE one.id = {top}")
        changes = {
            "id": "NULL",
            "message_id": f"{top} + i",
            "seq": f"{seq} + i",
            "digest": "printf('%064x', i)",
        }
        changes |= {"envelope": "zeroblob(size)"}
        where = f"WHERE one.lane_id = {lane} AND one.epoch = '{epoch}' AND one.seq = {seq}"
        _copies(base, "mailroom_parcel", changes, more, where)
        state = json.loads(base.execute("SELECT state FROM mailroom_lane WHERE id = ?", [lane]).fetchone()[0])
        state |= {"sent": seq + more, "last": f"{more:064x}"}
        base.execute("UPDATE mailroom_lane SET state = ? WHERE id = ?", [json.dumps(state), lane])
        there = "FROM mailroom_parcel WHERE lane_id = ? AND until = 'receipt' AND in_outbox"
        held = base.execute(f"SELECT count(*), sum(size) {there}", [lane]).fetchone()
        base.execute(
            "UPDATE mailroom_lane SET outbox_parcels = ?, outbox_size = ? WHERE id = ?", [*held, lane]
        )


@contextmanager
def _filling(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that does not wait for the disk: what is filled here may be lost with the machine."""
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA synchronous = OFF")
    yield base
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()


def _copies(base: sqlite3.Connection, table: str, changes: dict[str, str], more: int, where: str) -> None:
    """Insert so many copies of one row; `changes` are SQL for what differs, of `i` from 1."""
    columns = [row[1] for row in base.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changes.get(name, f"one.{name}") for name in columns)
    sql = f"{COUNT} INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM n, {table} AS one {where}"
    _counted(base, sql, more)


def _counted(base: sqlite3.Connection, sql: str, number: int, *values: object) -> None:
    """Run a statement for i from 1 to `number`, some at a time."""
    for first in range(1, number + 1, AT_ONCE):
        base.execute(sql, [first, min(first + AT_ONCE - 1, number), *values])


def ledger(pair: Pair, leaves: int) -> list[Figure]:
    """Fill the tree of the pair's ledger; prove entries of it, each asked for by itself."""
    place = random.Random("large")
    asked = [place.randrange(leaves) for _ in range(ASKED)]
    with _filling(pair.sender.path / "db.sqlite3") as base:
        key = base.execute("SELECT id FROM audit_ledger WHERE partner != '' AND current").fetchone()[0]
        base.execute("DELETE FROM audit_treenode WHERE ledger_id = ?", [key])
        for level in range(leaves.bit_length()):
            sql = "INSERT INTO audit_treenode (ledger_id, level, number, hash)"
            rest = " SELECT ?, ?, i - 1, randomblob(32) FROM n"
            _counted(base, f"{COUNT} {sql}{rest}", leaves >> level, key, level)
        base.execute("UPDATE audit_ledger SET size = ? WHERE id = ?", [leaves, key])
    words = [sys.executable, "-m", "bench.large_node", "prove", str(pair.sender.path), str(key)]
    told = subprocess.run(words, input=json.dumps(asked), check=True, capture_output=True, text=True).stdout
    times = [1000 * one for one in json.loads(told)]
    note = f"of {leaves:,} leaves, {ASKED} asked one by one"
    return [
        Figure(name="proof of an entry, p50", value=median(times), unit="ms", at_most=5, note=note),
        Figure(name="proof of an entry, p99", value=percentile(times, 99), unit="ms"),
    ]


if __name__ == "__main__":
    sqlite.install()
    main()
