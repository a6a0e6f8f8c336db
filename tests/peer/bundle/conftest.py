"""Two nodes that have no line to each other."""

import pytest

from tests.peer.bundle import world


@pytest.fixture
def nodes(tmp_path):
    asker, asked = world.pair(tmp_path)
    yield asker, asked
    asker.kill()
    asked.kill()
