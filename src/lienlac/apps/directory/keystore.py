"""This node's private keys, behind one interface: files of its home, or these and a token (`token`).

Which of them is in force is said by the directory (`models.NodeKey`), never by what a store holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Protocol, TypeAlias

from django.conf import settings

from lienlac.apps.directory.keyfiles import KeyFiles
from lienlac.apps.directory.token import Token, TokenAt, TokenStore
from lienlac.core.envelope.keys import PublicKey, SealingKey, SigningKey, VerifyKey
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.envelope.suite import Signer, Unwrapper
from lienlac.core.errors import LienlacError, Unauthentic


class OwnSigner(Signer, Protocol):
    """A signing key of this node, with its public half; the private one need not leave its store."""

    @property
    def public(self) -> VerifyKey:
        """Give the public half."""


class KeyStore(Protocol):
    """Where private keys rest. `use` is `node`, `author`, `seal` or `lasting`.

    What is not there raises Unavailable('key_missing'), what nobody has opened Unavailable('keys_locked').
    """

    def make(self, use: str) -> PublicKey:
        """Make a new key and keep it; return its public half."""

    def signer(self, use: str, kid: str) -> OwnSigner:
        """Return the key that signs."""

    def unwrapper(self, kid: str) -> Unwrapper:
        """Return the key that opens envelopes."""

    def lasting(self, kid: str) -> LastingKey:
        """Return the key that signs heads for decades."""

    def destroy(self, use: str, kid: str) -> None:
        """Destroy a key for good; nothing happens when it is gone."""

    def rests_in(self, use: str, kid: str) -> str:
        """Say where a key rests: `file` or `token`."""


OwnKey: TypeAlias = SigningKey | SealingKey | LastingKey
KIND_OF_USE: Mapping[str, type[OwnKey]] = {
    "node": SigningKey,
    "author": SigningKey,
    "seal": SealingKey,
    "lasting": LastingKey,
}
FIRST = ("node", "author", "seal")
"""What every node has from the beginning; a lasting key is made when an operator asks for one."""


class FileStore:
    """Keys as files, named `<use>-<kid>.seed`: 64 hex digits, sealed where the directory has a lock."""

    def __init__(self, files: KeyFiles) -> None:
        self._files = files
        self._kept: dict[str, OwnKey] = {}  # expanding a seed costs as much as an envelope

    def make(self, use: str) -> PublicKey:
        """Make a new key and keep it."""
        key = KIND_OF_USE[use].generate()
        self._files.add(_file(use, key.kid), key.secret_seed().hex().encode())
        return key.public

    def signer(self, use: str, kid: str) -> SigningKey:
        """Return a signing key."""
        key = self._key(use, kid)
        if not isinstance(key, SigningKey):
            raise Unauthentic("key_file_broken", file=_file(use, kid))
        return key

    def unwrapper(self, kid: str) -> SealingKey:
        """Return a sealing key."""
        key = self._key("seal", kid)
        if not isinstance(key, SealingKey):
            raise Unauthentic("key_file_broken", file=_file("seal", kid))
        return key

    def lasting(self, kid: str) -> LastingKey:
        """Return a lasting key."""
        key = self._key("lasting", kid)
        if not isinstance(key, LastingKey):
            raise Unauthentic("key_file_broken", file=_file("lasting", kid))
        return key

    def destroy(self, use: str, kid: str) -> None:
        """Destroy a key: its file, and what this process holds of it."""
        self._kept.pop(_file(use, kid), None)
        self._files.destroy(_file(use, kid))

    def has(self, use: str, kid: str) -> bool:
        """Say whether there is a file of that name; it is not opened."""
        return self._files.has(_file(use, kid))

    def rests_in(self, use: str, kid: str) -> str:
        """Return `file`."""
        return "file"

    def _key(self, use: str, kid: str) -> OwnKey:
        name = _file(use, kid)
        if name not in self._kept:
            self._kept[name] = _read(name, use, kid, self._files)
        return self._kept[name]


def _read(name: str, use: str, kid: str, files: KeyFiles) -> OwnKey:
    raw = files.read(name)
    try:
        key = KIND_OF_USE[use].from_seed(bytes.fromhex(raw.decode("ascii")))
    except (ValueError, LienlacError) as error:
        raise Unauthentic("key_file_broken", file=name) from error
    if key.kid != kid:
        raise Unauthentic("key_file_broken", file=name)
    return key


def _file(use: str, kid: str) -> str:
    return f"{use}-{kid}.seed"


@cache
def _token_of(at: TokenAt) -> Token:
    return Token(at)


@cache
def _store_of(files: KeyFiles, at: TokenAt | None) -> KeyStore:
    return _new_store(files, at)


def _new_store(files: KeyFiles, at: TokenAt | None) -> KeyStore:
    return FileStore(files) if at is None else TokenStore(_token_of(at), FileStore(files))


def store() -> KeyStore:
    """Return this node's key store."""
    return _store_of(settings.KEY_FILES, settings.KEY_TOKEN)


def afresh() -> KeyStore:
    """Return this node's key store with nothing remembered, for whoever looks whether the keys are still there."""
    return _new_store(settings.KEY_FILES, settings.KEY_TOKEN)


def check_token() -> None:
    """Open the token, if this node has one; raises as `Token.session`. Before anything is served."""
    if settings.KEY_TOKEN is not None:
        with _token_of(settings.KEY_TOKEN).session():
            pass
