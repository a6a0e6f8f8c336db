"""What two people read to each other is the whole fingerprint, and a word misheard is noticed."""

from __future__ import annotations

import contextlib
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.trust import words

fingerprints = st.binary(min_size=32, max_size=32).map(bytes.hex)
ONE = hashlib.sha256(b"one").hexdigest()
PUBLIC_LIST = "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"


def test_the_list_is_the_public_one() -> None:
    raw = "".join(f"{word}\n" for word in words.word_list()).encode()
    assert hashlib.sha256(raw).hexdigest() == PUBLIC_LIST


def test_spells_as_bip_39_does() -> None:
    assert words.words("00" * 32) == ("abandon",) * 23 + ("art",)
    assert words.words("ff" * 32) == ("zoo",) * 23 + ("vote",)


@given(fingerprints)
def test_words_and_digits_come_back(fingerprint: str) -> None:
    assert words.read(" ".join(words.words(fingerprint))) == fingerprint
    assert words.read(" ".join(words.digits(fingerprint))) == fingerprint
    assert words.read(fingerprint.upper()) == fingerprint


def test_four_letters_are_enough() -> None:
    assert words.read("\n".join(f"{word[:4].upper()}," for word in words.words(ONE))) == ONE


@pytest.mark.parametrize("zero", ["០", "໐", "๐", "၀", "０"])
def test_digits_of_any_script_are_read(zero: str) -> None:
    native = str.maketrans("0123456789", "".join(chr(ord(zero) + n) for n in range(10)))
    assert words.read(" ".join(words.digits(ONE)).translate(native)) == ONE


def test_two_words_in_the_wrong_order_are_noticed_or_differ() -> None:
    said = list(words.words(ONE))
    said[3], said[4] = said[4], said[3]
    with pytest.raises(Malformed, match="words_do_not_hold"):
        words.read(" ".join(said))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "words_count"),
        ("abandon " * 23, "words_count"),
        ("abandon " * 25, "words_count"),
        ("abandon " * 24, "words_do_not_hold"),
        ("abandon " * 23 + "zzzz", "word_unknown"),
        ("123456 " * 12, "digits_wrong"),
        ("9" * 78, "digits_wrong"),
    ],
)
def test_says_what_is_wrong_with_what_was_typed(text: str, code: str) -> None:
    with pytest.raises(Malformed, match=code):
        words.read(text)


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    with contextlib.suppress(LienlacError):
        assert len(words.read(text)) == words.HEX_DIGITS


def test_names_the_places_that_differ() -> None:
    other = ONE[:-2] + f"{int(ONE[-2:], 16) ^ 1:02x}"
    assert words.differing(ONE, ONE) == ()
    assert words.differing(ONE, other)
