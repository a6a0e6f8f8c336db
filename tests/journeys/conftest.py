"""The demo's nodes as real processes, and a real browser: made once for all journeys that need them."""

import pytest

from lienlac.cli.demo import stage as stages
from tests.compiled import compile_changed
from tests.journeys import browser as browsers


@pytest.fixture(scope="session")
def stage(tmp_path_factory):
    """The nodes of the demo, running."""
    compile_changed()
    browsers.compress_changed()
    made = stages.set_up(tmp_path_factory.mktemp("stage"), print)
    yield made
    made.stop()


@pytest.fixture(scope="session")
def chromium():
    """A browser; a run that cannot have one fails (`BROWSER=no` asks for none)."""
    with browsers.chromium() as one:
        yield one
