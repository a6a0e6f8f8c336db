"""`lienlac demo --check` holds, and every sabotage of it is noticed, at the step that relied on what was broken.

The three nodes of the journey are made once; each sabotage works on a copy of their homes.
"""

import shutil

import pytest

from lienlac.cli.demo import check as checks
from lienlac.cli.demo.sabotage import SABOTAGES
from tests.journeys.running import still_running

pytestmark = pytest.mark.processes

BEFORE_THERE_ARE_NODES = ("made", "introduced")


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """A demo that was made and introduced by a whole check, and the results of that check."""
    directory = tmp_path_factory.mktemp("demo")
    made = directory.parent / "made"

    def keep(result):
        if result.step == "introduced":
            shutil.copytree(directory, made)

    return made, checks.check(directory, tell=keep)


def test_every_step_holds(walked):
    _, results = walked
    assert [(one.step, one.told) for one in results if not one.ok] == []
    assert checks.holds(results)


@pytest.mark.parametrize("step", SABOTAGES)
def test_a_sabotage_is_noticed_at_its_step(step, walked, tmp_path):
    made, _ = walked
    directory = tmp_path / "demo"
    if step not in BEFORE_THERE_ARE_NODES:
        shutil.copytree(made, directory)
    results = checks.check(directory, sabotage=step)
    assert not checks.holds(results)
    assert results[-1].step == step, results[-1].told
    assert not still_running(directory)
