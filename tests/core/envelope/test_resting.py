"""A secret at rest opens with its passphrase, under its name, unchanged; and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.envelope import resting
from lienlac.core.envelope.resting import RestingKey
from lienlac.core.errors import LienlacError, Malformed, Unauthentic

WORDS = "seven dry bamboo rafts"
KEY = RestingKey(bytes(range(32)))


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(resting, "SCRYPT_N", 2**4)


def test_a_key_out_of_a_passphrase_costs_its_guesser_half_a_second():
    assert resting.SCRYPT_N == 2**17


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_was_sealed_comes_out(secret, name):
    sealed = KEY.seal(name, secret)
    assert resting.is_sealed(sealed)
    assert KEY.open(name, sealed) == secret
    assert len(secret) < 20 or secret not in sealed


def test_a_secret_cannot_be_put_into_the_place_of_another():
    with pytest.raises(Unauthentic, match="key_file_broken"):
        KEY.open("node-b.seed", KEY.seal("node-a.seed", b"secret"))


def test_every_changed_byte_of_a_sealed_secret_is_noticed():
    sealed = KEY.seal("a", b"x" * 40)
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(LienlacError):
            KEY.open("a", changed)
    for length in range(len(sealed)):
        with pytest.raises(LienlacError):
            KEY.open("a", sealed[:length])


def test_a_secret_of_another_lock_is_told_from_a_damaged_one():
    with pytest.raises(Unauthentic, match="key_file_of_other_lock"):
        RestingKey.generate().open("a", KEY.seal("a", b"secret"))


def test_a_lock_opens_with_its_passphrase_and_no_other(quick):
    lock = KEY.under(WORDS)
    assert resting.unlock(lock, WORDS).open("a", KEY.seal("a", b"secret")) == b"secret"
    assert KEY.secret_bytes() not in lock
    with pytest.raises(Unauthentic, match="passphrase_wrong"):
        resting.unlock(lock, "seven wet bamboo rafts")


def test_every_changed_byte_of_a_lock_is_noticed(quick):
    lock = KEY.under(WORDS)
    for place in range(len(lock)):
        with pytest.raises((Malformed, Unauthentic)):
            resting.unlock(lock[:place] + bytes([lock[place] ^ 1]) + lock[place + 1 :], WORDS)
    with pytest.raises(Malformed, match="lock_broken"):
        resting.unlock(lock[:-1], WORDS)


def test_a_short_passphrase_is_refused(quick):
    with pytest.raises(Malformed, match="passphrase_short"):
        KEY.under("short")
