"""The manifest of a file that belongs to a message: what it is called, what it must be, which chunks make it.

The file itself travels in chunks of CHUNK_BYTES, sealed under `key` and each named by the SHA-256 of its sealed
bytes (`lienlac.core.envelope.chunks`). Who holds the message can fetch, check and open them; whoever holds a
chunk alone can do nothing with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lienlac.core.messages.canonical import MAX_INT
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

CHUNK_BYTES = 1 << 20
MAX_CHUNKS = (
    4096  # 4 GiB; the names of the chunks of more would not fit a message of 1 MiB beside other things
)

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,127}")
# No controls, no folder separators, no marks of direction: they make `x<RLO>fdp.exe` look like `xexe.pdf`.
_FILE_NAME = re.compile(
    r"[^\x00-\x1f\x7f-\x9f/\\\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]{1,255}"
)
is_digest: Check = matches(_SHA256)


def count_chunks(size: int) -> int:
    """Return how many chunks a file of `size` bytes (at least one) has; all are full but the last."""
    return -(-size // CHUNK_BYTES)


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """One file. `sha256` names its content, `chunks` its sealed chunks in order, all in hex; `size` in bytes.

    `key` (32 bytes as hex) opens its chunks and is drawn for this file and this message alone; `suite` is the
    number of the suite they are sealed with, which the receiver must allow. `preview` names one chunk more, with a
    small picture of the file (`lienlac.core.messages.preview`), or is None.
    """

    chunks: tuple[str, ...]
    key: str
    media_type: str
    name: str
    sha256: str
    size: int
    suite: int
    preview: str | None = None

    def __post_init__(self) -> None:
        """Raise Malformed(`attachment_field`, field=…) when a field has the wrong shape."""
        check_fields(vars(self), _CHECKS, "attachment_field")
        whole_file = {"chunks": _has_its_chunks, "preview": _has_a_preview_of_its_own}
        check_fields(dict.fromkeys(whole_file, self), whole_file, "attachment_field")

    @property
    def pieces(self) -> tuple[str, ...]:
        """Return the names of everything that travels of this file, the preview first."""
        return (self.preview, *self.chunks) if self.preview else self.chunks

    @classmethod
    def from_json(cls, value: object) -> Attachment:
        """Read one entry of a message's `attachments`.

        Raises Malformed (`attachment_not_object`, `attachment_field`), NotUnderstood(`newer_message`).
        """
        fields: dict[str, Any] = read_object(value, _CHECKS, "attachment")
        fields["chunks"] = frozen_list(fields["chunks"], "attachment_field", "chunks")
        return cls(**fields)


def _has_its_chunks(value: object) -> bool:
    return isinstance(value, Attachment) and len(value.chunks) == count_chunks(value.size)


def _has_a_preview_of_its_own(value: object) -> bool:
    return isinstance(value, Attachment) and value.preview not in value.chunks


_CHECKS: Mapping[str, Check] = {
    "chunks": tuple_of(is_digest, 1, MAX_CHUNKS),
    "key": is_digest,  # 32 bytes, as a digest has
    "media_type": matches(_MEDIA_TYPE),
    "name": matches(_FILE_NAME),
    "preview": or_none(is_digest),
    "sha256": is_digest,
    "size": whole(1, MAX_INT),
    "suite": whole(1, MAX_INT),
}
