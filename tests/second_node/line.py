"""The line to a partner's door over HTTPS (transport-https.md). This node only dials out; nobody rings it."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Sequence
from typing import Any

import urllib3
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from . import keys, wire
from .positions import Parcel

HELLO = "application/vnd.lienlac.hello+json"
Json = dict[str, Any]


class Answered(Exception):
    """The door said no: the status and the code of its answer."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


class NotPinned(Exception):
    """Somebody else answers there: nothing was sent."""


def tls13() -> ssl.SSLContext:
    """TLS 1.3 without authorities: the pin alone says who the server is (section 1)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def pinned(pins: Sequence[str]) -> type[HTTPSConnection]:
    """Return connections that say nothing to a server whose key is not among the pins (hex SHA-256 of SPKI)."""

    class Pinned(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            certificate = x509.load_der_x509_certificate(self.sock.getpeercert(True))
            spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            if hashlib.sha256(spki).hexdigest() not in pins:
                self.close()
                raise NotPinned
            self.is_verified = True  # or urllib3 warns of each request

    return Pinned


class Line:
    """A conversation with one partner's door."""

    def __init__(self, endpoint: str, pins: Sequence[str]) -> None:
        at = urllib3.util.parse_url(endpoint)
        self._prefix = (at.path or "").rstrip("/")
        self._pool = HTTPSConnectionPool(at.host, at.port or 443, ssl_context=tls13(), retries=False)
        self._pool.ConnectionCls = pinned(pins)
        self._session: dict[str, str] = {}

    def post(self, name: str, body: bytes, timeout_s: float = 20) -> bytes:
        path = f"{self._prefix}/peer/v1/{name}"
        answer = self._pool.urlopen("POST", path, body, self._session, timeout=timeout_s, redirect=False)
        if answer.status != 200:
            raise Answered(answer.status, str(wire.decode(answer.data)["error"]))
        return answer.data

    def hello(
        self, me: str, partner: str, signer: keys.SigningKey, time: str, lanes: list[Json]
    ) -> list[Json]:
        """Greet; return the partner's standings (section 3)."""
        self._session = {}
        nonce = wire.decode(self.post("challenge", b""))["nonce"]
        said = {"v": 1, "from": me, "to": partner, "time": time, "nonce": nonce, "lanes": lanes}
        answer = wire.decode(self.post("hello", signer.signed(HELLO, wire.encode(said))))
        self._session = {"Lienlac-Session": answer["session"]}
        return list(answer["standings"])

    def parcels(self, parcels: Sequence[Parcel]) -> list[Json]:
        """Hand over 1 to 100 parcels; return the standings of the lanes touched (section 4)."""
        return list(wire.decode(self.post("parcels", body_of(parcels)))["standings"])

    def fetch(self, standings: list[Json], wait_s: int) -> tuple[list[Json], list[bytes], list[Json]]:
        """Say where I stand; return the partner's claims, parcels for me, and his questions (section 5)."""
        asked = wire.encode({"standings": standings, "wait": wait_s})
        head, body = wire.unpack(self.post("fetch", asked, timeout_s=wait_s + 20), 2)
        said = wire.decode(head)
        return list(said["claims"]), parcels_of(body), list(said["asks"])

    def consistency(self, origin: str, first: int, second: int) -> list[bytes]:
        """Ask for the proof between two heads of a ledger of this pair (section 6)."""
        asked = wire.encode({"first": first, "origin": origin, "second": second})
        return [wire.unb64(one) for one in wire.decode(self.post("consistency", asked))["proof"]]

    def head(self) -> str:
        """Ask for the newest head of the partner's ledger of this pair (section 6)."""
        return str(wire.decode(self.post("head", wire.encode({})))["checkpoint"])

    def inclusion(self, origin: str, size: int, envelopes: list[str]) -> list[Json | None]:
        """Ask for the proof that my envelopes arrived (section 6)."""
        asked = wire.encode({"envelopes": envelopes, "origin": origin, "size": size})
        return list(wire.decode(self.post("inclusion", asked))["proofs"])

    def answers(self, answers: list[Json]) -> None:
        """Bring the proofs that he asked for with my fetch (section 6)."""
        self.post("answers", wire.encode({"answers": answers}))


def body_of(parcels: Sequence[Parcel]) -> bytes:
    return wire.pack(str(len(parcels)).encode(), wire.pack(*(one.to_bytes() for one in parcels)))


def parcels_of(body: bytes) -> list[bytes]:
    """Return the parcels of a body, empty when there are none."""
    if not body:
        return []
    count, rest = wire.unpack(body, 2)
    wire.check(count.isdigit() and 1 <= int(count) <= 100, wire.malformed("parcels_count"))
    return wire.unpack(rest, int(count))
