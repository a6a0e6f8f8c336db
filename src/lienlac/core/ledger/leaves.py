"""Leaves: what a ledger records of a deed, as canonical bytes without personal data.

    {"actor": …, "at": "2026-11-21T20:30:55Z", "facts": {…}, "kind": …, "subjects": [ … ], "v": 1}

`actor` is `node` or a salted digest of who did it; `subjects` are salted digests of whom or what it was
about; `facts` are codes, counts and digests, by the table KINDS. A leaf has no position: the sequencer gives
one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from lienlac.core.errors import Malformed, NotUnderstood
from lienlac.core.messages import canonical

Fact: TypeAlias = "str | int"

VERSION = 1
NODE_ACTOR = "node"
PAIR, HOUSE = "pair", "house"
MAX_BYTES = 65_536
MAX_SUBJECTS = 500  # one leaf a page that was read; no page shows more rows

_DIGEST = r"[0-9a-f]{64}"
_CODE = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_MEMBERS = {"actor", "at", "facts", "kind", "subjects", "v"}

SHAPES: Mapping[str, str | None] = {
    # fact -> pattern of its text, or None for a whole number from 0
    "agreement": _CODE,
    "before": r"lienlac/[a-z0-9/-]{1,200}",  # the origin of the ledger that ended
    "code": _CODE,
    "count": None,
    "envelope": _DIGEST,  # SHA-256 of a whole envelope: its name everywhere
    "epoch": r"[a-z0-9-]{1,64}",
    "kid": r"[0-9a-f]{32}",
    "lane": r"urgent|normal|bulk",
    "level": r"stored|opened|acted_on|refused",
    "list": _CODE,
    "node": r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?",
    "parcel": _DIGEST,  # the envelope that a receipt is about
    "purpose": _CODE,
    "root": _DIGEST,
    "rule": _CODE,
    "seq": None,
    "signed": _DIGEST,  # SHA-256 of the payload that somebody signed: see export, record `statement`
    "size": None,
}
_PATTERNS = {name: re.compile(pattern, re.ASCII) if pattern else None for name, pattern in SHAPES.items()}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of leaf: which ledgers it may stand in, the facts it must have and the ones it may have."""

    ledgers: frozenset[str]
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


def _pair(needs: str, may: str = "") -> Kind:
    return Kind(ledgers=frozenset({PAIR}), needs=frozenset(needs.split()), may=frozenset(may.split()))


def _house(needs: str = "", may: str = "") -> Kind:
    return Kind(ledgers=frozenset({HOUSE}), needs=frozenset(needs.split()), may=frozenset(may.split()))


