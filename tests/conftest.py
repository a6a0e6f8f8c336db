"""What every test run needs first: the compiled catalogues are not kept in git and must be those of this tree."""

import os
from pathlib import Path

import polib
import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "lienlac"


def pytest_configure(config: pytest.Config) -> None:
    """Compile every catalogue that is newer than its compiled form, as the build does."""
    for source in PACKAGE.glob("locale*/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            # Several runs may do this at once: each writes its own file and puts it in place whole.
            whole = compiled.with_suffix(f".{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(whole))
            whole.replace(compiled)
