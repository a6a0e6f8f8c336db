"""Each entry of a pair ledger stands alone in a container, holds for a stranger, and is linked to those before it."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha512

from lienlac.apps.audit.models import Ledger
from lienlac.apps.mailroom import containers
from lienlac.core.ledger.linking import Chain
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NOW
from tests.apps.mailroom.test_exporting import exchanged
from tests.verifier.verifying import verifier

__all__ = ["exchanged"]


def archive(desk: Desk) -> dict[str, bytes]:
    return dict(containers.archive(desk.node, Chain(), now=NOW))


def test_every_entry_holds_alone_for_somebody_with_nothing_but_its_container(exchanged: Desk) -> None:
    *made, _linking = archive(exchanged).items()
    assert len(made) == Ledger.objects.get(partner=exchanged.partner.code).size
    said = list[str]()
    for _, raw in made:
        entry = zipfile.ZipFile(io.BytesIO(raw)).read("entry.jsonl")
        report, _ = verifier.verify(entry)
        assert (report.faults, report.unexamined) == ([], [])
        said += report.verified
    assert f"parcels that the own ledger of {exchanged.partner.code} says arrived, and when: 1" in said


def test_the_chain_names_the_containers_in_their_order(exchanged: Desk) -> None:
    made = archive(exchanged)
    *names, last = made
    assert last == "linkinginfo"
    head, *lines = made[last].decode().splitlines()
    assert head == "- - SHA-512"
    assert [line.split()[1] for line in lines] == names == sorted(names)
    before = ""
    for line, name in zip(lines, names, strict=True):
        before = sha512((before + sha512(made[name]).hexdigest()).encode()).hexdigest()
        assert line.split()[0] == before
