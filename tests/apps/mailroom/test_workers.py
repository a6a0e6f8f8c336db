"""Several workers on one PostgreSQL: no parcel is sent twice, no lane out of order, and the dead hold nothing."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from queue import Queue
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from lienlac.apps.audit import actions as audit
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import workers
from lienlac.apps.mailroom.models import Lane, Parcel
from lienlac.core.envelope import frames
from lienlac.core.lane import Position
from lienlac.peer import postman, rounds, wire
from lienlac.peer.https import pinned
from tests.apps.mailroom.partner import NORMAL, NOW, US, Partner, found_us
from tests.peer.street import There

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'",
        reason="SQLite has one worker, to whom everything belongs; run again on PostgreSQL.",
    ),
]

QUICK_S = 0.05
WITHIN_S = 30.0


def until(true: Callable[[], Any]) -> Any:
    ends = time.monotonic() + WITHIN_S
    while not (found := true()):
        assert time.monotonic() < ends
        time.sleep(QUICK_S)
    return found


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ASK_AGAIN_S", 0.0)
    monkeypatch.setattr(postman, "LOOK_EVERY_S", QUICK_S)


class Hand:
    """A thread with a database connection of its own, which does what it is told."""

    def __init__(self) -> None:
        self._asked, self._answers = Queue[Any](), Queue[Any]()
        threading.Thread(target=self._run, daemon=True).start()
        self.crew = workers.OfServer()

    def _run(self) -> None:
        while step := self._asked.get():
            try:
                self._answers.put(step())
            except OperationalError as error:
                self._answers.put(error)
                connection.close()
        connection.close()

    def do(self, step: Callable[[], Any]) -> Any:
        self.tell(step)
        return self.hear()

    def tell(self, step: Callable[[], Any]) -> None:
        self._asked.put(step)

    def hear(self) -> Any:
        return self._answers.get(timeout=WITHIN_S)

    def partners(self, *busy: str) -> set[str]:
        found = self.do(lambda: self.crew.partners(CODES, busy=busy))
        return set(found)

    def has_desk(self) -> bool:
        return bool(self.do(self.crew.has_desk))

    def die(self) -> None:
        """Lose the connection as a killed process does: the server ends it."""
        pid = self.crew._me
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    def end(self) -> None:
        self._asked.put(None)


CODES = [f"p-{number}" for number in range(5)]


@pytest.fixture
def partners() -> list[Partner]:
    connection.close()  # it may hold what a worker of an earlier test held on it
    found_us()
    made = [Partner(code=code) for code in CODES]
    for number, one in enumerate(made):
        node = one.introduce()
        node.node_keys.create(use="tls", kid=f"0{number}", public=b"\0" * 32, valid_from=NOW, entered_at=NOW)
        Node.objects.filter(pk=node.pk).update(endpoint=f"https://127.0.0.1:{number + 1}")
    return made


@pytest.fixture
def hands(partners: list[Partner]) -> Iterator[list[Hand]]:
    made = [Hand(), Hand()]
    for one in made:
        one.has_desk()
        one.partners()  # joined, and nobody walks for anybody yet
    yield made
    for one in made:
        one.end()


def test_each_partner_has_one_worker_and_one_of_them_has_the_desk(hands: list[Hand]) -> None:
    first, second = hands
    mine, theirs = first.partners(), second.partners()
    assert mine | theirs == set(CODES)
    assert not mine & theirs
    assert (first.has_desk(), second.has_desk()) == (True, False)
    assert len(mine) < len(theirs)  # who has the desk carries less


def test_what_the_dead_held_is_free_at_once(hands: list[Hand]) -> None:
    first, second = hands
    first.partners()
    claim = first.do(lambda: first.crew.claim_on(next(iter(first.crew._held))))
    assert claim()
    first.die()
    assert not claim()
    assert second.has_desk()
    assert second.partners() == set(CODES)
    assert isinstance(first.do(lambda: first.crew._share(CODES)), OperationalError)
    assert first.partners() == set()  # what it walked under the claims of before must end first
    assert not first.has_desk()


def test_nobody_is_given_away_while_a_thread_still_walks_for_him(hands: list[Hand]) -> None:
    first, second = hands
    second.end()
    until(lambda: first.partners() == set(CODES))
    third = Hand()
    third.has_desk()
    third.partners()
    kept = first.partners(*CODES)
    assert len(kept) < len(CODES)  # it knows who is to go …
    assert third.partners() == set()  # … and holds him until his thread has ended
    first.partners()
    assert third.partners() == set(CODES) - kept
    third.end()


def test_the_server_watches_the_connection_that_holds_the_claims(hands: list[Hand]) -> None:
    """It is told so over a Unix socket too, where it watches nothing: there no machine can be lost."""
    source = "SELECT name FROM pg_settings WHERE source = 'session' AND name LIKE %s"
    told = hands[0].do(lambda: workers._query(source, "tcp_%"))
    assert {name for (name,) in told} == set(workers.WATCHED)


def test_who_failed_to_join_joins_over_the_same_connection(
    hands: list[Hand], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = workers.OfServer()
    with monkeypatch.context() as patch:
        patch.setattr(workers, "_try", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            late._join()
    late._join()
    kinds = {kind for (kind,) in workers._query(f"SELECT classid {workers.OURS} AND pid = %s", late._me)}
    assert kinds == {workers.WORKER}


HOLDER = """
import sys, psycopg
connection = psycopg.connect(sys.argv[1], autocommit=True)
locks = [(0x4C4C01, connection.info.backend_pid), (0x4C4C02, 0), *((0x4C4C03, int(one)) for one in sys.argv[2:])]
for kind, key in locks:
    connection.execute("SELECT pg_advisory_lock(%s, %s)", (kind, key))
