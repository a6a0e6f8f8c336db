"""The command itself is light: each node pays for what it imports, twice (`up` and `work`), at every start."""

import json
import subprocess
import sys

import pytest
from tests.peer.bundle.world import ENVIRONMENT, ROOT

pytestmark = pytest.mark.processes
HEAVY = ("django", "numpy", "pypinyin", "openpyxl", "typst", "granian", "lienlac.core.names")
SAY = "import json, sys, lienlac.cli.main; print(json.dumps(sorted(sys.modules)))"


def test_no_command_brings_what_only_another_needs():
    said = subprocess.run(
        [sys.executable, "-c", SAY], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert set(HEAVY) & set(json.loads(said.stdout)) == set()
