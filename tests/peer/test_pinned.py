"""The postman's line over real TLS, to a door that answers before it has read what it was sent, and hangs up."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from lienlac.apps.directory.keyfiles import KeyFiles
from lienlac.apps.directory.models import Node
from lienlac.core.errors import Unavailable
from lienlac.peer.https import pinned
from lienlac.peer.https.client import HttpsLine
from lienlac.peer.rounds import GREET_AGAIN
from lienlac.site.home import CERTIFICATE, DOOR_KEY
from lienlac.site.tls import make_certificate

BODY = b'{"error":"session_over"}'
REFUSAL = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


def refuse_each(server: socket.socket, context: ssl.SSLContext) -> None:
    """Answer each caller when his head has come, and hang up without reading on."""
    with suppress(OSError):  # the end: it was closed
        while True:
            raw, _ = server.accept()
            with suppress(OSError), context.wrap_socket(raw, server_side=True) as tls:
                tls.recv(1000)
                tls.sendall(REFUSAL)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[HttpsLine]:
    (tmp_path / "keys").mkdir()
    files = KeyFiles(tmp_path / "keys")
    pin = make_certificate(files, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.directory / CERTIFICATE, files.directory / DOOR_KEY)
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=refuse_each, args=(server, context), daemon=True).start()
        port = server.getsockname()[1]
        yield HttpsLine(partner=Node(code="cn-jingxi"), connections=pinned.pool("127.0.0.1", port, (pin,)))
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("size", [100, 300_000, 8_000_000])
def test_who_is_refused_before_his_body_was_read_greets_again_at_once(line: HttpsLine, size: int) -> None:
    """Were it a line that failed, the outbox would say so and wait.

    Which of two codes it is, the network decides: a connection that is reset may lose the answer that had come.
    """
    with pytest.raises(Unavailable) as refused:
        line.call("parcels", b"x" * size, limit=1000, read_s=5)
    assert refused.value.code in {"session_over", "line_broke"} <= GREET_AGAIN
