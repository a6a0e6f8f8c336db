"""TLS to a partner whose key is known: its SubjectPublicKeyInfo is pinned, no certificate authority is asked."""

from __future__ import annotations

import errno
import hashlib
import hmac
import ssl
from typing import Any

import urllib3
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from lienlac.core.errors import Unauthentic

CONNECT_S = 10.0


class PinMismatch(ssl.SSLError):
    """The server showed another key than the directory names."""


def spki_digest(certificate_der: bytes) -> bytes:
    """Return SHA-256 of the SubjectPublicKeyInfo of a certificate: what a directory pins (RFC 7469, section 2.4)."""
    key = x509.load_der_x509_certificate(certificate_der).public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()


class PinnedConnection(HTTPSConnection):
    """Connects, then compares the server's key with the pins before a byte of a request leaves."""

    pins: tuple[bytes, ...] = ()

    def connect(self) -> None:
        """Open the connection or raise PinMismatch."""
        super().connect()
        certificate = self.sock.getpeercert(True)  # type: ignore[union-attr]
        shown = spki_digest(certificate) if certificate else b""
        if not any(hmac.compare_digest(shown, pin) for pin in self.pins):
            self.close()
            raise PinMismatch("pin_mismatch")
        self.is_verified = True

    def send(self, data: Any) -> None:
        """Send; BrokenPipeError when the other side has hung up.

        It may have answered before: who refuses a body does not read it. urllib3 then reads that answer, but knows the
        broken pipe by its name alone, and TLS has another one for it.
        """
        try:
            super().send(data)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            raise BrokenPipeError(errno.EPIPE, "line_broke") from error


def pool(host: str, port: int, pins: tuple[bytes, ...]) -> HTTPSConnectionPool:
    """Return a keep-alive pool of one connection to a partner with these SPKI pins."""
    if not pins:
        raise Unauthentic("no_tls_pin")
    connection = type("Connection", (PinnedConnection,), {"pins": pins})
    made = HTTPSConnectionPool(
        host,
        port,
        maxsize=1,
        block=True,
        retries=False,
        timeout=urllib3.Timeout(connect=CONNECT_S, read=60.0),
        ssl_context=_context(),
        assert_hostname=False,
    )
    made.ConnectionCls = connection
    return made


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # trust is the pin, compared in PinnedConnection.connect
    return context
