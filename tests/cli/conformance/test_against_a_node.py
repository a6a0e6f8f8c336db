"""`lienlac conformance` from one real training node to another: what it finds, and that it finds what is wrong."""

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
    made = stages.placed(tmp_path_factory.mktemp("conformance"), players=PLAYERS[:2])
    stages.run(made, lambda _text: None)
    yield made
    made.stop()


def probed(stage: Stage) -> tuple[int, dict[str, Any]]:
    here, there = stage.nodes
    url = f"https://127.0.0.1:{there.peer_port}"
    words = [sys.executable, "-m", "lienlac.cli", "--home", str(here.path), "conformance", url, "--json"]
    ended = subprocess.run(words, check=False, capture_output=True, text=True)
    assert ended.stdout, ended.stderr
    return ended.returncode, json.loads(ended.stdout)


def rows(stage: Stage, number: int, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(stage.nodes[number].path / "db.sqlite3", timeout=20) as database:
        return database.execute(query).fetchall()


def test_our_own_node_keeps_every_promise_and_goes_on(stage: Stage) -> None:
    code, told = probed(stage)
    assert [one for one in told["probes"] if not one["passed"]] == []
    assert (code, told["failed"], told["partner"]) == (0, 0, "cn-jingxi")
    assert told["passed"] > 50
    lanes = "SELECT DISTINCT frozen FROM mailroom_lane"
    assert rows(stage, 0, lanes) == rows(stage, 1, lanes) == [(0,)]
    incidents = (
        "SELECT DISTINCT code FROM mailroom_incident WHERE code != 'leaf_late'"  # a slow machine is none
    )
    assert rows(stage, 0, incidents) == []
    assert rows(stage, 1, incidents) == [("wrong_parcels",)]


@pytest.mark.parametrize(
    ("standing", "said"), [("paused", "503 partner_paused"), ("revoked", "401 stranger")]
)
def test_a_partner_who_no_longer_lets_us_in_is_found(stage: Stage, standing: str, said: str) -> None:
    rows(stage, 1, f"UPDATE directory_node SET standing = '{standing}' WHERE code = 'vn-tra-linh'")
    code, told = probed(stage)
    found = {one["name"]: one["found"] for one in told["probes"]}
    assert (code, found["hello_answers"]) == (1, said)
    assert "letter_stored" not in found  # behind a closed door nothing is tried
