"""An envelope of a newer version is not understood; one that is wrong is named by what is wrong in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lienlac.core.envelope import (
    MESSAGE_TYPE,
    Recipient,
    frames,
    seal,
    sign,
)
from lienlac.core.envelope.envelope import Header
from lienlac.core.envelope.padding import STEPS
from lienlac.core.envelope.suite import SUITE_1
from lienlac.core.errors import Malformed, NotUnderstood
from lienlac.core.messages import canonical

from .world import (
    MESSAGE,
    A,
    B,
    opened,
    parts_of,
    read,
    sealed,
    signed_again,
    with_header,
)

SAMPLE = sealed()


@pytest.mark.parametrize("fields", [{"v": 2}, {"lane": "x"}, {"v": 2, "lane": "x"}])
def test_a_newer_envelope_is_not_understood_not_called_wrong(fields: dict[str, canonical.Json]) -> None:
    with pytest.raises(NotUnderstood, match="newer_envelope"):
        opened(with_header(SAMPLE, **fields))


def test_an_unknown_suite_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="unknown_suite"):
        opened(with_header(SAMPLE, suite=2))


def test_a_newer_message_is_not_understood() -> None:
    value = canonical.decode(MESSAGE.to_bytes())
    assert isinstance(value, dict)
    newer = sign(MESSAGE_TYPE, canonical.encode(value | {"priority": 1}), A.officer)
    with pytest.raises(NotUnderstood, match="newer_message"):
        read(sealed(newer))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from", "VN"),
        ("from", None),
        ("signed_by", "x"),
        ("to", []),
        ("to", B.id),
        ("to", [B.office]),
        ("to", [1]),
        ("kids", []),
        ("kids", [B.sealing.kid.upper()]),
        ("kids", [B.sealing.kid] * 2),
        ("suite", 0),
        ("suite", True),
        ("suite", "1"),
        ("v", "1"),
        ("v", 0),
        ("v", True),
    ],
)
def test_a_wrong_field_of_the_header_is_named(field: str, value: canonical.Json) -> None:
    with pytest.raises(Malformed) as refusal:
        opened(with_header(SAMPLE, **{field: value}))
    code, named = refusal.value.code, refusal.value.facts["field"]
    assert code == "envelope_header"
    assert named == field or {named, field} == {"kids", "to"}  # two lists of one length


@pytest.mark.parametrize("field", ["from", "kids", "signed_by", "suite", "to", "v"])
def test_a_missing_field_of_the_header_is_named(field: str) -> None:
    header, wraps, body, _ = parts_of(SAMPLE)
    value = canonical.decode(header)
    assert isinstance(value, dict)
    del value[field]
    with pytest.raises(Malformed) as refusal:
        opened(signed_again(canonical.encode(value), wraps, body))
    assert refusal.value.facts["field"] == field


def test_the_same_key_twice_is_refused() -> None:
    with pytest.raises(Malformed, match="envelope_header"):
        sealed(to=(B, B))


def test_nobody_is_no_recipient_and_65_are_too_many() -> None:
    for recipients in ([], [Recipient(node=f"n-{i}", key=B.sealing.public) for i in range(65)]):
        with pytest.raises(Malformed, match="envelope_header"):
            seal(b"", sender=A.id, recipients=recipients, node_key=A.signing)


def test_sizes_that_the_suite_cannot_make_are_refused() -> None:
    header, wraps, body, signature = parts_of(SAMPLE)
    with pytest.raises(Malformed, match="body_size"):
        opened(signed_again(header, wraps, body[:-1]))
    with pytest.raises(Malformed, match="body_size"):
        opened(signed_again(header, wraps, b""))
    with pytest.raises(Malformed, match="wrap_size"):
        opened(signed_again(header, frames.pack(b"short"), body))
    with pytest.raises(Malformed, match="signature_size"):
        opened(frames.pack(header, wraps, body, signature[:-1]))


def test_wrong_padding_is_refused_even_from_the_node_itself() -> None:
    header = parts_of(SAMPLE)[0]
    key = SUITE_1.new_key()
    wrap = B.sealing.public.wrap(key, b"lienlac/1" + B.sealing.kid.encode() + SUITE_1.digest(header))
    for padded in (b"\xff" * STEPS[0], b"\x00\x00\x00\x01".ljust(STEPS[1], b"\x00")):
        body = SUITE_1.seal_body(key, padded, header)
        with pytest.raises(Malformed, match="bad_padding"):
            opened(signed_again(header, frames.pack(wrap), body))


def test_header_bytes_are_read_as_they_are_written() -> None:
    header = Header.from_bytes(parts_of(SAMPLE)[0])
    assert header.to_bytes() == parts_of(SAMPLE)[0]
    assert Header.from_bytes(replace(header, sender="x").to_bytes()).sender == "x"
