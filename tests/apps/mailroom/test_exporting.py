"""A third party verifies what we export with the stand-alone verifier alone."""

from __future__ import annotations

import importlib.util
import json
import secrets
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit.models import Head, Ledger, Statement
from lienlac.apps.directory import actions as directory_actions
from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import exporting
from lienlac.core.envelope.lasting import public_of
from lienlac.core.errors import Malformed, Refused
from lienlac.core.trust import cards
from tests.apps.mailroom.conftest import Desk
from tests.apps.mailroom.partner import NORMAL, NOW, US
from tests.apps.mailroom.test_proving import answered

VERIFIER = Path(__file__).parents[3] / "verifier" / "lienlac_verify.py"


@pytest.fixture(scope="module")
def verifier() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lienlac_verify", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def exchanged(desk: Desk) -> Desk:
    """Two messages of theirs with our R1 and an R2; one of ours with their R1, R2 and R3."""
    messages = [desk.partner.message(), desk.partner.message()]
    desk.take_in(*[desk.partner.parcel(message) for message in messages])
    desk.receipt_all()
    mailroom.post_receipt("R2", messages[0].id, now=NOW)
    mine = desk.partner.message(from_office=US, to_offices=(desk.partner.code,))
    row = mailroom.post(replace(mine, id=secrets.token_hex(16)), lane_class=NORMAL, now=NOW)
    parcel = row.parcels.select_related("message", "lane").get()
    desk.partner.stores(parcel)
    for stage in ("R1", "R2", "R3"):
        desk.take_in(desk.partner.receipt_parcel(parcel, stage=stage))
    mailroom.arrivals_proven(desk.node, answered(desk), now=NOW)
    desk.receipt_all()
    return desk


def lines(desk: Desk, **how: object) -> list[bytes]:
    return list(exporting.export(desk.node, now=NOW, **how))  # type: ignore[arg-type]


def pins(desk: Desk) -> list[str]:
    return [directory.fingerprint_of(node) for node in (directory.this_node(), desk.node)]


def test_an_exchange_holds_for_somebody_with_nothing_but_the_file(
    exchanged: Desk, verifier: ModuleType
) -> None:
    report, _ = verifier.verify(b"".join(lines(exchanged)), pins=[], kept=[])
    assert (report.faults, report.unexamined, report.exit_code) == ([], [], 0)


def test_it_holds_against_a_checkpoint_that_the_partner_kept(
    exchanged: Desk, verifier: ModuleType, tmp_path: Path
) -> None:
    first = Head.objects.filter(ledger__partner=exchanged.partner.code).order_by("size")[0]
    kept = tmp_path / "kept"
    kept.write_bytes(bytes(first.note))
    report, _ = verifier.verify(b"".join(lines(exchanged, held=[first.size])), pins=[], kept=[kept])
    assert (report.faults, report.exit_code) == ([], 0)


def test_what_we_sent_stands_in_the_partners_own_ledger(exchanged: Desk, verifier: ModuleType) -> None:
    report, _ = verifier.verify(b"".join(lines(exchanged)), pins=pins(exchanged), kept=[])
    said = f"parcels that the own ledger of {exchanged.partner.code} says arrived, and when: 1"
    assert said in report.verified


def test_an_arrival_that_was_touched_is_named(exchanged: Desk, verifier: ModuleType) -> None:
    written = lines(exchanged)
    number = next(at for at, line in enumerate(written) if b'"t":"arrival"' in line)
    changed = [*written[:number], written[number].replace(b"11-21", b"11-20"), *written[number + 1 :]]
    report, _ = verifier.verify(b"".join(changed), pins=[], kept=[])
    assert number + 1 in [fault.line for fault in report.faults]


@pytest.mark.parametrize("kind", ["parcel_sent", "parcel_stored", "receipt_issued", "receipt_received"])
def test_a_line_that_was_touched_is_named(exchanged: Desk, verifier: ModuleType, kind: str) -> None:
    written = lines(exchanged)
    number = next(at for at, line in enumerate(written) if kind.encode() in line and b'"t":"leaf"' in line)
    changed = [*written[:number], written[number].replace(b"11-21", b"11-22"), *written[number + 1 :]]
    for bad in (changed, written[:number] + written[number + 1 :], written[:number]):
        report, _ = verifier.verify(b"".join(bad), pins=[], kept=[])
        assert report.exit_code == 1
        assert number + 1 in [fault.line for fault in report.faults]


