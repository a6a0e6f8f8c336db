"""Signed bytes: DSSE's pre-authentication encoding over OUR binary frames.

What is signed is the bytes and what they are for, never a parsed thing (github.com/secure-systems-lab/dsse,
protocol.md). Signed bytes are the frames `payload`, `kid` (ASCII), `signature`. The payload type is not
among them: the reader says what he expects, and a signature made for another type does not hold.
"""

from __future__ import annotations

from collections.abc import Callable

from lienlac.core.envelope import frames
from lienlac.core.envelope.suite import Signer, Verifier, is_kid
from lienlac.core.errors import Malformed, Unauthentic

MESSAGE_TYPE = "application/vnd.lienlac.message+json"
ENVELOPE_TYPE = "application/vnd.lienlac.envelope"

MAX_SIGNATURE_BYTES = 8192  # the longest known, ML-DSA-87, takes 4,627
MAX_SIGNED_BYTES = (1 << 20) + MAX_SIGNATURE_BYTES


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the bytes to sign: `DSSEv1 SP len SP type SP len SP payload`, lengths in decimal."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload_type: str, payload: bytes, key: Signer) -> bytes:
    """Return payload, key id and signature in one."""
    return frames.pack(payload, key.kid.encode("ascii"), key.sign(pae(payload_type, payload)))


def verify(signed: bytes, payload_type: str, lookup: Callable[[str], Verifier | None]) -> tuple[bytes, str]:
    """Return the payload and the id of the key that signed it, with `lookup` giving the key of a kid.

    Raises Malformed (`frame_…`, `bad_kid`), Unauthentic (`unknown_key`, `bad_signature`).
    """
    payload, kid, signature = parts(signed)
    known(lookup(kid), kid).verify(signature, pae(payload_type, payload))
    return payload, kid


def parts(signed: bytes) -> tuple[bytes, str, bytes]:
    """Return payload, key id and signature of signed bytes, unchecked; raises Malformed (`frame_…`, `bad_kid`)."""
    payload, kid, signature = frames.unpack(signed, count=3, max_bytes=MAX_SIGNED_BYTES)
    return payload, _kid(kid), signature


def known(key: Verifier | None, kid: str) -> Verifier:
    """Return the key found for `kid`; raise Unauthentic(`unknown_key`) when none was, or another one."""
    if key is None or key.kid != kid:
        raise Unauthentic("unknown_key", kid=kid)
    return key


def _kid(raw: bytes) -> str:
    kid = raw.decode("latin-1")  # never fails; what is not 32 hex digits is refused
    if not is_kid(kid):
        raise Malformed("bad_kid")
    return kid
