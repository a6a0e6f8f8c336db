"""The second line of a head: whole or none, of the right key, over this head and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lienlac.core.envelope import dsse
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.errors import Unauthentic
from lienlac.core.ledger import checkpoint, lasting
from lienlac.core.ledger.checkpoint import Checkpoint, SignedCheckpoint
from lienlac.core.ledger.note import NoteSignature

KEY, OTHER = LastingKey.generate(), LastingKey.generate()
NODE = SigningKey.generate()
ORIGIN = "lienlac/vn-tra-linh/pair/cn-jingxi/e1"
HEAD = Checkpoint(origin=ORIGIN, size=7, root=bytes(32))
PLAIN = checkpoint.sign(HEAD, public=NODE.public.public_bytes, sign=NODE.sign)
LINE = lasting.sign(HEAD, KEY)


def bearing(signature: bytes) -> SignedCheckpoint:
    return PLAIN.plus(replace(LINE, signature=signature))


def test_a_head_that_travelled_bears_both_lines() -> None:
    came = checkpoint.parse(PLAIN.plus(LINE).encode())
    assert checkpoint.verify(came, origin=ORIGIN, publics=[NODE.public.public_bytes])
    assert lasting.signed_by(came, [OTHER.public, KEY.public])
    assert len(came.encode()) - len(PLAIN.encode()) == len(LINE.line().encode()) < 4_600


def test_a_reader_who_does_not_know_the_key_passes_it_over() -> None:
    assert not lasting.signed_by(PLAIN.plus(LINE), [OTHER.public])
    assert checkpoint.verify(PLAIN.plus(LINE), origin=ORIGIN, publics=[NODE.public.public_bytes])


def test_a_line_that_was_taken_away_is_missing() -> None:
    assert not lasting.signed_by(PLAIN, [KEY.public])


@pytest.mark.parametrize(
    "signature",
    [
        LINE.signature[:64],  # the half that somebody may have broken
        LINE.signature[:64] + OTHER.sign(HEAD.text().encode())[64:],
        OTHER.sign(HEAD.text().encode())[:64] + LINE.signature[64:],
        OTHER.sign(HEAD.text().encode()),
        LINE.signature[:-1] + bytes([LINE.signature[-1] ^ 1]),
        LINE.signature + b"\0",
        b"",
    ],
    ids=["one half", "halves of two keys", "the other way", "another key", "one bit", "longer", "none"],
)
def test_whatever_claims_the_key_and_is_not_its_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(Unauthentic, match="note_signature"):
        lasting.signed_by(bearing(signature), [KEY.public])


@pytest.mark.parametrize(
    "said",
    [
        dsse.pae("application/vnd.lienlac.state-directory+json", HEAD.text().encode()),
        b"cosignature/v1\ntime 1\n" + HEAD.text().encode(),
        replace(HEAD, size=8).text().encode(),
        replace(HEAD, origin="lienlac/vn-tra-linh/pair/cn-jingxi/e2").text().encode(),
        replace(HEAD, root=b"\1" * 32).text().encode(),
    ],
    ids=["a directory", "a cosignature", "another size", "another ledger", "another root"],
)
def test_what_the_key_signed_elsewhere_is_no_signature_of_this_head(said: bytes) -> None:
    with pytest.raises(Unauthentic, match="note_signature"):
        lasting.signed_by(bearing(KEY.sign(said)), [KEY.public])


def test_a_node_key_under_the_name_of_a_lasting_one_is_none() -> None:
    """The ordinary key of a node cannot stand in for the other, whatever the line claims."""
    forged = NoteSignature(
        name=ORIGIN, key_id=LINE.key_id, signature=NODE.sign(HEAD.text().encode()) + LINE.signature[64:]
    )
    with pytest.raises(Unauthentic, match="note_signature"):
        lasting.signed_by(PLAIN.plus(forged), [KEY.public])


def test_the_line_of_another_ledger_is_not_seen() -> None:
    elsewhere = replace(HEAD, origin="lienlac/vn-tra-linh/house/e1")
    assert not lasting.signed_by(PLAIN.plus(lasting.sign(elsewhere, KEY)), [KEY.public])


def test_no_lasting_line_passes_for_a_plain_one() -> None:
    """Where a head bears this line alone, its keeper has not signed it as every reader asks."""
    alone = SignedCheckpoint(checkpoint=HEAD, signatures=(LINE,))
    with pytest.raises(Unauthentic, match="checkpoint_unsigned"):
        checkpoint.verify(alone, origin=ORIGIN, publics=[NODE.public.public_bytes])
