"""Put a file into its place so that a power cut leaves the one or the other, and what was said to be there is there."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def put(fresh: Path, file: Path) -> None:
    """Let `fresh`, which is synced, take the place of `file` in the same directory, and sync the directory.

    Without that the name may be gone after a power cut, though every byte is on the disk (POSIX, fsync).
    """
    fresh.replace(file)
    descriptor = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that knows no such thing, as some shares do
            raise
    finally:
        os.close(descriptor)
