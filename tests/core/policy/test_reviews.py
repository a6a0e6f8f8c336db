"""Which texts are reviewed after they left (SG34): every flash, every one with a harm flag, one in ten of the rest."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.policy.cases import (
    ANSWER,
    ASK,
    FLASH,
    LOCATE,
    LOCATED,
    MEET,
    MISSING,
    NOHIT,
    REFUSAL,
    with_body,
)

from lienlac.core import codes
from lienlac.core.policy.case import Case, Match, Protection
from lienlac.core.policy.reviews import HARM_FLAGS, ONE_IN, WITHIN, Cause, cause_of, is_drawn

LOT = Cause(reason="sample", certain=False)
ADULT = with_body(MISSING, birth="1990")
TOLD = with_body(ANSWER, address="Trà Lĩnh", whereabouts_decision="12/QĐ")
CLARIFICATION = replace(
    ANSWER, kind="CLARIFICATION", sender=ASK.sender, body={"of": "0" * 32, "text": "Sinh năm 1988."}
)


@pytest.mark.parametrize(
    "case",
    [
        ASK,
        ADULT,
        ANSWER,
        CLARIFICATION,
        replace(CLARIFICATION, kind="CORRECTION", body={"of": "0" * 32, "birth": "1988"}),
        replace(NOHIT, asked_kind="LOCATE_MISSING"),
        replace(NOHIT, files=1),
        with_body(NOHIT, text="Không có trong sổ.", text_language="vi"),
        with_body(REFUSAL, text="Hỏi lại sau.", text_language="vi"),
        replace(CLARIFICATION, asked_kind="LOCATE", asked=LOCATE.body),
    ],
)
def test_what_says_something_on_one_officers_word_may_be_drawn(case: Case) -> None:
    assert cause_of(case) == LOT


@pytest.mark.parametrize(
    "case",
    [
        MEET,
        LOCATE,
        LOCATED,
        NOHIT,
        REFUSAL,
        replace(ASK, sensitive=frozenset({"religion"})),
        replace(ANSWER, wanted_hit=True),
        replace(ANSWER, match=Match(adverse=True)),
        replace(ANSWER, kind="REMINDER", body={"of": "0" * 32}),
        replace(ASK, kind="TEST"),
        replace(CLARIFICATION, kind="REMINDER"),
        replace(CLARIFICATION, asked_kind="MEET", asked=MEET.body),
    ],
)
def test_what_needs_two_before_or_says_nothing_is_never_drawn(case: Case) -> None:
    assert cause_of(case) is None


@pytest.mark.parametrize(
    ("flag", "case"),
    [
        ("minor", MISSING),
        ("minor", with_body(ASK, birth="2008-11-22")),
        ("minor", with_body(ASK, birth="2008")),
        ("minor", with_body(ASK, birth="2007/2009~")),
        ("minor", with_body(ANSWER, birth="2010-02-29")),
        ("minor", replace(ANSWER, asked={**ANSWER.asked, "birth": "2012"})),
        ("victim", with_body(ASK, purpose="PROTECT_VICTIM")),
        ("victim", with_body(ASK, link="presumed_victim")),
        ("victim", replace(ANSWER, asked={**ANSWER.asked, "link": "witness"})),
        ("sensitive_words", with_body(ASK, text="Thuộc dân tộc thiểu số.", text_language="vi")),
        ("sensitive_words", with_body(ADULT, description="Nhóm máu O.")),
        ("sensitive_words", with_body(CLARIFICATION, text="Không rõ tôn giáo.")),
        ("whereabouts", TOLD),
        ("whereabouts", with_body(ANSWER, phone="0900 000 000", whereabouts_decision="12/QĐ")),
        ("whereabouts", with_body(ANSWER, hit_place="Trà Lĩnh", whereabouts_decision="12/QĐ")),
        ("life", replace(ANSWER, asked={**ANSWER.asked, "urgency": "U0", "purpose": "DETECT"})),
        ("life", replace(CLARIFICATION, asked={**ANSWER.asked, "urgency": "U0", "purpose": "DETECT"})),
        ("life", replace(TOLD, asked={**ANSWER.asked, "urgency": "U0", "purpose": "DETECT"})),
    ],
)
def test_what_touches_whom_harm_comes_to_easily_is_always_reviewed(flag: str, case: Case) -> None:
    cause = cause_of(case)
    assert cause is not None
    assert (cause.reason, cause.certain) == ("harm", True)
    assert flag in cause.flags


@pytest.mark.parametrize(
    "case",
    [
        with_body(ASK, birth="2008-11-21"),  # eighteen today
        with_body(ASK, birth="2007"),
        with_body(ASK, birth=None),
        with_body(ASK, link="suspect"),
        with_body(ASK, text="Đã gặp ở chợ.", text_language="vi"),
        with_body(ASK, place="Trà Lĩnh"),  # where the matter was, not where he is
        replace(ANSWER, protection=Protection(released=True)),
    ],
)
def test_what_only_looks_like_it_goes_by_lot(case: Case) -> None:
    assert cause_of(case) == LOT


@pytest.mark.parametrize(
    "known",
    [
        Protection(record=True, released=True),
        Protection(claims_persecution_by="VN", released=True),
        Protection(record=True),
    ],
)
def test_a_person_in_the_vault_is_always_reviewed_and_told_to_nobody(known: Protection) -> None:
    assert cause_of(replace(ANSWER, protection=known)) == Cause(reason="sample", certain=True)


def test_a_flash_is_reviewed_as_a_flash_and_what_is_said_about_it_where_the_clause_lifted_something() -> None:
    assert cause_of(FLASH) == Cause(reason="flash")
    lifted = replace(with_body(ANSWER, evaluation_source=None), asked=FLASH.body)
    assert cause_of(lifted) == Cause(reason="flash")
    needed_no_clause = cause_of(replace(ANSWER, asked=FLASH.body))
    assert needed_no_clause is not None
    assert needed_no_clause.reason == "harm"


def test_a_flash_has_twelve_hours_the_others_a_day() -> None:
    assert WITHIN["flash"] == timedelta(hours=12)
    assert WITHIN["harm"] == WITHIN["sample"] == timedelta(hours=24)


def test_every_reason_and_every_flag_that_may_be_told_is_a_code() -> None:
    told = {flag.code for flag in HARM_FLAGS if not flag.secret}
    assert set(codes.load("review_reasons")) == set(WITHIN) | told


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=ONE_IN, max_size=ONE_IN))
def test_no_ten_in_a_row_pass(lots: list[bytes]) -> None:
    assert any(is_drawn(lot, passed=passed) for passed, lot in enumerate(lots))


def test_each_text_has_one_chance_in_ten_whatever_passed_before() -> None:
    lots = [hashlib.sha256(bytes([one // 256, one % 256])).digest() for one in range(20_000)]
    for passed in (0, 5, 8):
        share = sum(is_drawn(lot, passed=passed) for lot in lots) / len(lots)
        assert 0.09 < share < 0.11
