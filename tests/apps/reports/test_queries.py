"""A month's figures: counted by the month of asking, both directions, tests of the line left out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lienlac.apps.enquiries import actions
from lienlac.apps.enquiries.actions import Draft
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.reports import actions as reports
from lienlac.apps.reports import queries
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.test_arriving import ask, row_of
from tests.apps.enquiries.world import NOW, OURS, SURE, THEIRS

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOVEMBER = date(2026, 11, 1)


def november(now=NOW):
    return queries.month(OURS, THEIRS, NOVEMBER, zone="Asia/Ho_Chi_Minh", now=now)


def test_a_month_without_work_is_nothing_and_not_an_error(jingxi):
    figures = november()
    assert (figures.we_asked.asked, figures.we_asked.answer_median_s, figures.they_asked.late) == (0, None, 0)


def test_both_directions_are_counted_apart(linh, jingxi):
    for hours in (1, 3):
        sent = ask(linh)
        jingxi.receipt(sent.message_id, "R1", now=NOW)
        jingxi.answers(sent, "NOHIT", now=NOW + hours * HOUR, **SURE)
    ask(linh, urgency="U1")
    jingxi.say("VER_ID", BODIES["VER_ID"])
    we, they = november().we_asked, november().they_asked
    assert (we.asked, we.answered, we.open, they.asked, they.answered) == (3, 2, 1, 1, 0)
    assert (we.answer_median_s, we.by_urgency) == (2 * 3600, (("U4", 2), ("U1", 1)))


def test_late_is_what_was_answered_after_its_time_or_is_over_it(linh, jingxi):
    in_time, late, silent = ask(linh), ask(linh), ask(linh)
    for sent in (in_time, late, silent):
        jingxi.receipt(sent.message_id, "R1", now=NOW)
    jingxi.answers(in_time, "NOHIT", now=NOW + 6 * DAY, **SURE)
    jingxi.answers(late, "NOHIT", now=NOW + 8 * DAY, **SURE)
    assert november(now=NOW + 6 * DAY).we_asked.late == 1
    assert november(now=NOW + 9 * DAY).we_asked.late == 2


def test_refusals_and_outcomes_are_named(linh, jingxi):
    refused, found = ask(linh), ask(linh)
    jingxi.answers(refused, "REFUSED", outward_ground="RF15")
    jingxi.answers(found, "FULL", identity_confirmed=True, **SURE)
    actions.give_outcome(linh, row_of(found), "identified", now=NOW)
    we = november().we_asked
    assert (we.refused, we.answered, we.outcomes) == (1, 2, (("identified", 1),))


@pytest.mark.parametrize(
    ("asked_at", "counted"),
    [
        (datetime(2026, 10, 31, 16, 59, tzinfo=UTC), 0),  # a minute before midnight at Trà Lĩnh
        (datetime(2026, 10, 31, 17, 0, tzinfo=UTC), 1),
        (datetime(2026, 11, 30, 16, 59, tzinfo=UTC), 1),
        (datetime(2026, 11, 30, 17, 0, tzinfo=UTC), 0),
    ],
)
def test_a_month_ends_at_the_nodes_own_midnight(asked_at, counted, linh, jingxi):
    ask(linh, now=asked_at, matter_date="2026-10-30")
    assert november().we_asked.asked == counted


def test_tests_of_the_line_are_no_work(linh, jingxi):
    draft = Draft(
        kind="HOTLINE_TEST", body=BODIES["HOTLINE_TEST"], to_offices=(THEIRS,), agreement="", handling=()
    )
    actions.ask(linh, draft, now=NOW)
    assert november().we_asked.asked == 0


def test_no_figure_is_about_an_officer(linh, jingxi):
    ask(linh)
    assert "linh" not in str(november()).lower().replace("tra-linh", "")
    assert Addressee.objects.count() == 1


def test_a_printed_report_is_known_by_its_digest(linh):
    digest = "ab" * 32
    assert queries.printed_at(digest) is None
    reports.printed(linh, digest, now=NOW)
    assert queries.printed_at(digest) == NOW
