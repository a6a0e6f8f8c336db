"""What a node committed to on a day is opened by the stand-alone program, and by no other history, salt or day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from lienlac.core.envelope.keys import SigningKey
from lienlac.core.errors import Unauthentic
from lienlac.core.ledger import checkpoint, commitment, tree
from lienlac.core.ledger.checkpoint import Checkpoint, Origin
from lienlac.core.ledger.commitment import Opening
from lienlac.core.ledger.export import line
from tests.verifier import exchange_sample as sample
from tests.verifier.verifying import verifier

DAY, SALT = date(2026, 11, 22), b"s" * 32
HOUSE = Origin(node=sample.NODE, partner=None, epoch="7f3a")
LEAVES = [b"leaf %d" % number for number in range(9)]
FINGERPRINT = sample.KEY.public.fingerprint


def note(leaves: list[bytes], key: SigningKey = sample.KEY, origin: Origin = HOUSE) -> bytes:
    grown, _ = tree.extend(tree.Frontier(), leaves)
    head = Checkpoint(origin=str(origin), size=grown.size, root=grown.root())
    return checkpoint.sign(head, public=key.public.public_bytes, sign=key.sign).encode()


def proof(leaves: list[bytes], first: int) -> tuple[bytes, ...]:
    nodes = tree.MemoryNodes()
    nodes.keep(tree.extend(tree.Frontier(), leaves)[1])
    return tree.consistency_proof(nodes, first, len(leaves))


def opening(on: date = DAY, salt: bytes = SALT, leaves: list[bytes] = LEAVES, first: int = 4) -> Opening:
    then = note(leaves[:first])
    signed = commitment.sign(then, salt, node=sample.NODE, on=on, key=sample.KEY)
    return Opening(signed=signed, salt=salt, note=then, newest=note(leaves), proof=proof(leaves, first))


def written(one: Opening) -> bytes:
    at = sample.START + timedelta(days=2)
    return commitment.opened(one, keys=sample.KEYS[:1], node=sample.NODE, at=at)


def changed(raw: bytes, number: int, **members: object) -> bytes:
    """The file with members of one line put anew, and its sum repaired."""
    lines = raw.splitlines(keepends=True)
    record = json.loads(lines[number - 1])
    del record["sum"], record["n"]
    lines[number - 1] = line(number, record | members)
    return b"".join(lines)


def codes(raw: bytes, **how: object) -> list[str]:
    report, _ = verifier.verify(raw, **how)
    return [one.code for one in report.faults]


def given(tmp_path: Path, one: Opening) -> Path:
    file = tmp_path / "kept"
    file.write_bytes(commitment.given(one.signed))
    return file


def test_the_commitment_that_was_kept_is_opened(tmp_path: Path) -> None:
    report, keys = verifier.verify(written(opening()), pins=[FINGERPRINT], kept=[given(tmp_path, opening())])
    assert report.exit_code == 0
    assert "the first 4 entries" in report.verified[0]
    assert "none was changed" in report.verified[1]
    assert "kept" in report.verified[2]
    assert [key.node for key in keys] == [sample.NODE]
    assert not report.notes


def test_without_what_was_given_out_the_reader_is_told_what_to_compare() -> None:
    report, _ = verifier.verify(written(opening()))
    assert (report.exit_code, len(report.notes)) == (0, 2)
    assert commitment.digest_of(opening().signed) in report.notes[1]


def test_what_is_given_out_shows_neither_size_nor_root_nor_hour() -> None:
    told = [commitment.given(opening(leaves=LEAVES[:number], first=number).signed) for number in (1, 9)]
    assert len({len(one) for one in told}) == 1
    payload = verifier.unbase64(json.loads(told[0])["payload"])
    assert json.loads(payload).keys() == {"digest", "node", "on", "v"}
    assert json.loads(payload)["on"] == "2026-11-22"


def test_a_house_that_was_rewritten_opens_no_commitment_of_before() -> None:
    rewritten = [LEAVES[0], b"another", *LEAVES[2:]]
    honest = opening()
    for then in (note(rewritten[:4]), note(LEAVES[:4])):
        forged = Opening(
            signed=honest.signed, salt=SALT, note=then, newest=note(rewritten), proof=proof(rewritten, 4)
        )
        if then == honest.note:
            assert codes(written(forged)) == ["forked"]
        else:
            with pytest.raises(Unauthentic, match="commitment_differs"):
                written(forged)
            assert codes(changed(written(honest), 3, note=then.decode())) == ["commitment_differs"]


def test_another_commitment_than_the_one_given_out_is_named(tmp_path: Path) -> None:
    later = opening(salt=b"t" * 32)
    assert codes(written(later), kept=[given(tmp_path, opening())]) == ["commitment_other"]
    assert codes(written(later), kept=[given(tmp_path, opening(on=date(2026, 11, 21)))])
    (tmp_path / "no").write_bytes(b"no commitment\n")
    report, _ = verifier.verify(written(later), kept=[tmp_path / "no"])
    assert report.exit_code == 2


STRANGER = sample.STRANGER
PAIR = Origin(node=sample.NODE, partner=sample.PARTNER, epoch="7f3a")
FORGED: dict[str, Callable[[bytes], bytes]] = {
    "commitment_signature": lambda raw: changed(raw, 2, signature="AAAA"),
    "commitment_unsigned": lambda raw: changed(raw, 2, kid=STRANGER.kid),
    "salt": lambda raw: changed(raw, 3, salt="AAAA"),
    "commitment_differs": lambda raw: changed(raw, 3, salt="A" * 43 + "="),
    "checkpoint_unsigned": lambda raw: changed(raw, 4, note=note(LEAVES, key=STRANGER).decode()),
    "checkpoint_origin": lambda raw: changed(raw, 4, note=note(LEAVES, origin=PAIR).decode()),
    "forked": lambda raw: changed(raw, 4, proof=[]),
    "header_key": lambda raw: changed(raw, 1, keys=[one.record() for one in sample.KEYS]),
    "header": lambda raw: changed(raw, 1, v=0),
    "members": lambda raw: changed(raw, 1, more=1),
    "changed": lambda raw: raw.replace(b'"t":"opened"', b'"t":"openec"'),
    "opening_lines": lambda raw: raw + b"\n",
}


@pytest.mark.parametrize("code", FORGED)
def test_each_line_is_believed_for_what_it_is(code: str) -> None:
    assert codes(FORGED[code](written(opening()))) == [code]


def test_another_fingerprint_opens_nothing() -> None:
    assert codes(written(opening()), pins=[STRANGER.public.fingerprint]) == ["commitment_unsigned"]


def test_a_key_that_was_not_valid_on_the_day_is_named() -> None:
    assert codes(written(opening(on=date(2026, 10, 1)))) == ["key_validity"]


def test_a_newer_format_is_not_guessed_at() -> None:
    report, _ = verifier.verify(changed(written(opening()), 1, v=2))
    assert report.exit_code == 2
