"""The command `lienlac demo`: `--check` plays the whole cast and says how it went; stopping leaves nothing behind."""

import json
import signal
import subprocess
import sys
import time

import pytest

from lienlac.cli.demo.cast import PLAYERS
from lienlac.cli.demo.journey import STEPS
from tests.journeys.running import gone_within, still_running
from tests.ports import row

pytestmark = pytest.mark.processes


def demo_check(*more):
    command = [sys.executable, "-m", "lienlac.cli", "demo", "--check", "--json", *more]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    return ended, json.loads(ended.stdout)


def test_the_whole_cast_plays_and_the_command_exits_with_zero():
    ended, told = demo_check()
    assert (ended.returncode, told["ok"], told["failed_at"]) == (0, True, None), told
    assert [one["step"] for one in told["steps"]] == list(STEPS)
    assert told["steps"][0]["told"] == f"{len(PLAYERS)} nodes"


def test_the_command_says_where_it_failed_and_exits_with_one():
    ended, told = demo_check("--sabotage", "introduced")
    assert (ended.returncode, told["ok"], told["failed_at"]) == (1, False, "introduced")
    assert [one["step"] for one in told["steps"]] == list(STEPS)[:2]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The place of a demo of the whole cast, made by whoever starts it first."""
    return tmp_path_factory.mktemp("whole") / "demo"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopping_the_demo_leaves_no_process_behind(number, whole):
    directory = whole
    with subprocess.Popen(
        [sys.executable, "-m", "lienlac.cli", "demo", "--at", str(directory), "--port", str(row())],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as demo:
        assert demo.stdout is not None
        assert any("Ready." in line for line in demo.stdout)
        running = still_running(directory)
        demo.send_signal(number)
        assert demo.wait(timeout=60) == (-number if number == signal.SIGKILL else 0)
    assert len(running) >= 2 * len(PLAYERS), "each node was meant to run in two processes"
    gone_within(directory, seconds=60)


def test_stopping_while_nodes_are_made_leaves_no_process_behind(tmp_path):
    directory = tmp_path / "demo"
    with subprocess.Popen(
        [sys.executable, "-m", "lienlac.cli", "demo", "--at", str(directory), "--port", str(row())],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as demo:
        assert demo.stdout is not None
        assert "Making" in demo.stdout.readline()
        time.sleep(0.5)  # in the midst of it
        demo.send_signal(signal.SIGINT)
        demo.wait(timeout=60)
    gone_within(directory, seconds=60)
