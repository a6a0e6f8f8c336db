"""Questions about files: what lies in a tray, what a message has, how much of it has come."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import chunks
from lienlac.apps.mailroom.models import File
from lienlac.core.messages.attachment import Attachment


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A file as a reader sees it before he opens it.

    `come` of `pieces` pieces are where it goes to: here, or, for one of ours, at the slowest addressee.
    """

    row: File
    ours: bool
    come: int
    pieces: int

    @property
    def preview(self) -> str:
        """What became of the preview of a file of theirs, a code of `previews`; "" while none is here."""
        return "" if self.ours else self.row.preview_state

    @property
    def whole(self) -> bool:
        """Whether it can be opened here."""
        return self.ours or self.come == self.pieces


def most_bytes() -> int:
    """Return how large a file this node sends and takes, in bytes (`[attachments] most_bytes` of node.toml)."""
    most: int = settings.NODE.most_bytes
    return most


def lies_under(owner: Any, tray: str) -> str:
    """Return the id (32 hex digits) under which the files of an officer's tray are kept.

    A tray is named by its browser: its name must reach no tray of another officer, and the files of no message.
    """
    return hashlib.sha256(f"tray {owner.pk} {tray}".encode()).hexdigest()[:32]


def in_tray(owner: Any, tray: str) -> list[File]:
    """Return what an officer has put into a tray of his."""
    rows = File.objects.filter(of=lies_under(owner, tray), owner=owner, in_tray=True)
    return list(rows.order_by("place")) if tray else []


def manifests_of(message_id: str) -> tuple[Attachment, ...]:
    """Return the manifests of the files that a message of ours takes along."""
    rows = File.objects.filter(of=message_id, origin=directory.own_code()).order_by("place")
    return tuple(manifest(row) for row in rows)


def manifest(row: File) -> Attachment:
    """Return the manifest that a row was made from."""
    return Attachment(
        chunks=tuple(row.chunks),
        key=row.key,
        media_type=row.media_type,
        name=row.name,
        preview=row.preview or None,
        sha256=row.sha256,
        size=row.size,
        suite=row.suite,
    )


def shown(messages: Mapping[str, str]) -> Mapping[str, list[Shown]]:
    """Return the files of messages by their ids; `messages` gives for each the node of its author.

    The node is asked for because an id is anybody's word: what another node calls a file of this message is none.
    """
    rows = [
        row
        for row in File.objects.filter(of__in=messages).order_by("place")
        if messages[row.of] == row.origin
    ]
    if not rows:
        return {}
    own = directory.own_code()
    come = _come(rows, own)
    found = dict[str, list[Shown]]()
    for row in rows:
        made = Shown(row=row, ours=row.origin == own, come=come[row.pk], pieces=len(row.chunks))
        found.setdefault(row.of, []).append(made)
    return found


def _come(rows: Collection[File], own: str) -> Mapping[int, int]:
    """Return for each file how many of its pieces have come to where it goes."""
    here = chunks.here([row.of for row in rows if row.origin != own])
    there = chunks.arrived_there([row.of for row in rows if row.origin == own])
    come = dict[int, int]()
    for row in rows:
        if row.origin != own:
            come[row.pk] = sum((row.of, row.origin, digest) in here for digest in row.chunks)
            continue
        # Chunks leave in the order of the files: what has been receipted fills the first ones first.
        come[row.pk] = min(len(row.chunks), there.get(row.of, 0))
        if row.of in there:
            there = {**there, row.of: there[row.of] - come[row.pk]}
    return come
