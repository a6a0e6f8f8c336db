"""Where the passphrase of the node's keys comes from; asked only where `keys/` has a lock, and once a process.

And the PIN of its token, where it has one: by the same ways, but never from a terminal, since two processes need it.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path

from lienlac.apps.directory.token import TokenAt
from lienlac.core.errors import Malformed, Unavailable
from lienlac.site.home import TokenPlace

CREDENTIAL, PIN_CREDENTIAL = "lienlac-keys", "lienlac-token-pin"
"""The names under which systemd hands them over (`LoadCredential=`, `LoadCredentialEncrypted=`)."""
VARIABLE, PIN_VARIABLE = "LIENLAC_KEYS_PASSPHRASE_FILE", "LIENLAC_TOKEN_PIN_FILE"


def source(configured: str) -> Callable[[], str]:
    """Return what gives the passphrase: the first of the places below that there is.

    1. the file that LIENLAC_KEYS_PASSPHRASE_FILE names, 2. systemd's credential `lienlac-keys`, 3. the file that
    `passphrase_file` of node.toml names (`configured`), 4. whoever sits at the terminal. What is named and cannot be
    read raises Malformed('passphrase_file_unreadable'); without any of them Unavailable('keys_locked').
    """

    def ask() -> str:
        if file := _file(VARIABLE, CREDENTIAL, configured):
            return first_line(file)
        if sys.stdin is not None and sys.stdin.isatty():
            return getpass.getpass("Passphrase of the node's keys: ")
        raise Unavailable("keys_locked")

    return ask


def token(place: TokenPlace) -> TokenAt:
    """Return where the token is, with what gives its PIN: the first of places 1 to 3, by its own names.

    Asking raises Malformed('passphrase_file_unreadable'), Unavailable('token_pin_missing').
    """

    def ask() -> str:
        if file := _file(PIN_VARIABLE, PIN_CREDENTIAL, place.pin_file):
            return first_line(file)
        raise Unavailable("token_pin_missing", token=place.label)

    return TokenAt(module=place.module, label=place.label, pin=ask)


def first_line(file: Path) -> str:
    """Return the first line of a file, which is a passphrase; Malformed('passphrase_file_unreadable')."""
    try:
        return file.read_text(encoding="utf-8").split("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed("passphrase_file_unreadable", file=str(file)) from error


def _file(variable: str, credential: str, configured: str) -> Path | None:
    if named := os.environ.get(variable):
        return Path(named)
    handed = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/nonexistent"), credential)
    if handed.exists():
        return handed
    return Path(configured) if configured else None
