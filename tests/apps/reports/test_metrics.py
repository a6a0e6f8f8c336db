"""Monitors get numbers of the whole node in the form that Prometheus reads, and not a name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from lienlac.apps.accounts.models import User
from lienlac.apps.directory.models import Node, Office
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Incident, Line
from lienlac.apps.reports import metrics
from lienlac.apps.reports.health.finding import Patient
from lienlac.site import wiring
from tests.apps.enquiries import world
from tests.apps.enquiries.test_arriving import ask
from tests.apps.enquiries.world import NOW, Partner

LINE = re.compile(r'lienlac_[a-z_]+(\{[a-z]+="[^"\n]*"\})? -?[0-9.e+]+')
PAGE = Path(__file__).parents[3] / "docs" / "operators" / "monitoring.md"
LATER = NOW + timedelta(minutes=10)


def told(now=LATER) -> str:
    return metrics.text(metrics.samples(Patient(home=settings.NODE, now=now)))


def value(text: str, name: str) -> float:
    return float(
        next(line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(f"lienlac_{name} "))
    )


def test_each_line_is_one_that_prometheus_reads(jingxi: Partner) -> None:
    lines = told().splitlines()
    named = [line for line in lines if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in named)
    assert len(named) == len({line.rpartition(" ")[0] for line in named}), "one value for each name and label"
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(families) == len(set(families)), "samples of one name stand together"
    assert {line.split("{")[0].split()[0] for line in named} == set(families)


def test_what_waits_is_counted_with_its_age(linh: User) -> None:
    ask(linh)
    text = told()
    assert 'lienlac_parcels_waiting{class="normal"} 1' in text
    assert 'lienlac_parcels_waiting_oldest_seconds{class="normal"} 600' in text
    assert 'lienlac_parcels_waiting{class="urgent"} 0' in text
    assert value(text, "leaf_waits_seconds") == 600
    assert value(text, "parcels_sent_total") == 1
    world.sequence()
    assert value(told(), "leaf_waits_seconds") == 0
    assert value(told(), "ledger_leaves") > 0


def test_failures_are_counted(jingxi: Partner) -> None:
    Line.objects.create(partner=jingxi.row(), error="no_line", failing_since=NOW)
    Incident.objects.create(partner=jingxi.row(), code="equivocation", at=NOW)
    text = told()
    assert (value(text, "lines_failing"), value(text, "incidents_open")) == (1, 1)
    assert 'lienlac_check{check="line"} 1' in text


def test_health_monitors_and_the_desk_say_the_same_of_what_waits_too_long(
    jingxi: Partner, linh: User
) -> None:
    ask(linh)
    for hours, late in ((23, 0), (25, 1)):
        at = NOW + timedelta(hours=hours)
        mailroom.note_old_outboxes(now=at)
        text = told(at)
        assert value(text, "outboxes_old") == value(text, "incidents_open") == late
        assert f'lienlac_check{{check="line"}} {2 * late}' in text


def test_the_page_names_the_checks_that_are_told_and_no_other(jingxi: Partner) -> None:
    row = next(one for one in PAGE.read_text(encoding="utf-8").splitlines() if one.startswith("| `check{"))
    listed = set(re.findall(r"`([a-z_]+)`", row))
    Line.objects.create(partner=jingxi.row(), error="no_line", failing_since=NOW)
    assert set(re.findall(r'lienlac_check\{check="([a-z_]+)"\}', told())) == listed


def test_a_node_without_any_backup_sets_off_the_alarm_of_the_page(
    jingxi: Partner, tmp_path: Path, settings: object
) -> None:
    home = replace(settings.NODE, path=tmp_path, database="")  # type: ignore[attr-defined]
    home.sqlite.touch()
    settings.NODE = home  # type: ignore[attr-defined]
    assert value(told(), "backup_age_seconds") < 0
    assert "or lienlac_backup_age_seconds < 0" in PAGE.read_text(encoding="utf-8")


def test_nobody_is_named(linh: User) -> None:
    enquiry = ask(linh)
    Line.objects.create(
        partner=Node.objects.exclude(standing="self").get(), error="no_line", failing_since=NOW
    )
    text = told()
    named = [enquiry.message_id, linh.username, linh.full_name]
    named += [*Node.objects.values_list("code", flat=True), *Office.objects.values_list("code", flat=True)]
    assert [one for one in named if one in text] == []


def test_the_background_process_writes_where_the_operator_says(
    jingxi: Partner, tmp_path: Path, settings: object
) -> None:
    file = tmp_path / "lienlac.prom"
    settings.NODE = replace(settings.NODE, metrics=str(file))  # type: ignore[attr-defined]
    wiring.tell_monitors(now=LATER)
    wiring.tell_monitors(now=LATER + timedelta(minutes=1))
    assert value(file.read_text(), "measured_at_seconds") == (LATER + timedelta(minutes=1)).timestamp()
    assert file.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in tmp_path.iterdir()] == ["lienlac.prom"]


@pytest.mark.django_db
def test_without_a_word_of_the_operator_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "samples", lambda _patient: pytest.fail("it measured"))
    wiring.tell_monitors(now=NOW)
