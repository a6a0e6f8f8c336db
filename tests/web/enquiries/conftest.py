"""Browsers of Linh, Bằng and Mara at the desk of Trà Lĩnh; the partner of Jingxi in memory."""

import time

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from tests.apps.accounts.people import officer
from tests.apps.enquiries import world


@pytest.fixture
def jingxi(db, settings):
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    settings.NEEDS_SECOND_FACTOR = False
    partner = world.Partner()
    world.found_border(partner)
    return partner


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def proven(client):
    """Give a browser's officer a password given just now: what he proves himself with who has no key."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = session[SESSION_KEY]
    session.save()
    return client


@pytest.fixture
def linh(jingxi):
    return officer("linh")


@pytest.fixture
def bang(jingxi):
    return officer("bang")


@pytest.fixture
def at_desk(linh):
    return browser(linh)


@pytest.fixture
def second(bang):
    return browser(bang)
