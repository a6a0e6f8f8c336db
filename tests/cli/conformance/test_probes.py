"""The probes can fail, and stand on their own ground only: training nodes that trust each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import urllib3
from tests.apps.mailroom.partner import NOW, Partner, found_us

from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node
from lienlac.cli.conformance import arrivals, carried, greetings, letters, parcels, probe
from lienlac.cli.conformance.ground import Answer, Ground, standing_on
from lienlac.core.envelope import SigningKey
from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.messages import canonical
from lienlac.peer.https import pinned

URL = "https://127.0.0.1:9"
KEEPS = probe.Promise(name="one", promise="it holds", expected="401 stranger")


@pytest.mark.parametrize(
    ("found", "any_code", "passed"),
    [
        ("401 stranger", False, True),
        ("401 other", False, False),
        ("401", False, False),
        ("401 other", True, True),
        ("4011", True, False),
        ("", True, False),
    ],
)
def test_a_promise_is_kept_by_what_was_expected_and_nothing_else(
    found: str, any_code: bool, passed: bool
) -> None:
    assert probe.judge(replace(KEEPS, any_code=any_code), found).passed is passed


def test_every_promise_has_a_name_of_its_own() -> None:
    tables: list[probe.Promise] = [
        *greetings.GREETINGS,
        *letters.LETTERS,
        *parcels.PARCELS,
        *arrivals.ARRIVALS,
        *carried.RELAY,
    ]
    assert len({one.name for one in tables}) == len(tables)
    assert all(one.promise and one.expected for one in tables)


def test_an_answer_that_cannot_be_read_is_found_by_its_code() -> None:
    def ask(_ground: None) -> str:
        raise Malformed("standing_malformed")

    [result] = probe.run([probe.probe("one", "it holds", "200", ask)], None)
    assert (result.found, result.passed) == ("standing_malformed", False)


def test_what_was_found_is_told_to_people_and_to_scripts() -> None:
    results = [probe.judge(KEEPS, "401 stranger"), probe.judge(KEEPS, "200")]
    said = probe.as_text("cn-jingxi", URL, results)
    assert "expected 401 stranger; found 200" in said
    assert "1 of 2 promises are not kept" in said
    told = json.loads(probe.as_json("cn-jingxi", URL, results))
    assert (told["passed"], told["failed"]) == (1, 1)
    assert told["probes"][1] == vars(results[1])


@dataclass(kw_only=True)
class Yes(Ground):
    """Behind this door is somebody who says yes to everybody."""

    def ask(self, name: str, body: bytes = b"", **_how: Any) -> Answer:
        return Answer(status=200, body=canonical.encode({"nonce": "always the same", "session": "yes"}))

    def speaks_tls_1_2(self) -> bool:
        return True


@dataclass(kw_only=True)
class Silent(Yes):
    """Behind this door is nobody."""

    def ask(self, name: str, body: bytes = b"", **_how: Any) -> Answer:
        return Answer(status=0, code="line_silent")


def ground(kind: type[Ground]) -> Ground:
    made = kind(partner=Node(code="cn-jingxi"), url=URL)
    vars(made).update(me="vn-tra-linh", key=SigningKey.generate())
    return made


def test_a_door_that_lets_everybody_in_keeps_one_promise_alone() -> None:
    results = probe.run(greetings.GREETINGS, ground(Yes))
    assert [one.name for one in results if one.passed] == ["hello_answers"]


def test_a_door_that_says_nothing_keeps_none() -> None:
    assert not any(one.passed for one in probe.run(greetings.GREETINGS, ground(Silent)))


def refusal(url: str, code: str = "") -> str:
    with pytest.raises(LienlacError) as refused:
        standing_on(url, code)
    return refused.value.code


@pytest.mark.django_db
def test_only_training_nodes_are_probed_and_only_by_training_nodes() -> None:
    found_us()
    partner = Partner().introduce()
    Node.objects.filter(pk=partner.pk).update(endpoint=URL)
    assert standing_on(URL).partner == partner
    assert standing_on("https://192.0.2.1:1", partner.code).partner == partner
    for live in ("vn-tra-linh", partner.code):
        Node.objects.update(training=True)
        Node.objects.filter(code=live).update(training=False)
        assert refusal(URL) == "probe_training_only"


@pytest.mark.django_db
def test_a_stranger_is_not_probed() -> None:
    found_us()
    partner = Partner().introduce()
    assert refusal("https://192.0.2.1:1") == "unknown_node"
    Node.objects.filter(pk=partner.pk).update(endpoint=URL, standing=Node.Standing.INTRODUCED)
    assert refusal(URL) == "unknown_node"
    assert refusal(URL, partner.code) == "unknown_node"


def test_an_address_without_https_is_no_door() -> None:
    with pytest.raises(Malformed, match="door_broken"):
        _ = Ground(partner=Node(code="cn-jingxi"), url="http://127.0.0.1:9", at=NOW).address


def test_a_line_that_fails_is_told_by_its_code() -> None:
    assert str(Answer(status=0, code="connection_refused")) == "0 connection_refused"
    assert str(Answer(status=401, body=canonical.encode({"error": "stranger"}))) == "401 stranger"
    assert str(Answer(status=200, body=b"not json")) == "200"


class LateToHangUp(BaseHTTPRequestHandler):
    """Refuses who brings a body without reading it, and hangs up when he comes again on the same line."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        declared = int(self.headers.get("Content-Length", "0"))
        body = b'{"nonce":"once"}' if declared == 0 else b"{}"
        self.send_response(200 if declared == 0 else 400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if declared:
            self.rfile.readline()
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def late_to_hang_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), LateToHangUp)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    monkeypatch.setattr(queries, "tls_pins", lambda _node: ())
    monkeypatch.setattr(
        pinned, "pool", lambda *_: urllib3.HTTPConnectionPool("127.0.0.1", port, retries=False)
    )
    yield Ground(partner=Node(code="cn-jingxi"), url=URL, at=NOW)
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("declared", [None, 10**9])
def test_a_door_that_hangs_up_on_a_body_it_has_not_read_still_hears_the_next_question(
    late_to_hang_up: Ground, declared: int | None
) -> None:
    for _ in range(3):
        assert late_to_hang_up.nonce() == "once"
        assert late_to_hang_up.ask("hello", b"x", declared=declared).status == 400


def test_a_partner_whose_receipts_brought_no_head_keeps_no_promise_about_heads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parcels.audit, "held_heads", lambda _code: [])
    names = {"head_of_this_pair", "head_is_told", "consistency_holds", "consistency_beyond"}
    about = [one for one in parcels.PARCELS if one.name in {*names, "consistency_of_the_house"}]
    assert {one.found for one in probe.run(about, ground(Yes))} == {"ledger_origin"}


def test_a_challenge_without_a_nonce_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ground, "ask", lambda *_: Answer(status=0, code="line_silent"))
    with pytest.raises(Malformed, match="nonce_missing"):
        Ground(partner=Node(code="cn-jingxi"), url=URL, at=NOW).nonce()
