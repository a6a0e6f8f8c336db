"""A file goes from one node to another as real processes: killed on the way, or to a node that can only dial out."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lienlac.cli.demo.nodes import RunningNode
from lienlac.cli.demo.stage import Stage, set_up
from tests.journeys.filer import content
from tests.journeys.pair import (
    ASKED,
    ASKING,
    can_only_dial_out,
    export_that_holds,
    rows,
    wait_until_quiet,
)

SIZE = 3 * 1024 * 1024 + 17  # four pieces
WHOLE = hashlib.sha256(content(SIZE)).hexdigest()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    made = set_up(tmp_path_factory.mktemp("files"), lambda _text: None)
    yield made
    made.stop()


def filer(node: RunningNode, *words: str) -> str:
    """Run the process at a node's home; return what it says."""
    command = [sys.executable, "-m", "tests.journeys.filer", str(node.path), *words]
    told = subprocess.run(command, cwd=Path(__file__).parents[2], check=True, capture_output=True, text=True)
    return told.stdout.strip()


def wait_until_whole(asking: RunningNode, asked: RunningNode) -> None:
    """Wait until nothing is under way, then read the file there."""
    wait_until_quiet(asking, asked)
    assert filer(asked, "read") == WHOLE


@pytest.mark.processes
def test_a_file_comes_whole_though_both_sides_are_killed_on_the_way(stage: Stage, tmp_path: Path) -> None:
    asking, asked = stage.node(ASKING), stage.node(ASKED)
    assert filer(asking, "send", str(SIZE)) == WHOLE
    for node in (asking, asked, asking):
        for one in node.workers():
            os.kill(one, signal.SIGKILL)
        assert node.process is not None
        os.kill(node.process.pid, signal.SIGKILL)
        node.process.wait()
        node.start()
        time.sleep(0.2)
    wait_until_whole(asking, asked)
    assert rows(asked, "SELECT count(*), count(DISTINCT digest) FROM mailroom_chunk") == [(4, 4)]
    states = "SELECT DISTINCT state FROM mailroom_parcel WHERE until = 'receipt'"
    assert rows(asking, states) == [("received",)]
    assert rows(asked, "SELECT count(*) FROM mailroom_arrival WHERE state != 'stored'") == [(0,)]


@pytest.mark.processes
def test_what_was_exchanged_with_files_verifies_and_names_none_of_them(stage: Stage, tmp_path: Path) -> None:
    exported = export_that_holds(stage.node(ASKING), ASKED, tmp_path / "export")
    assert WHOLE.encode() not in exported
    assert "quyết định.pdf".encode() not in exported


@pytest.mark.processes
def test_a_node_that_can_only_dial_out_gets_a_file_by_asking(stage: Stage) -> None:
    asking, asked = stage.node(ASKING), stage.node(ASKED)
    can_only_dial_out(asked, asking)
    ((before,),) = rows(asked, "SELECT count(*) FROM mailroom_chunk")
    assert filer(asking, "send", str(SIZE)) == WHOLE
    wait_until_whole(asking, asked)
    assert rows(asked, "SELECT count(*) FROM mailroom_chunk") == [(before + 4,)]
