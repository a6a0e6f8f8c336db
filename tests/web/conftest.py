"""Two offices and their officers, made once for a module of pages; whatever its tests do is undone afterwards."""

import pytest
from django.db import transaction

from tests.web.world import World


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Both offices with two enquiries each way, one of ours answered."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        made.fill(2)
        made.is_answered(made.asked[0])
        yield made
        transaction.set_rollback(True)
