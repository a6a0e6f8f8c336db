"""One PostgreSQL server for all tests of moving, and a target in which the tables are made already."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from django.db import connections, transaction
from django.utils.connection import ConnectionDoesNotExist
from tests import postgresql

from lienlac.cli.moving import copying, target

MADE = "made"


@pytest.fixture(scope="session")
def server() -> Iterator[postgresql.Server]:
    with postgresql.running() as server:
        yield server


@pytest.fixture
def connect(db: None) -> Iterator[Callable[[str], None]]:
    """Connect to a target as the command does; nothing of it stays for the next test."""
    yield target.connect
    forget()


def forget() -> None:
    with contextlib.suppress(ConnectionDoesNotExist):
        connections[target.ALIAS].close()
        del connections[target.ALIAS]


@pytest.fixture(scope="session")
def template(server: postgresql.Server, django_db_setup: None, django_db_blocker: object) -> str:
    """Make the tables once; each test gets a copy of them."""
    server.run(f"CREATE DATABASE {MADE} TEMPLATE template0")
    with django_db_blocker.unblock():
        target.connect(server.url(MADE))
        with transaction.atomic(using=target.ALIAS):
            copying.make_tables()
        forget()
    return MADE


@pytest.fixture
def made(template: str, server: postgresql.Server, connect: Callable[[str], None]) -> str:
    """Connect to a target whose tables are there, empty; return its address."""
    url = server.fresh(template=template)
    connect(url)
    return url
