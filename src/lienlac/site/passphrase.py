"""Where the passphrase of the node's keys comes from; asked only where `keys/` has a lock, and once a process."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path

from lienlac.core.errors import Malformed, Unavailable

CREDENTIAL = "lienlac-keys"
"""The name under which systemd hands it over (`LoadCredential=`, `LoadCredentialEncrypted=`)."""


def source(configured: str) -> Callable[[], str]:
    """Return what gives the passphrase: the first of the places below that there is.

    1. the file that LIENLAC_KEYS_PASSPHRASE_FILE names, 2. systemd's credential `lienlac-keys`, 3. the file that
    `passphrase_file` of node.toml names (`configured`), 4. whoever sits at the terminal. What is named and cannot be
    read raises Malformed('passphrase_file_unreadable'); without any of them Unavailable('keys_locked').
    """

    def ask() -> str:
        if file := _file(configured):
            return first_line(file)
        if sys.stdin is not None and sys.stdin.isatty():
            return getpass.getpass("Passphrase of the node's keys: ")
        raise Unavailable("keys_locked")

    return ask


def first_line(file: Path) -> str:
    """Return the first line of a file, which is a passphrase; Malformed('passphrase_file_unreadable')."""
    try:
        return file.read_text(encoding="utf-8").split("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed("passphrase_file_unreadable", file=str(file)) from error


def _file(configured: str) -> Path | None:
    if named := os.environ.get("LIENLAC_KEYS_PASSPHRASE_FILE"):
        return Path(named)
    handed = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/nonexistent"), CREDENTIAL)
    if handed.exists():
        return handed
    return Path(configured) if configured else None