KINDS: Mapping[str, Kind] = {
    # Both sides of a pair may read these: parcels and receipts, nothing of what a house does inside.
    "parcel_sent": _pair("lane epoch seq envelope", "signed"),
    "parcel_stored": _pair("lane epoch seq envelope", "signed"),
    # R1 says of how many parcels it speaks, and its statement which; what people did names the one.
    "receipt_issued": _pair("level signed", "parcel count envelope code"),
    "receipt_received": _pair("level signed", "parcel count envelope code"),
    # What became of a flash that went out on one officer's word: `signed` is the digest of the review's statement.
    "flash_reviewed": _pair("envelope signed"),
    # The first leaf of a ledger that follows another one, after a restore: in the open, on both sides.
    "epoch_opened": Kind(
        ledgers=frozenset({PAIR, HOUSE}), needs=frozenset({"code"}), may=frozenset({"before", "size", "root"})
    ),
    # These never leave the node.
    "agreement_changed": _house("agreement"),
    "alert_changed": _house("code"),
    "approval_given": _house("code", "rule list count"),  # a chain: of which office, how many units
    "candidate_shown": _house("count"),
    "carried": _house("node code count"),
    "case_changed": _house("code"),
    "commitment_made": _house(),
    "directory_read": _house("code size signed"),  # of which country, or `roots`; number, digest of the bytes
    "enquiry_changed": _house("code", "agreement purpose envelope"),
    "exported": _house("count", "code list"),
    "handover_changed": _house("code"),
    "incident": _house("code", "node count lane epoch seq envelope"),
    "key_changed": _house("node kid"),
    "override": _house("rule"),
    "partner_changed": _house("node code"),
    "policy_refused": _house("rule", "code purpose agreement node"),
    "printed": _house("count", "code list"),
    "record_changed": _house("list", "code count"),
    "record_erased": _house("code", "list count"),
    "record_read": _house("list count", "purpose code"),
    "role_changed": _house("code"),
    "root_changed": _house("code kid", "list"),  # what became of it, the key, its country
    "searched": _house("list count", "purpose code"),
    "sign_in": _house("code"),
    "sign_in_failed": _house("code", "count"),
    "sign_out": _house(),
    "stranger_refused": _house("count"),
    "verdict_given": _house("code"),
}


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One deed. `at` is any aware time, kept as UTC in whole seconds; equal leaves have equal bytes."""

    kind: str
    at: datetime
    actor: str = NODE_ACTOR
    subjects: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise NotUnderstood("leaf_kind", kind=self.kind)
        if self.at.tzinfo is None:
            raise Malformed("leaf_time")
        object.__setattr__(self, "at", self.at.astimezone(UTC).replace(microsecond=0))
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))
        _check_references(self.actor, self.subjects)
        _check_facts(self.kind, self.facts)

    def __hash__(self) -> int:
        return hash(self.encode())

    def encode(self) -> bytes:
        """Write the canonical bytes that go into the tree."""
        return canonical.encode(
            {
                "actor": self.actor,
                "at": self.at.strftime(_TIME),
                "facts": self.facts,
                "kind": self.kind,
                "subjects": self.subjects,
                "v": VERSION,
            }
        )

    def belongs_in(self, ledger: str) -> bool:
        """Tell whether this leaf may stand in `ledger` (`pair` or `house`)."""
        return ledger in KINDS[self.kind].ledgers


@dataclass(frozen=True, kw_only=True, slots=True)
class ParcelFacts:
    """The facts of `parcel_sent` and `parcel_stored`: of each letter one leaf, on both sides."""

    lane: str
    epoch: str
    seq: int
    envelope: str
    signed: str


def of_parcel(kind: str, facts: ParcelFacts, *, at: datetime) -> bytes:
    """Write the bytes that a `Leaf` of these facts has, in a fifth of the time: nothing in them needs an escape.

    Raises Malformed('leaf_fact_shape') for facts that a leaf must not have, ('leaf_time') for a time without a zone.
    """
    if at.tzinfo is None:
        raise Malformed("leaf_time")
    text = (
        f'{{"actor":"{NODE_ACTOR}","at":"{_second(int(at.timestamp()))}","facts":{{"envelope":"{facts.envelope}",'
        f'"epoch":"{facts.epoch}","lane":"{facts.lane}","seq":{facts.seq},"signed":"{facts.signed}"}},'
        f'"kind":"{kind}","subjects":[],"v":{VERSION}}}'
    )
    if _OF_PARCEL.fullmatch(text) is None or facts.seq > canonical.MAX_INT:
        raise Malformed("leaf_fact_shape", kind=kind)
    return text.encode("ascii")


@lru_cache(maxsize=8)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime(_TIME)


_OF_PARCEL = re.compile(
    rf'\{{"actor":"{NODE_ACTOR}","at":"[0-9TZ:-]{{20}}","facts":\{{"envelope":"{SHAPES["envelope"]}",'
    rf'"epoch":"{SHAPES["epoch"]}","lane":"(?:{SHAPES["lane"]})","seq":(?:0|[1-9][0-9]{{0,15}}),'
    rf'"signed":"{SHAPES["signed"]}"\}},"kind":"parcel_(?:sent|stored)","subjects":\[\],"v":{VERSION}\}}',
    re.ASCII,
)


def decode(encoded: bytes) -> Leaf:
    """Read canonical bytes; Malformed for any others, NotUnderstood for a newer version, kind or fact."""
    value = canonical.decode(encoded, max_bytes=MAX_BYTES)
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise Malformed("leaf_members")
    if value["v"] != VERSION or value["v"] is True:
        raise NotUnderstood("leaf_version", version=value["v"])
    kind, actor, subjects, facts = value["kind"], value["actor"], value["subjects"], value["facts"]
    if not (isinstance(kind, str) and isinstance(actor, str) and isinstance(facts, dict)):
        raise Malformed("leaf_members")
    if not isinstance(subjects, list) or not all(isinstance(one, str) for one in subjects):
        raise Malformed("leaf_subjects")
    return Leaf(kind=kind, at=_time(value["at"]), actor=actor, subjects=tuple(subjects), facts=facts)


def _time(text: object) -> datetime:
    try:
        at = datetime.strptime(text, _TIME).replace(tzinfo=UTC) if isinstance(text, str) else None
    except ValueError as error:
        raise Malformed("leaf_time") from error
    if at is None or at.strftime(_TIME) != text:  # strptime takes 9:5:3 too
        raise Malformed("leaf_time")
    return at


def _check_references(actor: str, subjects: tuple[str, ...]) -> None:
    """Let nothing but salted digests name a person or a thing."""
    if actor != NODE_ACTOR and not re.fullmatch(_DIGEST, actor):
        raise Malformed("leaf_actor")
    if len(subjects) > MAX_SUBJECTS or not all(re.fullmatch(_DIGEST, one) for one in subjects):
        raise Malformed("leaf_subjects")


def _check_facts(kind: str, facts: Mapping[str, Fact]) -> None:
    """Check names and shapes: a free text here would be personal data that cannot be erased."""
    rule = KINDS[kind]
    if missing := rule.needs - facts.keys():
        raise Malformed("leaf_fact_missing", kind=kind, names=sorted(missing))
    if unknown := facts.keys() - rule.needs - rule.may:
        raise NotUnderstood("leaf_fact", kind=kind, names=sorted(unknown))
    for name, value in facts.items():
        if not _has_shape(_PATTERNS[name], value):
            raise Malformed("leaf_fact_shape", kind=kind, name=name)


def _has_shape(pattern: re.Pattern[str] | None, value: object) -> bool:
    if pattern is None:
        return type(value) is int and 0 <= value <= canonical.MAX_INT
    return isinstance(value, str) and pattern.fullmatch(value) is not None
