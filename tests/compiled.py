"""What is compiled for a test run: catalogues, which are not kept in git, and Python, once for all its processes."""

import os
from pathlib import Path

import polib

PACKAGE = Path(__file__).parents[1] / "src" / "lienlac"


def compile_changed() -> None:
    """Compile every catalogue that changed since it was compiled, as the build does.

    A compiled file carries the time of what it was made from. Several runs may do this at once: each writes a file of
    its own and puts it in place whole.
    """
    for source in PACKAGE.glob("locale*/*/LC_MESSAGES/*.po"):
        compiled, written = source.with_suffix(".mo"), source.stat().st_mtime_ns
        if not compiled.exists() or compiled.stat().st_mtime_ns != written:
            whole = compiled.with_suffix(f".{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(whole))
            os.utime(whole, ns=(written, written))
            whole.replace(compiled)


def keep_python(directory: str) -> None:
    """Where compiled Python may not lie beside its source, let all processes begun from now on keep it there.

    Otherwise each of them would compile all of Django anew, which is half of what a command costs.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = directory
