"""A head that was promised to last for decades bears its second signature, or the export does not hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.ledger import lasting as second
from lienlac.core.ledger.checkpoint import SignedCheckpoint
from lienlac.core.ledger.export import ExportKey
from tests.verifier import exchange_sample as sample
from tests.verifier.verifying import DEEDS, LEAVES, examined, verifier

KEY, OTHER = LastingKey(b"l" * 64), LastingKey(b"m" * 64)
SINCE = sample.KEYS[0].since
BROUGHT = ExportKey(node=sample.NODE, public=KEY.public.public_bytes, since=SINCE)
HEAD = sample.head(LEAVES, 14)
LINE = second.sign(HEAD.checkpoint, KEY)


def faults(head: SignedCheckpoint, *keys: ExportKey, lasting: str = "", **changes: Any) -> set[str]:
    raw = b"".join(sample.export(DEEDS, checkpoints=[head], keys=[*sample.KEYS, *keys], **changes))
    return {fault.code for fault in examined(raw, lasting=lasting).faults}


@pytest.mark.parametrize("pin", ["", KEY.public.fingerprint])
def test_the_newest_head_bears_it_and_that_is_said(pin: str) -> None:
    raw = b"".join(sample.export(DEEDS, checkpoints=[HEAD.plus(LINE)], keys=[*sample.KEYS, BROUGHT]))
    report, keys = verifier.verify(raw, lasting=pin)
    assert (report.faults, report.exit_code) == ([], 0)
    assert any(KEY.public.fingerprint in said for said in report.verified)
    assert KEY.public.fingerprint in {key.fingerprint for key in keys}
    assert any("--lasting" in note for note in report.notes) is (pin == "")


def test_the_line_taken_away_is_missed_where_the_key_promises_it() -> None:
    assert faults(HEAD, BROUGHT) == {"lasting_missing"}


@pytest.mark.parametrize("keys", [(), (BROUGHT,)])
def test_line_and_key_taken_away_are_missed_by_a_reader_who_knows_the_key(
    keys: tuple[ExportKey, ...],
) -> None:
    assert faults(HEAD, *keys, lasting=KEY.public.fingerprint) == {"lasting_missing"}


def test_a_forger_with_the_ordinary_key_and_a_lasting_one_of_his_own_is_found() -> None:
    """Whoever can sign as Ed25519 one day writes all of it anew, under an invented second key."""
    invented = replace(BROUGHT, public=OTHER.public.public_bytes)
    forged = HEAD.plus(second.sign(HEAD.checkpoint, OTHER))
    assert faults(forged, invented) == set()  # the file alone cannot know
    assert faults(forged, invented, lasting=KEY.public.fingerprint) == {"lasting_missing"}


@pytest.mark.parametrize(
    "signature",
    [
        LINE.signature[:64],
        LINE.signature[:64] + OTHER.sign(HEAD.checkpoint.text().encode())[64:],
        sample.KEY.sign(HEAD.checkpoint.text().encode()) + LINE.signature[64:],
        KEY.sign(sample.head(LEAVES, 9).checkpoint.text().encode()),
        KEY.sign(b"DSSEv1 4 type 3 " + HEAD.checkpoint.text().encode()),
    ],
    ids=["one half", "halves of two keys", "the node's own half", "another head", "another domain"],
)
def test_a_line_that_does_not_hold_is_named(signature: bytes) -> None:
    bad = HEAD.plus(replace(LINE, signature=signature))
    assert "lasting_signature" in faults(bad, BROUGHT)


def test_a_lasting_key_signs_nothing_but_heads() -> None:
    """Neither a statement nor the closing line counts under it, though the file brings it."""
    alone = [replace(BROUGHT), *sample.KEYS[1:]]
    raw = b"".join(sample.export(DEEDS, checkpoints=[HEAD.plus(LINE)], keys=alone))
    assert {"checkpoint_unsigned", "end_signature"} <= {fault.code for fault in examined(raw).faults}


def test_a_partners_head_with_a_false_line_proves_no_arrival() -> None:
    theirs = LastingKey(b"n" * 64)
    brought = ExportKey(node=sample.PARTNER, public=theirs.public.public_bytes, since=SINCE)
    [arrival, *_] = sample.arrivals(DEEDS)
    head = sample.checkpoint.parse(arrival.note)
    true = head.plus(second.sign(head.checkpoint, theirs))
    false = head.plus(replace(second.sign(head.checkpoint, theirs), signature=b"0" * 3373))
    for signed, found in ((true, set()), (false, {"lasting_signature"})):
        told = [replace(arrival, note=signed.encode())]
        assert faults(sample.head(LEAVES, 14), brought, arrivals=told) == found


def test_without_ml_dsa_it_is_said_and_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Any:
        raise verifier.CannotExamine("knows no ML-DSA")

    monkeypatch.setattr(verifier, "mldsa", none)
    raw = b"".join(sample.export(DEEDS, checkpoints=[HEAD.plus(LINE)], keys=[*sample.KEYS, BROUGHT]))
    report = examined(raw)
    assert (report.exit_code, report.unexamined) == (2, ["knows no ML-DSA"])


def test_an_export_without_a_lasting_key_is_as_it_was() -> None:
    assert faults(HEAD) == set()


def test_a_key_that_has_ended_promises_nothing_and_keeps_no_promise_of_the_next() -> None:
    ended = replace(BROUGHT, until=sample.START)
    following = replace(BROUGHT, public=OTHER.public.public_bytes)
    assert faults(HEAD, ended) == set()
    assert faults(HEAD.plus(LINE), ended, following) == {"lasting_missing"}
    assert faults(HEAD.plus(second.sign(HEAD.checkpoint, OTHER)), ended, following) == set()
    assert faults(HEAD.plus(LINE), ended, following, lasting=KEY.public.fingerprint) == set()
