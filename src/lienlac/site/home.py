"""The home of a node: one directory with its settings, keys, database and bells.

node.toml        what the operator decides (this module reads and writes it)
keys/            private keys, mode 0600, sealed if there is a lock (`lienlac.apps.directory.keyfiles`)
db.sqlite3       unless `database` names a PostgreSQL server
readings.tsv     readings of names that the operator adds, if any
bells/           sockets by which the node's own processes wake each other
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from lienlac.core.errors import Malformed
from lienlac.core.lane import PATIENCE, QUOTA, Patience, Quota
from lienlac.core.messages.files import LARGEST, MOST_BYTES
from lienlac.site import carrying, cluster
from lienlac.site.carrying import Carrying
from lienlac.site.cluster import RelayCluster

NODE_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HEADER = re.compile(r"[A-Za-z]+(-[A-Za-z]+)*")
SECRET_BYTES = 48
MOST_WORKERS = 32
MOST_MEGABYTES = 10**6
MEGABYTE, MOST_OF_AN_OUTBOX = 2**20, 10**9
HOUR, MOST_HOURS = timedelta(hours=1), 24 * 365
HOURS = {"urgent_hours": "urgent", "normal_hours": "normal", "bulk_hours": "bulk"}
"""What `[outbox]` calls how long a parcel may wait for its receipt -> the class of lane."""
REQUIRED, OFFERED = "required", "offered"
LINES, JSON = "line", "json"
CERTIFICATE, DOOR_KEY = "peer-door.crt", "peer-door.key"
NODE_TOML = "node.toml"


@dataclass(frozen=True, kw_only=True)
class Door:
    """An address to listen on; `host` is the name that others use for it."""

    host: str
    port: int


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """What stands between browsers and the desk: a program that ends TLS and says so in a header.

    `header` tells how the browser came (`https`); nobody but the proxy may reach the desk's port, or anybody could say
    it. `hosts` are further names of the desk; `hsts_days` is for how long a browser keeps to HTTPS by itself.
    """

    https: bool = False
    header: str = "X-Forwarded-Proto"
    hosts: tuple[str, ...] = ()
    hsts_days: int = 365


@dataclass(frozen=True, kw_only=True)
class FileSearches:
    """What a search with a file may take, by `[file_searches]`: processes, and megabytes for all of them together.

    0: as many processes as this machine has cores; half of the memory that is free when it begins.
    """

    processes: int = 0
    megabytes: int = 0


@dataclass(frozen=True, kw_only=True)
class TokenPlace:
    """A token (PKCS#11) that holds the signing keys: its driver, its label, and the file whose first line is its PIN.

    The PIN itself has no place here: node.toml is copied, shown and backed up.
    """

    module: str
    label: str
    pin_file: str = ""


@dataclass(frozen=True, kw_only=True)
class Home:
    """What `node.toml` says. Paths are derived, never stored."""

    path: Path
    node: str
    country: str
    time_zone: str
    language: str
    training: bool
    desk: Door
    peer: Door
    database: str = ""
    workers: int = 1
    listen: str = "127.0.0.1"
    peer_listen: str = ""
    second_factor: str = ""
    offices: tuple[str, ...] = field(default=())
    scan: tuple[str, ...] = field(default=())
    most_bytes: int = MOST_BYTES
    outbox: Quota = QUOTA
    patience: Patience = PATIENCE
    file_searches: FileSearches = field(default=FileSearches())
    passphrase_file: str = ""
    metrics: str = ""
    logs: str = LINES
    proxy: Proxy = field(default=Proxy())
    token: TokenPlace | None = None
    nats: RelayCluster | None = None
    relay: Carrying = field(default=Carrying())

    @property
    def https(self) -> bool:
        """Whether browsers come over HTTPS, through a proxy."""
        return self.proxy.https

    @property
    def address(self) -> str:
        """How a browser's address of the desk begins, such as `https://desk.example.vn`."""
        return f"https://{self.desk.host}" if self.https else f"http://{self.desk.host}:{self.desk.port}"

    @property
    def endpoint(self) -> str:
        """Where other nodes ring this one; `""` when nobody can: it dials out."""
        return f"https://{self.peer.host}:{self.peer.port}" if self.peer.host else ""

    @property
    def peer_listens(self) -> str:
        """The address on which the peer door listens: others may ring it while the desk stays on this machine."""
        return self.peer_listen or self.listen

    @property
    def door_files(self) -> tuple[Path, Path]:
        """Certificate and private key of the peer door."""
        return self.keys / CERTIFICATE, self.keys / DOOR_KEY

    @property
    def needs_second_factor(self) -> bool:
        """Whether every officer must have a passkey or an authenticator: on live nodes unless the operator says not."""
        return self.second_factor == REQUIRED or (not self.second_factor and not self.training)

    @property
    def keys(self) -> Path:
        """Directory of the private keys."""
        return self.path / "keys"

    @property
    def bells(self) -> Path:
        """Directory of the sockets that wake the node's processes."""
        return self.path / "bells"

    @property
    def sqlite(self) -> Path:
        """The database file, when no PostgreSQL server is named."""
        return self.path / "db.sqlite3"


def read(path: Path) -> Home:
    """Read the home at `path`; Malformed('home_missing' | 'home_broken') says what is wrong with it."""
    try:
        raw = tomllib.loads((path / NODE_TOML).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Malformed("home_missing", path=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Malformed("home_broken", path=str(path), detail=str(error)) from error
    try:
        return Home(
            path=path,
            node=_node_id(raw["node"]),
            country=str(raw["country"]),
            time_zone=str(raw["time_zone"]),
            language=str(raw["language"]),
            training=bool(raw["training"]),
            desk=Door(host=str(raw["desk"]["host"]), port=int(raw["desk"]["port"])),
            peer=Door(host=str(raw["peer"]["host"]), port=int(raw["peer"]["port"])),
            database=str(raw.get("database", "")),
            workers=_workers(raw.get("workers", 1)),
            listen=str(raw.get("listen", "127.0.0.1")),
            peer_listen=str(raw["peer"].get("listen", "")),
            second_factor=_second_factor(raw.get("second_factor", "")),
            offices=tuple(str(office) for office in raw.get("offices", [])),
            scan=_command(raw.get("scan", [])),
            most_bytes=_most_bytes(raw.get("attachments", {})),
            outbox=_outbox(raw.get("outbox", {})),
            patience=_patience(raw.get("outbox", {})),
            file_searches=_file_searches(raw.get("file_searches", {})),
            passphrase_file=str(raw.get("passphrase_file", "")),
            metrics=str(raw.get("metrics", "")),
            logs=_logs(raw.get("logs", LINES)),
            proxy=_proxy(raw.get("proxy", {})),
            token=_token(raw.get("token")),
            nats=cluster.read(raw.get("nats"), workers=_workers(raw.get("workers", 1))),
            relay=carrying.read(
                raw.get("relay", {}), node=str(raw["node"]), workers=_workers(raw.get("workers", 1))
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed("home_broken", path=str(path), detail=str(error)) from error


def _node_id(value: object) -> str:
    if not isinstance(value, str) or not NODE_ID.fullmatch(value):
        raise ValueError(f"node = {value!r}: small letters, digits and single hyphens only")
    return value


def _workers(value: object) -> int:
    if type(value) is not int or not 1 <= value <= MOST_WORKERS:
        raise ValueError(f"workers = {value!r}: 1 to {MOST_WORKERS}")
    return value


def _second_factor(value: object) -> str:
    if value not in ("", REQUIRED, OFFERED):
        raise ValueError(f"second_factor = {value!r}: required or offered")
    return str(value)


def _logs(value: object) -> str:
    if value not in (LINES, JSON):
        raise ValueError(f"logs = {value!r}: {LINES} or {JSON}")
    return str(value)


def _token(raw: dict[str, Any] | None) -> TokenPlace | None:
    if raw is None:
        return None
    _check_known("token", raw, TokenPlace)  # a `pin` would be one that everybody reads
    if not all(isinstance(value, str) and value for value in raw.values()):
        raise ValueError("[token] module, label, pin_file: words")
    return TokenPlace(**raw)


def _check_known(
    section: str, raw: dict[str, Any], kind: type[Proxy] | type[TokenPlace] | type[FileSearches]
) -> None:
    unknown = set(raw) - {one.name for one in fields(kind)}
    if unknown:
        raise ValueError(f"[{section}] knows no {', '.join(sorted(unknown))}")


def _proxy(raw: dict[str, Any]) -> Proxy:
    _check_known("proxy", raw, Proxy)  # a misspelt line would leave the desk open
    if not isinstance(raw.get("https", False), bool):
        raise ValueError("[proxy] https: true or false")
    made = Proxy(**{**raw, "hosts": tuple(str(host) for host in raw.get("hosts", []))})
    if not HEADER.fullmatch(str(made.header)) or int(made.hsts_days) < 0:
        raise ValueError("[proxy] header: letters and hyphens; hsts_days: 0 or more")
    return made


def _command(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(part, str) and part for part in value):
        raise ValueError(f"scan = {value!r}: a list of words, the program first")
    return tuple(value)


def _most_bytes(raw: dict[str, Any]) -> int:
    """Return how large a file may be, by `[attachments]`."""
    most = raw.get("most_bytes", MOST_BYTES)
    if set(raw) - {"most_bytes"} or type(most) is not int or not 2**20 <= most <= LARGEST:
        raise ValueError(f"[attachments] most_bytes = {most!r}: {2**20} to {LARGEST}, and nothing else")
    return most


def _outbox(raw: dict[str, Any]) -> Quota:
    """Return how much may wait for each partner in each class, by `[outbox]`; a megabyte has 2^20 bytes."""
    said = {"parcels": QUOTA.parcels, "megabytes": QUOTA.size // MEGABYTE} | raw
    most = {"parcels": MOST_OF_AN_OUTBOX, "megabytes": MOST_OF_AN_OUTBOX} | dict.fromkeys(HOURS, MOST_HOURS)
    for name, one in said.items():
        if name not in most or type(one) is not int or not 1 <= one <= most[name]:
            raise ValueError(f"[outbox] {name} = {one!r}: 1 to the most of {most}, and nothing else")
    return Quota(parcels=said["parcels"], size=said["megabytes"] * MEGABYTE)


def _patience(raw: dict[str, Any]) -> Patience:
    """Return how long it may wait, by `[outbox]`, which `_outbox` has judged."""
    return replace(PATIENCE, **{of: raw[name] * HOUR for name, of in HOURS.items() if name in raw})


def _file_searches(raw: dict[str, Any]) -> FileSearches:
    _check_known("file_searches", raw, FileSearches)
    if any(type(one) is not int or not 0 <= one <= MOST_MEGABYTES for one in raw.values()):
        raise ValueError(f"[file_searches] {raw!r}: processes and megabytes, 0 or more")
    return FileSearches(**raw)


def write(home: Home) -> None:
    """Make the directories of a home and write its `node.toml`; an existing one is never overwritten."""
    for directory in (home.path, home.keys, home.bells):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = home.path / NODE_TOML
    if target.exists():
        raise Malformed("home_exists", path=str(home.path))
    target.write_text(_as_toml(home), encoding="utf-8")


def quoted(value: str) -> str:
    """Return a text as TOML writes it."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _as_toml(home: Home) -> str:
    offices = ", ".join(quoted(office) for office in home.offices)
    return (
        f"node = {quoted(home.node)}\n"
        f"country = {quoted(home.country)}\n"
        f"time_zone = {quoted(home.time_zone)}\n"
        f"language = {quoted(home.language)}\n"
        f"training = {'true' if home.training else 'false'}\n"
        f"offices = [{offices}]\n"
        f"listen = {quoted(home.listen)}\n"
        + (
            f"second_factor = {quoted(home.second_factor)}\n"
            if home.second_factor
            else f'# second_factor = "{REQUIRED}"   # or "{OFFERED}", as on training nodes\n'
        )
        + '# scan = ["clamdscan", "--fdpass", "-"]   # docs/operators/running.md: asked about every file\n'
        + '# passphrase_file = "/etc/lienlac/keys.passphrase"   # opens sealed keys; docs/operators/keys.md\n'
        + '# metrics = "/var/lib/prometheus/node-exporter/lienlac.prom"   # docs/operators/monitoring.md\n'
        + f'# logs = "{JSON}"   # one object a line; docs/operators/monitoring.md\n'
        + '# database = "postgresql://user@host/name"   # SQLite in this directory when absent\n'
        + (f"database = {quoted(home.database)}\n" if home.database else "")
        + (f"workers = {home.workers}\n" if home.workers != 1 else "")
        + f"\n[desk]\nhost = {quoted(home.desk.host)}\nport = {home.desk.port}\n"
        f"\n[peer]\nhost = {quoted(home.peer.host)}\nport = {home.peer.port}\n"
        + (f"listen = {quoted(home.peer_listen)}\n" if home.peer_listen else "")
        + _attachments_as_toml(home.most_bytes)
        + _outbox_as_toml(home)
        + _file_searches_as_toml(home.file_searches)
        + _proxy_as_toml(home.proxy)
    )


def _file_searches_as_toml(said: FileSearches) -> str:
    if said == FileSearches():
        return ""
    return f"\n[file_searches]\nprocesses = {said.processes}\nmegabytes = {said.megabytes}\n"


def _outbox_as_toml(home: Home) -> str:
    quota = {"parcels": home.outbox.parcels, "megabytes": home.outbox.size // MEGABYTE}
    said = quota if home.outbox != QUOTA else {}
    for name, of in HOURS.items():
        if (hours := getattr(home.patience, of) // HOUR) != getattr(PATIENCE, of) // HOUR:
            said[name] = hours
    lines = "".join(f"{name} = {one}\n" for name, one in said.items())
    return f"\n[outbox]\n{lines}" if said else ""


def _attachments_as_toml(most_bytes: int) -> str:
    if most_bytes == MOST_BYTES:
        return (
            f"\n# [attachments]      # docs/operators/running.md: larger files\n# most_bytes = {MOST_BYTES}\n"
        )
    return f"\n[attachments]\nmost_bytes = {most_bytes}\n"


def _proxy_as_toml(proxy: Proxy) -> str:
    if not proxy.https:
        return "\n# [proxy]            # docs/operators/running.md: the desk behind TLS\n# https = true\n"
    hosts = ", ".join(quoted(host) for host in proxy.hosts)
    return (
        f"\n[proxy]\nhttps = true\nheader = {quoted(proxy.header)}\nhosts = [{hosts}]\n"
        f"hsts_days = {proxy.hsts_days}\n"
    )


def secret(home: Home) -> str:
    """Return the secret that signs sessions, made once for each home."""
    file = home.keys / "session.secret"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(os.urandom(SECRET_BYTES).hex())
    return file.read_text(encoding="ascii")
