"""A real server, as the operators' page has it: letters go through, and each way to fail has its name."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator

import nats
import pytest

from lienlac.core.errors import Unavailable
from lienlac.peer.nats import cluster as clusters
from lienlac.peer.nats.cluster import Address, Cluster
from tests.peer.nats.servers import DOMAIN, Servers, certificate, new_key, serving

pytestmark = pytest.mark.processes
HERE, THERE, THIRD = "vn-tra-linh", "cn-jingxi", "la-vientiane"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with serving(tmp_path_factory.mktemp("relay"), HERE, THERE, THIRD) as made:
        yield made


@pytest.fixture
def here(servers: Servers) -> Iterator[Cluster]:
    made = Cluster(servers.address(HERE), HERE)
    yield made
    made.close()


@pytest.fixture
def there(servers: Servers) -> Iterator[Cluster]:
    made = Cluster(servers.address(THERE), THERE)
    yield made
    for one in made.take(0.2):
        made.done(one)
    made.close()


def fails(cluster: Cluster, to: str = THERE) -> str:
    with pytest.raises(Unavailable) as failed:
        cluster.put(to, b"x", read=0)
    return failed.value.code


def test_a_letter_is_there_until_it_was_taken_out(here, there):
    here.put(THERE, b"one", read=7)
    (came,) = there.take(2)
    assert (came.raw, came.read) == (b"one", 7)
    there.later(came, 0.1)
    (again,) = there.take(2)
    assert (again.raw, again.number) == (b"one", came.number)
    there.done(again)
    assert there.take(0.2) == []


def test_who_waits_for_a_letter_has_it_at_once(here, there):
    there.take(0.1)
    threading.Timer(0.2, lambda: here.put(THERE, b"soon", read=0)).start()
    begun = time.monotonic()
    (came,) = there.take(5)
    there.done(came)
    assert time.monotonic() - begun < 2


def test_letters_outlive_a_server_that_is_killed(servers, here, there):
    here.put(THERE, b"before", read=0)
    servers.stop("n0", how=signal.SIGKILL)
    assert fails(here) in ("cluster_unreachable", "cluster_silent")
    servers.start("n0")
    ends = time.monotonic() + 10
    came: list[clusters.Came] = []
    while not came:
        assert time.monotonic() < ends
        try:
            came = there.take(0.5)
        except Unavailable:
            time.sleep(0.1)
    there.done(came[0])
    assert came[0].raw == b"before"


def test_a_full_mailbox_refuses_its_sender_and_keeps_what_came_first(here, there):
    for number in range(clusters.LETTERS_OF_ONE):  # the mailbox is empty: every test takes out what it put in
        here.put(THERE, b"%d" % number, read=0)
    assert fails(here) == "mailbox_full"
    first = there.take(1)
    assert first[0].raw == b"0"
    while first:
        for one in first:
            there.done(one)
        first = there.take(0.2)
    ends = time.monotonic() + 5
    while True:
        try:
            here.put(THERE, b"again", read=0)  # a place is free when the server has heard of it
            break
        except Unavailable:
            assert time.monotonic() < ends


def test_nobody_reads_the_mailbox_of_another_nor_writes_in_his_name(servers, there, monkeypatch):
    thief = Cluster(servers.address(HERE), THERE)
    with monkeypatch.context() as hasty:
        hasty.setattr(clusters, "ANSWERS_WITHIN_S", 1.0)  # a subject that is forbidden is never answered
        with pytest.raises(Unavailable) as failed:
            thief.take(0.2)
    assert failed.value.code == "mailbox_missing"
    thief.close()
    assert there.take(0.2) == []


@pytest.mark.parametrize(("place", "count"), [((THERE, THIRD), 0), ((THERE, HERE), 1)])
def test_answers_that_are_sent_elsewhere_fill_no_places_but_the_askers(servers, there, place, count):
    """Servers do not check where an answer is to go; out of the account of a node lead only its own letters."""
    to, sender = place

    async def ask() -> None:
        how = {"nkeys_seed": str(servers.home / f"{HERE}.nk"), "inbox_prefix": f"_INBOX_{HERE}"}
        trusted = ssl.create_default_context(cafile=str(servers.home / "ca.pem"))
        client = await nats.connect(
            f"tls://127.0.0.1:{servers.ports[0]}", tls=trusted, tls_handshake_first=True, **how
        )
        await client.publish("$JS.API.INFO", b"", reply=clusters.subject(to=to, sender=sender))
        await client.flush()
        await client.close()

    asyncio.run(ask())
    came = there.take(1.0 if count else 0.4)
    assert len(came) == count
    for one in came:
        there.done(one)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"key_file": "stranger.nk"}, "cluster_refuses_us"),
        ({"key_file": "nothing.nk"}, "cluster_key_unreadable"),
        ({"ca_file": "other/ca.pem"}, "cluster_not_trusted"),
        ({"servers": ("tls://127.0.0.1:9",)}, "cluster_unreachable"),
    ],
)
def test_each_way_to_fail_has_its_name(servers, wrong, code):
    if not (servers.home / "other").exists():
        (servers.home / "other").mkdir()
        certificate(servers.home / "other")
        new_key(servers.home / "stranger.nk")
    said = {
        name: str(servers.home / value) if isinstance(value, str) else value for name, value in wrong.items()
    }
    stranger = Cluster(servers.address(HERE, **said), HERE)
    assert fails(stranger) == code
    stranger.close()


def test_a_server_in_the_clear_behind_a_tls_address_hears_nothing(servers):
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as plain:
        dialled = Cluster(servers.address(HERE, servers=(f"tls://127.0.0.1:{plain.getsockname()[1]}",)), HERE)
        standing_in = threading.Thread(target=answers_in_the_clear, args=(plain, heard))
        standing_in.start()
        code = fails(dialled)
        standing_in.join(5)
    dialled.close()
    assert code == "cluster_not_trusted"
    said = b"".join(heard)
    assert said.startswith(b"\x16")  # a handshake
    assert not any(word in said for word in (b"CONNECT", b"nkey", HERE.encode()))


def answers_in_the_clear(plain: socket.socket, heard: list[bytes]) -> None:
    """Stand in the cluster's place: no TLS, and an invitation to say who one is."""
    told = {
        "server_id": "x",
        "version": "2.15.1",
        "nonce": "n",
        "auth_required": True,
        "max_payload": 8 << 20,
    }
    with plain.accept()[0] as line, contextlib.suppress(OSError):
        line.settimeout(3)
        line.sendall(b"INFO " + json.dumps(told).encode() + b"\r\n")
        heard.append(line.recv(4096))
        line.sendall(b"-ERR 'Unknown Protocol Operation'\r\n")
        while part := line.recv(4096):
            heard.append(part)


