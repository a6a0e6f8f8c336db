"""The vault's own key: a file beside the node's other keys, from which a sealing key and an index key are made."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextlib import suppress
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from lienlac.apps.directory.keyfiles import KeyFiles
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
    return hmac.new(_seed(settings.KEY_FILES), use.encode(), hashlib.sha256).digest()


@cache
def _seed(files: KeyFiles) -> bytes:
    """Return the vault's seed, made at its first use; of two processes that make it the first one wins."""
    with suppress(FileExistsError):
        if not (files.directory / FILE).exists():
            files.add(FILE, secrets.token_bytes(KEY_BYTES).hex().encode())
    seed = bytes.fromhex(files.read(FILE).decode("ascii"))
    if len(seed) != KEY_BYTES:
        raise Unavailable("key_missing", file=FILE)
    return seed
