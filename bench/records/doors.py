"""Take a file in through each door of a running node: the command, the page in a real browser, the API.

What was refused is read from the node's database afterwards and held against what was planted, line by line.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import urllib3
from tests.journeys.browser import Window

from bench.figures import Figure, percentile
from bench.records.files import File
from lienlac.cli.demo.inspector import rows
from lienlac.cli.demo.nodes import RunningNode

OFFICER, REGISTER, BASIS = "qin", "wanted_list", "bench"
GOAL = 500.0  # rows/s on a quiet machine
LONGEST_S = 1_800.0
DESK_LIVE_MS = 2_000.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a file: seconds until it was done, records taken in, known already, line -> code of refusal."""

    seconds: float
    taken: int
    known: int
    refused: Mapping[int, str]


def figure(name: str, file: File, outcome: Outcome, note: str = "") -> Figure:
    """Return rows a second; the note counts what was refused by sort, and says whether it is what was planted."""
    sorts = Counter(outcome.refused.values())
    told = ", ".join(f"{count} {code}" for code, count in sorted(sorts.items())) or "none"
    right = "each as planted" if outcome.refused == file.planted else "NOT AS PLANTED"
    return Figure(
        name=name,
        value=file.rows / outcome.seconds,
        unit="rows/s",
        at_least=GOAL,
        note=f"{outcome.taken} taken in, {outcome.known} known already; refused: {told} ({right}){note}",
    )


def by_command(node: RunningNode, file: File, source: str) -> Outcome:
    """Run `lienlac records import` beside the running node."""
    path = node.path / file.name
    path.write_bytes(file.content)
    said = (
        "--by",
        OFFICER,
        "--kind",
        "wanted",
        "--source",
        source,
        "--register",
        REGISTER,
        "--legal-basis",
        BASIS,
    )
    began = time.perf_counter()
    _command(node, "records", "import", str(path), *said)
    took = time.perf_counter() - began
    path.unlink()
    return _outcome(node, took)


@dataclass(kw_only=True)
class Page:
    """A browser in which an officer of the node gives files, and a second window in which he goes on working."""

    node: RunningNode
    window: Window
    other: Window

    def give(self, file: File, source: str) -> None:
        """Upload a file, look at its preview, begin."""
        page = self.window.page
        page.goto(f"{self.node.url}/records/import")
        page.locator("#id_file").set_input_files(
            {"name": file.name, "mimeType": "application/octet-stream", "buffer": file.content}
        )
        page.locator("#id_kind").select_option("wanted")
        page.locator("#id_register").select_option(REGISTER)
        page.locator("#id_source").fill(source)
        page.locator("#id_legal_basis").fill(BASIS)
        with page.expect_navigation():
            page.locator("main form button.btn--main").click()
        with page.expect_navigation():
            page.locator("form[action$=start] button").click()

    def take_in(self, file: File, source: str) -> tuple[Outcome, list[float], int]:
        """Give a file, wait until it is in; return also what the desk took meanwhile (ms), and the steps shown."""
        began = time.perf_counter()
        self.give(file, source)
        desk, shown = [], set()
        while _state(self.node) == "running":
            shown.add(self._percent())
            opened = time.perf_counter()
            self.other.page.goto(f"{self.node.url}/")
            desk.append(1_000 * (time.perf_counter() - opened))
        return _outcome(self.node, time.perf_counter() - began), desk, len(shown)

    def take_in_over_a_stop(self, file: File, source: str) -> Outcome:
        """Give a file, stop the node with all its processes a third of the way, start it, touch no page any more."""
        began = time.perf_counter()
        self.give(file, source)
        _until(lambda: _done(self.node) > file.rows // 3)
        self.node.stop()
        self.node.start()
        _until(lambda: _state(self.node) != "running")
        return _outcome(self.node, time.perf_counter() - began)

    def _percent(self) -> str:
        text = self.window.page.locator("#progress progress")
        return (text.first.get_attribute("value") or "") if text.count() else ""


def by_api(node: RunningNode, file: File, source: str, token: str) -> Outcome:
    """Give a file by the calls that the agency's own systems use; wait until it is in."""
    said = {"kind": "wanted", "source": source, "legal_basis": BASIS, "register_code": REGISTER}
    began = time.perf_counter()
    staged = call(node, "POST", "/records/imports", token, fields={**said, "file": (file.name, file.content)})
    call(node, "POST", f"/records/imports/{staged['key']}/start", token)
    _until(lambda: _state(node) != "running")
    return _outcome(node, time.perf_counter() - began)


def call(node: RunningNode, method: str, path: str, token: str, **how: object) -> dict[str, object]:
    """Return what the API answers; SystemExit with its words when it refuses."""
    answer = urllib3.request(
        method,
        f"http://127.0.0.1:{node.desk_port}/api/v1{path}",
        headers={"Host": f"{node.host}:{node.desk_port}", "Authorization": f"Bearer {token}"},
        timeout=60.0,
        **how,  # type: ignore[arg-type]
    )
    if answer.status >= 300:
        raise SystemExit(f"{method} {path}: {answer.status} {answer.data.decode()[:300]}")
    found = json.loads(answer.data)
    return dict(found[0] if isinstance(found, list) else found)


def token(node: RunningNode, username: str) -> str:
    """Let the operator issue a token for an officer."""
    return _command(node, "token", "issue", username).strip()


def _command(node: RunningNode, *words: str) -> str:
    command = [sys.executable, "-m", "lienlac.cli", "--home", str(node.path), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def live(desk: list[float]) -> Figure:
    """Return how long the desk took to open while a file was taken in."""
    note = f"{len(desk)} openings in a second window"
    value = percentile(desk, 95) if len(desk) > 1 else None
    return Figure(
        name="desk while a file is taken in, p95", value=value, unit="ms", at_most=DESK_LIVE_MS, note=note
    )


def memory_mb(node: RunningNode) -> float:
    """Return the proportional set size of all processes of a node."""
    total = 0
    for one in node.processes():
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        total += int(re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)[0])
    return total / 1024


def _outcome(node: RunningNode, seconds: float) -> Outcome:
    [(key, done, bad, known)] = rows(
        node.path,
        "SELECT id, rows_done, rows_bad, rows_known FROM records_import ORDER BY id DESC LIMIT 1",
    )
    refused = rows(node.path, "SELECT line, error FROM records_importrow WHERE of_id = ?", key)
    return Outcome(seconds=seconds, taken=done - bad - known, known=known, refused=dict(refused))  # type: ignore[arg-type]


def _state(node: RunningNode) -> str:
    return str(rows(node.path, "SELECT state FROM records_import ORDER BY id DESC LIMIT 1")[0][0])


def _done(node: RunningNode) -> int:
    return int(rows(node.path, "SELECT rows_done FROM records_import ORDER BY id DESC LIMIT 1")[0][0])


def _until(question: Callable[[], object]) -> None:
    ends = time.monotonic() + LONGEST_S
    while not question():
        if time.monotonic() > ends:
            raise SystemExit("an import never ended")
        time.sleep(0.1)
