"""The table of kinds: complete, consistent with the code lists, and closed where it must be."""

from __future__ import annotations

import pytest

from lienlac.core import codes
from lienlac.core.errors import Malformed, NotUnderstood
from lienlac.core.messages.fields import SeenBy, Type, Unless, When, With
from lienlac.core.messages.kinds import CLASSES, KINDS, askable, kind, travelling_body

EVERY_FIELD = [(one.code, field) for one in KINDS.values() for field in one.fields]
CLOSED = {
    "IDENTIFY", "RESCUE", "RECEIVE_VICTIM", "VER_ADDR", "VER_PHONE", "VER_ENTRY", "SURV_DISCREET", "ARREST",
    "HANDOVER", "FREEZE_ASSET", "CTRL_DELIV", "SAMPLE", "INV_ASSIST", "JOINT_CASE", "PRE_NOTICE",
}  # fmt: skip


def test_every_kind_of_the_code_list_stands_in_the_table_and_no_other() -> None:
    assert set(KINDS) == set(codes.load("kinds"))


@pytest.mark.parametrize("code", sorted(KINDS))
def test_class_of_a_kind_is_that_of_the_code_list(code: str) -> None:
    assert (KINDS[code].cls or "") == codes.load("kinds").row(code)["class"]
    assert KINDS[code].cls is None or KINDS[code].cls in CLASSES


@pytest.mark.parametrize(("code", "field"), EVERY_FIELD, ids=lambda one: getattr(one, "name", one))
def test_every_code_list_exists(code: str, field: object) -> None:
    name = getattr(field, "code_list", None)
    assert name is None or len(codes.load(name)) > 0


@pytest.mark.parametrize("code", sorted(KINDS))
def test_no_field_stands_twice_and_conditions_name_fields_of_the_kind(code: str) -> None:
    names = [field.name for field in KINDS[code].fields]
    assert len(names) == len(set(names))
    for field in KINDS[code].fields:
        match field.required:
            case When(field=name):
                assert name in names
            case Unless(fields=others) | With(fields=others):
                assert set(others) <= set(names)


def test_defaults_are_codes_of_their_list() -> None:
    for _, field in EVERY_FIELD:
        if field.default is not None and field.code_list is not None:
            assert field.default in codes.load(field.code_list)


def test_no_coercive_kind_is_open() -> None:
    assert not [one.code for one in KINDS.values() if one.cls == "COE" and one.open]


def test_only_locate_is_open_among_those_that_locate() -> None:
    assert [one.code for one in KINDS.values() if one.cls == "LOC" and one.open] == ["LOCATE"]


def test_only_locate_missing_is_open_among_the_humanitarian() -> None:
    assert [one.code for one in KINDS.values() if one.cls == "HUM" and one.open] == ["LOCATE_MISSING"]


def test_kinds_with_incomplete_safeguards_are_closed_and_have_no_form() -> None:
    closed = {one.code for one in KINDS.values() if not one.open}
    assert closed >= CLOSED
    assert all(code.startswith(("AL_", "CW_")) for code in closed - CLOSED)
    assert not any(KINDS[code].fields for code in closed)


def test_every_kind_that_verifies_is_open() -> None:
    assert all(one.open and one.fields for one in KINDS.values() if one.cls == "INF")


def test_nobody_asks_with_a_service_kind() -> None:
    assert not {one.code for one in askable()} & {
        "RECEIPT", "ANSWER", "CLARIFICATION", "REMINDER", "WITHDRAWAL", "REOPENING", "CORRECTION", "FEEDBACK",
        "TEST",
    }  # fmt: skip
    assert {"VER_ID", "LOCATE", "LOCATE_MISSING", "MEET"} <= {one.code for one in askable()}


def test_a_person_is_named_by_name_or_by_document() -> None:
    fields = {field.name: field for field in kind("VER_ID").fields}
    assert fields["subject_name"].is_required({})
    assert not fields["subject_name"].is_required({"document_number": "012345678901"})
    assert fields["subject_name_language"].is_required({"subject_name": "Đàm Khánh Viễn"})
    assert not fields["subject_name_language"].is_required({"document_number": "012345678901"})


def test_the_inside_ground_never_travels() -> None:
    body = {"response": "REFUSED", "outward_ground": "RF00", "inside_ground": "RF12", "note_to_file": "…"}
    assert travelling_body("ANSWER", body) == {"response": "REFUSED", "outward_ground": "RF00"}
    assert kind("ANSWER").field("inside_ground").seen_by is SeenBy.OWN_NODE


def test_empty_values_do_not_travel_but_no_and_nought_do() -> None:
    body = {"located": False, "text": "", "aliases": [], "sex": None}
    assert travelling_body("ANSWER", body) == {"located": False}


def test_whatever_names_a_person_is_marked_personal() -> None:
    for code, field in EVERY_FIELD:
        if field.type is Type.NAME or field.name in {"birth", "address", "phone", "document_number", "text"}:
            assert field.personal, (code, field.name)


def test_unknown_kind_and_newer_version_are_kept_for_an_upgrade() -> None:
    with pytest.raises(NotUnderstood, match="unknown_kind"):
        kind("VER_AURA")
    with pytest.raises(NotUnderstood, match="newer_version"):
        kind("VER_ID", 2)
    assert kind("VER_ID", 1).code == "VER_ID"


def test_a_field_that_a_kind_does_not_have_is_named() -> None:
    with pytest.raises(Malformed) as caught:
        kind("MEET").field("subject_name")
    assert caught.value.facts["field"] == "subject_name"
