"""One large file from a desk to another: how fast, and how much memory each process takes for it.

python -m bench.files [--mb 2000] [--json]

Real nodes on the loopback, driven as a system of the agency drives them: the file is put by HTTP, sent with a question,
carried by the two background processes, and downloaded at the other desk when all its pieces are there. Memory is each
process's own peak (VmHWM, set back before) above what it held at rest: what the machine caches of files is not in it.
Exits with 1 when a process took more than promised or the digests differ.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.matters import VER_ID

from bench.figures import Figure, shown
from lienlac.cli.demo.nodes import RunningNode
from lienlac.cli.demo.stage import set_up

ASKING, ASKED = ("vn-tra-linh", "linh"), ("cn-jingxi", "qin")
MIB = 1024 * 1024
LARGEST = 2048
READY_WITHIN_S, THERE_WITHIN_S = 60.0, 3600.0
SETTLE_S = 3.0
MOST_ABOVE_MB = (
    150.0  # pieces of 1 MiB in several steps at once, and the parts of a library not loaded at rest
)


@dataclass(kw_only=True)
class System:
    """A system of one agency: its node, the officer's token, how long each step took."""

    node: RunningNode
    token: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
        """Return the answer to one call; what is not 2xx is raised."""
        line = http.client.HTTPConnection("127.0.0.1", self.node.desk_port, timeout=THERE_WITHIN_S)
        told = {"Authorization": f"Bearer {self.token}", "Host": self.node.host, **headers}
        line.request(method, f"/api/v1{path}", body=body, headers=told)
        answer = line.getresponse()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.read()[:300]!r}")
        return answer

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the JSON of the answer to a call with JSON."""
        sent = None if body is None else json.dumps(body)
        return json.loads(self.call(method, path, sent, **{"Content-Type": "application/json"}).read())


def main() -> int:
    """Measure, print, and say by the exit code whether what is promised was kept."""
    wished = _arguments()
    with tempfile.TemporaryDirectory(prefix="lienlac-bench-") as place:
        stage = set_up(Path(place) / "demo", lambda _text: None)
        try:
            stage.stop()
            asking, asked = (_started(stage.node(code), officer) for code, officer in (ASKING, ASKED))
            figures = carried(asking, asked, wished.mb)
        finally:
            stage.stop()
    print(shown(figures, as_json=wished.json))
    return int(any(one.met is False for one in figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.files")
    parser.add_argument("--mb", type=int, default=2000, help=f"size of the file in MiB, at most {LARGEST}")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _started(node: RunningNode, officer: str) -> System:
    """Start a node that takes large files; return a system that acts for an officer."""
    settings = node.path / "node.toml"
    allowed = f"\n[attachments]\nmost_bytes = {LARGEST * MIB}\n"
    settings.write_text(settings.read_text(encoding="utf-8") + allowed, encoding="utf-8")
    words = [sys.executable, "-m", "lienlac.cli", "--home", str(node.path), "token", "issue", officer]
    token = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    node.start()
    ends = time.monotonic() + READY_WITHIN_S
    while not node.answers():
        if time.monotonic() > ends:
            raise RuntimeError(f"{node.player.code} does not answer")
        time.sleep(0.2)
    return System(node=node, token=token)


def carried(asking: System, asked: System, mb: int) -> list[Figure]:
    """Send one file from one to the other; return times and memory."""
    time.sleep(SETTLE_S)
    at_rest = {one: _memory(one, "VmRSS") for system in (asking, asked) for one in system.node.processes()}
    for one in at_rest:
        Path(f"/proc/{one}/clear_refs").write_text("5")  # the peak is counted from here (proc(5))
    before = asked.ask("GET", "/enquiries")["rows"]
    begun = time.monotonic()
    tray, digest = put(asking, mb)
    is_put = time.monotonic()
    question = {"kind": "VER_ID", "to_offices": [ASKED[0]], "agreement": "DEMO-MOU-2021", "body": VER_ID}
    asking.ask("POST", "/enquiries", question | {"tray": tray})
    is_asked = time.monotonic()
    key, file = _whole(asked, {row["key"] for row in before})
    is_there = time.monotonic()
    got = _downloaded(asked, f"/enquiries/{key}/files/{file}")
    is_read = time.monotonic()
    times = [
        _rate("put by HTTP, looked at, sealed", mb, is_put - begun),
        Figure(name="asked with it", value=is_asked - is_put, unit="s"),
        _rate("carried, all pieces there", mb, is_there - is_asked),
        _rate("checked, opened, downloaded", mb, is_read - is_there),
        Figure(name="digests that differ", value=float(got != digest), unit="", at_most=0),
    ]
    return times + [
        Figure(
            name=f"{system.node.player.code} {what}, peak above rest",
            value=_memory(one, "VmHWM") - at_rest[one],
            unit="MB",
            at_most=MOST_ABOVE_MB,
            note=f"at rest {at_rest[one]:.0f} MB",
        )
        for system in (asking, asked)
        for one, what in zip(system.node.processes(), ("doors", "post", "?"), strict=False)
    ]


def _rate(name: str, mb: int, took_s: float) -> Figure:
    return Figure(name=name, value=mb / took_s, unit="MiB/s", note=f"{took_s:.1f} s")


def _memory(process: int, line: str) -> float:
    told = Path(f"/proc/{process}/status").read_text()
    return float(next(one for one in told.splitlines() if one.startswith(line)).split()[1]) / 1024


def put(system: System, mb: int) -> tuple[str, str]:
    """Put a file of random bytes into a tray, never whole in this process either; return tray and digest."""
    whole, chance, mark = hashlib.sha256(), random.Random(mb), uuid.uuid4().hex
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="film.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    tail = f"\r\n--{mark}--\r\n".encode()

    def body() -> Iterator[bytes]:
        yield head
        for number in range(mb):
            piece = chance.randbytes(MIB)
            piece = b"%PDF-1.7 " + piece[9:] if number == 0 else piece
            whole.update(piece)
            yield piece
        yield tail

    length = str(len(head) + mb * MIB + len(tail))
    kind = f"multipart/form-data; boundary={mark}"
    answer = system.call("POST", "/files", body(), **{"Content-Type": kind, "Content-Length": length})
    return str(json.loads(answer.read())["tray"]), whole.hexdigest()


def _whole(system: System, before: set[int]) -> tuple[int, int]:
    """Wait until the enquiry and all pieces of its file are there; return their keys."""
    ends = time.monotonic() + THERE_WITHIN_S
    while time.monotonic() < ends:
        for row in system.ask("GET", "/enquiries")["rows"]:
            if row["key"] in before:
                continue
            for file in system.ask("GET", f"/enquiries/{row['key']}/files"):
                if file["come"] == file["pieces"]:
                    return row["key"], file["key"]
        time.sleep(0.5)
    raise RuntimeError("the file did not come")


def _downloaded(system: System, path: str) -> str:
    answer, whole = system.call("GET", path), hashlib.sha256()
    while piece := answer.read(MIB):
        whole.update(piece)
    return whole.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
