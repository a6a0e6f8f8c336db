"""Two nodes, a relay cluster of three servers, an office behind a leaf that is linked for half a minute.

python -m bench.nats [--count 200] [--offline 60] [--link 30] [--json]

The servers are real (`sync_interval: always`, mailboxes on three of them, TLS, NKEYs), and so are the nodes; the
office's own server is a leaf that dials the cluster. First a message each way while all is well. Then the leaf loses
its link, both nodes write `count` messages, the link stays away for `offline` seconds, longer than anything here
remembers, and comes back for `link` seconds: the figures say how long after that the first and the last message were
stored on each side, from the nodes' own tables. Then one server of the three is killed while messages go.

That days are like minutes here is a matter of construction: what waits, waits in the nodes' outboxes, which no clock
empties; nobody in the cluster has to remember that the office exists, because the office's node dials and pulls.
"""

from __future__ import annotations

import argparse
import json
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.peer.nats.servers import DOMAIN, Servers

from bench.exchange.pair import RECEIVER, SENDER, TABLE, Station, stations
from bench.figures import told
from lienlac.cli.demo.nodes import end_with_parent

CENTRE, OFFICE = SENDER, RECEIVER
SOON_S, LOOK_EVERY_S = 90.0, 0.05
Json = dict[str, Any]


class Poster:
    """Whoever writes at a node (`bench.exchange.poster`)."""

    def __init__(self, station: Station) -> None:
        words = [sys.executable, "-m", "bench.exchange.poster", str(station.path)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, preexec_fn=end_with_parent)

    def post(self, count: int) -> None:
        """Post so many messages."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"deed": "row", "count": count}) + "\n")
        self.process.stdin.flush()
        if not self.process.stdout.readline():
            raise SystemExit("the poster could not post")


class Link:
    """The line between leaf and cluster: a relay of bytes that can be cut and mended."""

    def __init__(self, port: int) -> None:
        self._to, self._up = port, True
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """End every connection, let none begin."""
        self._up = False
        for one in self._open:
            one.close()
        self._open.clear()

    def mend(self) -> None:
        """Let them begin again."""
        self._up = True

    def _serve(self) -> None:
        while True:
            came, _ = self._listening.accept()
            if not self._up:
                came.close()
                continue
            there = socket.create_connection(("127.0.0.1", self._to))
            self._open += [came, there]
            for one, other in ((came, there), (there, came)):
                threading.Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(one: socket.socket, other: socket.socket) -> None:
    try:
        while piece := one.recv(65536):
            other.sendall(piece)
    except OSError:
        pass  # it was cut
    finally:
        one.close()
        other.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.nats")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--offline", type=int, default=60, help="seconds without a link")
    parser.add_argument("--link", type=int, default=30, help="seconds of link")
    parser.add_argument("--json", action="store_true")
    wished = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lienlac-nats-") as place:
        figures = measured(Path(place), wished)
    print(told(figures, as_json=wished.json))


def measured(place: Path, wished: argparse.Namespace) -> Json:
    """Return all figures by name."""
    servers = Servers(home=place / "relay", nodes=(CENTRE, OFFICE), size=3)
    servers.start()
    began = time.monotonic()
    servers.make_mailboxes()
    formed_s = time.monotonic() - began
    centre, office = stations(place / "nodes")
    link = Link(servers.leaves[0])
    servers.leaves = [link.port]
    leaf = servers.leaf("leaf", OFFICE)
    ports = ", ".join(f'"tls://127.0.0.1:{port}"' for port in servers.ports)
    join(centre, servers, ports, "")
    join(office, servers, f'"nats://127.0.0.1:{leaf}"', DOMAIN)
    posters = Poster(centre), Poster(office)
    try:
        for station in (centre, office):
            station.start("work")
        figures: Json = {"cluster_formed_s": round(formed_s, 1)}
        figures |= one_each_way(centre, office, posters)
        figures |= half_a_minute(centre, office, posters, link, wished)
        figures |= a_server_dies(centre, office, posters, servers, wished)
        return figures | ended(centre, office)
    finally:
        for station in (centre, office):
            station.stop()
        servers.stop()


def join(station: Station, servers: Servers, ports: str, domain: str) -> None:
    """Let a node know the cluster, and send its post to the other by it."""
    toml = station.path / "node.toml"
    home = servers.home
    toml.write_text(
        toml.read_text()
        + f'\n[nats]\nservers = [{ports}]\nkey_file = "{home}/{station.code}.nk"\n'
        + f'ca_file = "{home}/ca.pem"\ndomain = "{domain}"\n'
    )
    other = OFFICE if station.code == CENTRE else CENTRE
    words = [
        sys.executable,
        "-m",
        "lienlac.cli",
        "--home",
        str(station.path),
        "partner",
        "carry",
        other,
        "nats",
    ]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def stored(station: Station) -> int:
    """Return how many messages took effect at a node."""
    return int(station.ask(f"SELECT count(*) FROM {TABLE}")[0][0])


def until(station: Station, count: int) -> float:
    """Wait until so many took effect; return when."""
    ends = time.monotonic() + SOON_S
    while stored(station) < count:
        if time.monotonic() > ends:
            raise SystemExit(f"{station.code} has {stored(station)} of {count}")
        time.sleep(LOOK_EVERY_S)
    return time.monotonic()


def quiet(*both: Station) -> float:
    """Wait until each has the other's signed word for everything; return when."""
    ends = time.monotonic() + SOON_S
    while any(one.unsettled() for one in both):
        if time.monotonic() > ends:
            raise SystemExit(f"outboxes do not empty: {[one.unsettled() for one in both]}")
        time.sleep(LOOK_EVERY_S)
    return time.monotonic()


