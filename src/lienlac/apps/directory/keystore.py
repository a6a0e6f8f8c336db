"""This node's private keys: one file each in the home's `keys/`, readable by the node's user alone.

A file is named `<use>-<kid>.seed` and holds 64 hex digits. Which of them is in force is said by the
directory (`models.NodeKey`), never by the directory listing.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from django.conf import settings

from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.errors import Unavailable


def keep(use: str, kid: str, seed: bytes) -> None:
    """Write a new private key; an existing file is never overwritten."""
    descriptor = os.open(_file(use, kid), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(seed.hex())
        handle.flush()
        os.fsync(handle.fileno())


def signing_key(use: str, kid: str) -> SigningKey:
    """Return a signing key of this node; Unavailable('key_missing') when its file is not there."""
    return _signing_key(_file(use, kid))


def sealing_key(kid: str) -> SealingKey:
    """Return a sealing key of this node; Unavailable('key_missing') when its file is not there."""
    return _sealing_key(_file("seal", kid))


@cache
def _signing_key(file: Path) -> SigningKey:
    return SigningKey.from_seed(_seed(file))


@cache
def _sealing_key(file: Path) -> SealingKey:
    # Expanding a seed costs about as much as opening an envelope.
    return SealingKey.from_seed(_seed(file))


def _seed(file: Path) -> bytes:
    try:
        return bytes.fromhex(file.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise Unavailable("key_missing", file=file.name) from error


def _file(use: str, kid: str) -> Path:
    return Path(settings.NODE.keys) / f"{use}-{kid}.seed"
