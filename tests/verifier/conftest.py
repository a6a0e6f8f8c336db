"""An export of a whole ledger, and of a part of one."""

from __future__ import annotations

import pytest

from tests.verifier.verifying import SAMPLES


@pytest.fixture(params=["whole", "part"])
def lines(request: pytest.FixtureRequest) -> list[bytes]:
    return SAMPLES[request.param]
