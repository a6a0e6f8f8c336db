"""One value has one spelling, and nothing else is read."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.errors import Malformed
from lienlac.core.messages import canonical

LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-canonical.MAX_INT, canonical.MAX_INT) | LETTERS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LETTERS, inner, max_size=4)
)


@given(VALUES)
def test_what_was_encoded_comes_out(value: canonical.Json) -> None:
    assert canonical.decode(canonical.encode(value)) == value


@given(VALUES)
def test_it_is_spelt_as_another_implementation_spells_it(value: canonical.Json) -> None:
    assert canonical.encode(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(st.binary(max_size=40) | st.text('[]{}",:\\0123456789.-eEud8tfn \n', max_size=40).map(str.encode))
def test_no_bytes_are_read_that_we_would_not_have_written(raw: bytes) -> None:
    try:
        value = canonical.decode(raw)
    except Malformed:
        return
    assert canonical.encode(value) == raw


def test_keys_are_ordered_as_rfc_8785_says_by_utf16_units() -> None:
    # RFC 8785, section 3.2.3: the ligature U+FB33 sorts after the face U+1F600, whose first unit is U+D83D.
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(canonical.decode(canonical.encode(dict.fromkeys(keys, 0)))) == [  # type: ignore[arg-type]
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


def test_names_in_six_scripts_stay_as_they_are_written() -> None:
    value = ["Đàm Khánh Viễn", "谭庆远", "ທອງ", "ทอง", "ខ្មែរ", "မြန်မာ"]
    assert canonical.encode(value).decode() == '["' + '","'.join(value) + '"]'


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a":1,"a":2}', "json_duplicate_key"),
        (b'{"b":{"a":1,"a":1}}', "json_duplicate_key"),
        (b'{"a":1,"\\u0061":1}', "json_duplicate_key"),
        (b"[" * 33 + b"]" * 33, "json_too_deep"),
        (b"[" * 10_000 + b"]" * 10_000, "json_too_deep"),
        (b"[" * 1_000_000, "json_too_deep"),
        (b'{"a":' * 10_000, "json_too_deep"),
        (b"NaN", "json_not_a_number"),
        (b"[Infinity]", "json_not_a_number"),
        (b"-Infinity", "json_not_a_number"),
        (b"1.5", "json_float"),
        (b"1.0", "json_float"),
        (b"1e3", "json_float"),
        (b"9007199254740992", "json_integer_range"),
        (b"-9007199254740992", "json_integer_range"),
        (b"1" * 100_000, "json_integer_range"),
        (b'"\xff"', "json_not_utf8"),
        (b'"\xed\xa0\x80"', "json_not_utf8"),
        (b'"\xc0\xaf"', "json_not_utf8"),
        (b'"\\ud800"', "json_surrogate"),
        (b'{"\\udc00":1}', "json_surrogate"),
        (b"1 2", "json_trailing"),
        (b"{}{}", "json_trailing"),
        (b"{}\n", "json_trailing"),
        (b"", "json_syntax"),
        (b"{", "json_syntax"),
        (b"'a'", "json_syntax"),
        (b'"a\nb"', "json_syntax"),
        (b"\xef\xbb\xbf{}", "json_syntax"),
        (b'{"a": 1}', "json_not_canonical"),
        (b'{"b":1,"a":1}', "json_not_canonical"),
        ('{"\ufb33":1,"\U0001f600":1}'.encode(), "json_not_canonical"),  # in the order of characters
        (b'"\\u0061"', "json_not_canonical"),
        (b'"\\/"', "json_not_canonical"),
        (b"-0", "json_not_canonical"),
        (b'"' + b"a" * canonical.MAX_BYTES + b'"', "json_too_large"),
    ],
)
def test_each_fault_has_its_name(raw: bytes, code: str) -> None:
    with pytest.raises(Malformed) as refusal:
        canonical.decode(raw)
    assert refusal.value.code == code


def test_32_levels_are_read_and_brackets_in_text_are_not_levels() -> None:
    assert canonical.decode(b"[" * 32 + b"]" * 32)
    assert canonical.decode(canonical.encode(['\\"[' + "[{" * 100])) == ['\\"[' + "[{" * 100]


def test_a_million_escaped_quotes_without_an_end_are_refused_at_once() -> None:
    with pytest.raises(Malformed):
        canonical.decode(b'"' + b'\\"' * 500_000)


def test_limits_can_be_made_narrower() -> None:
    with pytest.raises(Malformed, match="json_too_large"):
        canonical.decode(b"[1,2]", max_bytes=4)
    with pytest.raises(Malformed, match="json_too_deep"):
        canonical.decode(b"[[]]", max_depth=1)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "json_type"),
        (b"x", "json_type"),
        ({1: 2}, "json_type"),
        ({"é": 1, 3: 2}, "json_type"),
        ({"a": {2, 3}}, "json_type"),
        (2**53, "json_integer_range"),
        ("\ud800", "json_surrogate"),
        ({"\udfff": 1}, "json_surrogate"),
    ],
)
def test_what_json_cannot_say_is_not_encoded(value: canonical.Json, code: str) -> None:
    with pytest.raises(Malformed) as refusal:
        canonical.encode(value)
    assert refusal.value.code == code


def test_a_value_within_itself_is_not_encoded() -> None:
    loop: list[canonical.Json] = []
    loop.append(loop)
    with pytest.raises(Malformed, match="json_too_deep"):
        canonical.encode(loop)
