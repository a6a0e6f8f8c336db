#!/usr/bin/env python3
"""Verify a Lienlac export with nothing but this file, Python 3.11 and the package `cryptography`.

    python lienlac_verify.py EXPORT [--key FINGERPRINT]… [--lasting FINGERPRINT] [--checkpoint FILE]… [--json]

EXPORT may also be a fork: two histories that one node signed, taken out of an incident.

It says what was verified and, for a record that was dropped, swapped, changed or cut, names the line.
`--checkpoint` takes a checkpoint that you kept from before, and says whether history was rewritten or cut
since. `--key` takes the fingerprint (64 hex digits) of a key that you know from the directory or from paper:
with it, no other key counts. `--lasting` takes the fingerprint of the node's lasting key (Ed25519 and ML-DSA-65): with
it, an export whose newest checkpoint does not bear the signature of that key does not hold.

Exit: 0 everything that was examined holds; 1 something does not; 2 it could not be examined.

The steps below carry the numbers of docs/protocol/export.md. Nothing here is shared with the program that
wrote the export: two programs have to agree, not one with itself.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT, VERSION = "lienlac-export", 1
FORK, FORK_VERSION = "lienlac-fork", 1
OPENING, OPENING_VERSION = "lienlac-opening", 1
COMMITMENT_TYPE = "application/vnd.lienlac.commitment+json"
LEAST_SALT = 16
END_TYPE = "application/vnd.lienlac.export-end"
ED25519, COSIGNATURE = b"\x01", b"\x04"
LASTING = b"ed25519-mldsa65"  # Ed25519 and ML-DSA-65 as one key: 32 + 1,952 bytes, signatures of 64 + 3,309
LASTING_BYTES = 1984
HOLDS, FAILS, CANNOT = 0, 1, 2
MAX_INT = 2**53 - 1

LINE = re.compile(rb'(\{.*),"sum":"([0-9a-f]{64})"\}', re.DOTALL)
ORIGIN = re.compile(
    r"lienlac/([a-z0-9][a-z0-9-]{0,63})/(?:pair/([a-z0-9][a-z0-9-]{0,63})|house)/([a-z0-9]{1,64})"
)
SIZE = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)

# Which side signed what a leaf of this kind is about.
SIGNED_BY = {
    "parcel_sent": "node",
    "parcel_stored": "partner",
    "receipt_issued": "node",
    "receipt_received": "partner",
}

# What a signed lane position says (member of the payload -> fact of the entry), and a signed receipt.
POSITION_TYPE = "lienlac/lane-position/1"
RUN_TYPE = "lienlac/lane-position/1+run"  # the root of positions that were signed together
SIGNATURE_BYTES, STEP_BYTES, MOST_STEPS = 64, 33, 7
MESSAGE_TYPE = "application/vnd.lienlac.message+json"
POSITION_SAYS = {"class": "lane", "digest": "envelope", "epoch": "epoch", "seq": "seq"}
STAGES = {"stored": ("R1",), "opened": ("R2",), "acted_on": ("R3",), "refused": ("R1", "R2", "R3")}

# Members of each record besides `n` and `t`, with their types.
RECORDS: dict[str, dict[str, tuple[type, ...]]] = {
    "header": {
        "at": (str,),
        "format": (str,),
        "keys": (list,),
        "node": (str,),
        "origin": (str,),
        "partner": (str, type(None)),
        "scope": (str,),
        "v": (int,),
    },
    "checkpoint": {"first": (int,), "note": (str,), "proof": (list,)},
    "consistency": {"first": (int,), "second": (int,), "proof": (list,)},
    "leaf": {"index": (int,), "leaf": (str,), "proof": (list,), "size": (int,)},
    "statement": {"index": (int,), "kid": (str,), "payload": (str,), "signature": (str,), "type": (str,)},
    "gone": {"gone": (str,), "index": (int,)},
    "arrival": {"index": (int,), "leaf": (str,), "note": (str,), "proof": (list,)},
    "end": {"count": (int,), "digest": (str,), "kid": (str,), "signature": (str,)},
}
FORK_RECORDS: dict[str, dict[str, tuple[type, ...]]] = {
    "fork": {"at": (str,), "by": (str,), "format": (str,), "keys": (list,), "of": (str,), "v": (int,)},
    "head": {"note": (str,)},
    "position": {"kid": (str,), "payload": (str,), "signature": (str,), "type": (str,)},
}
OPENING_RECORDS: dict[str, dict[str, tuple[type, ...]]] = {
    "opening": {"at": (str,), "format": (str,), "keys": (list,), "node": (str,), "v": (int,)},
    "commitment": {"kid": (str,), "payload": (str,), "signature": (str,)},
    "opened": {"note": (str,), "salt": (str,)},
    "newest": {"note": (str,), "proof": (list,)},
}
KEY_MEMBERS: dict[str, tuple[type, ...]] = {
    "kid": (str,),
    "node": (str,),
    "public": (str,),
    "since": (str,),
    "until": (str, type(None)),
    "until_size": (int, type(None)),
}


class Wrong(Exception):
    """What does not hold, as a code and a sentence; the caller knows the line."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


class CannotExamine(Exception):
    """The question cannot be answered from what is there."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key of the header."""

    kid: str
    node: str
    public: bytes
    since: str
    until: str | None
    until_size: int | None

    @property
    def is_lasting(self) -> bool:
        """Tell whether it is a lasting key, which signs heads and nothing else."""
        return len(self.public) == LASTING_BYTES

    @property
    def fingerprint(self) -> str:
        """Give the 64 hex digits that two agencies compare."""
        label = LASTING if self.is_lasting else b"ed25519"
        return hashlib.sha256(label + b"\x00" + self.public).hexdigest()

    def note_id(self, name: str, algorithm: bytes) -> bytes:
        """Give the key id of a signature line (C2SP signed-note)."""
        return hashlib.sha256(name.encode() + b"\n" + algorithm + self.public).digest()[:4]

    def signed(self, signature: bytes, message: bytes) -> bool:
        """Tell whether `signature` over `message` is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def signed_for_decades(self, signature: bytes, message: bytes) -> bool:
        """Tell whether both halves of a lasting signature over `message` are this key's."""
        said = LASTING + b"\x00" + message
        try:
            Ed25519PublicKey.from_public_bytes(self.public[:32]).verify(signature[:64], said)
            mldsa().MLDSA65PublicKey.from_public_bytes(self.public[32:]).verify(signature[64:], said, LASTING)
        except (InvalidSignature, ValueError):
            return False
        return True

    def ended_by(self, at: str) -> bool:
        """Tell whether the directory had taken this key back at `at`, whatever for."""
        return self.until_size is not None or (self.until is not None and self.until <= at)

    def valid_at(self, at: str) -> bool:
        """Tell whether the directory gave this key at `at` (times have one spelling: text compares)."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, kw_only=True)
class Head:
    """A checkpoint as text: origin, size, root, what is signed, and the signature lines (name, id,
    signature).
    """

    origin: str
    size: int
    root: bytes
    text: bytes
    lines: tuple[tuple[str, bytes, bytes], ...]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that does not hold: the line as it was numbered (None: the export as a whole)."""

    line: int | None
    code: str
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}" if self.line is not None else self.sentence


@dataclass(kw_only=True)
class Report:
    """What was found."""

    faults: list[Fault] = field(default_factory=list)
    verified: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unexamined: list[str] = field(default_factory=list)

    def fault(self, line: int | None, code: str, sentence: str) -> None:
        """Note a fault once."""
        found = Fault(line=line, code=code, sentence=sentence)
        if found not in self.faults:
            self.faults.append(found)

    @property
    def exit_code(self) -> int:
        """Give 0, 1 or 2."""
        if self.faults:
            return FAILS
        return CANNOT if self.unexamined else HOLDS