def test_a_key_that_others_may_read_is_not_used(servers, tmp_path):
    file = tmp_path / "open.nk"
    file.write_bytes((servers.home / f"{HERE}.nk").read_bytes())
    file.chmod(0o644)
    assert fails(Cluster(servers.address(HERE, key_file=str(file)), HERE)) == "cluster_key_unreadable"


def test_a_mailbox_that_was_not_made_is_missing_and_harms_no_other(here, there):
    assert fails(here, to="la-nobody") == "mailbox_missing"
    here.put(THERE, b"still", read=0)


def test_a_node_behind_a_leaf_reads_and_writes_as_if_it_were_there(servers, here):
    port = servers.leaf("leaf", THERE)
    address = Address(
        servers=(f"nats://127.0.0.1:{port}",), key_file=str(servers.home / f"{THERE}.nk"), domain=DOMAIN
    )
    behind = Cluster(address, THERE)
    ends = time.monotonic() + 8
    while True:
        try:
            behind.put(HERE, b"up", read=0)
            break
        except Unavailable:
            assert time.monotonic() < ends
            time.sleep(0.1)
    (came,) = here.take(2)
    here.done(came)
    here.put(THERE, b"down", read=0)
    (came,) = behind.take(2)
    behind.done(came)
    servers.stop("leaf")
    behind.close()
