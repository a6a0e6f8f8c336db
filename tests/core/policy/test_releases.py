"""Which texts wait for units outside the node, and which leave at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
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

from lienlac.core.policy.case import Case
from lienlac.core.policy.releases import chain_class, must_be_wordless

STATUS = replace(ANSWER, body={"of": "0" * 32, "response": "STATUS", "until": "2026-12-01T00:00:00Z"})
CORRECTION = replace(ANSWER, kind="CORRECTION", body={"of": "0" * 32, "birth": "1988"})
CLARIFICATION = replace(
    CORRECTION, kind="CLARIFICATION", sender=ASK.sender, body={"of": "0" * 32, "text": "Sinh năm 1988."}
)


@pytest.mark.parametrize(
    ("case", "cls"),
    [
        (ASK, "INF"),
        (LOCATE, "LOC"),
        (MISSING, "HUM"),
        (MEET, "ADM"),
        (ANSWER, "INF"),
        (LOCATED, "LOC"),
        (NOHIT, "INF"),
        (CORRECTION, "INF"),
        (CLARIFICATION, "INF"),
        (with_body(STATUS, text="Chờ thêm hồ sơ."), "INF"),
        (replace(STATUS, files=1), "INF"),
        (replace(REFUSAL, files=1), "INF"),
    ],
)
def test_what_tells_something_takes_the_chain_of_its_enquiry(case: Case, cls: str) -> None:
    assert chain_class(case) == cls


@pytest.mark.parametrize(
    "case",
    [
        STATUS,
        REFUSAL,
        FLASH,
        replace(ANSWER, kind="REMINDER", body={"of": "0" * 32}),
        replace(ANSWER, kind="WITHDRAWAL", body={"of": "0" * 32}),
        replace(ANSWER, asked={**ANSWER.asked, "urgency": "U0", "purpose": "PROTECT_VICTIM"}),
        replace(ASK, kind="NO_SUCH_KIND"),
    ],
)
def test_what_steers_or_saves_a_life_waits_for_nobody(case: Case) -> None:
    assert chain_class(case) == ""


@pytest.mark.parametrize("kind", ["REMINDER", "WITHDRAWAL", "FEEDBACK"])
def test_what_may_not_wait_has_no_words_that_go_round_a_chain(kind: str) -> None:
    said = replace(ANSWER, kind=kind, body={"of": "0" * 32, "text": "Anh ta đang ở số 1 phố Mẫu."})
    assert must_be_wordless(said)
    assert chain_class(said) == "INF"


def test_what_is_asked_once_more_takes_the_chain_and_the_rules_of_its_question() -> None:
    again = replace(CLARIFICATION, kind="REOPENING", body={"of": "0" * 32, "text": "Có tin mới."})
    assert (chain_class(again), again.cls, must_be_wordless(again)) == ("INF", "INF", False)
