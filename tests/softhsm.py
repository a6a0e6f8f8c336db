"""A token in software (Debian's `softhsm2`), made for one run of the tests; `make test TOKEN=no` does without."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

DRIVERS = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")
LABEL, PIN = "lienlac test", "471108"


def driver() -> str:
    """Return the driver's file; where it is not, say what was not tested, if that was agreed, and fail else."""
    found = next((one for one in DRIVERS if Path(one).exists()), "")
    if not found and os.environ.get("LIENLAC_TEST_TOKEN") == "no":
        pytest.skip("TOKEN=no: keys in a token are not tested, for want of softhsm2")
    assert found, "softhsm2 is missing: apt-get install softhsm2, or make test TOKEN=no"
    return found


def make(directory: Path) -> Path:
    """Make a token, and return the file that its driver reads its place from, which SOFTHSM2_CONF names."""
    tokens, conf = directory / "tokens", directory / "softhsm2.conf"
    tokens.mkdir()
    conf.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    words = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        LABEL,
        "--so-pin",
        "12345678",
        "--pin",
        PIN,
    ]
    subprocess.run(words, check=True, capture_output=True, env={**os.environ, "SOFTHSM2_CONF": str(conf)})
    return conf
