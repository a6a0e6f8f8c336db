"""Suites are the receiver's choice, and a stranger's suite works through the same door."""

from __future__ import annotations

import pytest

from lienlac.core.envelope import Recipient, check_outer, open_envelope, seal
from lienlac.core.envelope.p384 import SUITE_2, EcdsaSigningKey, HybridKey
from lienlac.core.envelope.suite import SUITE_1, SUITES
from lienlac.core.errors import NotUnderstood, Unauthentic

from .world import NODE_KEYS, A, B, sealed, signed

BOTH = {1: SUITE_1, 2: SUITE_2}
SIGNING, SEALING = EcdsaSigningKey(bytes([11]) * 48), HybridKey(bytes([12]) * 32)
SECOND_KEYS = {(A.id, SIGNING.kid): SIGNING.public}


def sealed_2() -> bytes:
    return seal(
        signed(),
        sender=A.id,
        recipients=[Recipient(node=B.id, key=SEALING.public)],
        node_key=SIGNING,
        suite=2,
        suites=BOTH,
    )


def test_a_second_suite_needs_nothing_but_its_keys_and_numbers() -> None:
    opened = open_envelope(
        sealed_2(), me=B.id, sealing_keys={SEALING.kid: SEALING}, node_keys=SECOND_KEYS, suites=BOTH
    )
    assert opened.signed_message == signed()
    assert opened.header.suite == 2


def test_a_suite_that_the_receiver_does_not_allow_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="unknown_suite"):
        check_outer(sealed_2(), node_keys=SECOND_KEYS)
    with pytest.raises(NotUnderstood, match="unknown_suite"):
        check_outer(sealed(), node_keys=NODE_KEYS, suites={2: SUITE_2})


def test_a_suite_that_nobody_has_cannot_be_sealed_with() -> None:
    with pytest.raises(NotUnderstood, match="unknown_suite"):
        seal(signed(), sender=A.id, recipients=[B.as_recipient()], node_key=A.signing, suite=7)


def test_keys_of_two_suites_are_never_mixed_in_one_envelope() -> None:
    mixed = Recipient(node=B.id, key=SEALING.public)
    with pytest.raises(Unauthentic, match="key_of_other_suite"):
        seal(signed(), sender=A.id, recipients=[B.as_recipient(), mixed], node_key=A.signing, suites=BOTH)
    with pytest.raises(Unauthentic, match="key_of_other_suite"):
        seal(signed(), sender=A.id, recipients=[B.as_recipient()], node_key=SIGNING, suites=BOTH)


def test_the_receiver_refuses_a_key_of_another_suite_than_the_header_says() -> None:
    class Relabelled:
        """The key of suite 1, under a suite number that does not go with the envelope."""

        kid, suite, verify = A.signing.kid, 2, A.signing.public.verify

    with pytest.raises(Unauthentic, match="key_of_other_suite"):
        check_outer(sealed(), node_keys={(A.id, A.signing.kid): Relabelled()}, suites=BOTH)


def test_the_registry_cannot_be_changed_from_outside() -> None:
    assert dict(SUITES) == {1: SUITE_1}
    with pytest.raises(TypeError):
        SUITES[2] = SUITE_2  # type: ignore[index]


def test_a_body_commits_to_its_key() -> None:
    key, header = bytes(32), b"header"
    body = SUITE_1.seal_body(key, b"x" * 1024, header)
    assert SUITE_1.open_body(key, body, header) == b"x" * 1024
    for changed in (bytes(32) + body[32:], body[:-1] + bytes([body[-1] ^ 1]), body[:10], b""):
        with pytest.raises(Unauthentic, match="cannot_open_body"):
            SUITE_1.open_body(key, changed, header)
    for other_key, other_header in ((b"k" * 32, header), (key, b"another")):
        with pytest.raises(Unauthentic, match="cannot_open_body"):
            SUITE_1.open_body(other_key, body, other_header)


def test_every_body_has_a_key_of_its_own() -> None:
    assert len({SUITE_1.new_key() for _ in range(100)}) == 100


def test_suites_separate_even_the_same_key() -> None:
    body = SUITE_1.seal_body(bytes(32), b"x", b"header")
    with pytest.raises(Unauthentic, match="cannot_open_body"):
        SUITE_2.open_body(bytes(32), body, b"header")
