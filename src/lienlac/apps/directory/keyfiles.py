"""The secrets of a node as files of its home's `keys/`, readable by the node's user alone.

Where a lock lies beside them they are sealed (`core.envelope.resting`) and open with its passphrase; without a lock
they lie open. Which keys they are is `keystore`'s; no database is asked here.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from lienlac.core.envelope import resting
from lienlac.core.envelope.resting import RestingKey
from lienlac.core.errors import Malformed, Unavailable

LOCK = "lock"
SECRETS = ("*.seed", "*.key")
"""What is sealed. Not `session.secret`: it guards sessions of one shift, which lie in the database."""
LEFT_OVER = "." + "[0-9a-f]" * 8
"""How a file ends that never got its name, since its process was broken off; it begins with a point."""


def no_passphrase() -> str:
    """Raise Unavailable('keys_locked'): nobody gave a passphrase."""
    raise Unavailable("keys_locked")


class KeyFiles:
    """The files of one directory. `passphrase` is asked once, when a sealed file is first needed."""

    def __init__(self, directory: Path, passphrase: Callable[[], str] = no_passphrase) -> None:
        self.directory = directory
        self._passphrase = passphrase
        self._key: RestingKey | None = None

    # What a node needs at work

    def read(self, name: str) -> bytes:
        """Return a secret.

        Raises Unavailable (`key_missing`, `keys_locked`), Unauthentic (`passphrase_wrong`, `key_file_broken`,
        `key_file_of_other_lock`), Malformed('lock_broken').
        """
        try:
            raw = (self.directory / name).read_bytes()
        except FileNotFoundError as error:
            raise Unavailable("key_missing", file=name) from error
        return self.key().open(name, raw) if resting.is_sealed(raw) else raw

    def has(self, name: str) -> bool:
        """Say whether there is a secret of that name."""
        return (self.directory / name).exists()

    def add(self, name: str, secret: bytes) -> None:
        """Write a new secret, sealed if there is a lock; FileExistsError when the name is taken."""
        fresh = self._beside(name, self._as_it_rests(name, secret))
        try:
            os.link(fresh, self.directory / name)
        finally:
            fresh.unlink()
        self._sync()

    def destroy(self, name: str) -> None:
        """Take a secret away for good: written over once, then gone. What a disk keeps of a sealed one is sealed."""
        file = self.directory / name
        if not file.exists():
            return
        with file.open("r+b") as handle:
            handle.write(os.urandom(file.stat().st_size))
            os.fsync(handle.fileno())
        file.unlink()
        self._sync()

    @property
    def are_locked(self) -> bool:
        """Whether there is a lock."""
        return (self.directory / LOCK).exists()

    def lying_open(self) -> list[str]:
        """Return the names of the secrets that anybody can read who holds the disk, those left over among them."""
        found = self._names() + [file.name for file in self._left_over(*SECRETS)]
        return [name for name in found if _lies_open(self.directory / name)]

    def locks(self) -> dict[bytes, str]:
        """Return the lock of each sealed secret, with the name of one that was sealed under it; one, if all is well."""
        raw = {name: (self.directory / name).read_bytes() for name in self._names()}
        return {resting.lock_of(one): name for name, one in raw.items() if resting.is_sealed(one)}

    def key(self) -> RestingKey:
        """Return the key of the lock, asking for its passphrase the first time; raises as `read`."""
        if self._key is None:
            self._key = resting.unlock(self._lock(), self._passphrase())
        return self._key

    def opened(self) -> RestingKey | None:
        """Return the key of the lock; None where there is no lock. Raises as `read`."""
        return self.key() if self.are_locked else None

    def give(self, key: RestingKey) -> None:
        """Take the key from a process of the same node that has opened the lock."""
        self._key = key

    def sweep(self) -> None:
        """Destroy what was left over when a process was broken off; nobody else may be writing here."""
        for file in self._left_over(*SECRETS, LOCK):
            if file.stat().st_nlink > 1:
                file.unlink()  # it has its name already, and with it the same bytes
            else:
                self.destroy(file.name)

    # What an operator does to a node that stands

    def seal(self, passphrase: str) -> list[str]:
        """Make a lock, or open the one that is there; seal what lies open and return its names.

        The lock comes first, and each file changes at once or not at all: broken off, it goes on when done again.
        """
        if self.are_locked:
            self._key = resting.unlock(self._lock(), passphrase)
        else:
            self._key = RestingKey.generate()
            self._replace(LOCK, self._key.under(passphrase))
        self.sweep()
        names = self.lying_open()
        for name in names:
            self._replace(name, self._key.seal(name, (self.directory / name).read_bytes()))
        return names

    def change_passphrase(self, passphrase: str) -> None:
        """Put the lock under another passphrase; no other file is touched."""
        self._replace(LOCK, self.key().under(passphrase))

    def unseal(self) -> list[str]:
        """Let every secret lie open again and take the lock away, last; return the names."""
        names = sorted(set(self._names()) - set(self.lying_open()))
        plain = {name: self.read(name) for name in names}  # all of them open, or none is changed
        for name, secret in plain.items():
            self._replace(name, secret)
        self.destroy(LOCK)
        self._key = None
        return names

    def _names(self) -> list[str]:
        return sorted(file.name for pattern in SECRETS for file in self.directory.glob(pattern))

    def _left_over(self, *patterns: str) -> list[Path]:
        return sorted(file for one in patterns for file in self.directory.glob(f".{one}{LEFT_OVER}"))

    def _lock(self) -> bytes:
        try:
            return (self.directory / LOCK).read_bytes()
        except FileNotFoundError as error:
            raise Malformed("lock_missing") from error

    def _as_it_rests(self, name: str, secret: bytes) -> bytes:
        key = self.opened()
        return key.seal(name, secret) if key else secret

    def _replace(self, name: str, content: bytes) -> None:
        self._beside(name, content).replace(self.directory / name)
        self._sync()

    def _beside(self, name: str, content: bytes) -> Path:
        """Write a file that is on disk whole before it gets its name."""
        fresh = self.directory / f".{name}.{secrets.token_hex(4)}"
        descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        return fresh

    def _sync(self) -> None:
        descriptor = os.open(self.directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _lies_open(file: Path) -> bool:
    """Say whether a file holds an open secret; one that a process at work has just named or taken away does not."""
    try:
        return not resting.is_sealed(file.read_bytes())
    except FileNotFoundError:
        return False
