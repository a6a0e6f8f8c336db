"""Make `envelope.json`: one envelope taken apart, and envelopes that every reader must refuse.

Run from the root of the repository: `python -m tests.vectors.envelope.make`. Sealing draws a random key, so
that each run makes other bytes; the bytes in the file stay, and are read by the tests (`test_vectors.py`).
All byte strings are hex. `xwing.json` is not made here: it is the first vector of the X-Wing draft.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.core.envelope.world import MESSAGE, A, B, C, Node, sealed, signed

from lienlac.core.envelope import ENVELOPE_TYPE, MAX_ENVELOPE_BYTES, MESSAGE_TYPE, digest, frames
from lienlac.core.envelope.dsse import pae
from lienlac.core.envelope.suite import SUITE_1

PATH = Path(__file__).parent / "envelope.json"


def node(one: Node) -> dict[str, str]:
    """Every key of a node, with the seeds, which are secret only in life."""
    return {
        "node": one.id,
        "office": one.office,
        "signing_seed": one.signing.secret_seed().hex(),
        "signing_public": one.signing.public.public_bytes.hex(),
        "signing_kid": one.signing.kid,
        "sealing_seed": one.sealing.secret_seed().hex(),
        "sealing_public": one.sealing.public.public_bytes.hex(),
        "sealing_kid": one.sealing.kid,
        "officer_seed": one.officer.secret_seed().hex(),
        "officer_public": one.officer.public.public_bytes.hex(),
        "officer_kid": one.officer.kid,
    }


def steps(raw: bytes) -> dict[str, str]:
    """The envelope to B and C, and every value on the way to its message."""
    header, wraps, body, signature = frames.unpack(raw, count=4, max_bytes=MAX_ENVELOPE_BYTES)
    info = b"lienlac/1" + B.sealing.kid.encode() + SUITE_1.digest(header)
    first, _ = frames.unpack(wraps, count=2, max_bytes=len(wraps))
    key = B.sealing.unwrap(first, info)
    covered = pae(ENVELOPE_TYPE, frames.pack(header, wraps, SUITE_1.digest(body)))
    named = {
        "envelope": raw,
        "header": header,
        "signed_by_node": covered,
        "signature": signature,
        "info_of_b": info,
        "wrap_of_b": first,
        "content_key": key,
        "commitment": body[:32],
        "padded": SUITE_1.open_body(key, body, header),
        "signed_message": signed(),
        "signed_by_author": pae(MESSAGE_TYPE, MESSAGE.to_bytes()),
        "message": MESSAGE.to_bytes(),
    }
    return {name: value.hex() for name, value in named.items()} | {"digest": digest(raw)}


def refused(raw: bytes) -> list[dict[str, str]]:
    """Envelopes for B with the error that each must give; all but the first three are signed by A's node."""
    header, wraps, body, signature = frames.unpack(raw, count=4, max_bytes=MAX_ENVELOPE_BYTES)
    changed = body[:-1] + bytes([body[-1] ^ 1])
    pair = frames.unpack(wraps, count=2, max_bytes=len(wraps))

    def again(header: bytes = header, wraps: bytes = wraps, body: bytes = body) -> bytes:
        covered = frames.pack(header, wraps, SUITE_1.digest(body))
        return frames.pack(header, wraps, body, A.signing.sign(pae(ENVELOPE_TYPE, covered)))

    cases = {
        "cut": ("frame_cut", raw[:-1]),
        "longer": ("frame_trailing", raw + b"\x00"),
        "body changed": ("bad_signature", frames.pack(header, wraps, changed, signature)),
        "body changed by the node": ("cannot_open_body", again(body=changed)),
        "commitment changed by the node": ("cannot_open_body", again(body=bytes(32) + body[32:])),
        "wraps swapped": ("cannot_unwrap", again(wraps=frames.pack(*reversed(pair)))),
        "other sender": ("unknown_key", again(header=header.replace(A.id.encode(), b"vn-ta-lung"))),
        "other suite": ("unknown_suite", again(header=header.replace(b'"suite":1', b'"suite":9'))),
        "newer version": ("newer_envelope", again(header=header.replace(b'"v":1', b'"v":2'))),
        "key twice": ("json_duplicate_key", again(header=header.replace(b'{"from"', b'{"v":1,"from"'))),
        "spaces": ("json_not_canonical", again(header=header.replace(b'"v":1', b'"v": 1'))),
        "not for B": ("not_for_us", sealed(to=(C,))),
    }
    return [{"name": name, "code": code, "envelope": bad.hex()} for name, (code, bad) in cases.items()]


def main() -> None:
    """Write the file."""
    raw = sealed(to=(B, C))
    vectors = {"nodes": [node(one) for one in (A, B, C)], "opens": steps(raw), "refused": refused(raw)}
    PATH.write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
