"""What was sealed comes out, for whom it was sealed; every attack on the way is noticed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac.core.envelope import (
    MAX_ENVELOPE_BYTES,
    Recipient,
    SealingKey,
    check_outer,
    digest,
    frames,
    open_envelope,
    read_message,
    seal,
)
from lienlac.core.envelope.envelope import MAX_RECIPIENTS
from lienlac.core.envelope.padding import MAX_CONTENT_BYTES
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Unauthentic
from lienlac.core.messages import canonical

from .world import (
    AUTHOR_KEYS,
    MESSAGE,
    NODE_KEYS,
    A,
    B,
    C,
    a_message,
    opened,
    parts_of,
    read,
    sealed,
    signed,
    signed_again,
    with_header,
)

ATTACKED = (Malformed, Unauthentic, NotUnderstood)
SAMPLE = sealed()


# --- what was sealed comes out ---------------------------------------------------------------------------


def test_what_was_sealed_comes_out() -> None:
    envelope = opened(SAMPLE)
    assert envelope.signed_message == signed()
    assert envelope.digest == digest(SAMPLE)
    message, kid = read_message(envelope.signed_message, sender=A.id, author_keys=AUTHOR_KEYS)
    assert (message, kid) == (MESSAGE, A.officer.kid)


@settings(max_examples=30)
@given(st.binary(max_size=5000))
def test_any_content_comes_out(content: bytes) -> None:
    assert opened(sealed(content)).signed_message == content


def test_every_recipient_opens_the_same() -> None:
    raw = sealed(signed(a_message(to_offices=(B.office, C.office))), to=(B, C))
    assert read(raw, B) == read(raw, C)
    assert opened(raw, B) == opened(raw, C)


def test_key_books_may_be_functions() -> None:
    def book(node: str, kid: str):  # type: ignore[no-untyped-def]
        return NODE_KEYS.get((node, kid))

    assert check_outer(SAMPLE, node_keys=book) == check_outer(SAMPLE, node_keys=NODE_KEYS)


def test_the_largest_content_goes_into_one_envelope_with_all_recipients() -> None:
    many = [Recipient(node=f"{'n' * 61}-{i}", key=B.sealing.public) for i in range(MAX_RECIPIENTS)]
    content = b"x" * MAX_CONTENT_BYTES
    raw = seal(content, sender=A.id, recipients=many, node_key=A.signing)
    assert len(raw) <= MAX_ENVELOPE_BYTES
    keys = {B.sealing.kid: B.sealing}
    last = open_envelope(raw, me=many[-1].node, sealing_keys=keys, node_keys=NODE_KEYS)
    assert last.signed_message == content


def test_an_old_sealing_key_still_opens_what_was_sealed_to_it() -> None:
    newer = SealingKey.from_seed(b"n" * 32)
    keys = {newer.kid: newer, B.sealing.kid: B.sealing}
    assert open_envelope(SAMPLE, me=B.id, sealing_keys=keys, node_keys=NODE_KEYS).signed_message


def test_a_node_may_have_two_keys_in_one_envelope_such_as_its_oversight() -> None:
    oversight = SealingKey.from_seed(b"o" * 32)
    raw = seal(
        signed(),
        sender=A.id,
        recipients=[B.as_recipient(), Recipient(node=B.id, key=oversight.public)],
        node_key=A.signing,
    )
    by_oversight = open_envelope(raw, me=B.id, sealing_keys={oversight.kid: oversight}, node_keys=NODE_KEYS)
    assert by_oversight == opened(raw)


# --- what a relay learns ---------------------------------------------------------------------------------


def test_the_outside_tells_only_nodes_keys_and_suite() -> None:
    header = canonical.decode(parts_of(SAMPLE)[0])
    assert header == {
        "from": A.id,
        "kids": [B.sealing.kid],
        "signed_by": A.signing.kid,
        "suite": 1,
        "to": [B.id],
        "v": 1,
    }


def test_no_word_of_the_message_is_in_the_envelope() -> None:
    words = re.findall(rb"[^\"{}:,\[\]]{5,}", MESSAGE.to_bytes())
    assert MESSAGE.kind.encode() in words
    assert [word for word in words if word in SAMPLE] == [b"suite"]  # a field of the header, too


def test_sizes_and_kinds_look_alike_from_outside() -> None:
    lengths = {len(sealed(b"x" * size)) for size in range(0, 1020, 60)}
    assert len(lengths) == 1
    other = a_message(kind="ADM", handling=(), agreement=None, body={})
    assert len(sealed(signed(other))) == len(SAMPLE)


def test_two_envelopes_of_one_message_have_nothing_in_common() -> None:
    first, second = parts_of(SAMPLE), parts_of(sealed())
    assert first[0] == second[0]
    assert first[1] != second[1]
    assert first[2][:64] != second[2][:64]


# --- changed on the way ----------------------------------------------------------------------------------


def test_every_changed_byte_at_every_position_is_refused() -> None:
    for position in range(len(SAMPLE)):
        changed = bytearray(SAMPLE)
        changed[position] ^= 1 << position % 8
        with pytest.raises(ATTACKED):
            opened(bytes(changed))


def test_every_truncation_is_refused() -> None:
    for size in range(len(SAMPLE)):
        with pytest.raises(Malformed):
            opened(SAMPLE[:size])


def test_something_added_is_refused() -> None:
    with pytest.raises(Malformed, match="frame_trailing"):
        opened(SAMPLE + b"\x00")


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_bytes_make_the_door_raise_anything_else(raw: bytes, header: bytes) -> None:
    _, wraps, body, signature = parts_of(SAMPLE)
    for envelope in (raw, frames.pack(header, wraps, body, signature), signed_again(header, wraps, body)):
        with pytest.raises(LienlacError):
            opened(envelope)


def test_an_envelope_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(Malformed, match="frame_too_large"):
        check_outer(bytes(MAX_ENVELOPE_BYTES + 1), node_keys=NODE_KEYS)


def test_even_the_nodes_own_signature_cannot_hide_a_changed_body_or_wrap() -> None:
    header, wraps, body, _ = parts_of(SAMPLE)
    for position in range(0, len(body), 7):
        changed = body[:position] + bytes([body[position] ^ 1]) + body[position + 1 :]
        with pytest.raises(Unauthentic, match="cannot_open_body"):
            opened(signed_again(header, wraps, changed))
    for position in range(4, len(wraps), 7):
        changed = wraps[:position] + bytes([wraps[position] ^ 1]) + wraps[position + 1 :]
        with pytest.raises(Unauthentic, match="cannot_unwrap"):
            opened(signed_again(header, changed, body))


# --- for another ------------------------------------------------------------------------------------------


def test_cannot_be_re_addressed() -> None:
    header, wraps, body, signature = parts_of(SAMPLE)
    other = header.replace(B.id.encode(), C.id.encode()).replace(
        B.sealing.kid.encode(), C.sealing.kid.encode()
    )
    with pytest.raises(Unauthentic, match="bad_signature"):
        opened(frames.pack(other, wraps, body, signature), C)
    with pytest.raises(Unauthentic, match="cannot_unwrap"):
        opened(signed_again(other, wraps, body), C)


def test_cannot_be_re_addressed_to_another_node_with_the_same_key() -> None:
    renamed = with_header(SAMPLE, to=[C.id])
    keys = {B.sealing.kid: B.sealing}
    with pytest.raises(Unauthentic, match="cannot_unwrap"):
        open_envelope(renamed, me=C.id, sealing_keys=keys, node_keys=NODE_KEYS)


def test_a_recipient_cannot_be_added_or_left_out() -> None:
    both = sealed(to=(B, C))
    header, wraps, body, _ = parts_of(both)
    first, _ = frames.unpack(wraps, count=2, max_bytes=len(wraps))
    alone = canonical.encode(
        {
            "from": A.id,
            "kids": [B.sealing.kid],
            "signed_by": A.signing.kid,
            "suite": 1,
            "to": [B.id],
            "v": 1,
        }
    )
    with pytest.raises(Unauthentic, match="cannot_unwrap"):
        opened(signed_again(alone, frames.pack(first), body))
    with pytest.raises(Malformed, match="frame_cut"):
        opened(signed_again(header, frames.pack(first), body))


def test_wrong_recipient_is_told_so() -> None:
    with pytest.raises(Unauthentic, match="not_for_us"):
        opened(SAMPLE, C)


def test_a_destroyed_key_is_told_apart_from_a_wrong_recipient() -> None:
    with pytest.raises(Unauthentic, match="sealing_key_unknown"):
        open_envelope(SAMPLE, me=B.id, sealing_keys={C.sealing.kid: C.sealing}, node_keys=NODE_KEYS)


def test_our_key_under_another_nodes_name_is_not_ours_to_use() -> None:
    strange = SealingKey.from_seed(b"s" * 32)
    recipients = [Recipient(node=B.id, key=strange.public), Recipient(node=C.id, key=B.sealing.public)]
    raw = seal(signed(), sender=A.id, recipients=recipients, node_key=A.signing)
    with pytest.raises(Unauthentic, match="sealing_key_unknown"):
        opened(raw)


def test_swapped_wraps_are_refused() -> None:
    header, wraps, body, signature = parts_of(sealed(to=(B, C)))
    swapped = frames.pack(*reversed(frames.unpack(wraps, count=2, max_bytes=len(wraps))))
    with pytest.raises(Unauthentic, match="bad_signature"):
        opened(frames.pack(header, swapped, body, signature))
    for reader in (B, C):
        with pytest.raises(Unauthentic, match="cannot_unwrap"):
            opened(signed_again(header, swapped, body), reader)


def test_parts_of_two_envelopes_do_not_go_together() -> None:
    (header, wraps, body, _), (_, other_wraps, other_body, _) = parts_of(SAMPLE), parts_of(sealed())
    with pytest.raises(Unauthentic, match="cannot_open_body"):
        opened(signed_again(header, wraps, other_body))
    with pytest.raises(Unauthentic, match="cannot_open_body"):
        opened(signed_again(header, other_wraps, body))


# --- from another -----------------------------------------------------------------------------------------


def test_a_node_cannot_sign_for_another() -> None:
    header, wraps, body, _ = parts_of(SAMPLE)
    with pytest.raises(Unauthentic, match="bad_signature"):
        opened(signed_again(header, wraps, body, by=C))
    with pytest.raises(Unauthentic, match="unknown_key"):
        opened(with_header(SAMPLE, signed_by=C.signing.kid))
    with pytest.raises(Unauthentic, match="unknown_key"):
        opened(with_header(SAMPLE, **{"from": C.id}))


def test_surreptitious_forwarding_is_noticed() -> None:
    # B opens what A wrote to B, and seals A's signed message to C so that C believes A wrote to C.
    letter = opened(SAMPLE).signed_message
    with pytest.raises(Unauthentic, match="unknown_key"):
        read(sealed(letter, sender=B, to=(C,)), C)
    # Even with an envelope signed by A's node, the recipients in the signed message speak.
    with pytest.raises(Unauthentic, match="message_not_for_us"):
        read(sealed(letter, to=(C,)), C)
    with pytest.raises(Unauthentic, match="not_for_us"):
        read(SAMPLE, C)


def test_an_officer_cannot_write_for_another_nodes_office() -> None:
    with pytest.raises(Unauthentic, match="office_of_other_node"):
        read(sealed(signed(a_message(from_office=C.office))))
    with pytest.raises(Unauthentic, match="office_of_other_node"):
        read(sealed(signed(a_message(from_office="nobody.knows"))))


def test_an_officer_of_another_node_cannot_write_in_this_nodes_envelope() -> None:
    with pytest.raises(Unauthentic, match="unknown_key"):
        read(sealed(signed(author=C.officer)))


def test_a_nodes_signature_is_not_an_authors() -> None:
    with pytest.raises(Unauthentic, match="unknown_key"):
        read(sealed(signed(author=A.signing)))
