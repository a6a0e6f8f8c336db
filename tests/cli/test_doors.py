"""A node does not run twice, does not share a port in silence, and has as many workers as its database bears."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as node_settings

from lienlac.cli import node
from lienlac.core.errors import Malformed, Unavailable

HERE = "127.0.0.1"


def test_a_door_that_is_taken_is_named_by_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind((HERE, 0))
        taken.listen()
        port = taken.getsockname()[1]
        doors = SimpleNamespace(
            node="x",
            listen=HERE,
            peer_listens=HERE,
            desk=SimpleNamespace(port=0),
            peer=SimpleNamespace(port=port),
        )
        monkeypatch.setattr(node_settings, "NODE", doors)
        with pytest.raises(Unavailable) as refusal:
            node.check_doors_free()
    assert (refusal.value.code, refusal.value.facts["port"]) == ("port_taken", port)
    node.check_doors_free()


@pytest.mark.parametrize(("workers", "database"), [(1, ""), (4, "postgresql://")])
def test_several_workers_share_a_postgresql(
    monkeypatch: pytest.MonkeyPatch, workers: int, database: str
) -> None:
    monkeypatch.setattr(node_settings, "NODE", SimpleNamespace(workers=workers, database=database))
    node.check_workers()


def test_several_workers_on_sqlite_keep_the_node_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_settings, "NODE", SimpleNamespace(workers=2, database=""))
    with pytest.raises(Malformed) as refusal:
        node.check_workers()
    assert refusal.value.code == "workers_need_postgresql"


@pytest.mark.parametrize("founded", [True, False])
def test_a_node_does_not_run_as_another_kind_than_its_card_says(
    monkeypatch: pytest.MonkeyPatch, founded: bool, tmp_path: Path
) -> None:
    this = SimpleNamespace(training=founded)
    monkeypatch.setattr("lienlac.apps.directory.queries.this_node", lambda: this)
    monkeypatch.setattr(node_settings, "NODE", SimpleNamespace(training=founded))
    node.check_training(tmp_path)
    monkeypatch.setattr(node_settings, "NODE", SimpleNamespace(training=not founded))
    with pytest.raises(Malformed) as refusal:
        node.check_training(tmp_path)
    assert f"training = {str(founded).lower()}" in str(refusal.value.facts["detail"])