@dataclass(frozen=True, kw_only=True)
class Record:
    """A line whose sum holds: its number and its members."""

    n: int
    t: str
    members: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.members[name]


@dataclass(kw_only=True)
class Book:
    """What the examination has established so far."""

    report: Report
    header: Record
    # A checkpoint may be missing, or was found wrong: what leans on it is not to blame.
    heads_missing: bool
    keys: dict[str, Key] = field(default_factory=dict)
    lasting: dict[str, Key] = field(default_factory=dict)
    lasting_pin: str = ""
    # size -> verified checkpoint; index -> entry in the tree; and all of them, when the ledger is whole
    heads: dict[int, tuple[Record, Head]] = field(default_factory=dict)
    leaves: dict[int, tuple[Record, dict[str, Any]]] = field(default_factory=dict)
    entries: list[bytes] | None = None
    # digest of a signed lane position -> facts of the entry that says it was sent
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    # heads of the partner's ledger that receipts told which are to be believed; note of an arrival -> the
    # revoked key on whose word alone it rests, and the lines of the arrivals under such notes
    told: set[bytes] = field(default_factory=set)
    doubted: dict[str, Key] = field(default_factory=dict)
    undated: dict[str, list[int]] = field(default_factory=dict)

    @property
    def node(self) -> str:
        """Give the node that keeps the ledger."""
        return str(self.header["node"])

    @property
    def partner(self) -> str | None:
        """Give the partner of a pair ledger."""
        partner: str | None = self.header["partner"]
        return partner

    @property
    def newest(self) -> Head | None:
        """Give the largest verified head."""
        return self.heads[max(self.heads)][1] if self.heads else None

    def keys_of(self, node: str | None) -> list[Key]:
        """Give a node's keys."""
        return [key for key in self.keys.values() if key.node == node]


# bytes and text


def unbase64(text: object) -> bytes:
    """Decode base64 that is spelt in the only right way."""
    if not isinstance(text, str):
        raise Wrong("base64", "holds something else where base64 should stand")
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise Wrong("base64", "holds base64 that cannot be read") from error
    if base64.b64encode(raw).decode() != text:
        raise Wrong("base64", "holds base64 in a spelling that is not the only one")
    return raw


def proof_of(record: Record) -> list[bytes]:
    """Give the hashes of a proof."""
    hashes = [unbase64(part) for part in record["proof"]]
    if any(len(part) != 32 for part in hashes):
        raise Wrong("proof", "holds a proof with something else than SHA-256 hashes")
    return hashes


def parse_json(raw: bytes | str) -> dict[str, Any]:
    """Parse one JSON object: no member twice, no floats, no numbers beyond 2^53 - 1."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            raise ValueError("a member stands twice")
        return value

    def integer(digits: str) -> int:
        if len(digits) > 17 or abs(int(digits)) > MAX_INT:
            raise ValueError("a number is too large")
        return int(digits)

    def refuse(_: str) -> NoReturn:
        raise ValueError("not a whole number")

    try:
        text = raw if isinstance(raw, str) else raw.decode()
        value = json.loads(
            text, object_pairs_hook=members, parse_int=integer, parse_float=refuse, parse_constant=refuse
        )
        json.dumps(value, ensure_ascii=False).encode()  # half a character (a lone surrogate) is no text
    except (ValueError, RecursionError) as error:
        raise Wrong("json", "is not JSON as the format has it") from error
    if not isinstance(value, dict):
        raise Wrong("json", "is not a JSON object")
    return value


def pae(payload_type: str, payload: bytes) -> bytes:
    """Give the bytes that a DSSE signature covers."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def check_members(value: Mapping[str, Any], types: Mapping[str, tuple[type, ...]]) -> None:
    """Raise Wrong unless `value` has exactly these members, of these types (a truth value is no number)."""
    if value.keys() != types.keys():
        raise Wrong("members", "lacks a member, or has one that the format does not know")
    for name, kinds in types.items():
        if type(value[name]) not in kinds or (type(value[name]) is int and value[name] < 0):
            raise Wrong("members", f"has a member `{name}` of the wrong type")


def mldsa() -> Any:
    """Give the module of `cryptography` that knows ML-DSA; older ones do not."""
    try:
        from cryptography.hazmat.primitives.asymmetric import mldsa as found
    except ImportError as error:
        raise CannotExamine("this version of `cryptography` knows no ML-DSA: take a newer one") from error
    return found


# RFC 9162, section 2.1


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def proves_inclusion(leaf: bytes, index: int, head: Head, proof: Sequence[bytes]) -> bool:
    """Tell whether `leaf` stands at `index` of the tree `head` (RFC 9162, 2.1.3.2)."""
    if index >= head.size:
        return False
    fn, sn, found = index, head.size - 1, leaf_hash(leaf)
    for part in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node_hash(part, found)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == head.root


def proves_consistency(old: Head, new: Head, proof: Sequence[bytes]) -> bool:
    """Tell whether the tree `new` only adds to the tree `old` (RFC 9162, 2.1.4.2)."""
    if old.size > new.size:
        return False
    if old.size in (0, new.size):
        empty = hashlib.sha256(b"").digest()
        return not proof and old.root == (empty if old.size == 0 else new.root)
    path = [old.root, *proof] if old.size & (old.size - 1) == 0 else list(proof)
    if not path:
        return False
    fn, sn = old.size - 1, new.size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for part in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(part, first), node_hash(part, second)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and (first, second) == (old.root, new.root)


def roots_at(leaves: Iterable[bytes], sizes: set[int]) -> dict[int, bytes]:
    """Compute the roots of the trees of the first `sizes` leaves."""
    stack: list[tuple[int, bytes]] = []  # (number of leaves, hash), the largest first
    roots = {0: hashlib.sha256(b"").digest()}
    for count, leaf in enumerate(leaves, start=1):
        width, top = 1, leaf_hash(leaf)
        while stack and stack[-1][0] == width:
            top, width = node_hash(stack.pop()[1], top), width * 2
        stack.append((width, top))
        if count in sizes:
            root = stack[-1][1]
            for _, left in reversed(stack[:-1]):
                root = node_hash(left, root)
            roots[count] = root
    return roots


# 1. the lines


def check_kind(raw: bytes) -> None:
    """Raise CannotExamine for what never was an export; a damaged one still has a sum, its name or a brace."""
    if not raw:
        raise CannotExamine("the file is empty")
    like_a_line = any(LINE.fullmatch(line) for line in raw.split(b"\n"))
    if not (raw.startswith(b"{") or FORMAT.encode() in raw or like_a_line):
        raise CannotExamine("the file is not an export of Lienlac")


def members_of(raw: bytes) -> dict[str, Any]:
    """Give the members of a line but its sum, which is looked at first."""
    found = LINE.fullmatch(raw)
    if not found or hashlib.sha256(found[1]).hexdigest().encode() != found[2]:
        raise Wrong("changed", "was changed: its content does not match its own sum")
    members = parse_json(raw)
    del members["sum"]
    return members


def read_line(raw: bytes) -> Record:
    """Read one line: its sum first, then its shape."""
    members = members_of(raw)
    n, t = members.pop("n", None), members.pop("t", None)
    if type(n) is not int or n < 1 or not isinstance(t, str) or t not in RECORDS or t == "gone":
        raise Wrong("record", "is not a record of this format")
    if t == "header" and n == 1 and type(members.get("v")) is int and members["v"] > VERSION:
        raise CannotExamine(f"the export has format version {members['v']}; this program knows {VERSION}")
    check_members(members, RECORDS["gone" if "gone" in members else t])
    return Record(n=n, t=t, members=members)


