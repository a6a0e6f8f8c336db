"""How long people wait for a node and for each other: a fresh clone, a cold start, an idle node, a signed receipt.

python -m bench.journey [--count 60] [--json] [--no-clone]

Real processes on the loopback, driven by HTTP as a browser drives them: the form is sent, the thread's event
stream listened to, the ladder asked for at each event, until the step *received* is lit, which it is by the
partner's signed receipt and nothing less. Python is compiled once before what is timed, as on any machine where the
node ran before; the fresh clone compiles everything, as it would.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.figures import Figure, percentile, shown
from lienlac.cli.demo.cast import PASSWORD
from lienlac.cli.demo.desk import SHOWN_WITHIN_S, Desk, ladder
from lienlac.cli.demo.journey import ASKER, ENQUIRY
from lienlac.cli.demo.nodes import RunningNode, free_port
from lienlac.cli.demo.stage import Stage, set_up

ROOT = Path(__file__).parents[1]
STARTS = 3
WARM_UP = 5
SETTLE_S = 3.0
READY_WITHIN_S = 300.0


def main() -> None:
    """Measure everything and print it."""
    wished = _arguments()
    figures = [] if wished.no_clone else [fresh_clone()]
    with tempfile.TemporaryDirectory(prefix="lienlac-bench-") as place:
        _compile_python_below(Path(place) / "pyc")
        stage = set_up(Path(place) / "demo", lambda _text: None)
        try:
            figures += journey(stage, wished.count)
            figures += idle(stage.node(ASKER))
            stage.stop()
            figures.append(cold_start(stage.node(ASKER)))
        finally:
            stage.stop()
    print(shown(figures, as_json=wished.json))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.journey")
    parser.add_argument("--count", type=int, default=60, help="enquiries to send (at least 50 for a p99)")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-clone", action="store_true", help="leave the fresh clone out")
    return parser.parse_args()


def _compile_python_below(place: Path) -> None:
    """Let every process keep its compiled Python in one place: what is timed is not the compiler."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(place)


# --- A fresh clone ----------------------------------------------------------------------------------------


def fresh_clone() -> Figure:
    """Clone what is committed, make its environment from packages that are there already, run the demo until ready."""
    name, uv = "fresh clone to demo ready", _uv()
    if uv is None:
        return Figure(name=name, value=None, unit="s", at_most=60, note="no uv here")
    with tempfile.TemporaryDirectory(prefix="lienlac-clone-") as place:
        clone = Path(place) / "lienlac"
        began = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
        environment = _as_a_stranger_has()
        synced = subprocess.run(
            [uv, "sync", "--frozen", "--offline", "--quiet", "--no-dev"],
            cwd=clone, env=environment, capture_output=True, check=False,
        )  # fmt: skip
        if synced.returncode:
            complaint = synced.stderr.decode().strip().splitlines()
            return Figure(
                name=name,
                value=None,
                unit="s",
                at_most=60,
                note=f"no packages without the network: {complaint[0] if complaint else ''}",
            )
        installed = time.monotonic() - began
        ready = _run_until_ready(
            [uv, "run", "--frozen", "--offline", "--no-dev", "lienlac", "demo", "--port", str(_ports())],
            clone,
            environment,
        )
    return Figure(
        name=name,
        value=installed + ready,
        unit="s",
        at_most=60,
        note=f"clone and install {installed:.1f} s, demo {ready:.1f} s",
    )


def _uv() -> str | None:
    own = ROOT / ".uv" / "bin" / "uv"
    return str(own) if own.exists() else shutil.which("uv")


def _as_a_stranger_has() -> dict[str, str]:
    """Return an environment without what this shell knows of Python and of this project."""
    return {
        name: value
        for name, value in os.environ.items()
        if not re.match(r"PYTHON|VIRTUAL_ENV|LIENLAC|DJANGO", name)
    }


def _ports() -> int:
    """Return a first port for a demo: a few free ones stand behind it, more likely than not."""
    return free_port() % 20000 + 20000


