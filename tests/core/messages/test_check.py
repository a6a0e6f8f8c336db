"""Bodies: what is well made passes, and everything else has a name that tells what is wrong."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core.errors import Malformed, NotUnderstood
from lienlac.core.messages.check import check_body, check_handling, check_own, tidy, unknown_codes
from lienlac.core.messages.kinds import KINDS

ASK: dict[str, object] = {
    "subject_name": "Đàm Khánh Viễn",
    "subject_name_language": "vi",
    "sex": "male",
    "birth": "1988",
    "nationality": "CN",
    "purpose": "INVESTIGATE",
    "offence": "DRUG_TRADE",
    "offence_country": "VN",
    "offence_law": "PC",
    "offence_article": "251",
    "place": "Trà Lĩnh",
    "matter_date": "2026-10",
    "why_there": "national",
    "link": "suspect",
    "case_number": "17/HS",
    "urgency": "U1",
    "text": "Đối tượng khai quê ở Tịnh Tây.\nCần xác minh nhân thân.",
    "text_language": "vi",
}
ANSWER: dict[str, object] = {"of": "0" * 32, "response": "FULL", "identity_confirmed": True}
RECEIPT: dict[str, object] = {
    "stage": "R1",
    "lane_class": "normal",
    "epoch": "a" * 32,
    "seqs": [1],
    "envelopes": ["b" * 64],
    "at": "2026-11-21T10:00:00.000Z",
    "status": "stored",
}
NAMES = (
    "谭庆远",
    "ທ້າວ ສົມສັກ",
    "ກຳ\u200bແພງ",
    "สมชาย",
    "សុខ​ ដារ៉ា",
    "အောင်\u200dကျော်",
    "Đàm Khánh Viễn",
    "Dam K.",
)


def refused(kind: str, body: dict[str, object]) -> tuple[str, object]:
    with pytest.raises(Malformed) as caught:
        check_body(kind, 1, body)
    return caught.value.code, caught.value.facts.get("field")


def test_a_whole_enquiry_passes_both_doors() -> None:
    check_body("VER_ID", 1, ASK)
    check_own("VER_ID", ASK)


def test_receipt_and_answer_pass() -> None:
    check_body("RECEIPT", 1, RECEIPT)
    check_body("ANSWER", 1, ANSWER)


@pytest.mark.parametrize("name", NAMES)
def test_names_of_all_six_scripts_pass_with_their_joiners(name: str) -> None:
    check_body("VER_ID", 1, ASK | {"subject_name": name, "aliases": [name]})


@pytest.mark.parametrize("name", NAMES)
def test_we_sign_names_of_all_six_scripts_with_their_joiners(name: str) -> None:
    check_own("VER_ID", ASK | {"subject_name": name, "aliases": [name]})


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Đàm\u200b Khánh", "name_invisible"),
        ("Đàm\u200dKhánh", "name_invisible"),
        ("Đàm\ufeffKhánh", "name_invisible"),
        ("谭\u200c庆远", "name_invisible"),
        ("👮👮", "name_without_letters"),
        ("?!", "name_without_letters"),
    ],
)
@pytest.mark.parametrize("field", ["subject_name", "aliases"])
def test_a_name_that_is_not_what_one_sees_is_not_signed(name: str, code: str, field: str) -> None:
    with pytest.raises(Malformed) as caught:
        check_own("VER_ID", ASK | {field: [name] if field == "aliases" else name})
    assert (caught.value.code, caught.value.facts["field"]) == (code, field)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"subject_name": "谭" * 10_000}, "field_too_long", "subject_name"),
        ({"subject_name": "Đàm\ud800"}, "field_characters", "subject_name"),
        ({"subject_name": "Đàm\x00"}, "field_characters", "subject_name"),
        ({"subject_name": "Đàm\nViễn"}, "field_characters", "subject_name"),
        ({"subject_name": "Đàm\u202enễiV"}, "field_characters", "subject_name"),
        ({"subject_name": "Đàm\uffff"}, "field_characters", "subject_name"),
        ({"subject_name": "   "}, "field_empty", "subject_name"),
        ({"subject_name": "\u200b \u200d"}, "field_empty", "subject_name"),
        ({"subject_name": 7}, "field_type", "subject_name"),
        ({"subject_name": None}, "field_type", "subject_name"),
        ({"subject_name": ["Đàm"]}, "field_type", "subject_name"),
        ({"aliases": "Đàm"}, "field_type", "aliases"),
        ({"aliases": ["x"] * 11}, "field_too_many", "aliases"),
        ({"birth": "12/04/1988"}, "field_format", "birth"),
        ({"birth": "1988-13"}, "field_format", "birth"),
        ({"birth": "1988-02-30"}, "field_format", "birth"),
        ({"birth": "໑໙໘໘"}, "field_format", "birth"),
        ({"birth": "0000"}, "field_format", "birth"),
        ({"birth": "1990/1986"}, "field_format", "birth"),
        ({"nationality": "Viet Nam"}, "field_format", "nationality"),
        ({"sex": "fe male"}, "field_format", "sex"),
        ({"text": "x" * 4_001}, "field_too_long", "text"),
        ({"text": "a\x1bb"}, "field_characters", "text"),
        ({"note_to_file": "for us alone"}, "field_not_for_us", "note_to_file"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(change: dict[str, object], code: str, field: str) -> None:
    assert refused("VER_ID", ASK | change) == (code, field)


@pytest.mark.parametrize("also_wrong", [{}, {"birth": "1988-13"}, {"purpose": None}])
def test_a_newer_field_is_not_understood_and_nothing_is_refused(also_wrong: dict[str, object]) -> None:
    """A field that came without a new version: only the node that knows it can judge the message."""
    with pytest.raises(NotUnderstood) as found:
        check_body("VER_ID", 1, ASK | {"colour_of_soul": "blue"} | also_wrong)
    assert (found.value.code, found.value.facts["fields"]) == ("newer_message", ("colour_of_soul",))


def test_a_field_that_our_own_form_invents_is_refused() -> None:
    with pytest.raises(Malformed, match="field_unknown"):
        check_own("VER_ID", ASK | {"colour_of_soul": "blue"})


def test_a_newer_field_of_a_receipt_is_passed_over() -> None:
    receipt = {"stage": "R2", "status": "stored", "of": "0" * 32, "at": "2026-11-21T08:30:00.000Z"}
    check_body("RECEIPT", 1, receipt | {"weather": "dry"})
    with pytest.raises(Malformed, match="field_missing"):
        check_body("RECEIPT", 1, {"stage": "R2", "status": "stored", "weather": "dry"})


@pytest.mark.parametrize(
    "missing", ["subject_name", "subject_name_language", "purpose", "urgency", "text_language"]
)
def test_a_missing_field_is_named(missing: str) -> None:
    body = {name: value for name, value in ASK.items() if name != missing}
    assert refused("VER_ID", body) == ("field_missing", missing)


@pytest.mark.parametrize(
    ("response", "field"),
    [
        ("STATUS", "until"),
        ("FORWARDED", "forwarded_to"),
        ("REFUSED", "outward_ground"),
        ("DUPLICATE_OF", "duplicate_of"),
        ("ACTION_DONE", "action_taken"),
        ("ACTION_IMPOSSIBLE", "action_hindrance"),
    ],
)
def test_an_answer_brings_what_it_promises(response: str, field: str) -> None:
    assert refused("ANSWER", ANSWER | {"response": response}) == ("field_missing", field)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"seqs": [2**53]}, "field_too_long"),
        ({"seqs": [True]}, "field_type"),
        ({"seqs": ["1"]}, "field_type"),
        ({"seqs": 1}, "field_type"),
        ({"seqs": list(range(101))}, "field_too_many"),
        ({"epoch": "A" * 32}, "field_format"),
        ({"envelopes": ["b" * 63]}, "field_format"),
        ({"at": "2026-11-21T10:00:00"}, "field_format"),
        ({"at": "2026-02-30T10:00:00Z"}, "field_format"),
        ({"at": 0}, "field_type"),
    ],
)
def test_a_receipt_is_exact(change: dict[str, object], code: str) -> None:
    assert refused("RECEIPT", RECEIPT | change) == (code, next(iter(change)))


def test_an_unknown_code_of_a_partner_is_kept_and_shown_raw() -> None:
    body = ASK | {"document_type": "moon_card"}
    check_body("VER_ID", 1, body)
    assert [(field.name, value) for field, value in unknown_codes("VER_ID", body)] == [
        ("document_type", "moon_card")
    ]


def test_an_unknown_code_on_which_a_rule_depends_waits_for_an_upgrade() -> None:
    with pytest.raises(NotUnderstood) as caught:
        check_body("VER_ID", 1, ASK | {"purpose": "CURIOSITY"})
    assert caught.value.code == "unknown_code"
    assert caught.value.facts["value"] == "CURIOSITY"


def test_an_unknown_code_of_our_own_form_is_our_error() -> None:
    with pytest.raises(Malformed) as caught:
        check_own("VER_ID", ASK | {"document_type": "moon_card"})
    assert (caught.value.code, caught.value.facts["field"]) == ("field_code", "document_type")


def test_a_newer_version_is_not_judged_by_the_older_table() -> None:
    with pytest.raises(NotUnderstood, match="newer_version"):
        check_body("VER_ID", 2, {"colour_of_soul": "blue"})


def test_an_error_does_not_show_the_name() -> None:
    with pytest.raises(Malformed) as caught:
        check_body("VER_ID", 1, ASK | {"subject_name": "谭庆远" * 100})
    assert "谭" not in str(caught.value)
    assert "谭" not in repr(caught.value.facts)


def test_tidying_keeps_joiners_and_drops_marks_of_direction() -> None:
    assert tidy(" \u202aĐa\u0300m\u202c\r\n") == "Đàm"
    assert tidy("អា\u200bន") == "អា\u200bន"
    assert tidy(tidy("  x  ")) == tidy("  x  ")


values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.text(max_size=3), max_size=3)
)


@given(st.sampled_from(sorted(KINDS)), st.lists(st.tuples(st.integers(0, 40), values), max_size=6))
def test_no_body_raises_anything_but_what_is_promised(kind: str, drawn: list[tuple[int, object]]) -> None:
    names = [*(field.name for field in KINDS[kind].fields), "unheard_of"]
    body = {names[index % len(names)]: value for index, value in drawn}
    with contextlib.suppress(Malformed, NotUnderstood):
        check_body(kind, 1, body)


def test_a_condition_of_use_that_nobody_here_knows_is_not_understood() -> None:
    check_handling(("H0", "H3", "NO_REGIONAL", "EYES:LA,VN", "EXPIRES:2027-01-01", "TRAINING"))
    for strange in ("H9", "H0:LA", "SILENT", "TRAINING:VN"):
        with pytest.raises(NotUnderstood, match="unknown_code"):
            check_handling(("H0", strange))