def read_lines(raw: bytes, report: Report) -> list[Record]:
    """Give the records whose lines hold, by number; name those changed, missing, moved or cut."""
    *lines, tail = raw.split(b"\n")
    good: list[Record] = []
    bad: dict[int, list[Wrong]] = {}  # number of the record before -> what stands after it
    for line in lines:
        try:
            good.append(read_line(line))
        except Wrong as wrong:
            bad.setdefault(good[-1].n if good else 0, []).append(wrong)
    if tail:
        broken_off = Wrong("cut", "is cut: the export breaks off inside it")
        bad.setdefault(good[-1].n if good else 0, []).append(broken_off)
    name_moved(good, report)
    name_absent(good, bad, report)
    return sorted({record.n: record for record in good}.values(), key=lambda record: record.n)


def name_moved(good: Sequence[Record], report: Report) -> None:
    """Name lines that stand twice or out of their order."""
    for before, after in pairwise(good):
        if after.n == before.n:
            report.fault(after.n, "twice", "stands twice")
        elif after.n < before.n:
            sentence = f"is out of its place: lines {after.n} and {before.n} were swapped or moved"
            report.fault(after.n, "moved", sentence)
            report.fault(before.n, "moved", sentence)


def name_absent(good: Sequence[Record], bad: dict[int, list[Wrong]], report: Report) -> None:
    """Name lines whose number is missing: changed if something stands in their place, or dropped."""
    present = sorted({record.n for record in good})
    for before, after in pairwise([0, *present]):
        if after > before + 1:
            name_gap(before + 1, after - 1, bad.pop(before, []), report)
    last = present[-1] if present else 0
    if not any(record.t == "end" for record in good):
        dropped = Wrong("missing", "is missing: the export breaks off before it, without its closing line")
        found = [*bad.pop(last, []), dropped][0]
        report.fault(last + 1, found.code, found.sentence)
    for before in bad:
        sentence = "is followed by something that is no record of this export"
        report.fault(max(before, 1), "foreign", sentence)


def name_gap(first: int, last: int, instead: Sequence[Wrong], report: Report) -> None:
    """Name the lines `first` to `last`, of which none is there; `instead` is what stands in their place."""
    found = [*instead, Wrong("missing", "is missing")][0]
    rest = "" if first == last else f" (all of {first} to {last})"
    for number in (first, last):
        report.fault(number, found.code, found.sentence + rest)


# 2. the header


def examine_header(book: Book, pins: set[str]) -> None:
    """Read the keys and see that header and origin say the same."""
    header = book.header
    origin = ORIGIN.fullmatch(header["origin"])
    if not origin or (origin[1], origin[2]) != (header["node"], header["partner"]):
        raise Wrong("header", "names an origin that is not this node's and this partner's")
    if (header["format"], header["v"]) != (FORMAT, VERSION) or header["scope"] not in ("whole", "part"):
        raise Wrong("header", "does not describe an export of this format")
    if not TIME.fullmatch(header["at"]):
        raise Wrong("header", "has a time that cannot be read")
    for entry in header["keys"]:
        key = read_key(entry)
        if key.node not in (header["node"], header["partner"]):
            raise Wrong("header_key", f"brings a key of {key.node}, which has no part in this ledger")
        if key.is_lasting:
            book.lasting[key.kid] = key
        elif not pins or key.fingerprint in pins:
            book.keys[key.kid] = key
        else:
            book.report.notes.append(f"key {key.kid} of {key.node} is not one that you named: not used")
    if not pins:
        book.report.notes.append(
            "the keys are those that the file itself brings: compare the fingerprints with the directory, "
            "or on paper, or give them with --key"
        )


def read_key(entry: object) -> Key:
    """Read one key of the header; its kid must be that of its bytes."""
    if not isinstance(entry, dict):
        raise Wrong("header_key", "brings a key that cannot be read")
    check_members(entry, KEY_MEMBERS)
    key = Key(
        kid=entry["kid"],
        node=entry["node"],
        public=unbase64(entry["public"]),
        since=entry["since"],
        until=entry["until"],
        until_size=entry["until_size"],
    )
    times = [key.since] if key.until is None else [key.since, key.until]
    right_size = len(key.public) in (32, LASTING_BYTES)
    if not right_size or key.fingerprint[:32] != key.kid or not all(map(TIME.fullmatch, times)):
        raise Wrong("header_key", f"brings a key `{key.kid}` whose id or validity is not right")
    return key


# 3. checkpoints


def read_note(note: bytes) -> Head:
    """Read a checkpoint (C2SP tlog-checkpoint) without verifying it."""
    wrong = Wrong("checkpoint", "holds no checkpoint of the right form")
    try:
        text, gap, tail = note.decode().rpartition("\n\n")
    except UnicodeDecodeError as error:
        raise wrong from error
    head = text.split("\n")
    if not gap or not tail.endswith("\n") or len(head) != 3 or not head[0] or not SIZE.fullmatch(head[1]):
        raise wrong
    root = unbase64(head[2])
    if len(root) != 32:
        raise wrong
    lines = tuple(read_signature(line) for line in tail[:-1].split("\n"))
    return Head(origin=head[0], size=int(head[1]), root=root, text=text.encode() + b"\n", lines=lines)


def read_signature(line: str) -> tuple[str, bytes, bytes]:
    """Read one signature line: name, key id, signature."""
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not parts[1]:
        raise Wrong("checkpoint", "holds a signature line of the wrong form")
    raw = unbase64(parts[2])
    return parts[1], raw[:4], raw[4:]


def check_head(head: Head, book: Book) -> None:
    """Raise Wrong unless `head` is of this ledger and its node has signed it."""
    if head.origin != book.header["origin"]:
        raise Wrong("checkpoint_origin", f"holds a checkpoint of another ledger ({head.origin})")
    check_signed(head, book.node, book)


def check_signed(head: Head, node: str | None, book: Book) -> list[Key]:
    """Give the known keys of `node` that signed `head`; Wrong if there is none, or one that only claims to have."""
    signed = []
    for key in book.keys_of(node):
        for signature in lines_of(head, head.origin, key.note_id(head.origin, ED25519)):
            if not key.signed(signature, head.text):
                raise Wrong("checkpoint_signature", "holds a checkpoint whose signature does not hold")
            signed.append(key)
    if not signed:
        raise Wrong("checkpoint_unsigned", f"holds a checkpoint that no known key of {node} has signed")
    lasting_signers(head, node, book)
    return signed


def lasting_signers(head: Head, node: str | None, book: Book) -> list[Key]:
    """Give the lasting keys of `node` that signed `head`; Wrong for a line that only claims to be of one."""
    found = []
    for key in book.lasting.values():
        if key.node == node:
            for raw in lines_of(head, head.origin, key.note_id(head.origin, b"\xff" + LASTING)):
                if not key.signed_for_decades(raw, head.text):
                    raise Wrong(
                        "lasting_signature", "holds a checkpoint whose lasting signature does not hold"
                    )
                found.append(key)
    return found


def examine_lasting(book: Book) -> None:
    """See that the newest head bears the lasting signature that the header's keys, or the reader's own, promise."""
    newest, pin = book.newest, book.lasting_pin
    mine = [
        key
        for key in book.lasting.values()
        if key.node == book.node and key.until_size is None and key.valid_at(str(book.header["at"]))
    ]
    if newest is None or not (pin or mine):
        return
    record = book.heads[newest.size][0]
    with naming(record, book):
        signers = {key.fingerprint for key in lasting_signers(newest, book.node, book)}
        signed = [key.fingerprint for key in mine if key.fingerprint in signers]
        if not (pin in signers if pin else signed):
            raise Wrong("lasting_missing", f"holds a checkpoint without the lasting signature of {book.node}")
        told = pin or sorted(signed)[0]
        if not pin:
            sentence = f"the lasting key of {book.node} is the one that the file brings: compare it, or give --lasting"
            book.report.notes.append(sentence)
        book.report.verified.append(
            f"the newest checkpoint bears the lasting signature of {book.node} ({told})"
        )


