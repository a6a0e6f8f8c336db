"""The list of the states' roots and of the code lists that they share; signed by a quorum of these roots.

It names no node and no office: for those a state's own root speaks, alone (`state`). A list follows another one when a
threshold of the OLD list's roots and a threshold of its own have signed it (The Update Framework, 5.3.4 and 5.3.5),
so that no minority adds a root, and no majority of strangers replaces the states. A threshold is more than half:
two quorums always have a state in common, which would have to sign two histories. The first list is compared by
people. `accept` states the rules and their order; it takes bytes and gives a value, and keeps nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lienlac.core.envelope import dsse, frames
from lienlac.core.envelope.suite import is_kid
from lienlac.core.errors import Malformed, NotUnderstood, Refused, Unauthentic
from lienlac.core.messages import canonical
from lienlac.core.trust import moments, roots, shared
from lienlac.core.trust.roots import Root, RootKey, RootPublic
from lienlac.core.trust.shared import SharedList
from lienlac.core.trust.state import GRACE

ROOTS_TYPE = "application/vnd.lienlac.roots+json"
VERSION = 1
MOST_STATES = 20
MOST_LISTS = 200
_MEMBERS = frozenset({"v", "number", "issued_at", "expires_at", "threshold", "roots", "lists"})
_SIGNATURE_MEMBERS = frozenset({"kid", "signature"})
Signatures = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class RootsList:
    """A list as it was signed. `signed_roots` are the bytes of `roots`, in the same order; `digest` (SHA-256 of the
    payload, hex) is its name, which people compare: signatures may be joined in any number and order.
    """

    number: int
    issued_at: str
    expires_at: str
    threshold: int
    signed_roots: tuple[bytes, ...]
    roots: tuple[Root, ...]
    lists: tuple[SharedList, ...]
    digest: str

    def keys(self) -> dict[str, RootPublic]:
        """Return the public keys of the roots by key id."""
        return {one.key.kid: one.key for one in self.roots}


@dataclass(frozen=True, kw_only=True)
class AcceptedRoots:
    """A list that may be believed; `signers` are the key ids of all who signed it, `late` and `known` as with a
    directory. A list that is `known` has no signers: they were counted when it came.
    """

    roots: RootsList
    signers: frozenset[str]
    late: bool
    known: bool


def draft(
    signed_roots: tuple[bytes, ...],
    *,
    number: int,
    threshold: int,
    lists: tuple[SharedList, ...],
    issued_at: str,
    expires_at: str,
) -> bytes:
    """Return a list that nobody has signed yet; it is read back first. Raises what `read` raises."""
    value: canonical.Json = {
        "v": VERSION,
        "number": number,
        "issued_at": issued_at,
        "expires_at": expires_at,
        "threshold": threshold,
        "roots": [base64.b64encode(one).decode() for one in signed_roots],
        "lists": [vars(one) for one in lists],
    }
    raw = _packed(canonical.encode(value), {})
    read(raw)
    return raw


def sign(raw: bytes, key: RootKey, *, before: RootsList | None = None) -> bytes:
    """Return the list with the signature of one root alone, to be joined with others'.

    Unauthentic('roots_signer_unknown') when neither this list nor the one before names the key.
    """
    payload, _ = _apart(raw)
    if key.kid not in _known(_parsed(payload), before):
        raise Unauthentic("roots_signer_unknown", kid=key.kid)
    return _packed(payload, {key.kid: key.sign(dsse.pae(ROOTS_TYPE, payload))})


def join(raws: Iterable[bytes], *, before: RootsList | None = None) -> bytes:
    """Return one list with the signatures of all; each is checked first, and a root's counts once.

    Raises Malformed('roots_differ') for lists that are not the same, and what `signers_of` raises.
    """
    parts = [_apart(raw) for raw in raws]
    if len({payload for payload, _ in parts}) != 1:
        raise Malformed("roots_differ")
    for payload, signatures in parts:
        _check_signatures(payload, signatures, _known(_parsed(payload), before))
    united = {kid: one for _, signatures in parts for kid, one in signatures.items()}
    return _packed(parts[0][0], united)


def read(raw: bytes) -> RootsList:
    """Read what a list says, whoever signed it: to show it, or because it was accepted before."""
    return _parsed(_apart(raw)[0])


def signers_of(raw: bytes, *, before: RootsList | None = None) -> frozenset[str]:
    """Return the key ids of those who signed, each of them a root of this list or of the one before.

    Raises Unauthentic (`roots_signer_unknown`, `bad_signature`), and as `read`.
    """
    payload, signatures = _apart(raw)
    _check_signatures(payload, signatures, _known(_parsed(payload), before))
    return frozenset(signatures)


def accept(raw: bytes, *, held: RootsList | None, now: datetime, by_people: bool = False) -> AcceptedRoots:
    """Return what may be believed of a list. `by_people`: they compared its digest; without `held` they must have.
    The rules, in their order:

    1. It has the shape of a list: Malformed('roots_broken'), NotUnderstood('newer_roots'); no signer, state or key
       stands in it twice: Malformed (`roots_signer_twice`, `roots_state_twice`, `roots_key_twice`); its threshold is
       more than half of its roots: Malformed('roots_threshold_low'); each root holds its own signature.
    2. It is not older than the one held: Unauthentic('roots_rolled_back'); nor another one with the same number:
       Unauthentic('roots_forked'); nor goes a code list back: Unauthentic('roots_list_rolled_back').
    3. Whoever signed it is a root of the list held or of its own, and every signature holds: `signers_of`.
    4. A threshold of its own roots signed it and, unless people compared it, a threshold of the list held:
       Unauthentic('roots_threshold_not_met').
    5. It has not ended longer ago than GRACE: Refused('roots_expired').
    """
    found = read(raw)
    known = held is not None and held.digest == found.digest
    signers = frozenset[str]() if known else _checked(raw, found, held, by_people)
    check_not_over(found, now)
    late = now > moments.from_wire(found.expires_at)
    return AcceptedRoots(roots=found, signers=signers, late=late, known=known)


def check_not_over(found: RootsList, now: datetime) -> None:
    """Raise Refused('roots_expired') when a list and its grace are over."""
    if now - GRACE > moments.from_wire(found.expires_at):
        raise Refused("roots_expired", ended=found.expires_at[:10])


def _checked(raw: bytes, found: RootsList, held: RootsList | None, by_people: bool) -> frozenset[str]:
    if held is None and not by_people:
        raise Refused("roots_not_compared")
    if held is not None:
        _check_follows(found, held)
    signers = signers_of(raw, before=held)
    for one in (found,) if held is None or by_people else (held, found):
        if len(signers & one.keys().keys()) < one.threshold:
            here, needed = len(signers & one.keys().keys()), one.threshold
            raise Unauthentic("roots_threshold_not_met", number=one.number, count=here, needed=needed)
    return signers


def _check_follows(found: RootsList, held: RootsList) -> None:
    if found.number < held.number:
        raise Unauthentic("roots_rolled_back", number=found.number, held=held.number)
    if found.number == held.number:
        raise Unauthentic("roots_forked", number=found.number)
    before = {one.name: one for one in held.lists}
    for one in found.lists:
        old = before.get(one.name, one)
        if one.version < old.version or (one.version == old.version and one.digest != old.digest):
            raise Unauthentic("roots_list_rolled_back", name=one.name)


def _known(found: RootsList, before: RootsList | None) -> dict[str, RootPublic]:
    return found.keys() | (before.keys() if before else {})


def _check_signatures(payload: bytes, signatures: Signatures, known: Mapping[str, RootPublic]) -> None:
    for kid, signature in signatures.items():
        if kid not in known:
            raise Unauthentic("roots_signer_unknown", kid=kid)
        known[kid].verify(signature, dsse.pae(ROOTS_TYPE, payload))


def _packed(payload: bytes, signatures: Signatures) -> bytes:
    listed = [{"kid": kid, "signature": signatures[kid].hex()} for kid in sorted(signatures)]
    return frames.pack(payload, canonical.encode(listed))


def _apart(raw: bytes) -> tuple[bytes, dict[str, bytes]]:
    payload, listed = frames.unpack(raw, count=2, max_bytes=dsse.MAX_SIGNED_BYTES)
    value: Any = canonical.decode(listed)
    if not _is_some(value, 0, 2 * MOST_STATES):
        raise Malformed("roots_broken")
    signatures = [_signature(one) for one in value]
    if len(dict(signatures)) != len(signatures):
        raise Malformed("roots_signer_twice")
    return payload, dict(signatures)


def _signature(value: Any) -> tuple[str, bytes]:
    if not isinstance(value, dict) or value.keys() != _SIGNATURE_MEMBERS:
        raise Malformed("roots_broken")
    try:
        kid, signature = value["kid"], bytes.fromhex(value["signature"])
    except (TypeError, ValueError) as error:
        raise Malformed("roots_broken") from error
    if not is_kid(kid):
        raise Malformed("roots_broken")
    return kid, signature


def _parsed(payload: bytes) -> RootsList:
    value: Any = canonical.decode(payload)
    if not isinstance(value, dict):
        raise Malformed("roots_broken")
    if value.get("v") != VERSION:
        raise NotUnderstood("newer_roots")
    try:
        found = _from_json(value, hashlib.sha256(payload).hexdigest())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("roots_broken") from error
    _check_once(found)
    return found


def _from_json(value: Mapping[str, Any], digest: str) -> RootsList:
    if value.keys() != _MEMBERS or not _is_some(value["roots"], 1, MOST_STATES):
        raise ValueError("not the members of a list of roots")
    if any(type(value[name]) is not int or value[name] < 1 for name in ("number", "threshold")):
        raise ValueError("not a number")
    issued, ends = (moments.from_wire(value[name]) for name in ("issued_at", "expires_at"))
    if ends <= issued or not _is_some(value["lists"], 0, MOST_LISTS):
        raise ValueError("it ends before it begins, or names too much")
    signed_roots = tuple(base64.b64decode(one, validate=True) for one in value["roots"])
    return RootsList(
        number=value["number"],
        issued_at=value["issued_at"],
        expires_at=value["expires_at"],
        threshold=value["threshold"],
        signed_roots=signed_roots,
        roots=tuple(roots.read(one) for one in signed_roots),
        lists=tuple(shared.from_json(one) for one in value["lists"]),
        digest=digest,
    )


def _is_some(value: object, fewest: int, most: int) -> bool:
    return isinstance(value, list) and fewest <= len(value) <= most


def _check_once(found: RootsList) -> None:
    """No state, no key and no code list stands in it twice, and a quorum is more than half of its roots."""
    countries = [one.country for one in found.roots]
    if len(set(countries)) != len(countries):
        raise Malformed("roots_state_twice")
    if len(found.keys()) != len(found.roots):
        raise Malformed("roots_key_twice")
    if len({one.name for one in found.lists}) != len(found.lists):
        raise Malformed("roots_broken")
    if not len(found.roots) < 2 * found.threshold <= 2 * len(found.roots):
        raise Malformed("roots_threshold_low", threshold=found.threshold, count=len(found.roots))
