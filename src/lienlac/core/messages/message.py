"""The message: what one office says to others, before it is signed and sealed.

Here is the frame that every kind shares. What may stand in `body` is said by the table of the kind
(`lienlac.core.messages.kinds`); who signed it and who may read it, by `lienlac.core.envelope`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lienlac.core.errors import Malformed, NotUnderstood
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import MAX_INT, Json

MAX_OFFICES = 32
MAX_HANDLING = 32
MAX_ATTACHMENTS = 64

_MESSAGE_ID = re.compile(r"[0-9a-f]{32}")
_OFFICE_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_NODE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:,/-]{0,127}")  # `VER_ID`, `EYES:LA,VN`, `VN-CN/2021`
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,63}")
_CREATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
# No controls, no folder separators, no direction overrides: they make `x<RLO>fdp.exe` look like `xexe.pdf`.
_FILE_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f/\\\u202a-\u202e\u2066-\u2069]{1,255}")

Check = Callable[[object], bool]


def is_office_id(value: object) -> bool:
    """Tell whether `value` names an office: `vn-tra-linh.desk`, at most 64 letters a-z, digits, `.`, `-`."""
    return _matches(_OFFICE_ID)(value)


def is_node_id(value: object) -> bool:
    """Tell whether `value` names a node: `vn-tra-linh`, at most 64 letters a-z, digits and `-`."""
    return _matches(_NODE_ID)(value)


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that belongs to a message, named by the SHA-256 (hex) of its content; `size` in bytes."""

    sha256: str
    size: int
    media_type: str
    name: str

    def __post_init__(self) -> None:
        """Raise Malformed(`attachment_field`, field=…) when a field has the wrong shape."""
        _check_fields(vars(self), _ATTACHMENT_CHECKS, "attachment_field")


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message; on the wire an object with exactly these fields, `from` and `to` for the offices.

    `id` and `in_reply_to` are 32 hex digits (128 random bits, drawn by the caller), `created` is UTC with
    milliseconds (`2026-11-21T08:30:00.000Z`), `handling` a tuple of codes, `agreement` an agreement's id.
    """

    id: str
    from_office: str
    to_offices: tuple[str, ...]
    kind: str
    version: int
    handling: tuple[str, ...]
    created: str
    agreement: str | None
    in_reply_to: str | None
    attachments: tuple[Attachment, ...]
    body: Mapping[str, Json]

    def __post_init__(self) -> None:
        """Raise Malformed(`message_field`, field=…) with the wire name of the first wrong field."""
        _check_fields({_wire(name): value for name, value in vars(self).items()}, _CHECKS, "message_field")

    def to_bytes(self) -> bytes:
        """Return the canonical bytes, to be signed. Raises Malformed when `body` is no plain JSON."""
        fields: dict[str, Any] = {_wire(name): value for name, value in vars(self).items()}
        return canonical.encode(fields | {"attachments": [vars(one) for one in self.attachments]})

    @classmethod
    def from_bytes(cls, raw: bytes) -> Message:
        """Read canonical bytes.

        Raises Malformed (the codes of `canonical.decode`; `message_not_object`; `message_field` and
        `attachment_field` with the name of a missing or wrong field), NotUnderstood(`newer_message`) when a
        field is there that this node does not know, whatever else is wrong: only the newer node can judge it.
        """
        fields = _object(canonical.decode(raw), _CHECKS, "message")
        attachments = fields["attachments"]
        if not isinstance(attachments, list):
            raise Malformed("message_field", field="attachments")
        fields["attachments"] = tuple(_attachment(one) for one in attachments)
        for name in ("to", "handling"):
            fields[name] = _frozen_list(name, fields[name])
        return cls(**{_ATTRIBUTES.get(name, name): value for name, value in fields.items()})


_ATTRIBUTES = {"from": "from_office", "to": "to_offices"}
_WIRE_NAMES = {attribute: name for name, attribute in _ATTRIBUTES.items()}


def _wire(attribute: str) -> str:
    return _WIRE_NAMES.get(attribute, attribute)


def _attachment(value: object) -> Attachment:
    return Attachment(**_object(value, _ATTACHMENT_CHECKS, "attachment"))


def _object(value: object, known: Iterable[str], what: str) -> dict[str, Any]:
    """Return `value` as a dict with exactly the `known` fields."""
    if not isinstance(value, dict):
        raise Malformed(f"{what}_not_object")
    if unknown := value.keys() - set(known):
        raise NotUnderstood("newer_message", fields=tuple(sorted(unknown)))
    for name in known:
        if name not in value:
            raise Malformed(f"{what}_field", field=name)
    return dict(value)


def _frozen_list(name: str, value: object) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise Malformed("message_field", field=name)
    return tuple(value)


def _check_fields(fields: Mapping[str, object], checks: Mapping[str, Check], code: str) -> None:
    for name, holds in checks.items():
        if not holds(fields[name]):
            raise Malformed(code, field=name)


def _matches(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _or_none(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def _tuple_of(check: Check, low: int, high: int) -> Check:
    """Check a tuple of `low` to `high` different values."""
    return lambda value: (
        isinstance(value, tuple)
        and low <= len(value) <= high
        and all(map(check, value))
        and len(set(value)) == len(value)
    )


def _is_moment(value: object) -> bool:
    if not (isinstance(value, str) and _CREATED.fullmatch(value)):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:  # the 31st of February
        return False
    return True


_CHECKS: Mapping[str, Check] = {
    "id": _matches(_MESSAGE_ID),
    "from": is_office_id,
    "to": _tuple_of(is_office_id, 1, MAX_OFFICES),
    "kind": _matches(_CODE),
    "version": _whole(1, 9999),
    "handling": _tuple_of(_matches(_CODE), 0, MAX_HANDLING),
    "created": _is_moment,
    "agreement": _or_none(_matches(_CODE)),
    "in_reply_to": _or_none(_matches(_MESSAGE_ID)),
    "attachments": _tuple_of(lambda value: isinstance(value, Attachment), 0, MAX_ATTACHMENTS),
    "body": lambda value: isinstance(value, Mapping),
}

_ATTACHMENT_CHECKS: Mapping[str, Check] = {
    "sha256": _matches(_SHA256),
    "size": _whole(0, MAX_INT),
    "media_type": _matches(_MEDIA_TYPE),
    "name": _matches(_FILE_NAME),
}
