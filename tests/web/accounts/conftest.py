"""The node and its office, and browsers that are signed in by the page."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lienlac.apps.directory import actions as directory
from tests.apps.accounts.people import PASSWORD, officer


@pytest.fixture
def founded(db, settings):
    """The node and its office, as `lienlac init` makes them."""
    node = directory.found_node(
        code=settings.NODE.node,
        country="VN",
        endpoint="https://127.0.0.1:9",
        training=True,
        tls_pin=b"\0" * 32,
        now=datetime.now(UTC),
    )
    return directory.add_office(
        code="vn-tra-linh",
        node=node,
        country="VN",
        kind="liaison_office",
        time_zone="Asia/Ho_Chi_Minh",
        languages=("vi",),
        names={"vi": "Văn phòng liên lạc Trà Lĩnh"},
    )


@pytest.fixture(autouse=True)
def no_tries_before():
    """Wrong tries of other tests are not held against this one."""
    cache.clear()


def browser_of(username, **changes):
    """Open the account and sign in by the page."""
    officer(username, **changes)
    client = Client()
    answer = client.post(reverse("account_login"), {"login": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


@pytest.fixture
def mara(founded):
    """The administrator's browser."""
    return browser_of("mara")


@pytest.fixture
def hue(founded):
    """The inspector's browser."""
    return browser_of("hue")
