"""Which processes run for a directory: a demo that was stopped must leave none."""

import os
import time
from pathlib import Path


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