def cosigned_at(head: Head, book: Book) -> str | None:
    """Give the time of the partner's cosignature, or None; raise Wrong for one that does not hold."""
    latest = None
    for key in book.keys_of(book.partner):
        for raw in lines_of(head, key.node, key.note_id(key.node, COSIGNATURE)):
            seconds = int.from_bytes(raw[:8], "big")
            message = b"cosignature/v1\ntime %d\n" % seconds + head.text
            if len(raw) != 72 or not key.signed(raw[8:], message):
                raise Wrong("cosignature", f"holds a cosignature of {key.node} that does not hold")
            latest = posix_time(seconds)
            if not key.valid_at(latest):
                raise Wrong("key_expired", f"was cosigned at {latest} with a key not valid then ({key.kid})")
    return latest


def lines_of(head: Head, name: str, key_id: bytes) -> Iterator[bytes]:
    """Give the signatures of one key."""
    return (raw for who, which, raw in head.lines if (who, which) == (name, key_id))


def posix_time(seconds: int) -> str:
    """Write POSIX seconds as the other times are written."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError) as error:
        raise Wrong("cosignature", "holds a cosignature of an impossible time") from error


def examine_checkpoint(record: Record, book: Book) -> str | None:
    """Verify a checkpoint record; give the time at which the partner cosigned it."""
    head, proof = read_note(record["note"].encode()), proof_of(record)
    check_head(head, book)
    at = cosigned_at(head, book)
    check_continues(record, head, proof, book)
    book.heads[head.size] = (record, head)
    return at


def check_continues(record: Record, head: Head, proof: Sequence[bytes], book: Book) -> None:
    """Raise Wrong unless a signed head continues the signed head before it, if that is here."""
    twin = book.heads.get(head.size)
    if twin and twin[1].root == head.root:
        raise Wrong("checkpoint_twice", f"holds the checkpoint of line {twin[0].n} again")
    latest = max(book.heads, default=0)
    if record["first"] == latest:
        if latest in book.heads and not proves_consistency(book.heads[latest][1], head, proof):
            raise forked(book.heads[latest], head)
    elif not book.heads_missing or record["first"] < latest:
        raise Wrong("checkpoint_order", "does not start from the checkpoint before it")


def forked(before: tuple[Record, Head], head: Head) -> Wrong:
    """Say that two signed heads do not belong to one history."""
    record, old = before
    return Wrong(
        "forked",
        f"holds a signed checkpoint ({head.size} entries) that does not continue the signed one on "
        f"line {record.n} ({old.size} entries): history was rewritten, or there are two",
    )


# 4. leaves


def examine_leaf(record: Record, book: Book) -> bool:
    """Verify a leaf record; give False when its checkpoint is not there to prove it."""
    found = book.heads.get(record["size"])
    if found is None:
        if not book.heads_missing:
            raise Wrong("leaf_checkpoint", "is proven against a checkpoint that is not in the file")
        return False
    leaf = record["leaf"].encode()
    if not proves_inclusion(leaf, record["index"], found[1], proof_of(record)):
        raise Wrong("leaf_changed", f"was changed: entry {record['index']} is not what the checkpoint covers")
    if record["index"] in book.leaves:
        raise Wrong("leaf_twice", f"gives entry {record['index']} a second time")
    book.leaves[record["index"]] = (record, read_leaf(record["leaf"], record["index"]))
    return True


def read_leaf(text: str, index: int) -> dict[str, Any]:
    """Read a proven leaf; one of a newer version is kept without being understood."""
    leaf = parse_json(text)
    if leaf.get("v") != 1:
        return {"kind": None, "facts": {}, "at": None}
    if not isinstance(leaf.get("facts"), dict) or not isinstance(leaf.get("kind"), str):
        raise Wrong("leaf_form", f"holds entry {index}, which the tree covers but which is no leaf")
    if not isinstance(leaf.get("at"), str) or not TIME.fullmatch(leaf["at"]):
        raise Wrong("leaf_form", f"holds entry {index} without a readable time")
    return leaf


def examine_completeness(records: Sequence[Record], book: Book) -> None:
    """See that a whole ledger has every entry, and that each checkpoint is the root of those before it."""
    newest = book.newest
    leaves = [record for record in records if record.t == "leaf"]
    if newest is None or book.heads_missing:
        return  # a checkpoint that does not hold was named, and which entries it covers is not known
    for expected, record in enumerate(leaves):
        if record["index"] != expected:
            sentence = f"holds entry {record['index']} where entry {expected} should stand: one is missing"
            book.report.fault(record.n, "leaf_missing", sentence)
            return
    if len(leaves) != newest.size:
        after = leaves[-1].n if leaves else book.heads[newest.size][0].n
        sentence = f"is the last before a hole: {len(leaves)} of the {newest.size} entries are here"
        book.report.fault(after, "leaf_missing", sentence)
        return
    if len(book.leaves) != newest.size:
        return  # each leaf that does not hold was named
    book.entries = [record["leaf"].encode() for record in leaves]
    roots = roots_at(book.entries, set(book.heads))  # the proofs said so too; this does not lean on them
    for size, (record, head) in book.heads.items():
        if roots[size] != head.root:
            sentence = f"holds a checkpoint that is not the root of the first {size} entries"
            book.report.fault(record.n, "forked", sentence)


def examine_positions(book: Book) -> None:
    """See that no lane position was used twice, and note the ones that left no entry."""
    taken: dict[tuple[str, str, str], dict[int, Record]] = {}
    for _, (record, leaf) in sorted(book.leaves.items()):
        facts = leaf["facts"]
        if leaf["kind"] not in ("parcel_sent", "parcel_stored") or type(facts.get("seq")) is not int:
            continue
        lane = taken.setdefault((leaf["kind"], str(facts.get("lane")), str(facts.get("epoch"))), {})
        if facts["seq"] in lane:
            first = lane[facts["seq"]]
            sentence = f"uses position {facts['seq']} of lane {facts.get('lane')} that line {first.n} used"
            book.report.fault(record.n, "position_twice", sentence)
        lane.setdefault(facts["seq"], record)
    if book.header["scope"] == "whole":
        for (kind, name, epoch), lane in taken.items():
            if gaps := max(lane) - min(lane) + 1 - len(lane):
                where = f"{kind}, lane {name}, epoch {epoch}"
                book.report.notes.append(f"{where}: positions that left no entry: {gaps}")


# 5. statements


def examine_statement(record: Record, book: Book) -> str:
    """Verify signed bytes against their leaf and their signer's key; say in words what was found."""
    found = book.leaves.get(record["index"])
    if found is None:
        return "signed statements without a proven entry, which prove nothing"
    _, leaf = found
    if leaf["kind"] is None:
        return "signed statements not examined, their entries being newer than this program"
    if "gone" in record.members:
        return "signed statements said to be no longer kept, their digests being in the tree"
    payload = unbase64(record["payload"])
    if hashlib.sha256(payload).hexdigest() != leaf["facts"].get("signed"):
        raise Wrong("statement_changed", f"holds signed bytes that are not those of entry {record['index']}")
    side = SIGNED_BY.get(leaf["kind"])
    key = book.keys.get(record["kid"])
    if key is None or (side and key.node != (book.node if side == "node" else book.partner)):
        whose = {"node": book.node, "partner": book.partner}.get(side or "", "a party")
        raise Wrong("statement_signer", f"is signed by a key that is not one of {whose} ({record['kid']})")
    if not states(key, unbase64(record["signature"]), record["type"], payload):
        raise Wrong("statement_signature", "holds a signature that does not hold")
    if not key.valid_at(leaf["at"]):
        raise Wrong("key_expired", f"was signed with a key that was not valid at {leaf['at']} ({key.kid})")
    if key.until_size is not None and record["index"] >= key.until_size:
        raise Wrong(
            "key_revoked",
            f"is signed with a key of {key.node} that was revoked ({key.kid}): only entries below "
            f"{key.until_size} are to be believed on its word",
        )
    if record["type"] == POSITION_TYPE:
        check_position(payload, leaf, book)
    elif record["type"] == MESSAGE_TYPE:
        check_receipt(payload, leaf["facts"])
        if key.node == book.partner:
            note_told(payload, book)
    return f"signed statements of {key.node} that hold and say what their entries say"


