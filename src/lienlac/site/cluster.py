"""The section `[nats]` of `node.toml`: the relay cluster by which post may travel (docs/operators/relay-cluster.md)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

ON_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True)
class RelayCluster:
    """Its servers, who we are, and by whose certificate the servers show who they are.

    `key_file` holds an NKEY seed or credentials with a JWT, readable by this node alone; `ca_file` is the authority of
    the servers' certificates, that of the machine when absent; `domain` is JetStream's, where the servers are leaves.
    """

    servers: tuple[str, ...]
    key_file: str = ""
    ca_file: str = ""
    domain: str = ""


def read(raw: object, *, workers: int) -> RelayCluster | None:
    """Read the section, None when there is none. Raises ValueError that says what is wrong with it.

    What the mailbox tells reaches the writers of letters within one process: there is one worker.
    """
    if raw is None:
        return None
    if workers != 1:
        raise ValueError("[nats] goes with workers = 1")
    if not isinstance(raw, dict) or set(raw) - {one.name for one in fields(RelayCluster)}:
        raise ValueError("[nats] knows servers, key_file, ca_file and domain")
    servers = raw.get("servers")
    if not isinstance(servers, list) or not servers:
        raise ValueError("[nats] servers: a list of addresses")
    said: dict[str, Any] = {name: str(value) for name, value in raw.items() if name != "servers"}
    return RelayCluster(servers=tuple(_server(one) for one in servers), **said)


def _server(address: object) -> str:
    """Return an address: `tls://host:port`, or `nats://` for a leaf on this very machine, where nobody listens in."""
    at = urlsplit(str(address))
    if at.scheme == "tls" and at.hostname and at.port:
        return str(address)
    if at.scheme == "nats" and at.hostname in ON_THIS_MACHINE and at.port:
        return str(address)
    raise ValueError(f"[nats] {address}: tls://host:port, or nats://127.0.0.1:port of a leaf on this machine")
