"""The bodies that a node and its hub exchange (docs/protocol/transport-relay.md, section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lienlac.apps.relay.queries import LONGEST_PAUSE
from lienlac.core.envelope import frames
from lienlac.core.errors import Malformed
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json
from lienlac.core.messages.message import is_node_id
from lienlac.peer.letters.letter import LETTER
from lienlac.peer.wire import MAX_BODY_BYTES

ROOM, LEAVE, LEFT, FETCH = "relay-room", "relay-leave", "relay-left", "relay-fetch"
LONGEST_WAIT_S = 55
MOST = 64
"""So many letters are given, taken out or put off by one request, at most."""
MAX_LEAVE_BYTES = LETTER.longest + 4096
LONGEST_PAUSE_S = int(LONGEST_PAUSE.total_seconds())
MALFORMED = "question_malformed"


@dataclass(frozen=True, kw_only=True)
class Lying:
    """A letter in the mailbox of who asks: who left it, its number of that pair, what its sender says to have read."""

    sender: str
    number: int
    read: int
    sealed: bytes


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """What a node says when it asks for its letters: those it has taken in, those it wants later, how long it waits.

    Letters are (sender, number), those for later with seconds.
    """

    done: Sequence[tuple[str, int]] = ()
    later: Sequence[tuple[str, int, int]] = ()
    wait: int = 0


def encode_leave(raw: bytes, *, read: int) -> bytes:
    """Return the body that leaves a letter; for whom it is stands on the letter itself."""
    return frames.pack(canonical.encode({"read": read}), raw)


def decode_leave(body: bytes) -> tuple[int, bytes]:
    """Return `read` and the letter; Malformed (`frame_…`, `json_…`, `question_malformed`)."""
    said, raw = frames.unpack(body, count=2, max_bytes=MAX_LEAVE_BYTES)
    return _number(_members(said, {"read"})["read"]), raw


def encode_room(*, to: str, size: int) -> bytes:
    """Return the question whether a letter of so many bytes has room."""
    return canonical.encode({"size": size, "to": to})


def decode_room(body: bytes) -> tuple[str, int]:
    """Return for whom, and how many bytes; Malformed as `decode_leave`."""
    said = _members(body, {"size", "to"})
    return _code(said["to"]), _number(said["size"])


def encode_left(*, to: str) -> bytes:
    """Return the question which letters of who asks still lie there for a node."""
    return canonical.encode({"to": to})


def decode_left(body: bytes) -> str:
    """Return for whom; Malformed as `decode_leave`."""
    return _code(_members(body, {"to"})["to"])


def encode_numbers(numbers: Sequence[int]) -> bytes:
    """Return the answer: the numbers of these letters, the oldest first."""
    told: Json = list(numbers)
    return canonical.encode({"numbers": told})


def decode_numbers(raw: bytes) -> tuple[int, ...]:
    """Read the numbers of letters; Malformed as `decode_leave`."""
    told = _members(raw, {"numbers"})["numbers"]
    if not isinstance(told, list) or len(told) > MOST:
        raise Malformed(MALFORMED)
    return tuple(_number(one) for one in told)


def encode_fetch(fetch: Fetch) -> bytes:
    """Return the body that asks for letters."""
    done: Json = [list(one) for one in fetch.done]
    later: Json = [list(one) for one in fetch.later]
    return canonical.encode({"done": done, "later": later, "wait": fetch.wait})


def decode_fetch(body: bytes) -> Fetch:
    """Read the body that asks for letters; Malformed as `decode_leave`."""
    said = _members(body, {"done", "later", "wait"})
    done = tuple((_code(code), _number(number)) for code, number in _lists(said["done"], 2))
    later = tuple(
        (_code(code), _number(number), _number(after, LONGEST_PAUSE_S))
        for code, number, after in _lists(said["later"], 3)
    )
    return Fetch(done=done, later=later, wait=_number(said["wait"], LONGEST_WAIT_S))


def encode_lying(letters: Sequence[Lying]) -> bytes:
    """Return the answer: the frames `{"letters"}` and the letters, each in a frame of its own."""
    said: Json = [{"from": one.sender, "number": one.number, "read": one.read} for one in letters]
    return frames.pack(canonical.encode({"letters": said}), frames.pack(*(one.sealed for one in letters)))


def decode_lying(raw: bytes) -> tuple[Lying, ...]:
    """Read the answer; Malformed as `decode_leave`."""
    head, body = frames.unpack(raw, count=2, max_bytes=MAX_BODY_BYTES)
    said = _members(head, {"letters"})["letters"]
    if not isinstance(said, list) or len(said) > MOST:
        raise Malformed(MALFORMED)
    packed = frames.unpack(body, count=len(said), max_bytes=MAX_BODY_BYTES)
    return tuple(_lying(one, sealed) for one, sealed in zip(said, packed, strict=True))


def encode_number(number: int) -> bytes:
    """Return the answer to a letter that was left."""
    return canonical.encode({"number": number})


def decode_number(raw: bytes) -> int:
    """Return the number that the hub gave a letter; Malformed as `decode_leave`."""
    return _number(_members(raw, {"number"})["number"])


def _lying(said: Json, sealed: bytes) -> Lying:
    if not isinstance(said, dict) or said.keys() != {"from", "number", "read"}:
        raise Malformed(MALFORMED)
    number, read = _number(said["number"]), _number(said["read"])
    return Lying(sender=_code(said["from"]), number=number, read=read, sealed=sealed)


def _members(raw: bytes, names: set[str]) -> Mapping[str, Json]:
    value = canonical.decode(raw)
    if not isinstance(value, dict) or value.keys() != names:
        raise Malformed(MALFORMED)
    return value


def _lists(value: Json, members: int) -> list[list[Json]]:
    if not isinstance(value, list) or len(value) > MOST:
        raise Malformed(MALFORMED)
    found = [one for one in value if isinstance(one, list) and len(one) == members]
    if len(found) != len(value):
        raise Malformed(MALFORMED)
    return found


def _number(value: Json, most: int = 2**53 - 1) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise Malformed(MALFORMED)
    return value


def _code(value: Json) -> str:
    if not isinstance(value, str) or not is_node_id(value):
        raise Malformed(MALFORMED)
    return value
