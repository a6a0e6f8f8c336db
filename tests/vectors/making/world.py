"""Two invented nodes with the fixed seeds of the envelope's vectors: A sends, B receives."""

from __future__ import annotations

from typing import Any

from lienlac.core.envelope import dsse
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Refused, Unauthentic
from tests.core.envelope.world import A, B, Node

Json = dict[str, Any]
MOMENT = "2026-11-21T08:30:00.000Z"
KINDS_OF_ERROR = (
    (Malformed, "malformed"),
    (NotUnderstood, "not_understood"),
    (Unauthentic, "unauthentic"),
    (Refused, "refused"),
)

__all__ = ["MOMENT", "A", "B", "Json", "Node", "hexed", "kind_of", "nodes", "signed"]


def nodes() -> list[Json]:
    """Return the nodes' ids and seeds, which are secret only in life."""
    return [
        {
            "node": one.id,
            "office": one.office,
            "node_seed": one.signing.secret_seed().hex(),
            "author_seed": one.officer.secret_seed().hex(),
            "seal_seed": one.sealing.secret_seed().hex(),
        }
        for one in (A, B)
    ]


def signed(kind: str, payload: bytes, *, by: Node = A, author: bool = False) -> bytes:
    """Return signed bytes by a node's key, or its author's."""
    return dsse.sign(kind, payload, by.officer if author else by.signing)


def hexed(value: Any) -> Any:
    """Return a value with its byte strings in hex."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {name: hexed(one) for name, one in value.items()}
    return [hexed(one) for one in value] if isinstance(value, list | tuple) else value


def kind_of(error: LienlacError) -> str:
    """Return the name that the documents give to a kind of error."""
    return next(name for one, name in KINDS_OF_ERROR if isinstance(error, one))
