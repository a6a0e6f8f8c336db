"""kill -9 of either side's processes, and of whoever asks, at random moments: nothing is lost, nothing done twice.

What is compared are digests of contents, never counts alone: a body that was cut could be stored and counted.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lienlac.cli.demo.nodes import RunningNode
from lienlac.cli.demo.stage import Stage, set_up
from tests.journeys.pair import (
    ASKED,
    ASKING,
    HUB,
    QUIET_WITHIN_S,
    can_only_dial_out,
    export_that_holds,
    go_through,
    rows,
    wait_until_quiet,
)

ENQUIRIES = 60
KILLS = 10


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = set_up(tmp_path_factory.mktemp("kill"), lambda _text: None)
    yield made
    made.stop()


class Asker:
    """The process that asks; starting it again goes on where the database says."""

    def __init__(self, node: RunningNode, count: int = ENQUIRIES) -> None:
        self._node, self._count = node, count
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "tests.journeys.asker", str(self._node.path), str(self._count)]
        return subprocess.Popen(words, cwd=Path(__file__).parents[2])

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process = self._started()


def sent_or_taken(node: RunningNode, *, outbound: bool) -> list[str]:
    """Return the digests of all messages that are no receipts, as their authors signed them."""
    query = f"SELECT signed FROM mailroom_message WHERE kind != 'RECEIPT' AND outbound = {int(outbound)}"
    return sorted(hashlib.sha256(bytes(signed)).hexdigest() for (signed,) in rows(node, query))  # type: ignore[arg-type]


def kill_something(stage: Stage, asker: Asker, chance: random.Random) -> str:
    """Kill one process with SIGKILL; what nobody else starts again is started again."""
    victim = chance.choice(("asker", "up", "up", "work", "work"))
    node = stage.node(chance.choice((ASKING, ASKED)))
    if victim == "asker":
        asker.kill()
    elif victim == "work":
        for one in node.workers():
            os.kill(one, signal.SIGKILL)
    elif node.process is not None:
        os.kill(node.process.pid, signal.SIGKILL)
        node.process.wait()
        node.start()
    return f"{victim} of {node.player.code}"


@pytest.mark.processes
def test_killed_at_any_moment_nothing_is_lost_and_nothing_done_twice(stage: Stage) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    asker = Asker(stage.node(ASKING))
    killed = []
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.1, 1.2))
        killed.append(kill_something(stage, asker, chance))
    print(f"seed {seed}: {', '.join(killed)}")
    assert asker.process.wait(QUIET_WITHIN_S) == 0
    asking, asked = stage.node(ASKING), stage.node(ASKED)
    wait_until_quiet(asking, asked)
    there = sent_or_taken(asking, outbound=True)
    assert len(there) == len(set(there)) == ENQUIRIES
    assert sent_or_taken(asked, outbound=False) == there
    assert rows(asked, "SELECT count(*) FROM enquiries_enquiry") == [(ENQUIRIES,)]
    states = "SELECT DISTINCT state FROM mailroom_parcel WHERE until = 'receipt'"
    assert rows(asking, states) == [("received",)]
    receipts = "SELECT count(*), count(DISTINCT message_id) FROM mailroom_receipt WHERE stage = 'R1'"
    assert rows(asking, receipts) == [(ENQUIRIES, ENQUIRIES)]
    assert rows(asking, "SELECT code FROM mailroom_incident WHERE code != 'leaf_late'") == []
    assert rows(asked, "SELECT code FROM mailroom_incident WHERE code != 'leaf_late'") == []
    for node in (asking, asked):
        assert rows(node, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.processes
def test_what_was_exchanged_under_fire_verifies_from_both_sides(stage: Stage, tmp_path: Path) -> None:
    """A third party examines both exports with nothing but the files and the fingerprints."""
    for node, partner in ((ASKING, ASKED), (ASKED, ASKING)):
        export_that_holds(stage.node(node), partner, tmp_path / node)


@pytest.mark.processes
def test_a_node_that_can_only_dial_out_gets_its_receipts_by_asking(stage: Stage) -> None:
    """Nobody can ring the asking node any more: what is for it lies there until it asks, and it asks at once."""
    asking, asked = stage.node(ASKING), stage.node(ASKED)
    can_only_dial_out(asking, asked)
    before = len(sent_or_taken(asked, outbound=False))
    assert Asker(asking, before + 5).process.wait(QUIET_WITHIN_S) == 0
    wait_until_quiet(asking, asked)
    assert sent_or_taken(asked, outbound=False) == sent_or_taken(asking, outbound=True)
    states = "SELECT DISTINCT state FROM mailroom_parcel WHERE until = 'receipt'"
    assert rows(asking, states) == [("received",)]


@pytest.mark.processes
def test_two_that_nobody_can_ring_write_through_a_hub_that_is_killed_and_keeps_nothing(stage: Stage) -> None:
    asking, asked, hub = stage.node(ASKING), stage.node(ASKED), stage.node(HUB)
    go_through(hub, asking, asked)
    before = len(sent_or_taken(asked, outbound=False))
    asker = Asker(asking, before + 5)
    assert hub.process is not None
    os.kill(hub.process.pid, signal.SIGKILL)
    hub.process.wait()
    hub.start()
    assert asker.process.wait(QUIET_WITHIN_S) == 0
    wait_until_quiet(asking, asked)
    there = sent_or_taken(asking, outbound=True)
    assert len(there) == len(set(there)) == before + 5
    assert sent_or_taken(asked, outbound=False) == there
    assert rows(hub, "SELECT code FROM directory_node WHERE standing != 'self'") != []
    assert rows(hub, "SELECT count(*) FROM mailroom_message") == [(0,)]
    ends = time.monotonic() + QUIET_WITHIN_S
    while rows(hub, "SELECT count(*) FROM relay_letter") != [(0,)]:
        assert time.monotonic() < ends
        time.sleep(0.1)
