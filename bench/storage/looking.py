"""Look at what a cut has left of two nodes: is it whole, does it hold what was promised, and does it heal?"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.exchange import pair as pairs
from bench.exchange.pair import TABLE, Station
from bench.storage.image import Disk
from bench.storage.tape import Kind, Record
from bench.storage.watching import DATABASE


def untouched(both: tuple[Station, Station]) -> Disk:
    """Return the disk before anything ran."""
    files = (one.path / name for one in both for name in (DATABASE, f"{DATABASE}-wal"))
    return Disk.of(one for one in files if one.exists())


@dataclass(kw_only=True)
class Looked:
    """What was promised until now, and what was found after each cut."""

    both: tuple[Station, Station]
    after: Path
    chance: random.Random
    promised: dict[tuple[str, str], set[Any]] = field(default_factory=lambda: defaultdict(set))
    counted: Counter[str] = field(default_factory=Counter)
    left: dict[int, dict[str, bytes]] = field(default_factory=dict)
    cuts: int = 0
    lost: int = 0
    damaged: int = 0
    failures: list[str] = field(default_factory=list)

    def play(self, disk: Disk, one: Record) -> None:
        """Let happen what was recorded."""
        self.counted[one.kind.name.lower()] += 1
        if one.kind is not Kind.PROMISED:
            disk.play(one)
            return
        for kind, told in one.told.items():
            self.promised[one.name, kind] |= set(_facts(kind, told))

    def cut(self, disk: Disk, number: int, *, keep: bool) -> None:
        """Cut the power and look at what is left of both."""
        self.cuts += 1
        files = disk.after_a_cut(self.chance)
        for station in self.both:
            self._look(station, number, _of(station, files))
        if keep:
            spared = self.chance.choice((*self.both, None))  # the one whose power stays
            held = {} if spared is None else _of(spared, disk.held())
            gone = {name for name in files if spared is not None and Path(name).parent == spared.path}
            self.left[number] = {name: raw for name, raw in files.items() if name not in gone} | held

    def _look(self, station: Station, number: int, files: dict[str, bytes]) -> None:
        import sqlite3

        home = self.after / station.code
        home.mkdir(parents=True, exist_ok=True)
        for old in home.iterdir():
            old.unlink()
        for name, raw in files.items():
            (home / Path(name).name).write_bytes(raw)
        base = sqlite3.connect(home / DATABASE)
        try:
            if base.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise sqlite3.DatabaseError("integrity_check")
            for kind, missing_of in CHECKS.items():
                if missing := missing_of(base, self.promised[station.code, kind]):
                    self.lost += len(missing)
                    self.failures.append(
                        f"cut {number}: {station.code} lost {kind} {sorted(missing, key=str)[:3]}"
                    )
        except sqlite3.DatabaseError as error:
            self.damaged += 1
            self.failures.append(f"cut {number}: {station.code} is damaged: {error}")
        finally:
            base.close()

    def go_on(self, number: int) -> None:
        """Start both nodes on what was left, wait until they are quiet, compare."""
        import sqlite3

        for station in self.both:
            for old in station.path.glob(f"{DATABASE}*"):
                old.unlink()
        for name, raw in self.left.pop(number).items():
            Path(name).write_bytes(raw)
        for station in self.both:  # whoever only reads cannot be the first to open what a cut has left
            sqlite3.connect(station.path / DATABASE).execute("SELECT 1 FROM sqlite_master")
        try:
            pairs.begin(*self.both)
            pairs.wait_until_quiet(*self.both)
            self.failures += [f"cut {number}, gone on: {one}" for one in compared(*self.both)]
        finally:
            for station in self.both:
                station.stop()


def _of(station: Station, files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: raw for name, raw in files.items() if Path(name).parent == station.path}


def _facts(kind: str, told: Any) -> Iterator[Any]:
    """Give what a promise says as values that a database can be asked for."""
    if kind in ("kept", "shown"):
        yield from told
    elif kind == "sent":
        yield from map(tuple, told)
    else:
        for one in told:
            standing = one["standing"]
            if standing["seq"]:
                yield one["class"], standing["epoch"], standing["seq"]


def _not_found(query: str) -> Callable[[Any, set[Any]], set[Any]]:
    """Return the check that each promised row is given by a query; one column stands for itself."""

    def missing(base: Any, promised: set[Any]) -> set[Any]:
        found = base.execute(query).fetchall()
        return promised - {one[0] if len(one) == 1 else one for one in found}

    return missing


def _not_placed(base: Any, promised: set[Any]) -> set[Any]:
    """Give what was sent and stands nowhere, or elsewhere. A receipt's row is deleted when it was acknowledged."""
    places = "SELECT l.lane_class, p.epoch, p.seq, p.digest FROM mailroom_parcel p JOIN mailroom_lane l"
    placed = {
        (name, epoch, seq): digest
        for name, epoch, seq, digest in base.execute(f"{places} ON l.id = p.lane_id")
    }
    states = base.execute("SELECT lane_class, state FROM mailroom_lane WHERE direction = 'out'")
    ends = {(name, state["epoch"]): state["sent"] for name, state in ((n, json.loads(s)) for n, s in states)}
    return {
        (name, epoch, seq, digest)
        for name, epoch, seq, digest in promised
        if placed.get((name, epoch, seq), digest) != digest or ends.get((name, epoch), 0) < seq
    }


CHECKS: dict[str, Callable[[Any, set[Any]], set[Any]]] = {
    "kept": _not_found(
        "SELECT message_id FROM mailroom_message m WHERE outbound"
        " AND EXISTS (SELECT 1 FROM mailroom_parcel p WHERE p.message_id = m.id)"
    ),
    "shown": _not_found(
        "SELECT m.message_id FROM mailroom_receipt r JOIN mailroom_message m ON m.id = r.message_id"
    ),
    "acked": _not_found(
        "SELECT l.lane_class, a.epoch, a.seq FROM mailroom_arrival a JOIN mailroom_lane l ON l.id = a.lane_id"
    ),
    "sent": _not_placed,
}


def compared(sender: Station, receiver: Station) -> Iterator[str]:
    """Compare what one sent with what the other has: all of it, by its bytes, each with its effect once."""
    query = "SELECT message_id, signed FROM mailroom_message WHERE kind != 'RECEIPT' AND outbound = {}"
    there, here = set(sender.ask(query.format(1))), set(receiver.ask(query.format(0)))
    if lost := there - here:
        yield f"{len(lost)} lost"
    if strange := here - there:
        yield f"{len(strange)} that nobody sent"
    effects = [one for (one,) in receiver.ask(f"SELECT message_id FROM {TABLE}")]
    effects += [
        one for (one,) in receiver.ask("SELECT message_id FROM enquiries_enquiry WHERE side = 'received'")
    ]
    if sorted(effects) != sorted(name for name, _ in there):
        yield f"{len(effects)} effects of {len(there)} messages"
