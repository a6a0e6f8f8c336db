"""`lienlac demo --check` holds, and every sabotage of it is noticed, at the step that relied on what was broken.

The two nodes of the journey are made once; each sabotage works on a copy of their homes. The whole cast, with the
regional centre, plays once, as the command has it.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lienlac.cli.demo import check as checks
from lienlac.cli.demo.cast import PLAYERS
from lienlac.cli.demo.journey import STEPS
from lienlac.cli.demo.sabotage import SABOTAGES

pytestmark = pytest.mark.processes

PAIR = PLAYERS[:2]
BEFORE_THERE_ARE_NODES = ("made", "introduced")


@pytest.fixture(scope="module", autouse=True)
def _compile_python_once(tmp_path_factory):
    """Keep compiled Python of all these processes in one place, as an installed package has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("pyc")))
        yield


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """A demo that was made and introduced by a whole check, and the results of that check."""
    directory = tmp_path_factory.mktemp("demo")
    made = directory.parent / "made"

    def keep(result):
        if result.step == "introduced":
            shutil.copytree(directory, made)

    return made, checks.check(directory, tell=keep, players=PAIR)


def test_every_step_holds(walked):
    _, results = walked
    assert [(one.step, one.told) for one in results if not one.ok] == []
    assert checks.holds(results)


@pytest.mark.parametrize("step", SABOTAGES)
def test_a_sabotage_is_noticed_at_its_step(step, walked, tmp_path):
    made, _ = walked
    directory = tmp_path / "demo"
    if step not in BEFORE_THERE_ARE_NODES:
        shutil.copytree(made, directory)
    results = checks.check(directory, sabotage=step, players=PAIR)
    assert not checks.holds(results)
    assert results[-1].step == step, results[-1].told
    assert not still_running(directory)


def demo_check(*more):
    command = [sys.executable, "-m", "lienlac.cli", "demo", "--check", "--json", *more]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
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
        [sys.executable, "-m", "lienlac.cli", "demo", "--at", str(directory), "--port", "18301"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as demo:
        assert demo.stdout is not None
        assert any("Ready." in line for line in demo.stdout)
        running = still_running(directory)
        demo.send_signal(number)
        assert demo.wait(timeout=20) == (-number if number == signal.SIGKILL else 0)
    assert len(running) >= 2 * len(PLAYERS), "each node was meant to run in two processes"
    gone_within(directory, seconds=10)


def test_stopping_while_nodes_are_made_leaves_no_process_behind(tmp_path):
    directory = tmp_path / "demo"
    with subprocess.Popen(
        [sys.executable, "-m", "lienlac.cli", "demo", "--at", str(directory), "--port", "18401"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as demo:
        assert demo.stdout is not None
        assert "Making" in demo.stdout.readline()
        time.sleep(0.5)  # in the midst of it
        demo.send_signal(signal.SIGINT)
        demo.wait(timeout=20)
    gone_within(directory, seconds=5)


def still_running(directory: Path) -> list[int]:
    """Return the processes whose command line names that directory, ours not among them."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if str(directory).encode() in line:
                found.append(int(entry.name))
    return found


def gone_within(directory: Path, *, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while still_running(directory):
        assert time.monotonic() < ends, still_running(directory)
        time.sleep(0.1)