def one_each_way(centre: Station, office: Station, posters: tuple[Poster, Poster]) -> Json:
    """Time one message there and one back, with all up."""
    posters[0].post(1)
    until(office, 1)
    posters[1].post(1)
    until(centre, 1)
    quiet(centre, office)
    spans = []
    for number in range(2, 7):
        begun = time.monotonic()
        posters[0].post(1)
        spans.append(until(office, number) - begun)
    quiet(centre, office)
    return {"one_message_s": round(sorted(spans)[2], 3)}


def half_a_minute(
    centre: Station, office: Station, posters: tuple[Poster, Poster], link: Link, wished: argparse.Namespace
) -> Json:
    """Cut the link, let both write, mend it for a while: what came through within it?"""
    link.cut()
    before = stored(centre), stored(office)
    for poster in posters:
        poster.post(wished.count)
    time.sleep(wished.offline)
    none_through = (stored(centre), stored(office)) == before
    held = [one.ask("SELECT error FROM mailroom_line")[0][0] for one in (centre, office)]
    link.mend()
    begun = time.monotonic()
    figures: Json = {"nothing_passed_without_link": none_through, "said_meanwhile": held}
    for name, station, had in (("centre", centre, before[0]), ("office", office, before[1])):
        figures[f"first_at_{name}_s"] = round(until(station, had + 1) - begun, 1)
        figures[f"last_at_{name}_s"] = round(until(station, had + wished.count) - begun, 1)
    figures["receipts_for_all_s"] = round(quiet(centre, office) - begun, 1)
    figures["within_the_link"] = figures["receipts_for_all_s"] <= wished.link
    return figures


def a_server_dies(
    centre: Station,
    office: Station,
    posters: tuple[Poster, Poster],
    servers: Servers,
    wished: argparse.Namespace,
) -> Json:
    """Kill a server that the leaf does not hang on, in the middle of the post; it comes back later."""
    had = stored(office)
    begun = time.monotonic()
    posters[0].post(wished.count // 2)
    servers.stop("n1", how=signal.SIGKILL)
    posters[0].post(wished.count - wished.count // 2)
    until(office, had + wished.count)
    quiet(centre, office)
    servers.start("n1")
    return {"with_a_server_killed_s": round(time.monotonic() - begun, 1)}


def ended(centre: Station, office: Station) -> Json:
    """Count what was lost and what took effect twice; both by the nodes' own tables."""
    figures: Json = {"lost": 0, "applied_twice": 0}
    for sender, receiver in ((centre, office), (office, centre)):
        sent = {
            one
            for (one,) in sender.ask(
                "SELECT message_id FROM mailroom_message WHERE outbound AND kind = 'BENCH'"
            )
        }
        came = [one for (one,) in receiver.ask(f"SELECT message_id FROM {TABLE}")]
        figures["lost"] += len(sent - set(came))
        figures["applied_twice"] += len(came) - len(set(came))
    return figures | {"at": datetime.now().astimezone().isoformat(timespec="seconds")}


if __name__ == "__main__":
    main()