def _run_until_ready(command: list[str], directory: Path, environment: dict[str, str]) -> float:
    began = time.monotonic()
    with subprocess.Popen(command, cwd=directory, env=environment, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        try:
            if not any(line.startswith("Ready.") for line in demo.stdout):
                raise SystemExit("the demo of the fresh clone never got ready")
            return time.monotonic() - began
        finally:
            demo.terminate()
            demo.wait(60)


# --- The journey ------------------------------------------------------------------------------------------


def journey(stage: Stage, count: int) -> list[Figure]:
    """Send enquiries one after another; from the click on *send* to the receipt on the screen."""
    node = stage.node(ASKER)
    desk = Desk(node.host, node.desk_port)
    desk.sign_in("linh", PASSWORD)
    answered, receipts = zip(*(_one(desk, number) for number in range(WARM_UP + count)), strict=True)
    sent_ms = [1000 * value for value in answered[WARM_UP:]]
    shown_ms = [1000 * value for value in receipts[WARM_UP:]]
    receipt, note = "send to signed receipt shown", f"{count} enquiries"
    return [
        Figure(name="send to thread shown, p50", value=percentile(sent_ms, 50), unit="ms", note=note),
        Figure(name=f"{receipt}, p50", value=percentile(shown_ms, 50), unit="ms", at_most=300, note=note),
        Figure(name=f"{receipt}, p99", value=percentile(shown_ms, 99), unit="ms", at_most=1000, note=note),
    ]


def _one(desk: Desk, number: int) -> tuple[float, float]:
    """Return the seconds until the thread was shown, and until its ladder showed the receipt."""
    page = desk.get("/enquiries/ask")
    values = ENQUIRY | {"subject": f"Đàm Khánh Viễn {number}", "do": "send"}
    began = time.perf_counter()
    thread = desk.send(page, page.form("/enquiries/ask"), values)
    answered = time.perf_counter() - began
    if ladder(thread.tree).get("received") != "done":
        with _rings(desk, f"{thread.path}/live") as rings:
            _wait_for_receipt(desk, thread.path, rings)
    return answered, time.perf_counter() - began


def _wait_for_receipt(desk: Desk, thread: str, rings: Iterator[None]) -> None:
    for _ in rings:  # the first tells that we are listening: what happened before it must be asked for too
        if ladder(desk.get(f"{thread}/news").tree).get("received") == "done":
            return
    raise SystemExit("the event stream ended before the receipt came")


@contextmanager
def _rings(desk: Desk, path: str) -> Iterator[Iterator[None]]:
    answer = desk.stream(path, within_s=SHOWN_WITHIN_S)
    try:
        yield (None for piece in iter(lambda: answer.read1(4096), b"") if b"\n" in piece)
    finally:
        answer.close()


# --- A node by itself -------------------------------------------------------------------------------------


def idle(node: RunningNode) -> list[Figure]:
    """Weigh all processes of a node that has worked and now rests (proportional set size)."""
    time.sleep(SETTLE_S)
    sizes = [_pss_mb(one) for one in node.processes()]
    note = f"{len(sizes)} processes"
    return [Figure(name="memory of an idle node (PSS)", value=sum(sizes), unit="MB", at_most=250, note=note)]


def _pss_mb(process: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def cold_start(node: RunningNode) -> Figure:
    """Start a stopped node until its desk answers; the middle one of several."""
    took = []
    for _ in range(STARTS):
        began = time.perf_counter()
        node.start()
        while not node.answers():
            if node.ended() or time.perf_counter() - began > READY_WITHIN_S:
                raise SystemExit("the node does not start")
            time.sleep(0.02)
        took.append(time.perf_counter() - began)
        node.stop()
    return Figure(
        name="cold start of a node", value=median(took), unit="s", at_most=4, note=f"middle of {STARTS}"
    )


if __name__ == "__main__":
    main()
