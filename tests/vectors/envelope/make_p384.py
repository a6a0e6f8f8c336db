"""Make `p384.json`: one envelope of suite 2, with its keys, and what must be refused of it.

Run from the root of the repository: `python -m tests.vectors.envelope.make_p384`. Sealing draws a random key: each run
makes other bytes; those in the file stay, and are read by `tests/core/envelope/test_p384.py`. All byte strings are hex.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.core.envelope.world import A, B, signed

from lienlac.core.envelope import MAX_ENVELOPE_BYTES, Recipient, digest, frames, seal
from lienlac.core.envelope.p384 import SUITE_2, EcdsaSigningKey, HybridKey

PATH = Path(__file__).parent / "p384.json"
SIGNING, SEALING = EcdsaSigningKey(bytes([4, 0]) * 24), HybridKey(bytes([4, 1]) * 16)


def main() -> None:
    """Write the file."""
    to = [Recipient(node=B.id, key=SEALING.public)]
    raw = seal(signed(), sender=A.id, recipients=to, node_key=SIGNING, suite=2, suites={2: SUITE_2})
    header, wraps, _body, signature = frames.unpack(raw, count=4, max_bytes=MAX_ENVELOPE_BYTES)
    info = b"lienlac/2" + SEALING.kid.encode() + SUITE_2.digest(header)
    (wrap,) = frames.unpack(wraps, count=1, max_bytes=len(wraps))
    named = {
        "signing_secret": SIGNING.secret_seed(),
        "signing_public": SIGNING.public.public_bytes,
        "sealing_seed": SEALING.secret_seed(),
        "sealing_public": SEALING.public.public_bytes,
        "signed_message": signed(),
        "header": header,
        "info": info,
        "wrap": wrap,
        "content_key": SEALING.unwrap(wrap, info),
        "signature": signature,
        "envelope": raw,
    }
    said = {"signing_kid": SIGNING.kid, "sealing_kid": SEALING.kid, "digest": digest(raw)}
    values = {"from": A.id, "to": B.id} | said | {name: value.hex() for name, value in named.items()}
    PATH.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
