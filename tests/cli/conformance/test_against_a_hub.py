"""`lienlac conformance --relay` from two real training nodes to a third that carries for them, or does not."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from lienlac.cli.demo import stage as stages
from lienlac.cli.demo.cast import PLAYERS
from lienlac.cli.demo.stage import Stage

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The third node carries for the first two."""
    made = stages.placed(tmp_path_factory.mktemp("hub"), players=PLAYERS[:3])
    stages.make(made, lambda _text: None)
    stages.introduce(made, lambda _text: None)
    one, other, hub = made.nodes
    with (hub.path / "node.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[relay]\noffices = {[one.player.code, other.player.code]!r}\n")
    stages.start(made, lambda _text: None)
    yield made
    made.stop()


def probed(stage: Stage, *, hub: int, second: int) -> tuple[int, dict[str, Any]]:
    url = f"https://127.0.0.1:{stage.nodes[hub].peer_port}"
    homes = (str(stage.nodes[0].path), str(stage.nodes[second].path))
    words = [sys.executable, "-m", "lienlac.cli", "--home", homes[0]]
    words += ["conformance", url, "--relay", homes[1], "--json"]
    ended = subprocess.run(words, check=False, capture_output=True, text=True)
    assert ended.stdout, ended.stderr
    return ended.returncode, json.loads(ended.stdout)


def test_our_own_hub_keeps_every_promise_and_nothing_of_the_trial(stage: Stage) -> None:
    code, told = probed(stage, hub=2, second=1)
    assert [one for one in told["probes"] if not one["passed"]] == []
    names = {one["name"] for one in told["probes"]}
    assert {"relay_fetch", "relay_erased", "relay_bound", "relay_for_their_addressee", "relay_left"} <= names
    assert "letter_stored" not in names  # a hub has no post of its own with them
    assert (code, told["failed"]) == (0, 0)
    hub = stage.nodes[2]
    with sqlite3.connect(hub.path / "db.sqlite3", timeout=20) as database:
        assert database.execute("SELECT count(*) FROM relay_letter").fetchone() == (0,)


def test_a_node_that_carries_for_nobody_is_found_to_be_no_hub(stage: Stage) -> None:
    code, told = probed(stage, hub=1, second=2)
    found = {one["name"]: one["found"] for one in told["probes"]}
    assert (code, found["relay_room"], found["hello_answers"]) == (1, "403 hub_refuses_us", "200")
    assert found["relay_without_session"] == "401 session_over"