def test_what_a_revoked_key_signed_later_is_named_and_no_other_line(
    exchanged: Desk, verifier: ModuleType
) -> None:
    ledger = Ledger.objects.get(partner=exchanged.partner.code)
    stored = [at for at, line in enumerate(lines(exchanged)) if b"parcel_stored" in line]
    directory_actions.revoke_key(
        exchanged.node,
        exchanged.partner.node_key.kid,
        reason="key_stolen",
        epoch=ledger.epoch,
        size=1,
        now=NOW + timedelta(days=1),
    )
    written = lines(exchanged)
    report, _ = verifier.verify(b"".join(written), pins=[], kept=[])
    assert {fault.code for fault in report.faults} == {"key_revoked"}
    assert report.exit_code == 1
    named = {json.loads(written[fault.line - 1])["index"] for fault in report.faults}
    places = {json.loads(written[at])["index"] for at in stored if b'"t":"leaf"' in written[at]}
    assert {one for one in places if one >= 1} <= named
    assert 0 not in named


def test_what_is_exported_bears_the_lasting_key_of_a_node_that_has_one(
    exchanged: Desk, verifier: ModuleType
) -> None:
    plain = b"".join(lines(exchanged))
    key = public_of(bytes(directory_actions.make_lasting(now=NOW).public)).fingerprint
    assert verifier.verify(plain, lasting=key)[0].exit_code == 1  # from before
    report, keys = verifier.verify(b"".join(lines(exchanged)), lasting=key)
    assert (report.faults, report.exit_code) == ([], 0)
    assert key in {one.fingerprint for one in keys}
    assert any(key in said for said in report.verified)


def test_a_lasting_key_is_followed_by_another_and_both_sign_until_it_is_retired(
    exchanged: Desk, verifier: ModuleType
) -> None:
    old = directory_actions.make_lasting(now=NOW)
    before = b"".join(lines(exchanged))
    new = directory_actions.renew_lasting(now=NOW)
    pins = [public_of(bytes(row.public)).fingerprint for row in (old, new)]
    on_card = {key.kid for key in cards.read(directory_actions.issue_card(NOW)).keys if key.use == "lasting"}
    assert on_card == {old.kid, new.kid}
    both = b"".join(lines(exchanged))
    assert [verifier.verify(both, lasting=pin)[0].exit_code for pin in pins] == [0, 0]
    assert [(one.pk, two.pk) for one, two in directory.superseded("lasting", now=NOW)] == [(old.pk, new.pk)]
    with pytest.raises(Refused, match="lasting_overlaps"):
        directory_actions.renew_lasting(now=NOW)
    directory_actions.retire([old], now=NOW + timedelta(days=400))
    after = b"".join(lines(exchanged))
    assert [verifier.verify(after, lasting=pin)[0].exit_code for pin in pins] == [1, 0]
    assert [verifier.verify(before, lasting=pin)[0].exit_code for pin in pins] == [0, 1]
    assert directory.own_key_rows("lasting").get().pk == new.pk


def test_nothing_follows_a_lasting_key_that_is_not_there(exchanged: Desk) -> None:
    with pytest.raises(Refused, match="no_lasting_key"):
        directory_actions.renew_lasting(now=NOW)


def test_a_node_has_one_lasting_key_and_its_card_names_it(exchanged: Desk) -> None:
    row = directory_actions.make_lasting(now=NOW)
    assert directory_actions.make_lasting(now=NOW) == row
    on_card = cards.read(directory_actions.issue_card(NOW)).first("lasting")
    assert (on_card.kid, on_card.public) == (row.kid, bytes(row.public))
    own = directory.OwnKeys(NOW).lasting()
    assert own is not None
    assert own.kid == row.kid


def test_a_statement_that_is_no_longer_kept_is_said_to_be_gone(exchanged: Desk, verifier: ModuleType) -> None:
    Statement.objects.order_by("pk")[0].delete()
    written = b"".join(lines(exchanged))
    assert written.count(b'"gone":"retention"') == 1
    assert verifier.verify(written, pins=[], kept=[])[0].exit_code == 0


def test_the_ledger_before_a_restore_and_the_one_after_are_both_exported(
    exchanged: Desk, verifier: ModuleType
) -> None:
    before = Ledger.objects.get(partner=exchanged.partner.code)
    audit.open_epoch(exchanged.partner.code, node=US, code="restored", now=NOW)
    exchanged.take_in(exchanged.partner.parcel())
    exchanged.receipt_all()
    for epoch in (before.epoch, ""):
        report, _ = verifier.verify(b"".join(lines(exchanged, epoch=epoch)), pins=[], kept=[])
        assert (report.faults, report.exit_code) == ([], 0)


def test_no_ledger_is_no_export(desk: Desk) -> None:
    with pytest.raises(Malformed, match="no_such_ledger"):
        lines(desk)
