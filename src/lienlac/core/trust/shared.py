"""Code lists that both sides of a message must know alike: those that fields of messages name, and what stands
beside them on every letter. Which codes a list has is shared; what a reader makes of a code is his own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lienlac.core import codes
from lienlac.core.messages import canonical
from lienlac.core.messages.fields import SeenBy
from lienlac.core.messages.kinds import KINDS

BESIDE_FIELDS = frozenset({"kinds", "handling", "handling_flags", "revocation_reasons"})
_NAME = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class SharedList:
    """A code list as the states agreed on it: `version` grows when the SHA-256 of its codes (hex) changes."""

    name: str
    version: int
    digest: str


@cache
def names() -> tuple[str, ...]:
    """Return the names of the shared lists, sorted."""
    fields = (field for kind in KINDS.values() for field in kind.fields)
    named = {one.code_list for one in fields if one.code_list and one.seen_by is SeenBy.RECEIVER}
    return tuple(sorted(named | BESIDE_FIELDS))


def digest_of(name: str) -> str:
    """Return the SHA-256 (hex) of the canonical JSON of the list's codes, sorted."""
    return hashlib.sha256(canonical.encode(sorted(codes.load(name)))).hexdigest()


def ours(before: tuple[SharedList, ...] = ()) -> tuple[SharedList, ...]:
    """Return the lists of this program, with the versions that follow those of `before`."""
    known = {one.name: one for one in before}
    return tuple(_next(name, known.get(name)) for name in names())


def differing(agreed: tuple[SharedList, ...]) -> tuple[str, ...]:
    """Return the names of the agreed lists that this program has not, or has with other codes."""
    return tuple(
        one.name for one in agreed if one.name not in codes.names() or digest_of(one.name) != one.digest
    )


def from_json(value: Mapping[str, Any]) -> SharedList:
    """Read one; TypeError or ValueError for what is none."""
    one = SharedList(**value)
    if not _NAME.fullmatch(one.name) or not _DIGEST.fullmatch(one.digest):
        raise ValueError("not a code list")
    if type(one.version) is not int or one.version < 1:
        raise ValueError("not a version")
    return one


def _next(name: str, before: SharedList | None) -> SharedList:
    digest = digest_of(name)
    if before is None:
        return SharedList(name=name, version=1, digest=digest)
    return SharedList(name=name, version=before.version + (before.digest != digest), digest=digest)
