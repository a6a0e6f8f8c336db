"""The relay cluster: one connection, kept by a thread of its own, because its client knows asyncio alone.

Each node has a mailbox there, a stream of JetStream whose letters are taken out by one consumer; who writes to it and
to whom is all that a subject says. Nothing here knows what a letter is, and nothing touches a database.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import stat
import threading
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import TimeoutError as NoAnswer
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from lienlac.core.errors import LienlacError, Unavailable
from lienlac.peer.letters.office import Came

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.js import JetStreamContext

CONSUMER = "node"
READ = "Lienlac-Read"
"""Header: the last letter of yours that I took out of my mailbox, by the number that the cluster gave it. For flow
alone, so that nobody need have signed it: a cluster that lies here makes a letter come again, or late."""
ANSWERS_WITHIN_S = 10.0
CONNECTS_WITHIN_S = 5.0
TRIES_EVERY_S = 1.0  # a link may be up for half a minute
REDELIVERED_AFTER_S = 60
LETTERS_OF_ONE = 64
"""So many letters of one sender lie in a mailbox; the rest waits at his node."""
MAILBOX_BYTES = 4 << 30
FULL = frozenset(
    {10077, 10047, 10122}
)  # JetStream: stream store failed (a limit), no storage, per-subject limit
TOO_FEW = frozenset({10008, 10023})  # no leader, no quorum just now

OF_A_MAILBOX = frozenset({"mailbox_full", "mailbox_missing"})
"""What is wrong with one mailbox leaves the connection as it is."""
MUST_CARRY_BYTES = (4 << 20) + (64 << 10)
"""The largest letter: `max_payload` of the servers must be larger."""

Result = TypeVar("Result")
log = logging.getLogger("lienlac.postman")


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the cluster is and as whom we come; `key_file` holds an NKEY seed or the credentials with a JWT.

    `domain` is JetStream's, where the servers dialled are leaves of the cluster and not its members.
    """

    servers: tuple[str, ...]
    key_file: str = ""
    ca_file: str = ""
    domain: str = ""


def subject(*, to: str, sender: str) -> str:
    """Return the subject of letters from one node to another."""
    return f"lienlac.{to}.{sender}"


def mailbox_of(node: str) -> str:
    """Return the name of the stream that is a node's mailbox."""
    return f"LIENLAC_{node}"


