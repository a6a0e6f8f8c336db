"""A real node with its own processes, for tests with a real browser."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import urllib3

from tests.ports import free_port

PASSWORD = "border-post-test-2026"
READY_WITHIN_S = 60.0
OPEN_ACCOUNTS = """
import json, sys
from pathlib import Path
from lienlac.site import start
start.for_home(Path(sys.argv[1]))
from lienlac.apps.accounts import actions
for username, full_name, role in json.loads(sys.argv[2]):
    actions.open_account(username=username, full_name=full_name, role=role, password=sys.argv[3],
                         office="vn-tra-linh", language="en")
"""


@dataclass(frozen=True, kw_only=True)
class Node:
    """A running node; `url` is where browsers find it (passkeys refuse 127.0.0.1)."""

    home: Path
    url: str

    def run(self, *words: str) -> str:
        """Run `lienlac` in this home and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "lienlac.cli", "--home", str(self.home), *words],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def add(self, *people: tuple[str, str, str]) -> None:
        """Open accounts (user name, name, role), all in one process."""
        done = subprocess.run(
            [sys.executable, "-c", OPEN_ACCOUNTS, str(self.home), json.dumps(people), PASSWORD], check=False
        )
        assert done.returncode == 0


@contextlib.contextmanager
def live_node(home: Path) -> Iterator[Node]:
    """Make and start a LIVE node (it asks for a second factor); stop it in the end."""
    port = free_port()
    node = Node(home=home, url=f"http://tralinh.localhost:{port}")
    node.run(
        "init", "--node", "vn-tra-linh", "--country", "VN", "--office", "Trà Lĩnh", "--time-zone",
        "Asia/Ho_Chi_Minh", "--language", "en", "--desk", f"tralinh.localhost:{port}",
        "--peer", f"127.0.0.1:{free_port()}",
    )  # fmt: skip
    command = [sys.executable, "-m", "lienlac.cli", "--home", str(home), "up"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait(port)
        yield node
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)


def _wait(port: int) -> None:
    ends = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            answer = urllib3.request(
                "GET", f"http://127.0.0.1:{port}/account/login/", retries=False, timeout=5.0
            )
        except urllib3.exceptions.HTTPError:
            answer = None
        if answer is not None and answer.status == 200:
            return
        assert time.monotonic() < ends, "the node does not answer"
        time.sleep(0.1)
