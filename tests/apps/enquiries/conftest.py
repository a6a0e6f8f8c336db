"""The border and its officers."""

import pytest

from lienlac.apps.accounts import actions as accounts
from lienlac.apps.enquiries import actions
from tests.apps.accounts.people import officer
from tests.apps.enquiries import world
from tests.apps.enquiries.releasing import UNITS
from tests.apps.enquiries.world import NOW, OURS


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


@pytest.fixture
def mara_sets(mara):
    """Mara sets the chain of a class: how many of the three units release it."""

    def set_chain(how_many, *, cls="INF", says="ask"):
        actions.set_chain(mara, OURS, cls, says, UNITS[:how_many], now=NOW)

    return set_chain


@pytest.fixture
def units(jingxi):
    """Tú, Quân and Mai, each of one of the three units outside."""
    names = {"tu": "Vương Anh Tú", "quan": "Hà Minh Quân", "mai": "Đinh Ngọc Mai"}
    return [
        accounts.open_account(
            username=username, password="border-post-test-2026", full_name=full_name, role="releaser",
            office=OURS, unit=unit, language="vi", now=NOW,
        )
        for (username, full_name), unit in zip(names.items(), UNITS, strict=True)
    ]  # fmt: skip