class Cluster:
    """A connection, made when it is needed and anew when it failed. Any thread may call any method."""

    def __init__(self, address: Address, me: str) -> None:
        self._address, self._me = address, me
        self._loop = asyncio.new_event_loop()
        self._client: Client | None = None
        self._stream: JetStreamContext | None = None
        self._box: JetStreamContext.PullSubscription | None = None
        self._one_at_a_time = asyncio.Lock()
        self._not_before, self._why = 0.0, ""
        self._denied_at, self._dialling = 0.0, False
        self.down_since: float | None = None
        self.connections = 0
        threading.Thread(target=self._loop.run_forever, name="relay cluster", daemon=True).start()

    def put(self, to: str, raw: bytes, *, read: int) -> int:
        """Leave a letter in a node's mailbox; return its number there. It means that the cluster has it, no more.

        Raises Unavailable with a code for the outbox page.
        """
        return self._wait(self._put(to, raw, read))

    def take(self, wait_s: float, *, most: int = 16) -> list[Came]:
        """Return letters of our own mailbox, in order; none when none came in time. Raises as `put`."""
        return self._wait(self._take(wait_s, most), patience_s=wait_s)

    def done(self, came: Came) -> None:
        """Take a letter out of the mailbox for good."""
        self._wait(self._say(came.message.ack()))

    def left(self, _to: str) -> None:
        """Say nothing of what lies in another's mailbox: no node may ask a cluster that."""

    def later(self, came: Came, after_s: float) -> None:
        """Leave a letter in the mailbox; it comes again."""
        self._wait(self._say(came.message.nak(delay=after_s)))

    def make_mailbox(self, node: str, *, replicas: int) -> None:
        """Make a node's mailbox, or bring it to what it should be. For the keeper of the cluster, not for nodes."""
        self._wait(self._make_mailbox(node, replicas))

    def check(self) -> int:
        """Return how many letters wait in our own mailbox. Raises as `put`."""
        return self._wait(self._waiting())

    def close(self) -> None:
        """Give the connection up."""
        self._wait(self._drop(""))

    # In the thread of the loop.

    async def _put(self, to: str, raw: bytes, read: int) -> int:
        stream = await self._connected()
        headers = {READ: str(read)}
        ack = await stream.publish(
            subject(to=to, sender=self._me), raw, timeout=ANSWERS_WITHIN_S, headers=headers
        )
        return int(ack.seq)

    async def _take(self, wait_s: float, most: int) -> list[Came]:
        await self._connected()
        if self._box is None or self._client is None:
            return []
        try:
            found = await self._box.fetch(most, timeout=wait_s)
        except TimeoutError:  # the client's own, or, of several letters at once, that of Python itself
            await self._client.flush(int(ANSWERS_WITHIN_S))  # nothing came: is anybody there?
            return []
        return [_came(one) for one in found]

    async def _say(self, said: Coroutine[Any, Any, None]) -> None:
        await said

    async def _make_mailbox(self, node: str, replicas: int) -> None:
        from nats.js import api
        from nats.js.errors import NotFoundError

        stream = await self._connected(own_mailbox=False)
        wanted = api.StreamConfig(
            name=mailbox_of(node),
            subjects=[subject(to=node, sender="*")],
            retention=api.RetentionPolicy.WORK_QUEUE,
            storage=api.StorageType.FILE,
            discard=api.DiscardPolicy.NEW,
            discard_new_per_subject=True,
            max_msgs_per_subject=LETTERS_OF_ONE,
            max_bytes=MAILBOX_BYTES,
            num_replicas=replicas,
        )
        try:
            await stream.update_stream(wanted)
        except NotFoundError:
            await stream.add_stream(wanted)
        consumer = api.ConsumerConfig(
            durable_name=CONSUMER, ack_policy=api.AckPolicy.EXPLICIT, ack_wait=REDELIVERED_AFTER_S
        )
        await stream.add_consumer(mailbox_of(node), consumer)

    async def _waiting(self) -> int:
        stream = await self._connected()
        about = await stream.consumer_info(mailbox_of(self._me), CONSUMER)
        return int(about.num_pending or 0) + int(about.num_ack_pending or 0)

    async def _connected(self, *, own_mailbox: bool = True) -> JetStreamContext:
        async with self._one_at_a_time:
            if self._client is None or not self._client.is_connected or self._stream is None:
                if time.monotonic() < self._not_before:
                    raise Unavailable(self._why)
                self._client = await self._connect()
                self._stream = self._client.jetstream(
                    domain=self._address.domain or None, timeout=ANSWERS_WITHIN_S
                )
                self._box = None
                self.connections += 1
            if own_mailbox and self._box is None:
                about = await self._stream.consumer_info(mailbox_of(self._me), CONSUMER)
                self._box = await self._stream.pull_subscribe_bind(
                    durable=about.name, stream=mailbox_of(self._me)
                )
            return self._stream

    async def _connect(self) -> Client:
        try:
            import nats
        except ImportError as error:
            raise Unavailable("cluster_client_missing") from error
        how = self._how()
        failed: Exception | None = None
        for server in self._address.servers:
            try:
                # Left to itself the client begins TLS only if the server's first line, in the clear, asks for it.
                sealed = urlsplit(server).scheme == "tls"
                dialled = nats.connect(server, tls_handshake_first=sealed, **how)
                client = await asyncio.wait_for(self._dial(dialled), CONNECTS_WITHIN_S)
            except (OSError, TimeoutError, nats.errors.Error) as error:
                failed = error
                continue
            if client.max_payload < MUST_CARRY_BYTES:
                await client.close()
                raise Unavailable("cluster_too_small")
            return client
        raise failed or Unavailable("cluster_not_set")

    async def _dial(self, dialled: Coroutine[Any, Any, Client]) -> Client:
        self._dialling = True
        try:
            return await dialled
        finally:
            self._dialling = False

    def _how(self) -> dict[str, Any]:
        how: dict[str, Any] = {
            "allow_reconnect": False,  # we dial anew ourselves: sooner, and with the reason at hand
            "max_reconnect_attempts": 0,
            "connect_timeout": int(CONNECTS_WITHIN_S),
            "ping_interval": 10,
            "max_outstanding_pings": 2,
            "error_cb": self._complained,
            "inbox_prefix": f"_INBOX_{self._me}",  # who may listen to every _INBOX hears the others' answers
            "name": self._me,
            "skip_subject_validation": False,
        }
        if self._address.key_file:
            how |= _key(Path(self._address.key_file))
        if any(urlsplit(server).scheme == "tls" for server in self._address.servers):
            how["tls"] = _tls(self._address.ca_file)
        return how

    async def _complained(self, error: Exception) -> None:
        """Hear what the server says aside: a subject that we may not use is said so, and only so.

        While we dial the error goes up: else the client would try the same server again, and forget the reason.
        """
        if self._dialling:
            raise error
        if "permissions violation" in str(error).lower():
            self._denied_at = time.monotonic()
            log.warning("the relay cluster: %s", error)

    async def _drop(self, why: str) -> None:
        client, self._client, self._stream, self._box = self._client, None, None, None
        self._not_before, self._why = time.monotonic() + TRIES_EVERY_S, why
        if client is not None and not client.is_closed:
            await client.close()

    # In the caller's thread.

    def _wait(self, work: Coroutine[Any, Any, Result], *, patience_s: float = 0.0) -> Result:
        begun = time.monotonic()
        task = asyncio.run_coroutine_threadsafe(self._named(work, begun), self._loop)
        patience_s += 3 * ANSWERS_WITHIN_S + CONNECTS_WITHIN_S * max(1, len(self._address.servers))
        try:
            return task.result(patience_s)
        except NoAnswer as error:
            task.cancel()
            raise Unavailable("cluster_silent") from error

    async def _named(self, work: Coroutine[Any, Any, Result], begun: float) -> Result:
        """Do it; give what went wrong the name under which the pages know it."""
        try:
            found = await work
        except LienlacError as error:
            self.down_since = self.down_since or begun
            if self._client is None and not self._why:
                self._not_before, self._why = time.monotonic() + TRIES_EVERY_S, error.code
            raise
        except Exception as error:
            # An isolation point: whatever the client of the cluster raises is a reason why the line failed.
            code = await self._reason(error, begun)
            if code not in OF_A_MAILBOX:
                await self._drop(code)
                self.down_since = self.down_since or begun
            raise Unavailable(code) from error
        self.down_since, self._why = None, ""
        return found

    async def _reason(self, error: Exception, begun: float) -> str:
        if self._denied_at >= begun:
            return "mailbox_missing"
        code = reason_of(error)
        if code == "mailbox_missing" and self._stream is not None:
            import nats.errors

            try:
                await self._stream.account_info()
            except nats.errors.Error:  # behind a leaf that lost the cluster nobody answers at all
                return "cluster_unreachable"
        return code


