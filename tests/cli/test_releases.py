"""`lienlac releases`: the administrator's release chains, by the operator at the machine."""

import pytest
from click.testing import CliRunner
from tests.apps.accounts.people import officer
from tests.apps.enquiries import world

from lienlac.apps.enquiries.models import ReleaseChain
from lienlac.cli import releases
from lienlac.core.errors import LienlacError


@pytest.fixture(autouse=True)
def founded(db):
    world.found_border(world.Partner())


def run(command, *words):
    done = CliRunner().invoke(command, list(words), catch_exceptions=True)
    if isinstance(done.exception, LienlacError):
        return done.exception.code
    assert done.exception is None, done.output
    return done.output


def set_chain(*units, by="mara"):
    named = [word for unit in units for word in ("--unit", unit)]
    return run(releases.set_units, "--by", by, "--class", "LOC", "--says", "ask", *named)


def test_an_administrator_sets_a_chain_and_reads_it_back():
    officer("mara")
    set_chain("Phòng Tham mưu", "Ban Chỉ huy")
    assert run(releases.show) == f"{world.OURS}  LOC  ask  Phòng Tham mưu > Ban Chỉ huy\n"
    set_chain()
    assert run(releases.show) == ""


def test_nobody_else_sets_one_and_none_is_longer_than_three():
    officer("linh")
    officer("mara")
    assert set_chain("A", by="linh") == "account_unknown"
    assert set_chain("A", "B", "C", "D") == "release_chain_too_long"
    assert not ReleaseChain.objects.exists()


def test_the_classes_and_directions_are_those_of_the_core():
    from lienlac.core import codes
    from lienlac.core.policy.releases import SAYS

    assert set(releases.CLASSES) == set(codes.load("classes"))
    assert releases.SAYS == SAYS