def states(key: Key, signature: bytes, payload_type: str, payload: bytes) -> bool:
    """Tell whether a key signed these bytes: by themselves or, if they are a lane position, together with others.

    Then the signature is over the root of a tree, and the steps from this leaf to it follow behind: for each one byte
    that says where the other hash stands (0 left, 1 right), and that hash.
    """
    steps = signature[SIGNATURE_BYTES:]
    if payload_type != POSITION_TYPE or not steps:
        return key.signed(signature, pae(payload_type, payload))
    if len(steps) % STEP_BYTES or len(steps) > MOST_STEPS * STEP_BYTES:
        return False
    root = hashlib.sha256(b"\x00" + payload).digest()
    for at in range(0, len(steps), STEP_BYTES):
        side, other = steps[at], steps[at + 1 : at + STEP_BYTES]
        if side not in (0, 1):
            return False
        root = hashlib.sha256(b"\x01" + (root + other if side else other + root)).digest()
    return key.signed(signature[:SIGNATURE_BYTES], pae(RUN_TYPE, root))


def check_position(payload: bytes, leaf: dict[str, Any], book: Book) -> None:
    """Compare a signed lane position with its entry."""
    said, facts = parse_json(payload), leaf["facts"]
    for name, fact in POSITION_SAYS.items():
        if said.get(name) != facts.get(fact):
            raise Wrong(
                "statement_differs", f"holds a signed position with another `{name}` than the entry's"
            )
    ends = (book.node, book.partner) if leaf["kind"] == "parcel_sent" else (book.partner, book.node)
    if (said.get("from"), said.get("to")) != ends:
        raise Wrong("statement_differs", "holds a signed position between other nodes than these two")


def check_receipt(payload: bytes, facts: dict[str, Any]) -> None:
    """Compare a signed receipt with its entry: the stage, and of how many parcels it speaks if it names them."""
    body = parse_json(payload).get("body")
    body = body if isinstance(body, dict) else {}
    if body.get("stage") not in STAGES.get(str(facts.get("level")), ()):
        raise Wrong("statement_differs", "holds a signed receipt of another stage than the entry's")
    named = body.get("envelopes")
    if (len(named) if isinstance(named, list) else None) != facts.get("count"):
        raise Wrong(
            "statement_differs", "holds a signed receipt of another number of parcels than the entry's"
        )


def note_told(payload: bytes, book: Book) -> None:
    """Note the head that a receipt brought: it was there before whatever a key signed later."""
    body = parse_json(payload)["body"]
    with suppress(Wrong):  # a head that cannot be read dates nothing
        book.told.add(read_note(str(body.get("checkpoint", "")).encode()).text)


def examine_chain(records: Sequence[Record], book: Book) -> None:
    """See that each signed position of a lane names the envelope before it."""
    lanes: dict[tuple[object, ...], dict[int, tuple[Record, dict[str, Any]]]] = {}
    for record in records:
        if record.t == "statement" and record.members.get("type") == POSITION_TYPE:
            with suppress(Wrong):  # was named already
                said = parse_json(unbase64(record["payload"]))
                lane = lanes.setdefault(tuple(str(said.get(name)) for name in ("from", "class", "epoch")), {})
                lane.setdefault(said["seq"] if type(said.get("seq")) is int else -1, (record, said))
    for lane in lanes.values():
        for seq, (record, said) in lane.items():
            before = lane.get(seq - 1)
            if before and said.get("prev") != before[1].get("digest"):
                sentence = f"holds a signed position that does not follow the one on line {before[0].n}"
                book.report.fault(record.n, "position_chain", sentence)


def examine_statements_completeness(records: Sequence[Record], book: Book) -> None:
    """Name leaves without their signed bytes, and statements that stand twice or without a leaf."""
    here = {record["index"] for record in records if record.t == "leaf"}
    stated: set[int] = set()
    for record in records:
        if record.t != "statement":
            continue
        index = record["index"]
        if index in stated:
            book.report.fault(record.n, "statement_twice", f"states entry {index} a second time")
        if index not in here:
            book.report.fault(record.n, "statement_alone", f"belongs to entry {index}, which is not here")
        stated.add(index)
    for index, (record, leaf) in book.leaves.items():
        if "signed" in leaf["facts"] and index not in stated:
            sentence = f"holds entry {index}, whose signed bytes are missing from the file"
            book.report.fault(record.n, "statement_missing", sentence)


# 6. arrivals: what the partner's own ledger says


def examine_arrival(record: Record, book: Book, heads: dict[str, Head]) -> str:
    """Verify an entry of the partner's ledger against a head that he signed; say in words what was found."""
    head = heads.get(record["note"])
    if head is None:
        head = heads[record["note"]] = partners_head(record["note"], heads.values(), book)
    if not proves_inclusion(record["leaf"].encode(), record["index"], head, proof_of(record)):
        raise Wrong(
            "arrival_changed", f"holds an entry that the ledger of {book.partner} does not have there"
        )
    leaf = read_leaf(record["leaf"], record["index"])
    if leaf["kind"] is None:
        return "arrivals not examined, being newer than this program"
    if leaf["kind"] != "parcel_stored":
        raise Wrong("arrival_kind", "holds an entry of the partner's ledger that tells of no arrival")
    sent = book.sent.get(str(leaf["facts"].get("signed")))
    if sent is None:
        return f"arrivals at {book.partner}, in its own ledger, of parcels that are no entries here"
    if sent != leaf["facts"]:
        raise Wrong(
            "arrival_differs", "holds an arrival that says something else than the entry of its sending"
        )
    return f"parcels that the own ledger of {book.partner} says arrived, and when"


def partners_head(note: str, others: Iterable[Head], book: Book) -> Head:
    """Read a head of the partner's ledger of this pair that a key of his signed; Wrong for two histories."""
    head = read_note(note.encode())
    origin = ORIGIN.fullmatch(head.origin)
    if not origin or (origin[1], origin[2]) != (book.partner, book.node):
        raise Wrong(
            "arrival_origin", f"holds a checkpoint that is not of the ledger of {book.partner} with this node"
        )
    signers = check_signed(head, book.partner, book)
    if head.text not in book.told and all(key.until_size is not None for key in signers):
        book.doubted[note] = signers[0]
    for other in others:
        if (other.origin, other.size) == (head.origin, head.size) and other.root != head.root:
            raise Wrong("arrival_forked", f"holds a second history that {book.partner} signed under one name")
    return head


# 7. the end


def examine_end(record: Record, raw: bytes, book: Book) -> None:
    """Verify the closing line: count, digest of all lines before, signature."""
    before = raw[: raw.rfind(b"\n", 0, len(raw) - 1) + 1]
    digest = hashlib.sha256(before).digest()
    if record["count"] != record.n - 1 or record["digest"] != digest.hex():
        raise Wrong("end_digest", "closes other lines than these: the export was changed after its closing")
    key = book.keys.get(record["kid"])
    if key is None or not key.signed(unbase64(record["signature"]), pae(END_TYPE, digest)):
        raise Wrong("end_signature", "is not signed by a known key of node or partner")
    book.report.verified.append(f"{record.n} lines, closed by {key.node} (key {key.kid})")


# 8. kept checkpoints


