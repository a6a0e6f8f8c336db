"""A relay server whose accounts are kept by JWT: operator, accounts and users, signed here as NATS signs them.

What `nsc` writes; there is no kept library of Python for it, and it is a header, claims and an Ed25519 signature.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nkeys

HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}
ISSUED_S = 1_795_000_000
UNLIMITED = {"subs": -1, "data": -1, "payload": -1}
OF_ACCOUNT = UNLIMITED | {"imports": -1, "exports": -1, "wildcards": True, "conn": -1, "leaf": -1}
STORE = {"mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1}


class Key:
    """An NKEY of one kind; `seed` is its secret text."""

    def __init__(self, kind: int) -> None:
        self.seed = bytes(nkeys.encode_seed(os.urandom(32), kind))
        self._pair = nkeys.from_seed(bytearray(self.seed))
        self.public = self._pair.public_key.decode()

    def says(self, subject: str, name: str, nats: dict[str, Any]) -> str:
        """Return a token in which this key says something of a subject."""
        claims: dict[str, Any] = {
            "jti": "",
            "iat": ISSUED_S,
            "iss": self.public,
            "name": name,
            "sub": subject,
        }
        claims["nats"] = nats | {"version": 2}
        digest = hashlib.new("sha512_256", json.dumps(claims).encode()).digest()
        claims["jti"] = base64.b32encode(digest).decode().rstrip("=")
        said = f"{_part(HEADER)}.{_part(claims)}"
        return f"{said}.{_text(self._pair.sign(said.encode()))}"


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Operator:
    """Who keeps the accounts: one for the post, one for the system."""

    def __init__(self) -> None:
        self._key, self._post, self._system = (
            Key(kind)
            for kind in (nkeys.PREFIX_BYTE_OPERATOR, nkeys.PREFIX_BYTE_ACCOUNT, nkeys.PREFIX_BYTE_ACCOUNT)
        )

    def configuration(self) -> str:
        """Return the lines of a server's configuration that take the place of `accounts`."""
        preloaded = "\n".join(
            f"  {one.public}: {self._key.says(one.public, name, {'type': 'account', 'limits': limits})}"
            for one, name, limits in (
                (self._post, "POST", OF_ACCOUNT | STORE),
                (self._system, "SYS", OF_ACCOUNT),
            )
        )
        own = self._key.says(self._key.public, "keeper", {"type": "operator"})
        return (
            f"operator: {own}\nsystem_account: {self._system.public}\nresolver: MEMORY\n"
            f"resolver_preload: {{\n{preloaded}\n}}\n"
        )

    def user(self, file: Path, name: str, publish: Sequence[str] = (), subscribe: Sequence[str] = ()) -> None:
        """Write the credentials of a user of the post, with what he may do; everything when nothing is named."""
        key, may = Key(nkeys.PREFIX_BYTE_USER), dict[str, Any]()
        if publish:
            may = {"pub": {"allow": list(publish)}, "sub": {"allow": list(subscribe)}}
        token = self._post.says(key.public, name, {"type": "user", **UNLIMITED, **may})
        self._write(file, token, key.seed)

    def _write(self, file: Path, token: str, seed: bytes) -> None:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(f"-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n")
            handle.write(f"-----BEGIN USER NKEY SEED-----\n{seed.decode()}\n------END USER NKEY SEED------\n")