print(1, flush=True)
sys.stdin.read()
"""


def test_a_process_that_is_killed_loses_its_claims_at_that_moment(partners: list[Partner]) -> None:
    dsn = connection.get_connection_params()
    address = " ".join(f"{name}={dsn[name]}" for name in ("dbname", "user", "host", "port") if dsn.get(name))
    keys = [str(key) for key in Node.objects.filter(code__in=CODES).values_list("pk", flat=True)]
    words = [sys.executable, "-c", HOLDER, address, *keys]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        hand = Hand()
        assert not hand.has_desk()
        assert hand.partners() | hand.partners() == set()  # some would be his; all are held
        process.send_signal(signal.SIGKILL)
        process.wait()
        began = time.monotonic()
        until(hand.has_desk)
        until(lambda: hand.partners() == set(CODES))
        assert time.monotonic() - began < 5
        hand.end()


# Sending


@dataclass(kw_only=True)
class Book(There):
    """A partner who writes down every parcel that is handed to him, and takes his time."""

    came: list[int] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def _parcels(self, body: bytes) -> Any:
        with self.lock:
            for parcel in wire.decode_parcels(body):
                self.came.append(
                    Position.from_bytes(frames.unpack(parcel.position, count=3, max_bytes=4096)[0]).seq
                )
            time.sleep(0.01)
            return super()._parcels(body)


@contextmanager
def at_work() -> Iterator[postman.Postman]:
    """Run a worker in a thread; at the end it is stopped, as one that nobody wants any more."""
    made = postman.Postman(mailroom.Receivers(by_kind={}, receipt=lambda _: None), lambda: NOW)

    def run() -> None:
        made.run()
        connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made._stopped.set()
        thread.join(WITHIN_S)
        for one in made._rounds.values():
            one.end()
        for walker in made._threads:
            walker.join(WITHIN_S)


def post(partners: list[Partner], count: int) -> None:
    letters = [
        mailroom.Letter(
            message=replace(one.message(from_office=US, to_offices=(one.code,)), id=secrets.token_hex(16)),
            lane_class=NORMAL,
        )
        for one in partners
        for _ in range(count)
    ]
    mailroom.post_all(letters, now=NOW)


def test_no_parcel_is_sent_twice_while_workers_come_go_and_die(
    partners: list[Partner], monkeypatch: pytest.MonkeyPatch
) -> None:
    books = {number + 1: Book(partner=one) for number, one in enumerate(partners)}
    monkeypatch.setattr(pinned, "pool", lambda _host, port, _pins: books[port])
    monkeypatch.setattr(rounds, "PROOFS_EVERY_S", 1e9)
    post(partners, 4)
    with at_work() as first:
        until(lambda: any(one.came for one in books.values()))
        with at_work() as second:
            post(partners, 4)
            until(lambda: second._rounds)
            post(partners, 4)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first._crew._me])  # type: ignore[attr-defined]
            post(partners, 4)
            until(lambda: first._rounds)  # joined anew
        post(partners, 4)
        until(lambda: all(len(one.came) >= 20 for one in books.values()))
    assert {port: one.came for port, one in books.items()} == {port: list(range(1, 21)) for port in books}
    assert set(Parcel.objects.values_list("state", flat=True)) == {"sent"}
    assert not Lane.objects.filter(frozen=True)


def test_an_error_that_lasts_at_the_desk_keeps_no_post_from_leaving(
    partners: list[Partner], monkeypatch: pytest.MonkeyPatch
) -> None:
    books = {number + 1: Book(partner=one) for number, one in enumerate(partners)}
    monkeypatch.setattr(pinned, "pool", lambda _host, port, _pins: books[port])
    monkeypatch.setattr(rounds, "PROOFS_EVERY_S", 1e9)
    monkeypatch.setattr(audit, "sequence", lambda *_given, **_more: 1 / 0)
    with at_work():
        post(partners, 1)
        until(lambda: all(one.came for one in books.values()))
        post(partners, 1)
        until(lambda: all(len(one.came) == 2 for one in books.values()))


# The desk beside those who write


def test_whoever_posts_and_the_desk_do_not_wait_for_each_other(
    partners: list[Partner], monkeypatch: pytest.MonkeyPatch
) -> None:
    """He holds the lane that the receipt wants; the desk holds the ledger that his leaf stands in."""
    (partner, *_), receivers = partners, mailroom.Receivers(by_kind={}, receipt=lambda _: None)
    mailroom.take_in(Node.objects.get(code=partner.code), [partner.parcel()], receivers, now=NOW)
    posted, placed, sequence = threading.Event(), threading.Event(), audit.sequence

    def write() -> None:
        with transaction.atomic():
            post([partner], 1)
            posted.set()
            placed.wait(WITHIN_S)

    def then_tell(*given: Any, **more: Any) -> int:
        count = sequence(*given, **more)
        placed.set()
        return count

    monkeypatch.setattr(audit, "sequence", then_tell)
    hand = Hand()
    hand.tell(write)
    assert posted.wait(WITHIN_S)
    assert postman.Postman(receivers)._place_and_receipt(NOW) == 1
    assert hand.hear() is None
    assert Parcel.objects.count() == 2
    hand.end()
