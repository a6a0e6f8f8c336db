"""Every step of the journey can be broken, and acts only on steps that exist."""

from lienlac.cli.demo.journey import STEPS
from lienlac.cli.demo.sabotage import SABOTAGES


def test_every_step_has_its_sabotage():
    assert list(SABOTAGES) == list(STEPS)


def test_a_sabotage_acts_no_later_than_the_step_that_must_notice():
    order = list(STEPS)
    assert all(order.index(one.before) <= order.index(step) for step, one in SABOTAGES.items())
