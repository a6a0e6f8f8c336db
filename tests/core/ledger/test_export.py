"""Writing exports: what a reader would refuse is not written."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lienlac.core.envelope import dsse
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.errors import Malformed
from lienlac.core.ledger import checkpoint
from lienlac.core.ledger.checkpoint import Checkpoint, Origin, SignedCheckpoint
from lienlac.core.ledger.export import PART, WHOLE, Export, ExportKey, Gone, Statement, write
from lienlac.core.ledger.tree import Frontier, MemoryNodes, extend

KEY = SigningKey(b"a" * 32)
ORIGIN = Origin(node="vn-tra-linh", partner="cn-tinh-tay", epoch="7f3a")
AT = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
LEAVES = [f'{{"leaf":{number}}}'.encode() for number in range(600)]
NODES = MemoryNodes()
NODES.keep(extend(Frontier(), LEAVES)[1])


def head(size: int, origin: Origin = ORIGIN) -> SignedCheckpoint:
    root = extend(Frontier(), LEAVES[:size])[0].root()
    bare = Checkpoint(origin=str(origin), size=size, root=root)
    return checkpoint.sign(bare, public=KEY.public.public_bytes, sign=KEY.sign)


def export(**changes: Any) -> Export:
    usual: dict[str, Any] = {
        "origin": ORIGIN,
        "scope": WHOLE,
        "at": AT,
        "keys": [ExportKey(node="vn-tra-linh", public=KEY.public.public_bytes, since=AT)],
        "checkpoints": [head(3), head(600)],
        "leaves": list(enumerate(LEAVES)),
    }
    return Export(**(usual | changes))


def written(one: Export) -> list[bytes]:
    return list(write(one, nodes=NODES, kid=KEY.kid, sign=KEY.sign))


def test_every_line_is_json_with_its_number_and_its_sum() -> None:
    for number, line in enumerate(written(export()), start=1):
        record = json.loads(line)
        covered, _, _ = line.rpartition(b',"sum":"')
        assert (record["n"], record["sum"]) == (number, hashlib.sha256(covered).hexdigest())
        assert line.endswith(b'"}\n')
        assert line.count(b"\n") == 1


def test_the_closing_line_counts_and_signs_all_lines_before() -> None:
    *lines, last = written(export())
    end = json.loads(last)
    digest = hashlib.sha256(b"".join(lines))
    assert (end["t"], end["count"], end["digest"], end["kid"]) == (
        "end",
        len(lines),
        digest.hexdigest(),
        KEY.kid,
    )


def test_a_signed_frame_becomes_a_statement() -> None:
    signed = dsse.sign("text/plain", b"payload", KEY)
    one = Statement.from_signed(4, "text/plain", signed)
    assert (one.index, one.payload, one.kid) == (4, b"payload", KEY.kid)
    KEY.public.verify(one.signature, dsse.pae("text/plain", b"payload"))
    with pytest.raises(Malformed):
        Statement.from_signed(4, "text/plain", signed[:-1])


def test_signed_bytes_that_are_gone_are_written_as_gone() -> None:
    records = [json.loads(line) for line in written(export(statements=[Gone(index=5, code="retention")]))]
    assert [record["gone"] for record in records if record["t"] == "statement"] == ["retention"]


def test_proofs_for_heads_kept_elsewhere_are_written_once_each() -> None:
    records = [json.loads(line) for line in written(export(held_sizes=[40, 7, 40]))]
    found = [(record["first"], record["second"]) for record in records if record["t"] == "consistency"]
    assert found == [(7, 600), (40, 600)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"checkpoints": []}, "export_checkpoints"),
        ({"checkpoints": [head(600), head(3)]}, "export_checkpoints"),
        ({"checkpoints": [head(3), head(3)]}, "export_checkpoints"),
        ({"checkpoints": [head(3, Origin(node="vn-tra-linh", epoch="1"))]}, "export_origin"),
        ({"scope": "most"}, "export_scope"),
    ],
)
def test_an_export_that_cannot_be_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Malformed, match=code):
        export(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"leaves": list(enumerate(LEAVES))[:-1]},
        {"leaves": list(enumerate(LEAVES))[1:]},
        {"leaves": []},
        {"scope": PART, "leaves": [(4, LEAVES[4]), (3, LEAVES[3])]},
        {"scope": PART, "leaves": [(4, LEAVES[4]), (4, LEAVES[4])]},
    ],
)
def test_leaves_that_are_not_all_there_in_order_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="export_leaves"):
        written(export(**changes))


def test_a_leaf_beyond_the_newest_head_is_refused() -> None:
    with pytest.raises(Malformed, match="ledger_index"):
        written(export(scope=PART, checkpoints=[head(3)], leaves=[(3, LEAVES[3])]))
