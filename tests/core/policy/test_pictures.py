"""No page shows a picture of a child, a victim or a dead person to whoever opens it: no preview is sent, none shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.core.policy.cases import ANSWER, ASK, FLASH, LOCATE, MEET, MISSING, with_body

from lienlac.core.policy.case import Case
from lienlac.core.policy.pictures import may_go_ahead


@pytest.mark.parametrize("case", [ASK, ANSWER, LOCATE, MEET, with_body(ASK, birth="2008-11-21")])
def test_an_ordinary_matter_may_have_previews(case: Case) -> None:
    assert may_go_ahead(case)


CHILD = with_body(ASK, birth="2008-11-22")


@pytest.mark.parametrize(
    "case",
    [
        CHILD,
        with_body(ASK, birth="2008"),
        MISSING,
        with_body(ASK, link="victim"),
        with_body(ASK, link="presumed_victim"),
        with_body(ASK, link="witness"),
        with_body(ASK, link="missing"),
        with_body(ASK, link="unidentified_deceased"),
        with_body(ASK, purpose="PROTECT_VICTIM"),
        with_body(ASK, offence="THB"),
        with_body(ASK, offence="THB_U16"),
        with_body(ASK, offence="CSAM"),
        with_body(ASK, offence="SEXUAL_CHILD"),
        with_body(ASK, offence="SCAM_COMPOUND"),
        with_body(ASK, offence="NO_SUCH_OFFENCE"),
        with_body(ASK, urgency="U0"),
        with_body(MEET, text="tôn giáo của người này"),
        replace(ASK, handling=frozenset({"H0", "H3"})),
        replace(ASK, kind="NO_SUCH_KIND"),
        replace(ASK, kind="AL_BODY"),
        FLASH,
    ],
)
def test_a_preview_shows_no_one_whom_harm_comes_to_easily(case: Case) -> None:
    assert not may_go_ahead(case)


@pytest.mark.parametrize(
    "asked", [CHILD, MISSING, with_body(ASK, offence="THB"), with_body(ASK, link="victim")]
)
def test_an_answer_cannot_show_whom_its_question_protects(asked: Case) -> None:
    assert not may_go_ahead(replace(ANSWER, asked_kind=asked.kind, asked=asked.body))


def test_an_answer_that_tells_that_it_is_a_child_has_no_preview() -> None:
    assert not may_go_ahead(with_body(ANSWER, birth="2011"))
