"""The partners of a centre, all in one process: they take parcels in as the protocol says, and count.

python -m bench.postgres.station CERTIFICATE KEY PORT CODE…     (ports count upwards from PORT)

They verify nothing and keep nothing, so that what is measured is the centre. Each line of the standard input is
answered with a line of JSON: parcels `came`, `twice` (at a place that was taken), `out_of_order`, when the `last` came
(of this machine's monotonic clock), and this process's `cpu_s`.
"""

from __future__ import annotations

import json
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lienlac.core.envelope import dsse, frames
from lienlac.core.lane import (
    Arrived,
    Content,
    Greeted,
    Incoming,
    Lane,
    LaneClass,
    Position,
    Standing,
    step_incoming,
)
from lienlac.core.lane.actions import Answer
from lienlac.core.lane.events import IncomingEvent
from lienlac.core.messages import canonical
from lienlac.peer import lanes_json, wire

CENTRE = "vn-centre"
MAX_POSITION_BYTES = 4096


class Book:
    """What all partners together were handed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.came = self.twice = self.out_of_order = 0
        self.last = 0.0

    def note(self, number: int, *, twice: int, out_of_order: int) -> None:
        """Count what came in one request."""
        with self.lock:
            self.last = time.monotonic()
            self.came += number
            self.twice += twice
            self.out_of_order += out_of_order

    def told(self) -> dict[str, float]:
        """Return the counts."""
        with self.lock:
            counts = {name: getattr(self, name) for name in ("came", "twice", "out_of_order", "last")}
        return counts | {"cpu_s": time.process_time()}


class Partner:
    """One partner: where it stands in the lanes from the centre."""

    def __init__(self, code: str, book: Book) -> None:
        self.code, self.book = code, book
        self.lock = threading.Lock()
        self.lanes = dict[LaneClass, Incoming]()

    def answer(self, name: str, body: bytes) -> bytes:
        """Answer a request of the centre."""
        with self.lock:
            return canonical.encode(getattr(self, f"_{name}")(body))

    def _challenge(self, _body: bytes) -> object:
        return {"nonce": "n"}

    def _hello(self, body: bytes) -> object:
        said = canonical.decode(frames.unpack(body, count=3, max_bytes=dsse.MAX_SIGNED_BYTES)[0])
        claims = lanes_json.read_claims(said["lanes"])  # type: ignore[index,call-overload]
        standings = {
            name: self._step(name, Greeted(claim=claim, held=("",) * len(claim.acked)))
            for name, claim in claims.items()
        }
        return {"session": "s", "standings": lanes_json.standings_json(standings)}

    def _parcels(self, body: bytes) -> object:
        standings, twice, out_of_order = dict[LaneClass, Standing](), 0, 0
        brought = wire.decode_parcels(body)
        for parcel in brought:
            position = Position.from_bytes(
                frames.unpack(parcel.position, count=3, max_bytes=MAX_POSITION_BYTES)[0]
            )
            name = position.lane.lane_class
            held = self.lanes.get(name)
            reached = held.seq if held and held.epoch == position.epoch else 0
            twice += position.seq <= reached
            out_of_order += position.seq > reached + 1
            standings[name] = self._step(
                name, Arrived(position=position, content=Content.NEW, held=position.digest)
            )
        self.book.note(len(brought), twice=twice, out_of_order=out_of_order)
        return {"standings": lanes_json.standings_json(standings)}

    def _step(self, name: LaneClass, event: IncomingEvent) -> Standing:
        lane = Lane(sender=CENTRE, receiver=self.code, lane_class=name)
        state = self.lanes.get(name, Incoming(lane=lane))
        self.lanes[name], wanted = step_incoming(state, event)
        return next(one.standing for one in wanted if isinstance(one, Answer))


def _handler(partner: Partner) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = partner.answer(self.path.rpartition("/")[2], body)
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def main(certificate: str, key: str, port: str, *codes: str) -> None:
    """Serve until the standard input ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    book = Book()
    for number, code in enumerate(codes):
        server = ThreadingHTTPServer(("127.0.0.1", int(port) + number), _handler(Partner(code, book)))
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps(book.told()), flush=True)
    for _ in sys.stdin:
        print(json.dumps(book.told()), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
