"""Bytes from one node to one other, sealed and signed as a whole: what a file on a stick and a letter have in common.

    magic ‖ frames( header, wrapped key, sealed body, signature )

The header is that of an envelope with one recipient (who, to whom, which keys); everything else is inside the sealed
body, so that whoever carries it learns the two nodes and a rounded size. Nothing here touches a database, and nothing
looks into the content. The numbers of the steps are those of docs/protocol/transport-file.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lienlac.core.envelope import SUITES, Header, SealingPublic, VerifyKey, dsse, frames
from lienlac.core.envelope.suite import Signer, Suite, Unwrapper, allowed
from lienlac.core.errors import Malformed, NotUnderstood, Unauthentic

SUITE = 1
_SIZE_BYTES = 8

KeyLookup = Callable[[str, str], VerifyKey | None]
"""(node, key id) -> the node's public signing key, or None."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """What tells two such things apart, so that neither can be taken for the other.

    `word` names it in codes and in what the key is bound to; the content is padded to a multiple of `step_bytes` and is
    at most `limit_bytes` long.
    """

    word: str
    family: bytes
    signed_type: str
    step_bytes: int
    limit_bytes: int

    @property
    def magic(self) -> bytes:
        """How version 1 begins."""
        return self.family + b"1\n"

    @property
    def longest(self) -> int:
        """No more bytes than these are looked at."""
        return self.limit_bytes + 2 * self.step_bytes


def seal(
    form: Form, content: bytes, *, sender: str, receiver: str, node_key: Signer, to: SealingPublic
) -> bytes:
    """Return the content sealed to a key of its receiver and signed by a node key of its sender.

    Raises Malformed(`…_too_large`) when the content is too long.
    """
    suite = allowed(SUITE, SUITES)
    header = Header(sender=sender, signed_by=node_key.kid, to=(receiver,), kids=(to.kid,), suite=SUITE)
    raw_header, key = header.to_bytes(), suite.new_key()
    wrapped = to.wrap(key, _info(form, suite, to.kid, raw_header))
    body = suite.seal_body(key, _pad(form, content), raw_header)
    signature = node_key.sign(_to_sign(form, suite, raw_header, wrapped, body))
    return form.magic + frames.pack(raw_header, wrapped, body, signature)


def header_of(form: Form, raw: bytes) -> Header:
    """Return what the outside claims; NOTHING of it is checked yet but its shape (steps 1 and 2).

    Raises Malformed (`not_a_…`, `…_too_large`, `…_one_receiver`, `frame_…`, `json_…`, `envelope_header`),
    NotUnderstood (`newer_…`, `newer_envelope`).
    """
    return _parts(form, raw).header


def check_outer(form: Form, raw: bytes, *, node_keys: KeyLookup) -> Header:
    """Check who wrote it, as somebody can who carries it (steps 1 to 4); the content stays sealed.

    Raises what `header_of` raises, NotUnderstood(`unknown_suite`), Unauthentic (`unknown_key`, `bad_signature`).
    """
    return _checked(form, raw, node_keys).header


def unseal(
    form: Form, raw: bytes, *, me: str, sealing_keys: Mapping[str, Unwrapper], node_keys: KeyLookup
) -> tuple[Header, bytes]:
    """Return header and content, when all of it holds (steps 1 to 7).

    Raises what `check_outer` raises, Unauthentic (`…_for_other`, `sealing_key_unknown`, `cannot_unwrap`,
    `cannot_open_body`), Malformed (`bad_padding`).
    """
    parts = _checked(form, raw, node_keys)
    kid = parts.header.kids[0]
    if parts.header.to != (me,):  # 5
        raise Unauthentic(f"{form.word}_for_other", node=parts.header.to[0])
    if kid not in sealing_keys:
        raise Unauthentic("sealing_key_unknown", node=me)
    key = sealing_keys[kid].unwrap(parts.wrapped, _info(form, parts.suite, kid, parts.raw_header))  # 6
    padded = parts.suite.open_body(key, parts.body, parts.raw_header)  # 7
    return parts.header, _unpad(form, padded)


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """It, taken apart."""

    raw_header: bytes
    header: Header
    suite: Suite
    wrapped: bytes
    body: bytes
    signature: bytes


def _parts(form: Form, raw: bytes) -> _Parts:
    if len(raw) > form.longest:
        raise Malformed(f"{form.word}_too_large", size=len(raw), limit=form.longest)
    if not raw.startswith(form.magic):  # 1
        known = raw.startswith(form.family)
        raise NotUnderstood(f"newer_{form.word}") if known else Malformed(f"not_a_{form.word}")
    raw_header, wrapped, body, signature = frames.unpack(
        raw[len(form.magic) :], count=4, max_bytes=form.longest
    )
    header = Header.from_bytes(raw_header)  # 2
    if len(header.to) != 1:
        raise Malformed(f"{form.word}_one_receiver")
    suite = allowed(header.suite, SUITES)
    return _Parts(
        raw_header=raw_header, header=header, suite=suite, wrapped=wrapped, body=body, signature=signature
    )


def _checked(form: Form, raw: bytes, node_keys: KeyLookup) -> _Parts:
    parts = _parts(form, raw)
    key = dsse.known(node_keys(parts.header.sender, parts.header.signed_by), parts.header.signed_by)  # 3
    if key.suite != parts.suite.number:
        raise Unauthentic("key_of_other_suite", kid=key.kid, suite=parts.suite.number)
    key.verify(parts.signature, _to_sign(form, parts.suite, parts.raw_header, parts.wrapped, parts.body))  # 4
    return parts


def _to_sign(form: Form, suite: Suite, raw_header: bytes, wrapped: bytes, body: bytes) -> bytes:
    return dsse.pae(form.signed_type, frames.pack(raw_header, wrapped, suite.digest(body)))


def _info(form: Form, suite: Suite, kid: str, raw_header: bytes) -> bytes:
    """Bind the wrapped key to this very thing; another first word than an envelope's keeps them apart."""
    word = f"lienlac-{form.word}/{suite.number}".encode("ascii")
    return word + kid.encode("ascii") + suite.digest(raw_header)


def _pad(form: Form, content: bytes) -> bytes:
    if len(content) > form.limit_bytes:
        raise Malformed(f"{form.word}_too_large", size=len(content), limit=form.limit_bytes)
    whole = len(content).to_bytes(_SIZE_BYTES, "big") + content
    return whole.ljust(-(-len(whole) // form.step_bytes) * form.step_bytes, b"\x00")


def _unpad(form: Form, padded: bytes) -> bytes:
    size = int.from_bytes(padded[:_SIZE_BYTES], "big")
    content = padded[_SIZE_BYTES : _SIZE_BYTES + size]
    if size > form.limit_bytes or _pad(form, content) != padded:
        raise Malformed("bad_padding")
    return content