def reason_of(error: BaseException) -> str:
    """Return the code that says in plain words why the cluster failed us (list `errors`)."""
    if "authorization violation" in str(error).lower() or "authentication" in str(error).lower():
        return "cluster_refuses_us"
    number = getattr(error, "err_code", None)
    if number in FULL:
        return "mailbox_full"
    if number in TOO_FEW:
        return "cluster_silent"
    seen: BaseException | None = error
    while seen is not None:
        names = {kind.__name__ for kind in type(seen).__mro__}
        for name, code in REASONS:
            if name in names:
                return code
        seen = seen.__cause__ or seen.__context__
    return "cluster_unreachable"


REASONS: Sequence[tuple[str, str]] = (
    ("AuthorizationError", "cluster_refuses_us"),
    ("SSLError", "cluster_not_trusted"),
    ("SecureConnRequiredError", "cluster_not_trusted"),
    ("SecureConnWantedError", "cluster_not_trusted"),
    ("MaxPayloadError", "cluster_too_small"),
    ("NoStreamResponseError", "mailbox_missing"),
    ("NotFoundError", "mailbox_missing"),
    ("ServiceUnavailableError", "cluster_silent"),
    ("TimeoutError", "cluster_silent"),
)
"""Name of what the client raises -> code; the client is loaded only where there is a cluster."""


def _came(message: Any) -> Came:
    said = (message.headers or {}).get(READ, "")
    read = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    return Came(number=message.metadata.sequence.stream, raw=message.data, read=read, message=message)


def _key(file: Path) -> dict[str, str]:
    try:
        open_to_others = stat.S_IMODE(file.stat().st_mode) & 0o077
        text = file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable("cluster_key_unreadable") from error
    if open_to_others:
        raise Unavailable("cluster_key_unreadable")
    if "-----BEGIN NATS USER JWT-----" in text:
        return {"user_credentials": str(file)}
    return {"nkeys_seed": str(file)}


def _tls(ca_file: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise Unavailable("cluster_key_unreadable") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
