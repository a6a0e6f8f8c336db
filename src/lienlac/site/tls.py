"""The certificate of the peer door. It carries a key and nothing that anybody believes: partners pin the key."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path, PosixPath
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from lienlac.apps.directory.keyfiles import KeyFiles
from lienlac.site.home import CERTIFICATE, DOOR_KEY

# Pinned keys do not expire with a certificate; a node whose clock is years wrong must still be reachable.
FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
LIFETIME = timedelta(days=36500)


def make_certificate(files: KeyFiles, host: str) -> bytes:
    """Make a self-signed P-256 certificate among the node's keys; return SHA-256 of its SubjectPublicKeyInfo."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(FIRST_DAY)
        .not_valid_after(FIRST_DAY + LIFETIME)
        .sign(key, hashes.SHA256())
    )
    files.add(DOOR_KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (files.directory / CERTIFICATE).write_bytes(certificate.public_bytes(Encoding.PEM))
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).digest()


class InMemory(PosixPath):
    """A file without a place on a disk: whoever resolves its path would look for one."""

    def resolve(self, strict: bool = False) -> Self:
        """Return the path as it is."""
        return self


def door_key(files: KeyFiles) -> Path:
    """Return where the server may read the door's private key: the file itself, or memory where that is sealed."""
    if not files.are_locked:
        return files.directory / DOOR_KEY
    held = os.memfd_create("door-key")
    os.write(held, files.read(DOOR_KEY))
    return InMemory(f"/proc/self/fd/{held}")
