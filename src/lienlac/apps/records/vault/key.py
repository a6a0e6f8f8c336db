"""The vault's own key: a file beside the node's other keys, from which a sealing key and an index key are made."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from lienlac.core.errors import Unauthentic, Unavailable

FILE = "vault.seed"
KEY_BYTES, NONCE_BYTES = 32, 12


def seal(plain: bytes) -> tuple[bytes, bytes]:
    """Return (nonce, AES-256-GCM ciphertext) under the vault's key, made at its first use."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce, AESGCM(_key("seal")).encrypt(nonce, plain, None)


def unseal(nonce: bytes, sealed: bytes) -> bytes:
    """Open what `seal` made; Unauthentic('vault_row_broken') when a byte or the key is another one."""
    try:
        return AESGCM(_key("seal")).decrypt(nonce, sealed, None)
    except InvalidTag as error:
        raise Unauthentic("vault_row_broken") from error


def token(text: str) -> str:
    """Return the blind form of a name key or number: the same text always gives the same 64 hex digits."""
    return hmac.new(_key("index"), text.encode(), hashlib.sha256).hexdigest()


def _key(use: str) -> bytes:
    return hmac.new(_seed(Path(settings.NODE.keys) / FILE), use.encode(), hashlib.sha256).digest()


@cache
def _seed(file: Path) -> bytes:
    if not file.exists():
        _make(file)
    seed = bytes.fromhex(file.read_text(encoding="ascii"))
    if len(seed) != KEY_BYTES:
        raise Unavailable("key_missing", file=file.name)
    return seed


def _make(file: Path) -> None:
    """Write a new seed whole or not at all; of two processes the first one wins."""
    fresh = file.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(secrets.token_bytes(KEY_BYTES).hex())
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
