"""The page says what the doctor says, to whom it concerns; a monitor hears codes and nothing else."""

import json

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lienlac.apps.mailroom import bells
from lienlac.apps.reports.health import checks, house
from lienlac.apps.reports.health.finding import Level, look, ok
from lienlac.web.health import views

pytestmark = pytest.mark.django_db
WORDS = ("cn-jingxi", "tra-linh", "靖西", "vn-")


@pytest.fixture(autouse=True)
def forgotten():
    cache.clear()


@pytest.fixture
def at_work():
    """The background process listens."""
    settings.NODE.bells.mkdir(exist_ok=True)
    with bells.listening("work"):
        yield


def signed_in(world, name):
    browser = Client()
    browser.force_login(world.officers[name])
    return browser


def codes():
    cache.clear()
    answer = Client().get(reverse("health_codes"))
    return answer.status_code, json.loads(answer.content)


def test_a_monitor_hears_200_while_nothing_is_bad(world, at_work, monkeypatch):
    monkeypatch.setattr(house, "LAST_BACKUP", "there-was-none.json")
    status, told = codes()
    assert status == 200
    assert told["bad"] == []
    assert ("backup" in told["look"]) == (not settings.NODE.database)  # PostgreSQL has its own ways


def test_a_monitor_hears_503_and_which_check_is_bad(world):
    assert codes() == (503, {**codes()[1], "state": "bad", "bad": ["background"]})


def test_a_monitor_hears_no_name_and_no_number(world, at_work):
    _status, told = codes()
    said = json.dumps(told, ensure_ascii=False)
    assert set(told) == {"state", "bad", "look"}
    assert not any(word in said for word in WORDS)
    assert not any(letter.isdigit() for letter in said)


def test_a_full_disk_is_told(world, at_work, monkeypatch):
    monkeypatch.setattr(house.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 1})())
    assert codes()[1]["bad"] == ["disk_space"]


def test_asking_often_costs_one_look(world, monkeypatch):
    looked = []
    monkeypatch.setattr(views.checks, "FOR_MONITORS", (lambda _p: looked.append(1) or ok("a", "line"),))
    for _ in range(5):
        Client().get(reverse("health_codes"))
    assert len(looked) == 1


def test_an_incident_is_not_told_to_strangers():
    assert "incidents" not in {check.__name__ for check in checks.FOR_MONITORS}


def test_who_keeps_the_node_sees_everything_the_worst_first(world):
    page = signed_in(world, "mara").get(reverse("health"))
    levels = [one["level"] for one in page.context["findings"]]
    assert levels == sorted(levels, key=views.WORST_FIRST.index)
    assert {Level.BAD, Level.LOOK, Level.OK} <= set(levels)
    assert "lienlac" in page.content.decode()


def test_a_leader_sees_what_is_not_well_in_short(world):
    page = signed_in(world, "lam").get(reverse("health"))
    assert {one["level"] for one in page.context["findings"]} <= {Level.BAD, Level.LOOK}
    assert all(not one["do"] for one in page.context["findings"])


@pytest.mark.parametrize("name", ["linh", "bang", "hue", "diep"])
def test_nobody_else_sees_it(world, name):
    assert signed_in(world, name).get(reverse("health")).status_code == 403


def test_a_command_stands_apart_from_the_sentence():
    row = views._row(look("backup", "backup_never", "backup_now", home="node"), keeps=True)
    commands = [piece["text"] for piece in row["do"] if piece["command"]]
    assert commands == ["lienlac --home node backup FILE"]
