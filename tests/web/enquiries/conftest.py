"""Browsers of Linh, Bằng and Mara at the desk of Trà Lĩnh; the partner of Jingxi in memory."""

import pytest
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
