"""Labels and sentences: never an exception, never a hidden code, the right language for every tag."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import wording
from lienlac.core.errors import (
    LienlacError,
    Malformed,
    NotUnderstood,
    Refused,
    Unauthentic,
    Unavailable,
)
from lienlac.wording import LANGUAGES
from lienlac.wording.tables import names

KINDS_OF_ERROR = (Refused, Malformed, Unauthentic, NotUnderstood, Unavailable, LienlacError)


def test_a_label_is_in_the_language_of_the_reader() -> None:
    assert wording.label("kinds", "VER_ID", "vi") == "Xác minh nhân thân"
    assert wording.label("kinds", "VER_ID", "zh-hans") == "核查身份"
    assert wording.label("offences", "THB", "zh-hans") == "人口贩运"  # never the narrower 拐卖
    assert wording.label("relations", "defendant", "zh-hans") == "被告人"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("vi", "vi"),
        ("vi-VN", "vi"),
        ("zh_Hans", "zh-hans"),
        ("zh-CN", "zh-hans"),
        ("EN-us", "en"),
        ("fr", "en"),
        ("", "en"),
        ("lo_LA", "lo"),
    ],
)
def test_any_tag_finds_its_nearest_language(tag: str, language: str) -> None:
    assert wording.nearest(tag) == language


@given(st.text(), st.text(), st.text())
def test_no_list_code_or_language_makes_a_label_raise(list_name: str, code: str, language: str) -> None:
    assert isinstance(wording.label(list_name, code, language), str)
    assert isinstance(wording.labels(list_name, language), dict)


@given(st.sampled_from(sorted(names())), st.text(min_size=1).filter(lambda code: len(code) > 40))
def test_an_unknown_code_is_shown_raw(list_name: str, code: str) -> None:
    assert wording.label(list_name, code, "km") == code
    assert not wording.needs_check(list_name, code, "km")


@given(
    st.sampled_from(KINDS_OF_ERROR),
    st.one_of(
        st.text(), st.sampled_from(["field_missing", "unknown_code", "disk_full", "bad_padding", "SG01"])
    ),
    st.dictionaries(st.sampled_from(["field", "value", "limit", "size", "node", "{x}"]), st.text()),
    st.sampled_from(LANGUAGES),
)
def test_every_error_has_words_whatever_its_facts(
    kind: type[LienlacError], code: str, facts: dict[str, str], language: str
) -> None:
    said = wording.error(kind(code, **facts), language)
    assert said.strip()


def test_an_error_says_which_field_and_what_to_do() -> None:
    problem = Malformed("field_missing", kind="VER_ID", field="birth")
    assert wording.error(problem, "en") == "“Date of birth” is not filled in. Fill it in."
    assert wording.error(problem, "zh") == "“出生日期”未填写。请填写。"


def test_a_missing_fact_leaves_a_dash_and_does_not_raise() -> None:
    assert "—" in wording.error(Malformed("field_missing"), "en")


def test_a_fact_is_never_read_as_a_placeholder() -> None:
    assert "{limit}" in wording.error(Malformed("field_code", field="sex", value="{limit}"), "en")


def test_several_facts_are_put_side_by_side() -> None:
    said = wording.sentence(
        "policy_reasons", "agreement_does_not_cover", "en", agreement="A1", missing=("party", "kind")
    )
    assert "a side is no party, this kind is not in it" in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["i_was_restored", "receiver_restored"])
def test_places_that_were_lost_can_be_said_by_telephone(code: str, language: str) -> None:
    lost = [
        {"epoch": "1f0c22ab" + "0" * 24, "first": 3, "last": 5},
        {"epoch": "f" * 32, "first": 7, "last": 7},
    ]
    said = wording.sentence("lane_incidents", code, language, lost=lost)
    assert "3–5 (1f0c22ab), 7 (ffffffff)" in said
    assert "{" not in said


def test_technical_codes_share_a_sentence_and_are_named_in_it() -> None:
    assert "frame_cut" in wording.error(Malformed("frame_cut"), "vi")


def test_a_code_kept_in_a_table_of_errors_is_said_in_words_too() -> None:
    assert wording.sentence("errors", "line_broke", "en") == wording.sentence("errors", "line_broken", "en")
    assert "frame_cut" in wording.sentence("errors", "frame_cut", "my")


def test_an_error_without_own_words_gets_those_of_its_kind() -> None:
    assert "no_such_code_yet" in wording.error(Unavailable("no_such_code_yet"), "th")


def test_refusal_grounds_and_rules_can_be_said_as_errors() -> None:
    assert wording.error(Refused("RF20"), "en") == wording.label("refusal_grounds", "RF20", "en")
    assert wording.error(Refused("SG39"), "lo") == wording.label("rules", "SG39", "lo")


def test_a_country_and_the_centre_have_names() -> None:
    assert wording.country("LA", "vi") == "Lào"
    assert wording.country("MY", "vi") == "Malaysia"
    assert wording.country("LMLECC", "zh-hans").startswith("澜沧江")
    assert wording.country("Q9", "vi") == "Q9"


def test_a_language_is_called_by_its_own_name() -> None:
    assert [wording.language_name(code) for code in LANGUAGES][:3] == ["Tiếng Việt", "ພາສາລາວ", "中文"]


def test_it_is_said_which_labels_nobody_has_read_yet() -> None:
    assert wording.needs_check("kinds", "VER_ID", "lo")
    assert not wording.needs_check("kinds", "VER_ID", "en")


def test_reasons_of_a_comparison_are_put_into_words() -> None:
    facts = {"written": "谭", "reading": "đàm", "table": "han_viet"}
    assert wording.reason("reading", "en", facts) == "“谭” is read “đàm” (Hán-Việt)."


def test_the_regional_centre_is_named_where_a_country_would_stand() -> None:
    assert wording.country("XR", "en") == wording.country("LMLECC", "en") != "XR"
