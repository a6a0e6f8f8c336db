"""The root of a state: its public half, as a file that is carried and compared; signed by itself.

The private half rests offline and signs directories alone. What a root may say is `state`'s. A root is an Ed25519
key, or one with ML-DSA-65 (`envelope.lasting`), which is another key with other words to compare: none becomes the
other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from lienlac.core.envelope import dsse, frames
from lienlac.core.envelope.keys import SigningKey, VerifyKey
from lienlac.core.envelope.lasting import LastingKey, LastingVerifyKey, public_of
from lienlac.core.errors import Malformed
from lienlac.core.messages import canonical

ROOT_TYPE = "application/vnd.lienlac.state-root+json"
VERSION = 1
_COUNTRY = re.compile(r"[A-Z]{2}")

RootKey: TypeAlias = SigningKey | LastingKey
RootPublic: TypeAlias = VerifyKey | LastingVerifyKey


@dataclass(frozen=True, kw_only=True)
class Root:
    """A country and the key that speaks for it."""

    country: str
    key: RootPublic


def sign(country: str, key: RootKey) -> bytes:
    """Return the public half as signed bytes."""
    value: canonical.Json = {"v": VERSION, "country": country, "public": key.public.public_bytes.hex()}
    return dsse.sign(ROOT_TYPE, canonical.encode(value), key)


def read(signed: bytes) -> Root:
    """Read the public half of a root, which holds its own signature.

    Raises Malformed (`root_broken`, the codes of frames and JSON) or Unauthentic('bad_signature', 'unknown_key').
    """
    value = canonical.decode(frames.unpack(signed, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)[0])
    if not isinstance(value, dict) or value.keys() != {"v", "country", "public"} or value["v"] != VERSION:
        raise Malformed("root_broken")
    country, public = value["country"], value["public"]
    if not isinstance(country, str) or not _COUNTRY.fullmatch(country) or not isinstance(public, str):
        raise Malformed("root_broken")
    try:
        key = public_of(bytes.fromhex(public))
    except ValueError as error:
        raise Malformed("root_broken") from error
    dsse.verify(signed, ROOT_TYPE, lambda kid: key if kid == key.kid else None)
    return Root(country=country, key=key)
