"""The border and its officers."""

import pytest

from tests.apps.accounts.people import officer
from tests.apps.enquiries import world


def of_unit(username, unit):
    made = officer(username)
    made.unit = unit
    made.save()
    return made


@pytest.fixture
def jingxi(db):
    """The partner of Jingxi, met and trusted; our node is founded."""
    partner = world.Partner()
    world.found_border(partner)
    return partner


@pytest.fixture
def linh(jingxi):
    return officer("linh")


@pytest.fixture
def bang(jingxi):
    return of_unit("bang", "command")


@pytest.fixture
def diep(jingxi):
    return of_unit("diep", "protection")


@pytest.fixture
def mara(jingxi):
    return of_unit("mara", "machine")