def examine_kept(path: Path, records: Sequence[Record], book: Book) -> None:
    """Compare with a checkpoint that the reader kept: is its history the beginning of this one?"""
    try:
        kept = read_note(path.read_bytes())
        check_head(kept, book)
    except Wrong as wrong:
        raise CannotExamine(f"{path.name} {wrong.sentence}: it cannot be compared") from wrong
    except OSError as error:
        raise CannotExamine(f"{path.name} cannot be read") from error
    newest = book.newest
    if newest is None:
        raise CannotExamine(f"{path.name} cannot be compared: no checkpoint of the export holds")
    line = book.heads[newest.size][0].n
    if kept.size > newest.size:
        sentence = (
            f"covers {newest.size} entries, but {path.name}, signed by the same node, covers {kept.size}: "
            "history was cut, or the export is older than what you kept"
        )
        book.report.fault(line, "history_cut", sentence)
    elif not continues(kept, newest, records, book):
        sentence = f"does not continue {path.name} ({kept.size} entries), which the same node signed"
        book.report.fault(line, "history_rewritten", sentence + ": history was rewritten")
    else:
        book.report.verified.append(f"the history continues {path.name} ({kept.size} entries)")


def continues(kept: Head, newest: Head, records: Sequence[Record], book: Book) -> bool:
    """Tell whether `kept` is a beginning of `newest`; CannotExamine if the export does not show it."""
    if kept.size in book.heads:
        return book.heads[kept.size][1].root == kept.root
    if book.entries is not None:
        return roots_at(book.entries, {kept.size})[kept.size] == kept.root
    for record in records:
        if record.t == "consistency" and (record["first"], record["second"]) == (kept.size, newest.size):
            return proves_consistency(kept, newest, proof_of(record))
    raise CannotExamine(
        f"the export does not show how it continues {kept.size} entries: ask for one with the consistency "
        f"proof from {kept.size}"
    )


# A file of its own: a fork


@dataclass(frozen=True, kw_only=True)
class Word:
    """One of the two: where it stands, what it says there, in words where, the key that signed it, and the size of a
    head.
    """

    place: tuple[str, ...]
    says: str
    where: str
    key: Key
    size: int | None = None


def verify_fork(raw: bytes, *, pins: Iterable[str] = ()) -> tuple[Report, list[Key]]:
    """Examine the bytes of a fork: does one node's key stand under two histories?"""
    report, keys = Report(), list[Key]()
    lines = raw.split(b"\n")
    if len(lines) != 4 or lines[3]:
        report.fault(None, "fork_lines", "the file has not the three lines of a fork")
        return report, keys
    words = list[Word]()
    header: dict[str, Any] = {}
    for number, line in enumerate(lines[:3], start=1):
        try:
            record = read_fork_line(line, number)
            if number == 1:
                header, keys = record.members, fork_keys(record, set(pins), report)
            else:
                words.append(read_word(record, str(header["of"]), keys))
        except Wrong as wrong:
            report.fault(number, wrong.code, wrong.sentence)
            return report, keys
        except CannotExamine as reason:
            report.unexamined.append(str(reason))
            return report, keys
    compare(header, words[0], words[1], report)
    return report, keys


def read_fork_line(raw: bytes, number: int) -> Record:
    """Read one of the three lines."""
    members = members_of(raw)
    n, t = members.pop("n", None), members.pop("t", None)
    if n != number or t not in FORK_RECORDS or (t == "fork") is not (number == 1):
        raise Wrong("record", "is not the record that belongs there")
    if t == "fork" and type(members.get("v")) is int and members["v"] > FORK_VERSION:
        raise CannotExamine(f"the fork has format version {members['v']}; this program knows {FORK_VERSION}")
    check_members(members, FORK_RECORDS[t])
    return Record(n=number, t=t, members=members)


def fork_keys(header: Record, pins: set[str], report: Report) -> list[Key]:
    """Give the keys of the accused node that count."""
    if (header["format"], header["v"]) != (FORK, FORK_VERSION):
        raise Wrong("header", "does not describe a fork of this format")
    return node_keys(header, header["of"], pins, report)


def node_keys(header: Record, of: str, pins: set[str], report: Report) -> list[Key]:
    """Give the keys of one node that count, those in force first; the header brings no other node's."""
    brought = [read_key(entry) for entry in header["keys"]]
    if strangers := sorted({key.node for key in brought} - {of}):
        raise Wrong("header_key", f"brings a key of {strangers[0]}, which did not sign this")
    if not pins:
        report.notes.append(
            "the keys are those that the file itself brings, and whoever made it may have invented them: compare "
            f"the fingerprint with the directory of {of}, or on paper, or give it with --key"
        )
    counting = [key for key in brought if not pins or key.fingerprint in pins]
    return sorted(
        counting, key=lambda key: key.ended_by(header["at"])
    )  # whose key is in force answers for it


def read_word(record: Record, of: str, keys: Sequence[Key]) -> Word:
    """Read one of the two, signed by a key of the accused."""
    return read_head(record, of, keys) if record.t == "head" else read_position(record, of, keys)


def read_head(record: Record, of: str, keys: Sequence[Key]) -> Word:
    """Read a signed head of a ledger."""
    head = read_note(record["note"].encode())
    origin = ORIGIN.fullmatch(head.origin)
    if not origin or origin[1] != of:
        raise Wrong("fork_origin", f"holds a head that is not of a ledger of {of}")
    signatures = [
        (key, raw) for key in keys for raw in lines_of(head, head.origin, key.note_id(head.origin, ED25519))
    ]
    signers = [key for key, raw in signatures if key.signed(raw, head.text)]
    if not signers:
        raise Wrong("checkpoint_unsigned", f"holds a head that no known key of {of} has signed")
    return Word(
        key=signers[0],
        place=(head.origin, str(head.size)),
        says=head.root.hex(),
        where=f"the first {head.size} entries of {head.origin}",
        size=head.size,
    )


def read_position(record: Record, of: str, keys: Sequence[Key]) -> Word:
    """Read a signed place in a lane."""
    payload = unbase64(record["payload"])
    key = next((key for key in keys if key.kid == record["kid"]), None)
    if key is None or not states(key, unbase64(record["signature"]), record["type"], payload):
        raise Wrong("statement_signature", f"is not signed by a known key of {of}")
    said = parse_json(payload)
    if record["type"] != POSITION_TYPE or said.get("from") != of:
        raise Wrong("fork_origin", f"holds no place in a lane of {of}")
    place = tuple(str(said.get(name)) for name in ("from", "to", "class", "epoch", "seq"))
    return Word(
        key=key,
        place=("lane", *place),
        says=f"{said.get('digest')} after {said.get('prev')}",
        where=f"place {said.get('seq')} of the lane {said.get('class')} to {said.get('to')}, epoch {said.get('epoch')}",
    )


def compare(header: Mapping[str, Any], first: Word, second: Word, report: Report) -> None:
    """Say what the two prove together."""
    of = str(header["of"])
    if first.place == second.place and first.says != second.says:
        ended = [one.key for one in (first, second) if one.key.ended_by(header["at"])]
        who = f"whoever had a key of {of} that has ended" if ended else of
        report.verified.append(f"{who} signed two histories of {first.where}: {first.says} and {second.says}")
        for key in dict.fromkeys(ended):
            tell_ended(of, key, report)
    elif first.place == second.place:
        report.fault(3, "fork_same", "says the same as line 2: there is no fork")
    elif first.size is not None and second.size is not None and first.place[0] == second.place[0]:
        small, large = sorted((first.size, second.size))
        report.unexamined.append(
            f"{of} signed heads of {small} and of {large} entries of one ledger, which alone may fit: ask {of} for the "
            f"consistency proof from {small} to {large}; without it, or if it does not hold, they are two histories"
        )
    else:
        report.fault(
            3, "fork_unrelated", "is about something else than line 2: the two prove nothing together"
        )


