"""kill -9 of whatever runs, at random moments, on a line that does its worst: nothing lost, nothing twice.

python -m bench.kill [--times 200] [--seed N] [--json]

Three real nodes (`lienlac up`) with an officer who asks without end at two of them, their enquiries going to both
others. Every way from node to node leads through a `bad_line`. A kill strikes one process, or all of a node at once.
When it is over the line is healed, everything started again, and when every outbox is empty it is compared, from
outside and by the bytes that the authors signed: what each node sent to each other one, and what that one has. Then
each pair's ledgers are exported at both ends and examined by the stand-alone verifier. Ends with 1 when anything fails.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

from tests.compiled import compile_changed
from tests.journeys.pair import rows, unsettled

from bench.bad_line import BadLine
from lienlac.cli.demo import stage as stages
from lienlac.cli.demo.nodes import RunningNode, end_with_parent
from lienlac.cli.demo.stage import Stage

ROOT = Path(__file__).parents[1]
VERIFIER = ROOT / "verifier" / "lienlac_verify.py"
WITHOUT_END = 10**6
ASK = {
    "vn-tra-linh": ("linh", "cn-jingxi", "xr-lmlecc"),
    "cn-jingxi": ("qin", "vn-tra-linh", "xr-lmlecc"),
}
VICTIMS = ("asker", "up", "up", "work", "work", "whole node")
BETWEEN_KILLS = (1, 4)  # parcels that come through
PATIENCE_S = (0.1, 15.0)  # but now and then none does
LOOK_EVERY_S = 0.5
UP_WITHIN_S, QUIET_WITHIN_S = 120.0, 600.0
PLACED_WITHIN_S = 3.0
HARMLESS = ("leaf_late",)  # a leaf waits while its node is dead


@dataclass(kw_only=True)
class Scene:
    """The nodes, who asks at them, and the lines to them."""

    stage: Stage
    chance: random.Random
    askers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    lines: dict[str, BadLine] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)
    under_way: int = 0  # kills while parcels waited in an outbox

    def ask(self, code: str) -> None:
        """Let an officer of that node ask without end."""
        home = self.stage.node(code).path
        words = [sys.executable, "-m", "tests.journeys.asker", str(home), str(WITHOUT_END), *ASK[code]]
        with (home / "asker.log").open("ab") as log:
            self.askers[code] = subprocess.Popen(
                words, cwd=ROOT, stdout=log, stderr=log, preexec_fn=end_with_parent
            )

    def let_some_through(self) -> None:
        """Let some parcels arrive, and some moment more pass: a node that is only ever starting shows nothing."""
        enough = self._arrived() + self.chance.randint(*BETWEEN_KILLS)
        ends = time.monotonic() + self.chance.uniform(*PATIENCE_S)
        while self._arrived() < enough and time.monotonic() < ends:
            time.sleep(self.chance.uniform(0, LOOK_EVERY_S))
        for code, one in self.askers.items():
            if one.poll() is not None:  # told that the database is busy, he asks again
                self.ask(code)

    def _arrived(self) -> int:
        query = "SELECT count(*) FROM mailroom_arrival"
        return sum(int(str(rows(node, query)[0][0])) for node in self.stage.nodes)

    def strike(self) -> None:
        """Kill something; what nobody else starts again is started again."""
        victim, node = self.chance.choice(VICTIMS), self.chance.choice(self.stage.nodes)
        self.under_way += any(map(unsettled, self.stage.nodes))
        if victim == "asker":
            code = self.chance.choice(list(ASK))
            _kill(self.askers[code])
            self.ask(code)
        elif victim == "work":
            for one in node.workers():
                os.kill(one, signal.SIGKILL)
        else:
            self._kill_node(node, all_of_it=victim == "whole node")
        self.killed[victim] += 1

    def _kill_node(self, node: RunningNode, *, all_of_it: bool) -> None:
        assert node.process is not None
        kill = os.killpg if all_of_it else os.kill
        kill(node.process.pid, signal.SIGKILL)
        node.process.wait()
        node.start()

    def silence(self) -> None:
        """Let nobody ask any more."""
        for one in self.askers.values():
            _kill(one)

    def wait_for_post(self) -> None:
        """Wait until each of them has asked: kills before that would show nothing."""
        _wait(lambda: all(unsettled(self.stage.node(code)) for code in ASK), "nobody asks", UP_WITHIN_S)

    def end(self) -> None:
        """Nobody asks any more, the line is healed, every node is killed once more and comes up for good."""
        self.silence()
        for line in self.lines.values():
            line.healed = True
        for node in self.stage.nodes:
            self._kill_node(node, all_of_it=True)
        nodes = self.stage.nodes
        _wait(lambda: all(one.answers() for one in nodes), "a node does not come up", UP_WITHIN_S)
        _wait(lambda: not any(map(unsettled, nodes)), "outboxes do not empty", QUIET_WITHIN_S)
        time.sleep(PLACED_WITHIN_S)


def _wait(until: Callable[[], bool], complaint: str, within_s: float) -> None:
    ends = time.monotonic() + within_s
    while not until():
        if time.monotonic() > ends:
            raise SystemExit(complaint)
        time.sleep(LOOK_EVERY_S)


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def main() -> int:
    """Kill, heal, compare, print."""
    parser = argparse.ArgumentParser(prog="bench.kill")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--json", action="store_true")
    wished = parser.parse_args()
    compile_changed()
    print(f"seed {wished.seed}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="lienlac-kill-") as place:
        facts = under_fire(Path(place), wished.times, wished.seed)
    print(json.dumps(facts, indent=1) if wished.json else as_table(facts))
    return 1 if facts["failures"] else 0


def as_table(facts: dict[str, object]) -> str:
    """Return the facts as lines."""
    return "\n".join(f"{name:20}  {value}" for name, value in facts.items())


def under_fire(place: Path, times: int, seed: int) -> dict[str, object]:
    """Return what was done and what came of it; `failures` is empty when all holds."""
    scene = Scene(stage=stages.placed(place), chance=random.Random(seed))
    began = time.monotonic()
    with ExitStack() as stack:
        stages.make(scene.stage, lambda _text: None)
        stages.introduce(scene.stage, lambda _text: None)
        stack.callback(scene.stage.stop)
        _put_lines_between(scene, stack)
        stages.start(scene.stage, lambda _text: None)
        for code in ASK:
            scene.ask(code)
        stack.callback(scene.silence)
        scene.wait_for_post()
        for _ in range(times):
            scene.let_some_through()
            scene.strike()
        scene.end()
        return _facts(scene, seed, began)


def _put_lines_between(scene: Scene, stack: ExitStack) -> None:
    """A bad line in front of each node's door: the others' books are told that he listens there."""
    import sqlite3

    for node in scene.stage.nodes:
        line = BadLine(port=node.peer_port, chance=random.Random(scene.chance.random()))
        scene.lines[node.player.code] = stack.enter_context(line.open())
    for node in scene.stage.nodes:
        with sqlite3.connect(node.path / "db.sqlite3") as database:
            for code, line in scene.lines.items():
                if code != node.player.code:
                    address = f"https://127.0.0.1:{line.own_port}"
                    database.execute("UPDATE directory_node SET endpoint = ? WHERE code = ?", (address, code))


def _facts(scene: Scene, seed: int, began: float) -> dict[str, object]:
    nodes, failures, counted = scene.stage.nodes, list[str](), Counter[str]()
    for here, there in permutations(nodes, 2):
        failures += compared(here, there, counted)
    for node in nodes:
        failures += inside(node)
    for here, there in permutations(nodes, 2):
        failures += verified(here, there)
    met = sum((line.met for line in scene.lines.values()), Counter[str]())
    return {
        "seed": seed,
        "kills": scene.killed.total() + len(nodes),
        "killed": dict(scene.killed),
        "with_post_under_way": scene.under_way,
        "line": dict(met),
        **{
            name: counted[name]
            for name in ("messages", "parcels", "lost", "twice", "altered", "out_of_order")
        },
        "ledgers_verified": len(list(permutations(nodes, 2))) - sum("ledger" in one for one in failures),
        "seconds": round(time.monotonic() - began),
        "failures": failures,
    }


SENT = """SELECT m.message_id, m.signed FROM mailroom_parcel p JOIN mailroom_message m ON m.id = p.message_id
    JOIN mailroom_lane l ON l.id = p.lane_id JOIN directory_node n ON n.id = l.partner_id
    WHERE p.until = 'receipt' AND n.code = '{}'"""
TAKEN = """SELECT m.message_id, m.signed FROM mailroom_arrival a JOIN mailroom_message m ON m.id = a.message_id
    JOIN mailroom_lane l ON l.id = a.lane_id JOIN directory_node n ON n.id = l.partner_id
    WHERE m.kind != 'RECEIPT' AND n.code = '{}'"""
PLACES_THERE = """SELECT l.lane_class, a.epoch, a.seq, a.digest FROM mailroom_arrival a
    JOIN mailroom_lane l ON l.id = a.lane_id JOIN directory_node n ON n.id = l.partner_id
    WHERE n.code = '{}' ORDER BY a.id"""
PLACES_HERE = """SELECT l.lane_class, p.epoch, p.seq, p.digest FROM mailroom_parcel p
    JOIN mailroom_lane l ON l.id = p.lane_id JOIN directory_node n ON n.id = l.partner_id WHERE n.code = '{}'"""


def _bodies(node: RunningNode, query: str, partner: str) -> Counter[tuple[str, str]]:
    found = rows(node, query.format(partner))
    return Counter((str(name), _digest(signed)) for name, signed in found)


def _digest(signed: object) -> str:
    assert isinstance(signed, bytes)
    return hashlib.sha256(signed).hexdigest()


def compared(here: RunningNode, there: RunningNode, counted: Counter[str]) -> Iterator[str]:
    """Compare what one sent with what the other has: by the bytes, each once, and in the order of its lanes."""
    names = f"{here.player.code} -> {there.player.code}"
    sent, taken = _bodies(here, SENT, there.player.code), _bodies(there, TAKEN, here.player.code)
    ids, arrived = {name for name, _ in sent}, {name for name, _ in taken}
    found = {
        "lost": len(ids - arrived),
        "twice": taken.total() - len(taken),
        "altered": len(set(taken) - set(sent)),
        "out_of_order": len(list(_misplaced(here, there))),
    }
    counted.update(found | {"messages": len(sent)})
    counted["parcels"] += len(rows(there, PLACES_THERE.format(here.player.code)))
    yield from (f"{names}: {number} {what}" for what, number in found.items() if number)
    if not sent and here.player.code in ASK:
        yield f"{names}: nothing was sent, so nothing was shown"


def _misplaced(here: RunningNode, there: RunningNode) -> Iterator[object]:
    """Give arrivals that do not follow the one before them in their lane, or are not what was sent at that place."""
    placed = {tuple(place): digest for *place, digest in rows(here, PLACES_HERE.format(there.player.code))}
    last = dict[object, int]()
    for lane_class, epoch, seq, digest in rows(there, PLACES_THERE.format(here.player.code)):
        before = last.get((lane_class, epoch), 0)
        if seq != before + 1 or placed.get((lane_class, epoch, seq), digest) != digest:
            yield lane_class, epoch, seq
        last[lane_class, epoch] = int(str(seq))


def inside(node: RunningNode) -> Iterator[str]:
    """Look whether a node is whole, and whether each message that it took in had its effect once."""
    code = node.player.code
    if rows(node, "PRAGMA integrity_check") != [("ok",)]:
        yield f"{code}: the database is damaged"
    query = """SELECT message_id FROM mailroom_message WHERE kind = 'VER_ID' AND NOT outbound
        EXCEPT SELECT message_id FROM enquiries_enquiry WHERE side = 'received'"""
    if without := rows(node, query):
        yield f"{code}: {len(without)} lost: stored, and on nobody's desk"
    query = """SELECT message_id FROM enquiries_enquiry WHERE side = 'asked'
        EXCEPT SELECT message_id FROM mailroom_message WHERE outbound"""
    if unsent := rows(node, query):
        yield f"{code}: {len(unsent)} lost: asked, and never sent"
    states = rows(node, "SELECT DISTINCT state FROM mailroom_parcel WHERE until = 'receipt'")
    if states and states != [("received",)]:
        yield f"{code}: parcels are {states}"
    for (incident,) in rows(node, "SELECT DISTINCT code FROM mailroom_incident"):
        if incident not in HARMLESS:
            yield f"{code}: incident {incident}"


def verified(here: RunningNode, there: RunningNode) -> Iterator[str]:
    """Export what a node says of its partner, and examine it with the stand-alone verifier."""
    file = here.path / f"{there.player.code}.export"
    export = [sys.executable, "-m", "lienlac.cli", "--home", str(here.path), "audit", "export"]
    made = subprocess.run(
        [*export, there.player.code, str(file)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        yield f"{here.player.code}: no ledger with {there.player.code}: {made.stderr.strip()[-200:]}"
        return
    told = subprocess.run(
        [sys.executable, str(VERIFIER), str(file)], capture_output=True, text=True, check=False
    )
    if told.returncode:
        yield f"{here.player.code}: the ledger with {there.player.code} does not hold: {told.stdout[-300:]}"


if __name__ == "__main__":
    sys.exit(main())
