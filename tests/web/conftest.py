"""Two offices, their officers and browsers, made once for a module of pages; what its tests do is undone afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from lienlac.api import tokens
from lienlac.apps.reports.health.house import LAST_BACKUP
from lienlac.site import tls
from lienlac.web.accounts import gate, proofs
from tests.web import keys
from tests.web.world import PASSWORD, PEOPLE, World

SLOWEST_S = 3600


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Both offices with two enquiries each way, one of ours answered; keys, a token and an import that is begun."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()  # a code that the world before this one used is not used up in this one
        made = World()
        made.fill(2)
        made.is_answered(made.asked[0])
        keys.give(made.officers["bang"])
        tokens.issue(made.officers["linh"], label="case system")
        made.begin_an_import()
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def a_home_that_is_well() -> None:
    """Give the home what a node's has: the page of health shows paths of this machine only where something is wrong."""
    if not settings.NODE.door_files[1].exists():
        tls.make_certificate(settings.KEY_FILES, "localhost")
    noted = {"at": datetime.now(UTC).isoformat()}
    (settings.NODE.path / LAST_BACKUP).write_text(json.dumps(noted), encoding="utf-8")


@pytest.fixture(scope="module")
def a_minute_lasts() -> Iterator[None]:
    """However slow the machine: the proof given at the door stays fresh, and no minute's sign of life is written."""
    with (
        patch.object(proofs, "FRESH_S", SLOWEST_S),
        patch.object(gate, "NOTE_EVERY_S", SLOWEST_S),
        override_settings(ACCOUNT_REAUTHENTICATION_TIMEOUT=SLOWEST_S),
    ):
        yield


@pytest.fixture(scope="module")
def browsers(world: World, a_home_that_is_well: None, a_minute_lasts: None) -> dict[str, Client]:
    """A browser for each of the cast, signed in at the door; Bằng has an authenticator and a passkey."""
    return {name: _signed_in(name) for name in PEOPLE} | {
        "nobody": Client(),
        "halfway": _with_password("bang"),
    }


def _with_password(name: str) -> Client:
    browser = Client()
    browser.post(reverse("account_login"), {"login": name, "password": PASSWORD})
    return browser


def _signed_in(name: str) -> Client:
    browser = _with_password(name)
    if name == "bang":
        inside = browser.post(reverse("mfa_authenticate"), {"code": keys.code_now()})
        assert inside.status_code == 302, "the authenticator's code was not taken"
    return browser