def tell_ended(of: str, key: Key, report: Report) -> None:
    """Say what a word under a key that has ended is worth: the words of a fork bear no date that holds."""
    when = f" on {key.until}" if key.until else ""
    why = "" if key.until_size is None else ", since somebody else may have it,"
    report.notes.append(
        f"the key {key.kid} of {of} ended{when}{why} and nothing here dates what it signed: whoever has it may have "
        f"signed that afterwards. Against {of} it proves only with evidence that it was signed before"
    )


# a commitment, opened: section 5


def verify_opening(
    raw: bytes, *, pins: Iterable[str] = (), kept: Iterable[Path] = ()
) -> tuple[Report, list[Key]]:
    """Examine the bytes of an opening: did its node commit, on that day, to the head that stands here?"""
    report, keys = Report(), list[Key]()
    lines = raw.split(b"\n")
    if len(lines) != 5 or lines[4]:
        report.fault(None, "opening_lines", "the file has not the four lines of an opening")
        return report, keys
    number = 0
    try:
        records = list[Record]()
        for number, line in enumerate(lines[:4], start=1):
            records.append(read_opening_line(line, number))
        number = 1
        header = records[0]
        keys = node_keys(header, str(header["node"]), set(pins), report)
        number = 2
        said = read_commitment(records[1], header, keys, report)
        number = 3
        head = read_opened(records[2], said, header, keys)
        number = 4
        newest = read_newest(records[3], head, header, keys)
    except Wrong as wrong:
        report.fault(number, wrong.code, wrong.sentence)
        return report, keys
    except CannotExamine as reason:
        report.unexamined.append(str(reason))
        return report, keys
    tell_opening(said, head, newest, report)
    compare_given([*kept], records[1], said, report)
    return report, keys


def read_opening_line(raw: bytes, number: int) -> Record:
    """Read one of the four lines, in their order."""
    members = members_of(raw)
    n, t = members.pop("n", None), members.pop("t", None)
    if n != number or t != list(OPENING_RECORDS)[number - 1]:
        raise Wrong("record", "is not the record that belongs there")
    if t == "opening" and type(members.get("v")) is int and members["v"] > OPENING_VERSION:
        raise CannotExamine(
            f"the opening has format version {members['v']}; this program knows {OPENING_VERSION}"
        )
    check_members(members, OPENING_RECORDS[t])
    if t == "opening" and (members["format"], members["v"]) != (OPENING, OPENING_VERSION):
        raise Wrong("header", "does not describe an opening of this format")
    return Record(n=number, t=t, members=members)


def read_commitment(record: Record, header: Record, keys: Sequence[Key], report: Report) -> dict[str, Any]:
    """Give what the node signed that day: digest, node, day."""
    payload = unbase64(record["payload"])
    said = parse_json(payload)
    check_members(said, {"digest": (str,), "node": (str,), "on": (str,), "v": (int,)})
    if said["v"] != 1 or not DIGEST.fullmatch(said["digest"]) or not DAY.fullmatch(said["on"]):
        raise Wrong("commitment", "holds a commitment of another form")
    if said["node"] != header["node"]:
        raise Wrong("commitment_node", f"holds a commitment of {said['node']}")
    signer = next((key for key in keys if key.kid == record["kid"]), None)
    if signer is None:
        raise Wrong(
            "commitment_unsigned", f"holds a commitment that no known key of {said['node']} has signed"
        )
    if not signer.signed(unbase64(record["signature"]), pae(COMMITMENT_TYPE, payload)):
        raise Wrong("commitment_signature", "holds a commitment whose signature does not hold")
    if signer.since[:10] > said["on"] or (signer.until is not None and signer.until[:10] < said["on"]):
        raise Wrong("key_validity", f"is signed with a key that was not valid on {said['on']}")
    if signer.ended_by(header["at"]):
        tell_ended(said["node"], signer, report)
    return said


def read_opened(record: Record, said: Mapping[str, Any], header: Record, keys: Sequence[Key]) -> Head:
    """Give the head of the house ledger that the salt shows to be the one committed to."""
    head = house_head(record["note"], header, keys)
    salt = unbase64(record["salt"])
    if len(salt) < LEAST_SALT:
        raise Wrong("salt", "holds a salt that is too short to be one")
    if not hmac.compare_digest(hmac.new(salt, head.text, hashlib.sha256).hexdigest(), said["digest"]):
        raise Wrong("commitment_differs", "holds another head, or another salt, than the node committed to")
    return head


def read_newest(record: Record, head: Head, header: Record, keys: Sequence[Key]) -> Head:
    """Give the newest head, which only adds to the one committed to."""
    newest = house_head(record["note"], header, keys)
    if newest.origin != head.origin:
        raise Wrong("checkpoint_origin", f"holds a checkpoint of another ledger ({newest.origin})")
    if not proves_consistency(head, newest, proof_of(record)):
        raise Wrong(
            "forked", "holds a head that does not continue the one committed to: history was rewritten"
        )
    return newest


def house_head(note: str, header: Record, keys: Sequence[Key]) -> Head:
    """Read a head of the node's house ledger, signed by a key that counts."""
    head = read_note(note.encode())
    origin = ORIGIN.fullmatch(head.origin)
    if not origin or origin[1] != header["node"] or origin[2] is not None:
        raise Wrong("checkpoint_origin", f"holds a head that is not of the house ledger of {header['node']}")
    if not any(
        key.signed(raw, head.text)
        for key in keys
        for raw in lines_of(head, head.origin, key.note_id(head.origin, ED25519))
    ):
        raise Wrong("checkpoint_unsigned", f"holds a head that no known key of {header['node']} has signed")
    return head


def tell_opening(said: Mapping[str, Any], head: Head, newest: Head, report: Report) -> None:
    """Say what the four lines show together."""
    report.verified.append(
        f"on {said['on']} {said['node']} committed, by {said['digest']}, to the first {head.size} entries of "
        f"{head.origin}, root {head.root.hex()}"
    )
    if newest.size > head.size:
        report.verified.append(
            f"its newest head here ({newest.size} entries) only adds to them: none was changed or taken away since"
        )


def compare_given(kept: Sequence[Path], record: Record, said: Mapping[str, Any], report: Report) -> None:
    """Compare with what was given out on the day; without it, say that only the node says so."""
    if not kept:
        report.notes.append(
            f"compare {said['digest']} with what {said['node']} gave you on {said['on']}, or give that file with "
            "--checkpoint: the node could have signed this commitment later"
        )
    for path in kept:
        try:
            same = read_given(path) == record["payload"]
        except (OSError, Wrong):
            report.unexamined.append(f"{path.name} is no commitment as it is given out")
            continue
        if same:
            report.verified.append(f"it is the commitment that was kept in {path.name}")
        else:
            report.fault(2, "commitment_other", f"is another commitment than the one kept in {path.name}")


def read_given(path: Path) -> str:
    """Give the payload of a commitment that was kept, as it stands in its one line."""
    members = members_of(path.read_bytes().removesuffix(b"\n"))
    n, t = members.pop("n", None), members.pop("t", None)
    check_members(members, OPENING_RECORDS["commitment"])
    if (n, t) != (1, "commitment"):
        raise Wrong("record", "is not a commitment")
    return str(members["payload"])


# all together


def is_a(form: str, raw: bytes) -> bool:
    """Tell a fork, or an opening, from an export, damaged or not."""
    return form.encode() in raw.split(b"\n", 1)[0]


