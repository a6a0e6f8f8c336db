"""The ledger of a pair as an archive of ASiC-E containers (docs/protocol/asic.md), for courts that know these."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node, NodeKey
from lienlac.apps.mailroom import exporting
from lienlac.core.ledger import asic, linking
from lienlac.core.ledger.linking import Chain

MEDIA_TYPE = "application/jsonl"
ENTRY = "entry.jsonl"


def archive(partner: Node, chain: Chain, *, epoch: str = "", now: datetime) -> Iterator[tuple[str, bytes]]:
    """Give the files of the archive, one container an entry, and last what links them.

    `chain` begins it, behind another archive or none. Raises as `exporting.export`.
    """
    signer = _signer(now)
    for index, at, export in exporting.entries(partner, epoch=epoch, now=now):
        name = f"{directory.own_code()}-{partner.code}-{at:%Y%m%d}-{index:08d}.asice"
        made = asic.container({ENTRY: export}, signer, media_type=MEDIA_TYPE, at=now)
        chain.add(name, made)
        yield name, made
    yield linking.NAME, chain.text()


def _signer(now: datetime) -> asic.Signer:
    key = directory.own_signing_key(NodeKey.Use.NODE, now)
    row = NodeKey.objects.get(node=directory.this_node(), kid=key.kid)
    certificate = asic.self_signed(
        directory.own_code(), key.public.public_bytes, key.sign, since=row.valid_from, until=row.valid_to
    )
    return asic.Signer(certificate=certificate, sign=key.sign)
