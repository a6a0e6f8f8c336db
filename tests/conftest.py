"""What every test run has: compiled Python kept in one place, short paths, ports that no other worker takes."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from lienlac.cli.demo import stage
from lienlac.site import tables
from tests import order, ports
from tests.compiled import keep_python

SHORT = pytest.StashKey[str]()


# How long an example takes says more of the machine than of the code; in CI each run tries the same ones.
settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
    print_blob=True,
)
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Make a directory with a short name, for sockets of nodes; all processes keep compiled Python there."""
    if os.environ.get("PYTEST_XDIST_WORKER") or config.option.basetemp:
        return
    directory = config.stash[SHORT] = tempfile.mkdtemp(prefix="ll-")
    config.option.basetemp = f"{directory}/t"
    keep_python(f"{directory}/pyc")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what takes longest first, and on PostgreSQL run what touches a database alone.

    Everything else has run beside SQLite, and would do the same.
    """
    _check_markers(items)
    items.sort(key=lambda item: order.place(item.path))
    if not os.environ.get("LIENLAC_TEST_DATABASE"):
        return
    apart = [one for one in items if not _touches_a_database(one)]
    config.hook.pytest_deselected(items=apart)
    items[:] = [one for one in items if _touches_a_database(one)]


def _check_markers(items: list[pytest.Item]) -> None:
    """Hold that a test of a kind that runs by itself stands in a file that names it: another would never run."""
    borne = {(one.path, marker) for one in items for marker in order.APART if one.get_closest_marker(marker)}
    for file, marker in sorted(borne):
        if not order.names_marker(file, marker):
            raise pytest.UsageError(f"{file} has tests marked `{marker}` and does not name that marker")


def pytest_collection() -> None:
    """Look for no garbage while ten thousand tests are read: each search would find nothing."""
    gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From here on, look through what tests leave behind, and no more through what was read for all of them."""
    gc.freeze()
    gc.enable()


def _touches_a_database(item: pytest.Item) -> bool:
    """Say whether a test may: the others would be refused by pytest-django if they tried."""
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or "django_db_setup" in fixtures


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Leave nothing behind, but for whoever looks for what failed."""
    directory = session.config.stash.get(SHORT, None)
    if directory and exitstatus == 0:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Make this worker's database at once, as a node's is, and note the steps that lead there."""
    with django_db_blocker.unblock():
        tables.note_steps(connection)


@pytest.fixture(scope="session", autouse=True)
def _ports_of_this_worker() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "free_port", ports.free_port)
        yield


@pytest.fixture(scope="session", autouse=True)
def _the_lot_falls_on_nobody() -> Iterator[None]:
    """Which text is drawn for review is chance (SG34): here none is, but where a test asks for it, and each tenth."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lienlac.apps.enquiries.reviews.lot_of", lambda _message_id: b"\xff" * 32)
        yield
