"""The message: what one office says to others, before it is signed and sealed.

Here is the frame that every kind shares. What may stand in `body` is said by the table of the kind
(`lienlac.core.messages.kinds`); who signed it and who may read it, by `lienlac.core.envelope`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lienlac.core.messages import canonical
from lienlac.core.messages.attachment import Attachment
from lienlac.core.messages.canonical import Json
from lienlac.core.messages.shapes import (
    Check,
    check_fields,
    frozen_list,
    matches,
    or_none,
    read_object,
    tuple_of,
    whole,
)

MAX_OFFICES = 32
MAX_HANDLING = 32
MAX_ATTACHMENTS = 64

_MESSAGE_ID = re.compile(r"[0-9a-f]{32}")
_OFFICE_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_NODE_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:,/-]{0,127}")  # `VER_ID`, `EYES:LA,VN`, `VN-CN/2021`
_CREATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


def is_office_id(value: object) -> bool:
    """Tell whether `value` names an office: `vn-tra-linh.desk`, at most 64 letters a-z, digits, `.`, `-`."""
    return matches(_OFFICE_ID)(value)


def is_node_id(value: object) -> bool:
    """Tell whether `value` names a node: `vn-tra-linh`, at most 64 letters a-z, digits and `-`."""
    return matches(_NODE_ID)(value)


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
        check_fields(self._members(), _CHECKS, "message_field")

    def _members(self) -> dict[str, Any]:
        """Return what it says, by the names on the wire."""
        said = dict(vars(self))
        for name, attribute in _ATTRIBUTES.items():
            said[name] = said.pop(attribute)
        return said

    def frame(self) -> dict[str, Json]:
        """Return the members that are LEGIBLE in newer messages too."""
        said = self._members()
        return {name: said[name] for name in LEGIBLE}

    def to_bytes(self) -> bytes:
        """Return the canonical bytes, to be signed. Raises Malformed when `body` is no plain JSON."""
        return canonical.encode(self._members() | {"attachments": [vars(one) for one in self.attachments]})

    @classmethod
    def from_bytes(cls, raw: bytes) -> Message:
        """Read canonical bytes.

        Raises Malformed (the codes of `canonical.decode`; `message_not_object`; `message_field` and
        `attachment_field` with the name of a missing or wrong field), NotUnderstood(`newer_message`) when a
        field is there that this node does not know, whatever else is wrong: only the newer node can judge it.
        """
        fields = read_object(canonical.decode(raw), _CHECKS, "message")
        for name in ("attachments", "to", "handling"):
            fields[name] = frozen_list(fields[name], "message_field", name)
        fields["attachments"] = tuple(Attachment.from_json(one) for one in fields["attachments"])
        for name, attribute in _ATTRIBUTES.items():
            fields[attribute] = fields.pop(name)
        return cls(**fields)


def legible(payload: Json) -> dict[str, Json]:
    """Return those members of the frame (LEGIBLE) that are there and have the shape that this node knows.

    For a message of a newer frame, which `from_bytes` does not read: who it is from and for can still be shown.
    """
    said = payload if isinstance(payload, Mapping) else {}
    return {name: said[name] for name in LEGIBLE if name in said and _CHECKS[name](_frozen(said[name]))}


def _frozen(value: Json) -> object:
    return tuple(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value


LEGIBLE = ("from", "id", "in_reply_to", "kind", "to", "version")
_ATTRIBUTES = {"from": "from_office", "to": "to_offices"}


def _is_moment(value: object) -> bool:
    if not (isinstance(value, str) and _CREATED.fullmatch(value)):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:  # the 31st of February
        return False
    return True


_CHECKS: Mapping[str, Check] = {
    "id": matches(_MESSAGE_ID),
    "from": is_office_id,
    "to": tuple_of(is_office_id, 1, MAX_OFFICES),
    "kind": matches(_CODE),
    "version": whole(1, 9999),
    "handling": tuple_of(matches(_CODE), 0, MAX_HANDLING),
    "created": _is_moment,
    "agreement": or_none(matches(_CODE)),
    "in_reply_to": or_none(matches(_MESSAGE_ID)),
    "attachments": tuple_of(lambda value: isinstance(value, Attachment), 0, MAX_ATTACHMENTS),
    "body": lambda value: isinstance(value, Mapping),
}
