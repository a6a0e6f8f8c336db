"""Salted digests: a ledger can prove what was said of a person without holding it.

The salt is kept by the app, apart from the ledger. Whoever has value and salt can show that they belong to a
leaf; destroying the salt erases: what is left says nothing, and the tree stands.
"""

from __future__ import annotations

import hashlib
import hmac

from lienlac.core.errors import Malformed
from lienlac.core.ledger.checkpoint import Checkpoint

SALT_BYTES = 16  # at least: names and numbers can be guessed by the million, the salt must not be


def salted(value: bytes, salt: bytes) -> str:
    """Give HMAC-SHA-256(salt, value) as 64 hex digits; `salt` is random, at least SALT_BYTES, one for each
    value.

    One salt for two values would show whether they are equal, and could not be destroyed for one of them
    alone.
    """
    if len(salt) < SALT_BYTES:
        raise Malformed("salt_too_short", length=len(salt))
    return hmac.new(salt, value, hashlib.sha256).hexdigest()


def commitment(head: Checkpoint, salt: bytes) -> str:
    """Commit to a head without showing its size: what a house ledger gives to its oversight once a day.

    To open it, show the three lines of the checkpoint and the salt.
    """
    return salted(head.text().encode(), salt)