def verify(
    raw: bytes, *, pins: Iterable[str] = (), kept: Iterable[Path] = (), lasting: str = ""
) -> tuple[Report, list[Key]]:
    """Examine the bytes of an export, a fork or an opening; give the report and the keys that counted."""
    if is_a(FORK, raw):
        return verify_fork(raw, pins=pins)
    if is_a(OPENING, raw):
        return verify_opening(raw, pins=pins, kept=kept)
    report = Report()
    try:
        check_kind(raw)
        records = read_lines(raw, report)  # 1
    except CannotExamine as reason:
        report.unexamined.append(str(reason))
        return report, []
    header = next((record for record in records if record.t == "header" and record.n == 1), None)
    if header is None:
        if not report.faults:
            report.fault(1, "header", "is not the header of an export")
        report.notes.append("without its header, nothing else of the export can be examined")
        return report, []
    whole_file = not report.faults
    book = Book(report=report, header=header, heads_missing=not whole_file, lasting_pin=lasting)
    try:
        examine_header(book, set(pins))  # 2
    except Wrong as wrong:
        report.fault(header.n, wrong.code, wrong.sentence)
        return report, []
    try:
        examine_records(records, book, whole_file=whole_file)  # 3 to 6
    except CannotExamine as reason:
        report.unexamined.append(str(reason))
        return report, list(book.keys.values())
    examine_ending(records, raw, book, whole_file=whole_file)  # 7
    for path in kept:  # 8
        try:
            examine_kept(path, records, book)
        except CannotExamine as reason:
            report.unexamined.append(str(reason))
    return report, [*book.keys.values(), *book.lasting.values()]


def examine_records(records: Sequence[Record], book: Book, *, whole_file: bool) -> None:
    """Steps 3 to 6: checkpoints, leaves, statements, arrivals; what is missing is only named in an undamaged file."""
    cosigned: list[tuple[int, str]] = []
    for record in of_kind(records, "checkpoint"):
        with naming(record, book):
            if at := examine_checkpoint(record, book):
                cosigned.append((book.heads[max(book.heads)][1].size, at))
    unproven = 0
    for record in of_kind(records, "leaf"):
        with naming(record, book):
            unproven += not examine_leaf(record, book)
    holding = Counter[str]()
    for record in of_kind(records, "statement"):
        with naming(record, book):
            holding[examine_statement(record, book)] += 1
    for _, leaf in book.leaves.values():
        if leaf["kind"] == "parcel_sent":
            book.sent[str(leaf["facts"].get("signed"))] = leaf["facts"]
    heads: dict[str, Head] = {}
    for record in of_kind(records, "arrival"):
        with naming(record, book):
            found = examine_arrival(record, book, heads)
            if key := book.doubted.get(record["note"]):
                book.undated.setdefault(key.kid, []).append(record.n)
            else:
                holding[found] += 1
    examine_positions(book)
    examine_chain(records, book)
    if whole_file:
        examine_statements_completeness(records, book)
        if book.header["scope"] == "whole":
            examine_completeness(records, book)
    tell_checkpoints(book, cosigned)
    examine_lasting(book)
    tell_entries(book, unproven, holding)


def examine_ending(records: Sequence[Record], raw: bytes, book: Book, *, whole_file: bool) -> None:
    """Step 7, and that header and end stand once, where they belong."""
    for record in records[1:-1]:
        if record.t in ("header", "end"):
            book.report.fault(record.n, "record", f"is a second {record.t}")
    end = records[-1]
    if not whole_file:
        book.report.notes.append("the closing line was not examined: lines are damaged")
    elif end.t != "end":
        book.report.fault(end.n, "record", "follows the closing line")
    else:
        with naming(end, book):
            examine_end(end, raw, book)


def of_kind(records: Iterable[Record], t: str) -> Iterator[Record]:
    """Give the records of one kind."""
    return (record for record in records if record.t == t)


@contextmanager
def naming(record: Record, book: Book) -> Iterator[None]:
    """Turn what is Wrong with a record into a fault that names its line."""
    try:
        yield
    except Wrong as wrong:
        book.report.fault(record.n, wrong.code, wrong.sentence)
        book.heads_missing |= record.t == "checkpoint"


def tell_checkpoints(book: Book, cosigned: Sequence[tuple[int, str]]) -> None:
    """Say what the heads prove."""
    newest = book.newest
    if newest is None:
        if not book.heads_missing:
            book.report.fault(None, "checkpoint_none", "there is no checkpoint: nothing is proven")
        book.report.notes.append("no checkpoint holds, and without one no entry is proven")
        return
    root = base64.b64encode(newest.root).decode()
    book.report.verified.append(
        f"{len(book.heads)} checkpoints signed by {book.node}, each continuing the one before; the newest "
        f"covers {newest.size} entries, root {root}"
    )
    if cosigned:
        size, at = cosigned[-1]
        book.report.verified.append(f"cosigned by {book.partner} up to {size} entries (at {at} by its clock)")
    elif book.partner:
        sentence = f"no checkpoint is cosigned by {book.partner}: only {book.node} vouches for the history"
        book.report.notes.append(sentence)


def tell_entries(book: Book, unproven: int, holding: Mapping[str, int]) -> None:
    """Say which entries and statements hold."""
    size = book.newest.size if book.newest else 0
    book.report.verified.append(f"{len(book.leaves)} of {size} entries are in the tree")
    kinds = Counter(str(leaf["kind"]) for _, leaf in book.leaves.values())
    book.report.notes.extend(f"entries of kind {kind}: {count}" for kind, count in sorted(kinds.items()))
    if unproven:
        book.report.notes.append(f"entries not examined, their checkpoint not holding: {unproven}")
    for what, count in sorted(holding.items()):
        if count:
            book.report.verified.append(f"{what}: {count}")
    for kid, lines in sorted(book.undated.items()):
        book.report.notes.append(
            f"arrivals that prove nothing, resting on a key of {book.partner} that was revoked ({kid}), under a "
            f"checkpoint that no believed receipt here names: {len(lines)}, on lines "
            + ", ".join(map(str, lines))
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, examine, print, and give the exit code."""
    parser = argparse.ArgumentParser(description="Verify a Lienlac export.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", action="append", default=[], metavar="FINGERPRINT", type=fingerprint)
    parser.add_argument("--lasting", metavar="FINGERPRINT", type=fingerprint)
    parser.add_argument("--checkpoint", action="append", default=[], type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    chosen = parser.parse_args(arguments)
    try:
        report, keys = verify(
            chosen.export.read_bytes(),
            pins=chosen.key,
            kept=chosen.checkpoint,
            lasting=chosen.lasting or "",
        )
    except OSError as error:
        report, keys = Report(unexamined=[f"{chosen.export.name} cannot be read: {error.strerror}"]), []
    sys.stdout.write(as_json(report, keys) if chosen.json else as_text(report, keys))
    return report.exit_code


def fingerprint(text: str) -> str:
    """Read a fingerprint as people write it: in any case, with spaces or colons."""
    digits = re.sub(r"[\s:]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise argparse.ArgumentTypeError("a fingerprint has 64 hex digits")
    return digits


def as_text(report: Report, keys: Sequence[Key]) -> str:
    """Write the report for a person."""
    verdict = {HOLDS: "HOLDS", FAILS: "DOES NOT HOLD", CANNOT: "CANNOT BE EXAMINED"}[report.exit_code]
    lines = [
        verdict,
        *(f"  wrong     {fault}" for fault in report.faults),
        *(f"  cannot    {reason}" for reason in report.unexamined),
        *(f"  verified  {sentence}" for sentence in report.verified),
        *(f"  note      {sentence}" for sentence in report.notes),
        *(f"  key       {key.node} {key.fingerprint} {key.since} – {key.until or ''}" for key in keys),
    ]
    return "\n".join(lines) + "\n"


def as_json(report: Report, keys: Sequence[Key]) -> str:
    """Write the report for a program."""
    faults = [{"line": fault.line, "code": fault.code, "sentence": fault.sentence} for fault in report.faults]
    value = {
        "exit": report.exit_code,
        "faults": faults,
        "keys": [{"node": key.node, "fingerprint": key.fingerprint} for key in keys],
        "notes": report.notes,
        "unexamined": report.unexamined,
        "verified": report.verified,
    }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main())
