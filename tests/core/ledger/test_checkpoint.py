"""Signed notes, checkpoints and cosignatures: the published examples, and what may not pass."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.errors import Malformed, NotUnderstood, Unauthentic
from lienlac.core.ledger import checkpoint, cosign, note
from lienlac.core.ledger.checkpoint import Checkpoint, Origin, SignedCheckpoint
from lienlac.core.ledger.note import COSIGNATURE, ED25519, NoteKey, NoteSignature
from lienlac.core.ledger.tree import Frontier, MemoryNodes, consistency_proof, extend

# golang.org/x/mod sumdb/note, note_test.go (TestSign, TestOpen): one text, two signers.
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_KEYS = {
    "PeterNeumann": base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:],
    "EnochRoot": base64.b64decode("ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")[1:],
}
GO_LINES = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
# c2sp.org/tlog-cosignature: the example of a cosigned checkpoint.
C2SP_NOTE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"  # noqa: E501
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"  # noqa: E501
).encode()

A, B = "vn-tra-linh", "cn-tinh-tay"
ORIGIN = str(Origin(node=A, partner=B, epoch="7f3a"))
LEDGER_KEY = Ed25519PrivateKey.from_private_bytes(b"a" * 32)
PARTNER_KEY = Ed25519PrivateKey.from_private_bytes(b"b" * 32)
LEDGER_PUBLIC = LEDGER_KEY.public_key().public_bytes_raw()
PARTNER = NoteKey(name=B, public=PARTNER_KEY.public_key().public_bytes_raw())

NODES = MemoryNodes()
NODES.keep(extend(Frontier(), [f"{number}".encode() for number in range(40)])[1])


def head(size: int, *, origin: str = ORIGIN) -> Checkpoint:
    leaves = [f"{number}".encode() for number in range(size)]
    return Checkpoint(origin=origin, size=size, root=extend(Frontier(), leaves)[0].root())


def signed_head(size: int) -> SignedCheckpoint:
    return checkpoint.sign(head(size), public=LEDGER_PUBLIC, sign=LEDGER_KEY.sign)


def cosigned(size: int, *, at: int = 1_795_000_000) -> SignedCheckpoint:
    line = cosign.cosign(head(size), held=None, proof=(), key=PARTNER, sign=PARTNER_KEY.sign, at=at)
    return signed_head(size).plus(line)


def check_both_signed(encoded: bytes) -> None:
    read = checkpoint.parse(encoded)
    checkpoint.verify(read, origin=ORIGIN, publics=[LEDGER_PUBLIC])
    if not cosign.verified(read, [PARTNER]):
        raise Unauthentic("not_cosigned")


def test_signs_byte_for_byte_as_go_does() -> None:
    key = NoteKey(name="PeterNeumann", public=GO_KEYS["PeterNeumann"])
    raw = Ed25519PrivateKey.from_private_bytes(GO_SEED).sign(GO_TEXT.encode())
    line = NoteSignature(name=key.name, key_id=key.key_id(ED25519), signature=raw)
    assert key.key_id(ED25519).hex() == "c74f20a3"
    assert note.write(GO_TEXT, (line,)) == GO_TEXT + "\n" + GO_LINES.splitlines(keepends=True)[0]


def test_reads_and_verifies_what_go_signed() -> None:
    text, lines = note.parse((GO_TEXT + "\n" + GO_LINES).encode())
    assert text == GO_TEXT
    for line in lines:
        key = NoteKey(name=line.name, public=GO_KEYS[line.name])
        assert key.key_id(ED25519) == line.key_id
        key.verify(line.signature, text.encode())


def test_reads_the_published_checkpoint_and_writes_it_back() -> None:
    read = checkpoint.parse(C2SP_NOTE)
    assert (read.checkpoint.origin, read.checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert [len(line.signature) for line in read.signatures] == [64, 72]
    assert int.from_bytes(read.signatures[1].signature[:8], "big") == 1679315147
    assert read.encode() == C2SP_NOTE


def test_cosigns_the_published_message() -> None:
    seen = list[bytes]()
    offered = checkpoint.parse(C2SP_NOTE).checkpoint
    cosign.cosign(
        offered,
        held=None,
        proof=(),
        key=PARTNER,
        sign=lambda message: seen.append(message) or b"s" * 64,
        at=1679315147,
    )
    assert seen == [
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    ]


def test_what_is_signed_and_cosigned_verifies_after_a_journey() -> None:
    read = checkpoint.parse(cosigned(13, at=77).encode())
    assert checkpoint.verify(read, origin=ORIGIN, publics=[PARTNER.public, LEDGER_PUBLIC]) == LEDGER_PUBLIC
    assert cosign.verified(read, [PARTNER]) == (cosign.Cosignature(key=PARTNER, at=77),)


def test_no_changed_byte_passes() -> None:
    encoded = cosigned(13).encode()
    for at in range(len(encoded)):
        changed = encoded[:at] + bytes([encoded[at] ^ 1]) + encoded[at + 1 :]
        with pytest.raises((Malformed, Unauthentic)):
            check_both_signed(changed)


@given(encoded=st.binary(max_size=300))
def test_no_bytes_make_the_reader_stumble(encoded: bytes) -> None:
    with pytest.raises(Malformed):
        checkpoint.parse(encoded)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n13\n", "\n013\n"),
        ("\n13\n", "\n+13\n"),
        ("\n13\n", "\n-1\n"),
        ("\n13\n", "\n13 \n"),
        ("\n13\n", "\n9007199254740992\n"),
        ("\n13\n", "\n1٣\n"),
        ("\n13\n", "\n13\r\n"),
        ("\n13\n", "\n\n"),
        ("\n13\n", "\n"),
        ("\n\n—", "\n—"),
        ("—", "-"),
        ("=\n\n", "\n\n"),
        (ORIGIN + "\n13", ORIGIN + " \n13"),
    ],
)
def test_other_spellings_of_a_checkpoint_are_refused(old: str, new: str) -> None:
    with pytest.raises(Malformed):
        checkpoint.parse(signed_head(13).encode().decode().replace(old, new, 1).encode())


def test_an_extension_line_is_kept_for_a_newer_node() -> None:
    with pytest.raises(NotUnderstood, match="checkpoint_extension"):
        checkpoint.parse(signed_head(13).encode().replace(b"=\n\n", b"=\nextension\n\n", 1))


@pytest.mark.parametrize("cut", [1, 20])
def test_a_note_without_its_end_is_refused(cut: int) -> None:
    with pytest.raises(Malformed):
        checkpoint.parse(signed_head(13).encode()[:-cut])


def test_base64_has_one_spelling() -> None:
    assert note.decode_base64("AA==") == b"\0"
    for text in ("AB==", "AA", "AA==\n", "A A=", "ÀA=="):
        with pytest.raises(Malformed, match="base64"):
            note.decode_base64(text)


def test_a_strangers_signature_does_not_count() -> None:
    with pytest.raises(Unauthentic, match="checkpoint_unsigned"):
        checkpoint.verify(signed_head(13), origin=ORIGIN, publics=[PARTNER.public])
    with pytest.raises(Unauthentic, match="checkpoint_origin"):
        checkpoint.verify(signed_head(13), origin=str(Origin(node=A, epoch="1")), publics=[LEDGER_PUBLIC])
    assert cosign.verified(cosigned(13), [NoteKey(name="la-boten", public=PARTNER.public)]) == ()


def test_a_plain_signature_cannot_pass_for_a_cosignature() -> None:
    plain = PARTNER_KEY.sign(head(13).text().encode())
    line = NoteSignature(name=B, key_id=PARTNER.key_id(COSIGNATURE), signature=bytes(8) + plain)
    with pytest.raises(Unauthentic, match="note_signature"):
        cosign.verified(signed_head(13).plus(line), [PARTNER])
    short = NoteSignature(name=B, key_id=PARTNER.key_id(COSIGNATURE), signature=plain)
    with pytest.raises(Unauthentic, match="cosignature_length"):
        cosign.verified(signed_head(13).plus(short), [PARTNER])


def test_a_cosignature_belongs_to_one_head_only() -> None:
    line = cosigned(13).signatures[1]
    with pytest.raises(Unauthentic, match="note_signature"):
        cosign.verified(signed_head(14).plus(line), [PARTNER])


def test_a_line_is_not_added_twice() -> None:
    once = cosigned(13)
    assert once.plus(*once.signatures) == once


def test_a_partner_cosigns_growth() -> None:
    for held, offered in ((0, 9), (9, 9), (9, 31)):
        proof = consistency_proof(NODES, held, offered)
        line = cosign.cosign(
            head(offered), held=head(held), proof=proof, key=PARTNER, sign=PARTNER_KEY.sign, at=1
        )
        assert cosign.verified(signed_head(offered).plus(line), [PARTNER])


def test_a_partner_never_cosigns_less_than_it_has_seen() -> None:
    with pytest.raises(Unauthentic, match="ledger_rolled_back"):
        cosign.cosign(head(8), held=head(9), proof=(), key=PARTNER, sign=PARTNER_KEY.sign, at=1)


def test_a_partner_never_cosigns_a_second_history() -> None:
    forked = Checkpoint(origin=ORIGIN, size=31, root=head(30).root)
    for held, proof in ((head(9), consistency_proof(NODES, 9, 31)), (head(31), ())):
        with pytest.raises(Unauthentic, match="ledger_forked"):
            cosign.cosign(forked, held=held, proof=proof, key=PARTNER, sign=PARTNER_KEY.sign, at=1)


def test_a_partner_never_takes_one_ledger_for_another() -> None:
    other = str(Origin(node=A, partner=B, epoch="8"))
    with pytest.raises(Unauthentic, match="checkpoint_origin"):
        checkpoint.check_successor(head(9), head(9, origin=other), ())


def test_origins_name_node_ledger_and_epoch() -> None:
    pair, house = Origin(node=A, partner=B, epoch="7f3a"), Origin(node=A, epoch="1")
    assert str(pair) == "lienlac/vn-tra-linh/pair/cn-tinh-tay/7f3a"
    assert str(house) == "lienlac/vn-tra-linh/house/1"
    assert (Origin.parse(str(pair)), Origin.parse(str(house))) == (pair, house)
    assert (pair.ledger, house.ledger) == ("pair", "house")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lienlac/a/pair/b",
        "lienlac/A/house/1",
        "lienlac/a/house/1\n",
        "lienlac/a/hall/1",
        "lienlac/a/b/house/1",
    ],
)
def test_other_origins_are_refused(text: str) -> None:
    with pytest.raises(Malformed, match="ledger_origin"):
        Origin.parse(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb", "a\u200bb"])
def test_a_key_name_has_no_space_and_no_plus(name: str) -> None:
    with pytest.raises(Malformed, match="note_name"):
        NoteKey(name=name, public=bytes(32))


def test_a_time_that_cannot_be_is_neither_signed_nor_believed() -> None:
    with pytest.raises(Malformed, match="cosignature_time"):
        cosigned(13, at=-1)
    line = NoteSignature(name=B, key_id=PARTNER.key_id(COSIGNATURE), signature=b"\xff" * 72)
    with pytest.raises(Unauthentic, match="cosignature_time"):
        cosign.verified(signed_head(13).plus(line), [PARTNER])
