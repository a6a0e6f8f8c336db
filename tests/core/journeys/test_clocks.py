"""Clocks: start, stop, resume, extend, remind; every time is passed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.core import codes
from lienlac.core.errors import Malformed, Refused
from lienlac.core.journeys.clocks import (
    DEFAULT_PROFILE,
    Clock,
    Due,
    Limits,
    Span,
    begin,
    due,
    end,
    extend,
    limits_of,
    may_reopen,
    outcome_step,
    resume,
    silent_refusal_at,
    start,
    stop,
)

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def weekdays(start_at: datetime, count: int) -> datetime:
    at = start_at
    while count:
        at += DAY
        count -= at.weekday() < 5
    return at


def running(urgency: str) -> Clock:
    return start(begin(urgency, sent_at=FRIDAY), received_at=FRIDAY)


def deadlines(clock: Clock, now: datetime = FRIDAY) -> Due:
    return due(clock, now=now, add_working_days=weekdays)


@pytest.mark.parametrize(
    ("urgency", "ack", "first", "final"),
    [
        ("U0", timedelta(minutes=15), HOUR, 8 * HOUR),
        ("U1", HOUR, 8 * HOUR, 8 * HOUR),
        ("U2", HOUR, 24 * HOUR, 3 * DAY),
        ("U3", HOUR, 12 * HOUR, 12 * HOUR),
        ("U4", 3 * DAY, 3 * DAY, 7 * DAY),  # one working day after a Friday is the Monday
        ("U5", 3 * DAY, 7 * DAY, 30 * DAY),
        ("U6", None, None, 2 * DAY),
        ("U7", None, None, None),
    ],
)
def test_deadlines_of_the_default_profile(
    urgency: str, ack: timedelta | None, first: timedelta | None, final: timedelta | None
) -> None:
    expected = [None if span is None else FRIDAY + span for span in (ack, first, final)]
    found = deadlines(running(urgency))
    assert [found.ack_at, found.first_at, found.final_at] == expected


def test_the_profile_covers_every_urgency() -> None:
    assert set(DEFAULT_PROFILE) == set(codes.load("urgency"))


def test_only_a_flash_runs_from_sending() -> None:
    started = {code for code in DEFAULT_PROFILE if begin(code, sent_at=FRIDAY).started_at}
    assert started == {"U0"}


def test_without_r1_nothing_is_due() -> None:
    assert deadlines(begin("U1", sent_at=FRIDAY)) == Due()


def test_a_repeated_receipt_moves_nothing() -> None:
    clock = running("U1")
    assert start(clock, received_at=FRIDAY + DAY) == clock
    flash = begin("U0", sent_at=FRIDAY)
    assert start(flash, received_at=FRIDAY + HOUR).started_at == FRIDAY


def test_a_pause_moves_what_was_still_open_by_its_length() -> None:
    paused = stop(running("U1"), reason="clarification", at=FRIDAY + 2 * HOUR)
    resumed = resume(paused, reason="clarification", at=FRIDAY + 5 * HOUR)
    found = deadlines(resumed, FRIDAY + 6 * HOUR)
    assert found.ack_at == FRIDAY + HOUR  # it had passed before
    assert found.final_at == FRIDAY + 11 * HOUR
    assert found.stopped_for is None


def test_a_running_pause_is_told_and_counts_until_now() -> None:
    paused = stop(running("U1"), reason="judicial_authorisation", at=FRIDAY + HOUR)
    found = deadlines(paused, FRIDAY + 4 * HOUR)
    assert (found.stopped_for, found.final_at) == ("judicial_authorisation", FRIDAY + 11 * HOUR)


def test_pauses_that_overlap_count_once() -> None:
    clock = stop(running("U1"), reason="clarification", at=FRIDAY + HOUR)
    clock = stop(clock, reason="force_majeure", at=FRIDAY + 2 * HOUR)
    clock = resume(clock, reason="clarification", at=FRIDAY + 3 * HOUR)
    clock = resume(clock, reason="force_majeure", at=FRIDAY + 4 * HOUR)
    assert deadlines(clock, FRIDAY + 5 * HOUR).final_at == FRIDAY + 11 * HOUR


def test_a_clock_stops_for_the_three_reasons_only() -> None:
    assert set(codes.load("clock_pauses")) == {"clarification", "judicial_authorisation", "force_majeure"}
    with pytest.raises(Refused, match="no_reason_to_stop_a_clock"):
        stop(running("U1"), reason="holiday_mood", at=FRIDAY)


def test_stopping_twice_is_stopping_once_and_resuming_a_running_clock_nothing() -> None:
    paused = stop(running("U1"), reason="clarification", at=FRIDAY)
    assert stop(paused, reason="clarification", at=FRIDAY + HOUR) == paused
    assert resume(running("U1"), reason="clarification", at=FRIDAY) == running("U1")


def test_a_pause_after_the_deadline_excuses_nothing() -> None:
    late = stop(running("U1"), reason="clarification", at=FRIDAY + 9 * HOUR)
    assert deadlines(late, FRIDAY + DAY).final_at == FRIDAY + 8 * HOUR


def test_field_work_is_extended_once_and_with_a_reason() -> None:
    with pytest.raises(Refused, match="extension_reason_missing"):
        extend(running("U5"), reason="  ")
    longer = extend(running("U5"), reason="house is in the mountains")
    assert deadlines(longer).final_at == FRIDAY + 60 * DAY
    with pytest.raises(Refused, match="already_extended"):
        extend(longer, reason="again")
    with pytest.raises(Refused, match="extension_not_allowed"):
        extend(running("U1"), reason="tired")


def test_the_first_end_counts() -> None:
    ended = end(running("U1"), at=FRIDAY + HOUR)
    assert end(ended, at=FRIDAY + DAY) == ended


def test_an_agreement_may_bring_its_own_profile_and_gaps_are_ordinary() -> None:
    profile = {"U1": Limits(final=Span(seconds=60))}
    clock = start(begin("U1", sent_at=FRIDAY, profile=profile), received_at=FRIDAY)
    assert due(clock, now=FRIDAY, add_working_days=weekdays, profile=profile).final_at == FRIDAY + timedelta(
        minutes=1
    )
    assert limits_of("U9", profile) == DEFAULT_PROFILE["U4"]


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(Malformed, match="moment_without_zone"):
        start(Clock(urgency="U1"), received_at=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("days", "reminded", "event"),
    [(29, 0, None), (30, 0, "remind_outcome"), (30, 1, None), (60, 1, "remind_outcome"), (60, 2, None),
     (89, 2, None), (90, 2, "no_outcome_90"), (400, 0, "no_outcome_90")],
)  # fmt: skip
def test_outcomes_are_asked_for_at_30_and_60_days_and_given_up_at_90(
    days: int, reminded: int, event: str | None
) -> None:
    assert outcome_step(answered_at=FRIDAY, now=FRIDAY + days * DAY, reminded=reminded) == event


def test_a_year_to_reopen() -> None:
    assert may_reopen(closed_at=FRIDAY, now=FRIDAY + 365 * DAY)
    assert not may_reopen(closed_at=FRIDAY, now=FRIDAY + 366 * DAY)


@given(st.floats(0, 1, exclude_max=True))
def test_a_silent_refusal_leaves_in_the_second_half_of_the_clock(fraction: float) -> None:
    at = silent_refusal_at(started_at=FRIDAY, final_at=FRIDAY + 8 * HOUR, fraction=fraction)
    assert FRIDAY + 4 * HOUR <= at <= FRIDAY + 8 * HOUR


@given(
    st.sampled_from(["U0", "U1", "U2", "U3", "U4", "U5"]),
    st.lists(
        st.tuples(st.sampled_from(sorted(codes.load("clock_pauses"))), st.booleans(), st.integers(0, 50)),
        max_size=8,
    ),
)
def test_a_deadline_never_moves_forward_in_time_nor_by_more_than_was_stopped(
    urgency: str, happenings: list[tuple[str, bool, int]]
) -> None:
    clock, at, plain = running(urgency), FRIDAY, deadlines(running(urgency))
    for reason, stopping, hours in happenings:
        at += hours * HOUR
        clock = stop(clock, reason=reason, at=at) if stopping else resume(clock, reason=reason, at=at)
    found = deadlines(clock, at)
    assert plain.final_at is not None
    assert found.final_at is not None
    assert plain.final_at <= found.final_at <= plain.final_at + (at - FRIDAY)
