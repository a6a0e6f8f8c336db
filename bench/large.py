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
import subprocess
import sys
import tempfile
import time
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
COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"


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
    said = dict(zip(("dialled", "handed"), (float(next(worker.stdout)) for _ in range(2)), strict=True))
    worker.kill()
    worker.wait()
    pair.receiver.stop()
    note = f"{parcels:,} parcels wait; no desk"
    return [
        Figure(name="start to dialling", value=said["dialled"] - began, unit="s", at_most=10, note=note),
        Figure(
            name="line to the first parcel acknowledged",
            value=said["handed"] - said["dialled"],
            unit="s",
            at_most=1,
            note="greeting and a window of 100 among it",
        ),
    ]


def _fill_outbox(path: Path, more: int) -> None:
    """Put so many parcels behind the real ones, in the same lane."""
    import sqlite3

    with sqlite3.connect(path) as base:
        lane, epoch, seq = base.execute(
            "SELECT lane_id, epoch, max(seq) FROM mailroom_parcel GROUP BY lane_id, epoch ORDER BY 3 DESC"
        ).fetchone()
        top = base.execute("SELECT max(id) FROM mailroom_message").fetchone()[0]
        _copies(base, "mailroom_message", {"id": f"{top} + i", "message_id": "printf('%032x', i)"}, more)
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


def _copies(base: object, table: str, changes: dict[str, str], more: int, where: str = "") -> None:
    """Insert so many copies of one row; `changes` are SQL for what differs, of `i` from 1."""
    columns = [row[1] for row in base.execute(f"PRAGMA table_info({table})")]  # type: ignore[attr-defined]
    values = ", ".join(changes.get(name, f"one.{name}") for name in columns)
    one = f"(SELECT * FROM {table} AS one {where} ORDER BY id DESC LIMIT 1) AS one"
    sql = f"{COUNT} INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM n, {one}"
    base.execute(sql, [more])  # type: ignore[attr-defined]


def ledger(pair: Pair, leaves: int) -> list[Figure]:
    """Fill the tree of the pair's ledger; prove entries of it, each asked for by itself."""
    import sqlite3

    place = random.Random("large")
    asked = [place.randrange(leaves) for _ in range(ASKED)]
    with sqlite3.connect(pair.sender.path / "db.sqlite3") as base:
        key = base.execute("SELECT id FROM audit_ledger WHERE partner != '' AND current").fetchone()[0]
        base.execute("DELETE FROM audit_treenode WHERE ledger_id = ?", [key])
        for level in range(leaves.bit_length()):
            base.execute(
                f"{COUNT} INSERT INTO audit_treenode (ledger_id, level, number, hash)"
                " SELECT ?, ?, i - 1, randomblob(32) FROM n",
                [leaves >> level, key, level],
            )
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
