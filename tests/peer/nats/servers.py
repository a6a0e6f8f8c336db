"""Real servers of a relay cluster, as docs/operators/relay-cluster.md has them: TLS, NKEYs, one mailbox a node."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import nkeys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lienlac.core.errors import Unavailable
from lienlac.peer.nats import permissions
from lienlac.peer.nats.cluster import Address, Cluster
from tests.ports import free_port

PROGRAM = Path(sys.executable).with_name("nats-server")
KEEPER = "keeper"
DOMAIN = "hub"
READY_WITHIN_S = 20.0


def certificate(into: Path) -> None:
    """Write `ca.pem` and `server.key` of a server on this machine; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "relay")])
    since = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + dt.timedelta(days=36500))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    (into / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (into / "server.key").write_bytes(private)


def new_key(file: Path) -> str:
    """Write the seed of a new NKEY, readable by its owner alone; return the public key."""
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(seed)
    return str(nkeys.from_seed(bytearray(seed)).public_key.decode())


@dataclass(kw_only=True)
class Servers:
    """The servers of one cluster in a directory; `nodes` have mailboxes there."""

    home: Path
    nodes: tuple[str, ...]
    size: int = 3
    ports: list[int] = field(default_factory=list)
    routes: list[int] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self.ports, self.routes, self.leaves = ([free_port() for _ in range(self.size)] for _ in range(3))
        certificate(self.home)
        self.accounts = "\n".join(self._account(one) for one in self.nodes)
        for number in range(self.size):
            self._write(number)

    def _account(self, node: str) -> str:
        return permissions.account(
            node,
            new_key(self.home / f"{node}.nk"),
            keeper=new_key(self.home / f"{KEEPER}-{node}.nk"),
            partners=[one for one in self.nodes if one != node],
            domain=DOMAIN,
        )

    def _write(self, number: int) -> None:
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in self.routes)
        cluster = f"cluster {{ name: {DOMAIN}, listen: 127.0.0.1:{self.routes[number]}, routes: [{routes}] }}"
        self._file(f"n{number}").write_text(
            f"server_name: n{number}\nlisten: 127.0.0.1:{self.ports[number]}\nmax_payload: 8MB\n"
            f"tls {{ cert_file: {self.home}/ca.pem, key_file: {self.home}/server.key, handshake_first: true }}\n"
            f"jetstream {{ store_dir: {self.home}/store{number}, sync_interval: always, domain: {DOMAIN} }}\n"
            f"accounts {{\n{self.accounts}\n SYS {{ users: [] }}\n}}\nsystem_account: SYS\n"
            f"leafnodes {{ listen: 127.0.0.1:{self.leaves[number]}, no_advertise: true,\n"
            f" tls {{ cert_file: {self.home}/ca.pem, key_file: {self.home}/server.key }} }}\n"
            + (cluster if self.size > 1 else "")
            + "\n"
        )

    def _file(self, name: str) -> Path:
        return self.home / f"{name}.conf"

    def start(self, *names: str) -> None:
        """Start these servers, all of the cluster when none is named."""
        for name in names or [f"n{number}" for number in range(self.size)]:
            with (self.home / f"{name}.log").open("ab") as log:
                words = [str(PROGRAM), "-c", str(self._file(name))]
                self.running[name] = subprocess.Popen(words, stdout=log, stderr=log)

    def stop(self, *names: str, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop these servers, all when none is named."""
        for name in names or tuple(self.running):
            process = self.running.pop(name)
            process.send_signal(how)
            process.wait(15)

    def address(self, who: str, **changed: object) -> Address:
        """Return how somebody reaches the cluster."""
        said = {
            "servers": tuple(f"tls://127.0.0.1:{port}" for port in self.ports),
            "key_file": str(self.home / f"{who}.nk"),
            "ca_file": str(self.home / "ca.pem"),
        }
        return Address(**(said | changed))  # type: ignore[arg-type]

    def make_mailboxes(self) -> None:
        """Make the mailboxes as soon as the cluster has a leader."""
        ends = time.monotonic() + READY_WITHIN_S
        for node in self.nodes:
            keeper = Cluster(self.address(f"{KEEPER}-{node}"), KEEPER)
            while True:
                try:
                    keeper.make_mailbox(node, replicas=self.size)
                    break
                except Unavailable:
                    if time.monotonic() > ends:
                        raise
                    time.sleep(0.1)
            keeper.close()

    def leaf(self, name: str, node: str) -> int:
        """Make the leaf server of an office, without a store of its own; return the port where its node finds it."""
        port = free_port()
        remotes = ", ".join(f'"tls://127.0.0.1:{one}"' for one in self.leaves)
        seed = (self.home / f"{node}.nk").read_text()  # the link may do what the node may, and no more
        public = nkeys.from_seed(bytearray(seed.encode())).public_key.decode()
        self._file(name).write_text(
            f"server_name: {name}\nlisten: 127.0.0.1:{port}\nmax_payload: 8MB\n"
            f"accounts {{ POST {{ users: [{permissions.user(node, public, DOMAIN)}] }} }}\n"
            f"leafnodes {{ reconnect: 1, remotes: [ {{ urls: [{remotes}], account: POST, nkey: {seed},"
            f" tls {{ ca_file: {self.home}/ca.pem }} }} ] }}\n"
        )
        self.start(name)
        return port


Made = TypeVar("Made", bound=Servers)


@contextmanager
def serving(home: Path, *nodes: str) -> Iterator[Servers]:
    """One server with the mailboxes of these nodes, stopped at the end."""
    with at_work(Servers(home=home, nodes=nodes, size=1)) as made:
        yield made


@contextmanager
def at_work(made: Made) -> Iterator[Made]:
    """Start servers and make the mailboxes; stop them at the end."""
    made.start()
    try:
        made.make_mailboxes()
        yield made
    finally:
        made.stop()
