"""Verdicts: by a trained human, on two attributes, twice and blind where the hit would be adverse (SG08)."""

from __future__ import annotations

import pytest

from lienlac.apps.accounts.models import User
from lienlac.apps.audit import reading
from lienlac.apps.records import looks
from lienlac.apps.screening import actions, queries
from lienlac.apps.screening.models import Candidate, Verdict
from lienlac.core.errors import LienlacError, Malformed, Refused
from tests.apps.records.people import NOW, linh, officer, record
from tests.apps.screening import world

pytestmark = pytest.mark.django_db
TWO = ("name", "birth")


def pair(by: User, **more: object) -> Candidate:
    given: dict[str, object] = {"birth": "1987", "sex": "male", **more}
    record(by, **given)
    found = world.arrives(world.build())
    actions.compare_waiting(now=NOW)
    return world.candidates(found)[0]


def again(candidate: Candidate) -> Candidate:
    return Candidate.objects.select_related("record", "subject").get(pk=candidate.pk)


def test_a_missing_person_needs_one_verdict() -> None:
    on_duty = linh()
    candidate = pair(on_duty, kind="missing")
    given = actions.judge(on_duty, candidate, "same", attributes=TWO, reason="seen the passport", now=NOW)
    assert (again(candidate).state, given.attributes) == ("confirmed", ["birth", "name"])


def test_a_wanted_person_needs_a_second_officer() -> None:
    on_duty, bang = linh(), officer("bang", "supervisor")
    candidate = pair(on_duty)
    actions.judge(on_duty, candidate, "same", attributes=TWO, now=NOW)
    assert again(candidate).state == "second_review"
    actions.judge(bang, again(candidate), "same", attributes=TWO, now=NOW)
    assert again(candidate).state == "confirmed"
    assert list(Verdict.objects.order_by("pk").values_list("officer__username", "second")) == [
        ("linh", False),
        ("bang", True),
    ]


def test_nobody_is_his_own_second_reviewer() -> None:
    on_duty = linh()
    candidate = pair(on_duty)
    actions.judge(on_duty, candidate, "same", attributes=TWO, now=NOW)
    with pytest.raises(Refused, match="other_reviewer_needed"):
        actions.judge(on_duty, again(candidate), "same", attributes=TWO, now=NOW)


def test_the_second_reviewer_does_not_see_the_first_verdict() -> None:
    on_duty, bang = linh(), officer("bang", "supervisor")
    candidate = pair(on_duty)
    actions.judge(on_duty, candidate, "same", attributes=TWO, reason="I know him", now=NOW)
    waiting = queries.one(bang, candidate.pk)
    assert waiting is not None
    assert queries.is_second_reviewer(bang, waiting)
    assert queries.shown_verdict(bang, waiting) is None
    own = queries.one(on_duty, candidate.pk)
    assert own is not None
    assert queries.shown_verdict(on_duty, own) is not None
    assert list(queries.waiting_for(bang)) == [candidate]
    assert list(queries.waiting_for(on_duty)) == []


@pytest.mark.parametrize("verdict", ["not_same", "cannot_tell"])
def test_two_officers_who_disagree_decide_nothing(verdict: str) -> None:
    on_duty, bang = linh(), officer("bang", "supervisor")
    candidate = pair(on_duty)
    actions.judge(on_duty, candidate, "same", attributes=TWO, now=NOW)
    actions.judge(bang, again(candidate), verdict, now=NOW)
    assert again(candidate).state == "undecided"
    seen = queries.one(bang, candidate.pk)
    assert seen is not None
    assert queries.shown_verdict(bang, seen) is None  # it is open again, for everybody


@pytest.mark.parametrize(
    ("attributes", "code"),
    [((), "match_on_name_alone"), (("name",), "match_on_name_alone"), (("birth",), "match_on_one_attribute")],
)
def test_one_attribute_is_never_enough(attributes: tuple[str, ...], code: str) -> None:
    on_duty = linh()
    candidate = pair(on_duty)
    with pytest.raises(Refused, match=code):
        actions.judge(on_duty, candidate, "same", attributes=attributes, now=NOW)
    assert again(candidate).state == "candidate"
    assert not Verdict.objects.exists()


def test_what_one_side_does_not_tell_cannot_be_confirmed() -> None:
    on_duty = linh()
    with pytest.raises(Malformed, match="attribute_not_told"):
        actions.judge(on_duty, pair(on_duty), "same", attributes=("name", "number"), now=NOW)


@pytest.mark.parametrize("who", ["untrained", "administrator", "inspector"])
def test_only_a_trained_officer_judges(who: str) -> None:
    candidate = pair(linh())
    reviewer = officer("x", certified=False) if who == "untrained" else officer("x", who)
    with pytest.raises(Refused, match="reviewer_not_trained"):
        actions.judge(reviewer, candidate, "not_same", now=NOW)


def test_an_unknown_verdict_is_none() -> None:
    on_duty = linh()
    with pytest.raises(LienlacError, match="unknown_verdict"):
        actions.judge(on_duty, pair(on_duty), "probably", now=NOW)


def test_a_refuted_pair_does_not_come_back() -> None:
    on_duty = linh()
    candidate = pair(on_duty)
    actions.judge(on_duty, candidate, "not_same", now=NOW)
    with pytest.raises(Refused, match="not_now"):
        actions.judge(on_duty, again(candidate), "same", attributes=TWO, now=NOW)
    candidate.record.to_compare = True
    candidate.record.save()
    assert actions.compare_waiting(now=NOW) == 0
    assert again(candidate).state == "refuted"


def test_a_refuted_pair_does_not_come_back_with_the_next_enquiry() -> None:
    on_duty = linh()
    record(on_duty, birth="1987", sex="male")
    partner = world.build()
    first = world.arrives(partner)
    actions.compare_waiting(now=NOW)
    actions.judge(on_duty, world.candidates(first)[0], "not_same", now=NOW)
    second = world.arrives(partner, case_number="18/2026")
    actions.compare_waiting(now=NOW)
    assert world.candidates(second) == []
    told_more = world.arrives(partner, birth="1987-03-12")  # another question: more is told of the person
    actions.compare_waiting(now=NOW)
    assert len(world.candidates(told_more)) == 1


def test_cannot_tell_leaves_the_pair_open() -> None:
    on_duty = linh()
    candidate = pair(on_duty)
    actions.judge(on_duty, candidate, "cannot_tell", now=NOW)
    assert again(candidate).state == "undecided"
    actions.judge(on_duty, again(candidate), "not_same", now=NOW)
    assert again(candidate).state == "refuted"


def test_looks_and_verdicts_are_in_the_house_ledger() -> None:
    on_duty = linh()
    candidate = pair(on_duty)
    actions.show(on_duty, candidate, now=NOW)
    actions.judge(on_duty, candidate, "cannot_tell", now=NOW)
    seen = reading.looks_at(looks.thing(candidate.record), limit=10)
    assert [(one.officer, one.kind) for one in seen][:2] == [
        ("linh", "verdict_given"),
        ("linh", "record_read"),
    ]
    assert all(one.holds for one in seen)
