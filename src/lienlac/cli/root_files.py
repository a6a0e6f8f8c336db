"""The files of a state's root: the private key under its passphrase, and the public half beside it."""

from __future__ import annotations

import os
from pathlib import Path

import click
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from lienlac.core.envelope.keys import SEED_BYTES, SigningKey
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.envelope.resting import check_passphrase
from lienlac.core.errors import Malformed, Unauthentic
from lienlac.core.trust import roots
from lienlac.core.trust.roots import Root, RootKey

File = click.Path(dir_okay=False, path_type=Path)
Existing = click.Path(exists=True, dir_okay=False, path_type=Path)
PUBLIC = ".root"
_BEGIN = b"-----BEGIN "


def sealed(key: LastingKey, passphrase: str) -> bytes:
    """Return both private halves, each as PKCS 8 under the passphrase."""
    seed = key.secret_seed()
    halves: tuple[ed25519.Ed25519PrivateKey | mldsa.MLDSA65PrivateKey, ...] = (
        ed25519.Ed25519PrivateKey.from_private_bytes(seed[:SEED_BYTES]),
        mldsa.MLDSA65PrivateKey.from_seed_bytes(seed[SEED_BYTES:]),
    )
    sealing = serialization.BestAvailableEncryption(check_passphrase(passphrase).encode())
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return b"".join(half.private_bytes(*form, sealing) for half in halves)


def opened(key: Path, passphrase: str) -> tuple[RootKey, Root]:
    """Return a root's private key and its public half, which lies beside it.

    Raises Malformed('root_broken'), Unauthentic('root_key_does_not_open').
    """
    signer, public = _private(key, passphrase), roots.read(key.with_name(key.name + PUBLIC).read_bytes())
    if signer.public != public.key:
        raise Malformed("root_broken")
    return signer, public


def _private(file: Path, passphrase: str) -> RootKey:
    parts = [_BEGIN + part for part in file.read_bytes().split(_BEGIN)[1:]]
    try:
        halves = [serialization.load_pem_private_key(part, passphrase.encode()) for part in parts]
    except TypeError as error:
        raise Malformed("root_broken") from error
    except ValueError as error:
        raise Unauthentic("root_key_does_not_open") from error
    match halves:
        case [ed25519.Ed25519PrivateKey() as first]:
            return SigningKey.from_seed(first.private_bytes_raw())
        case [ed25519.Ed25519PrivateKey() as first, mldsa.MLDSA65PrivateKey() as second]:
            return LastingKey.from_seed(first.private_bytes_raw() + second.private_bytes_raw())
    raise Malformed("root_broken")


def write_new(file: Path, content: bytes) -> None:
    """Write a file for this user's eyes; one that exists is never overwritten."""
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
