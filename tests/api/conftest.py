"""The offices and officers of the pages' tests, asked through the other door."""

import pytest
from django.db import transaction

from tests.web.world import World


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Both offices with two enquiries each way; whatever the tests do is undone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        for number in range(2):
            made.asked.append(made.ask(f"Đàm Khánh Viễn {number}"))
            made.received.append(made.is_asked(f"谭庆远{number}"))
        yield made
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def undone(world):
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
