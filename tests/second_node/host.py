"""A real node of the demo as processes, reached only as strangers, officers and operators reach it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

from tests.ports import free_port

from . import card

CODE, OFFICER, AGREEMENT = "cn-jingxi", "qin", "DEMO-MOU-2021"
READY_WITHIN_S, STOP_WITHIN_S = 120.0, 10.0
Json = dict[str, Any]


@dataclass(kw_only=True)
class Host:
    """The node in Jingxi with its officer Qin."""

    home: Path
    desk: int = field(default_factory=free_port)
    peer: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    token: str = ""

    def make(self) -> card.Partner:
        """Make the node; return what its card says."""
        self._run("lienlac.cli.demo", "node", self.home, CODE, self.desk, self.peer)
        return card.read((self.home / "card").read_bytes())

    def meet(self, signed_card: bytes) -> None:
        """Let it meet and trust another node, and enter the agreement with it in its book."""
        file = self.home.with_name("second.card")
        file.write_bytes(signed_card)
        self._run("lienlac.cli.demo", "introduce", self.home, file)

    def start(self) -> None:
        """Start it; return when its desk answers."""
        self.token = self.command("token", "issue", OFFICER).strip()
        words = [sys.executable, "-m", "lienlac.cli", "--home", str(self.home), "up"]
        with (self.home / "node.log").open("ab") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)
        ends = time.monotonic() + READY_WITHIN_S
        while not self._answers():
            assert time.monotonic() < ends, (self.home / "node.log").read_text()
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop all its processes."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def command(self, *words: object) -> str:
        """Run a command of its operator; return what it prints."""
        return self._run("lienlac.cli", "--home", self.home, *words)

    def _ask(self, method: str, path: str, *, timeout: float, **said: Any) -> urllib3.BaseHTTPResponse:
        """Ask the desk on a connection of its own: of a kept one nobody knows when the desk gives it up."""
        with urllib3.PoolManager(retries=False) as fresh:
            return fresh.request(method, f"http://127.0.0.1:{self.desk}/{path}", timeout=timeout, **said)

    def call(self, method: str, path: str, body: Json | None = None) -> Any:
        """Ask its API as the officer."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        sent = json.dumps(body).encode() if body is not None else None
        answer = self._ask(method, f"api/v1/{path}", body=sent, headers=headers, timeout=20)
        assert answer.status < 300, (answer.status, answer.data)
        return json.loads(answer.data)

    def enquiry(self, message: str) -> Json | None:
        """Return the row of an enquiry that came, as its officer sees the list."""
        rows = self.call("GET", "enquiries?side=received")["rows"]
        return next((row for row in rows if row["message_id"] == message), None)

    def _answers(self) -> bool:
        try:
            return self._ask("GET", "account/login/", timeout=5).status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def _run(self, module: str, *words: object) -> str:
        command = [sys.executable, "-m", module, *map(str, words)]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


def say_who(code: str, keys_on_card: list[Json]) -> Json:
    """Return what a card says of an invented office across the line; the node behind it dials out only."""
    office = {"code": code, "country": "VN", "kind": "liaison_office", "time_zone": "Asia/Ho_Chi_Minh"}
    office |= {"languages": ["vi"], "names": {"vi": "Văn phòng liên lạc Trà Lĩnh"}, "phone": ""}
    office |= {"places": {"vi": "Trà Lĩnh"}, "aliases": [], "desks": []}
    office |= {"status": "open", "successor": "", "since": ""}
    said = {"v": 1, "node": code, "country": "VN", "endpoint": "", "training": True}
    return said | {"issued_at": "2026-11-21T08:30:00.000Z", "keys": keys_on_card, "offices": [office]}


def refusals(receipts: list[Json]) -> list[tuple[str, str]]:
    """Return status and ground of each R1 that is no plain one."""
    told = [(one["status"], one.get("outward_ground", "")) for one in receipts if one["stage"] == "R1"]
    return [one for one in told if one[0] != "stored"]


def flip(raw: bytes, at: int) -> bytes:
    """Return the bytes with one bit changed."""
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


__all__ = ["AGREEMENT", "CODE", "OFFICER", "Host", "flip", "refusals", "say_who"]
