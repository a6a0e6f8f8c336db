"""A message is read only in the shape that was promised, and a wrong field is named."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.errors import Malformed, NotUnderstood
from lienlac.core.messages import canonical
from lienlac.core.messages.attachment import Attachment
from lienlac.core.messages.message import Message, is_node_id, is_office_id

PHOTO = Attachment(
    chunks=("cd" * 32, "ce" * 32),
    key="ef" * 32,
    media_type="image/jpeg",
    name="ảnh thẻ.jpg",
    sha256="ab" * 32,
    size=(1 << 20) + 1,
    suite=1,
)
MESSAGE = Message(
    id="0123456789abcdef0123456789abcdef",
    from_office="vn-tra-linh.desk",
    to_offices=("cn-jingxi.desk", "lmlecc"),
    kind="VER_ID",
    version=1,
    handling=("H1", "EYES:VN,CN"),
    created="2026-11-21T08:30:00.000Z",
    agreement="VN-CN-2021",
    in_reply_to=None,
    attachments=(PHOTO,),
    body={"name": "Đàm Khánh Viễn", "born": 1988},
)
FIELDS = [
    *("id", "from", "to", "kind", "version", "handling", "created", "agreement", "in_reply_to"),
    *("attachments", "body"),
]


def altered(**fields: Any) -> bytes:
    """The message's bytes with some fields of the wire replaced."""
    return canonical.encode(json.loads(MESSAGE.to_bytes()) | fields)


def test_what_was_written_is_read() -> None:
    assert Message.from_bytes(MESSAGE.to_bytes()) == MESSAGE


def test_the_wire_has_exactly_these_fields() -> None:
    assert sorted(json.loads(MESSAGE.to_bytes())) == sorted(FIELDS)


@given(st.dictionaries(st.text("abc", max_size=3), st.integers(0, 9) | st.text("xyz"), max_size=3))
def test_any_body_comes_out_as_it_went_in(body: dict[str, canonical.Json]) -> None:
    message = replace(MESSAGE, body=body)
    assert Message.from_bytes(message.to_bytes()) == message


@pytest.mark.parametrize("field", FIELDS)
def test_a_missing_field_is_named(field: str) -> None:
    fields = json.loads(MESSAGE.to_bytes())
    del fields[field]
    with pytest.raises(Malformed) as refusal:
        Message.from_bytes(canonical.encode(fields))
    assert (refusal.value.code, refusal.value.facts["field"]) == ("message_field", field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "0123"),
        ("id", "0123456789ABCDEF0123456789ABCDEF"),
        ("id", None),
        ("from", "vn tra linh"),
        ("from", "a" * 65),
        ("from", "VN"),
        ("from", ".desk"),
        ("to", []),
        ("to", "cn-jingxi.desk"),
        ("to", ["b.desk", "b.desk"]),
        ("to", ["b.desk", 1]),
        ("to", [["b.desk"]]),
        ("to", [f"office-{n}" for n in range(33)]),
        ("kind", ""),
        ("kind", "VER ID"),
        ("version", 0),
        ("version", "1"),
        ("version", True),
        ("handling", ["H1", "H1"]),
        ("handling", None),
        ("created", "2026-11-21T08:30:00Z"),
        ("created", "2026-02-30T08:30:00.000Z"),
        ("created", "2026-11-21T08:30:00.000+07:00"),
        ("created", "2026-11-21T24:30:00.000Z"),
        ("created", "٢٠٢٦-11-21T08:30:00.000Z"),
        ("agreement", ""),
        ("agreement", 7),
        ("in_reply_to", "x"),
        ("attachments", {}),
        ("body", []),
        ("body", None),
    ],
)
def test_a_field_of_the_wrong_shape_is_named(field: str, value: canonical.Json) -> None:
    with pytest.raises(Malformed) as refusal:
        Message.from_bytes(altered(**{field: value}))
    assert (refusal.value.code, refusal.value.facts["field"]) == ("message_field", field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sha256", "ab"),
        ("size", -1),
        ("size", 0),
        ("size", None),
        ("chunks", []),
        ("chunks", ["cd" * 32]),  # too few for the size
        ("chunks", ["cd" * 32, "cd" * 32]),
        ("chunks", ["cd" * 32, "CE" * 32]),
        ("chunks", {"cd" * 32: 1}),
        ("key", "ef" * 16),
        ("key", None),
        ("suite", 0),
        ("suite", "1"),
        ("media_type", "image"),
        ("name", ""),
        ("name", "../../etc/passwd"),
        ("name", "..\\x"),
        ("name", "photo\u202egpj.exe"),
        ("name", "a\nb"),
        ("name", "x" * 256),
    ],
)
def test_an_attachment_of_the_wrong_shape_is_named(field: str, value: canonical.Json) -> None:
    with pytest.raises(Malformed) as refusal:
        Message.from_bytes(altered(attachments=[vars(PHOTO) | {field: value}]))
    assert (refusal.value.code, refusal.value.facts["field"]) == ("attachment_field", field)


def test_a_field_of_a_newer_node_is_kept_for_later_not_called_wrong() -> None:
    newer = {"attachments": [vars(PHOTO) | {"thumbnail": "00"}]}
    for raw in (altered(priority="high"), altered(priority="high", id=1), altered(**newer)):
        with pytest.raises(NotUnderstood, match="newer_message"):
            Message.from_bytes(raw)


@pytest.mark.parametrize("raw", [b"[]", b"null", b'"message"', b"7"])
def test_only_an_object_is_a_message(raw: bytes) -> None:
    with pytest.raises(Malformed, match="message_not_object"):
        Message.from_bytes(raw)


def test_a_wrong_message_cannot_even_be_made() -> None:
    with pytest.raises(Malformed, match="message_field"):
        replace(MESSAGE, to_offices=())


def test_ids_of_nodes_and_offices() -> None:
    assert is_node_id("vn-tra-linh")
    assert is_office_id("vn-tra-linh.desk")
    assert not is_node_id("vn-tra-linh.desk")
    assert not is_node_id("vn-tra-linh-")  # no lane can be named so
    assert not is_office_id("vn-tra-linh.desk\n")
    assert not is_office_id(None)
