"""Secrets at rest: sealed one by one under a random key, which a lock keeps under a passphrase.

    lock:    LOCK ‖ salt (16) ‖ nonce (12) ‖ AES-256-GCM(scrypt(passphrase, salt), the random key, aad LOCK ‖ salt)
    secret:  SEALED ‖ id of the lock (8) ‖ nonce (12) ‖ AES-256-GCM(the random key, secret, aad SEALED ‖ id ‖ name)

scrypt with N = 2^17, r = 8, p = 1. A new passphrase writes the lock anew and touches no secret. The name is bound
in, so that one secret cannot be put into the place of another. Where these bytes lie is a key store's affair.
"""

from __future__ import annotations

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from lienlac.core.errors import Malformed, Unauthentic

LOCK, SEALED = b"LIENLAC-LOCK/1\n", b"LIENLAC-SEALED/1\n"
KEY_BYTES, SALT_BYTES, NONCE_BYTES, ID_BYTES, TAG_BYTES = 32, 16, 12, 8, 16
LOCK_BYTES = len(LOCK) + SALT_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES
SCRYPT_N = 2**17  # 128 MiB and about half a second: OWASP's first choice for scrypt
MIN_PASSPHRASE = 12


def check_passphrase(passphrase: str) -> str:
    """Return the passphrase; Malformed('passphrase_short') when it is too easy to guess."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise Malformed("passphrase_short", least=MIN_PASSPHRASE)
    return passphrase


def from_passphrase(passphrase: str, salt: bytes) -> bytes:
    """Return the 32-byte key that a passphrase and 16 bytes of salt give."""
    return Scrypt(salt=salt, length=KEY_BYTES, n=SCRYPT_N, r=8, p=1).derive(passphrase.encode("utf-8"))


class RestingKey:
    """The random key of a lock: seals secrets, opens them, and puts itself under a passphrase."""

    def __init__(self, raw: bytes) -> None:
        """Raise Malformed('bad_seed') unless `raw` has 32 bytes."""
        if len(raw) != KEY_BYTES:
            raise Malformed("bad_seed", size=len(raw))
        self._raw = raw
        self._cipher = AESGCM(raw)
        self.id = hashlib.sha256(b"lienlac/1 lock\x00" + raw).digest()[:ID_BYTES]

    @classmethod
    def generate(cls) -> RestingKey:
        """Return a new key from the operating system's randomness."""
        return cls(os.urandom(KEY_BYTES))

    def secret_bytes(self) -> bytes:
        """Return the SECRET 32 bytes, for another process of the same node."""
        return self._raw

    def seal(self, name: str, secret: bytes) -> bytes:
        """Return a secret as it may rest under this name."""
        nonce = os.urandom(NONCE_BYTES)
        return SEALED + self.id + nonce + self._cipher.encrypt(nonce, secret, self._bound(name))

    def open(self, name: str, raw: bytes) -> bytes:
        """Return the secret that rests under this name.

        Raises Unauthentic: `key_file_of_other_lock`, `key_file_broken` (a changed byte, another name's file).
        """
        if not is_sealed(raw):
            raise Unauthentic("key_file_broken", file=name)
        if lock_of(raw) != self.id:
            raise Unauthentic("key_file_of_other_lock", file=name)
        begin = len(SEALED) + ID_BYTES
        nonce, sealed = raw[begin : begin + NONCE_BYTES], raw[begin + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, sealed, self._bound(name))
        except (InvalidTag, ValueError) as error:
            raise Unauthentic("key_file_broken", file=name) from error

    def _bound(self, name: str) -> bytes:
        return SEALED + self.id + name.encode("utf-8")

    def under(self, passphrase: str) -> bytes:
        """Return a lock that this passphrase opens; Malformed('passphrase_short')."""
        head = LOCK + os.urandom(SALT_BYTES)
        cipher = AESGCM(from_passphrase(check_passphrase(passphrase), head[-SALT_BYTES:]))
        nonce = os.urandom(NONCE_BYTES)
        return head + nonce + cipher.encrypt(nonce, self._raw, head)


def unlock(lock: bytes, passphrase: str) -> RestingKey:
    """Return the key in a lock; Malformed('lock_broken'), Unauthentic('passphrase_wrong')."""
    if len(lock) != LOCK_BYTES or not lock.startswith(LOCK):
        raise Malformed("lock_broken")
    head, rest = lock[: len(LOCK) + SALT_BYTES], lock[len(LOCK) + SALT_BYTES :]
    cipher = AESGCM(from_passphrase(passphrase, head[-SALT_BYTES:]))
    try:
        return RestingKey(cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head))
    except InvalidTag as error:
        raise Unauthentic("passphrase_wrong") from error


def is_sealed(raw: bytes) -> bool:
    """Say whether these are the bytes of a sealed secret, not those of an open one."""
    return raw.startswith(SEALED)


def lock_of(raw: bytes) -> bytes:
    """Return the id of the lock under which a secret was sealed, 8 bytes."""
    return raw[len(SEALED) : len(SEALED) + ID_BYTES]
