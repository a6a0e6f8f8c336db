"""A stranger's node and a real one, over the line and in a file: what is promised holds between the two."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.matters import VER_ID as BODY

from . import card, envelopes, host, keys, ledger, positions, wire
from .line import Answered, Line, NotPinned
from .node import Node, moment, now
from .vectors import load

pytestmark = [
    pytest.mark.processes,
    pytest.mark.filterwarnings("ignore:Unverified HTTPS request"),  # the pin is compared instead
]
ME, SINCE, SOON_S = "vn-tra-linh", "2026-01-01T00:00:00.000Z", 60.0


@dataclass(kw_only=True)
class Met:
    """Two nodes that have been introduced, and the line between them."""

    host: host.Host
    node: Node
    line: Line

    def ask(self, lane: str = "normal", **changes: Any) -> str:
        """Post an enquiry; return its id."""
        body = {name: value for name, value in (BODY | changes).items() if value is not None}
        handling = ["H0", "TRAINING"]
        return self.node.say("VER_ID", body, lane=lane, agreement=host.AGREEMENT, handling=handling)

    def until(self, holds: Callable[[], object]) -> Any:
        """Fetch until something holds; return it."""
        self.node.greet(self.line)
        ends = time.monotonic() + SOON_S
        while not (found := holds()):
            assert time.monotonic() < ends, (self.node.receipts, self.node.refused)
            self.node.fetch(self.line, 1)
        return found

    def receipt(self, digest: str, stage: str = "R1") -> dict[str, Any]:
        """Return the receipt for an envelope, or of people for its message, when it is here."""
        found: Any = self.until(
            lambda: [
                one
                for one in self.node.receipts
                if one["stage"] == stage and digest in (*one.get("envelopes", ()), one.get("of"))
            ]
        )
        return dict(found[0])

    def last(self, lane: str = "normal") -> str:
        """Return the digest of what was posted last."""
        return self.node.senders[lane].sent_digest


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Met]:
    there = host.Host(home=tmp_path_factory.mktemp("second") / "node")
    node = Node(code=ME, office=ME, partner=there.make())
    publics = {"node": node.node_key.public, "author": node.author_key.public, "seal": node.sealing.public}
    said = host.say_who(ME, [card.key(use, public, SINCE) for use, public in publics.items()])
    there.meet(card.write(said, node.node_key))
    try:
        there.start()
        yield Met(host=there, node=node, line=Line(node.partner.endpoint, node.partner.pins))
    finally:
        there.stop()


def test_an_enquiry_is_asked_answered_and_every_step_is_signed(met: Met) -> None:
    asked = met.ask()
    met.node.push(met.line)
    stored = met.receipt(met.last())
    assert (stored["status"], asked in stored["messages"]) == ("stored", True)
    row = met.host.enquiry(asked)
    assert row is not None
    met.host.call("POST", f"enquiries/{row['key']}/open")
    assert met.receipt(asked, "R2")["status"] == "stored"
    nohit = {"response": "NOHIT", "body": {}, "despite_candidates": True}
    met.host.call("POST", f"enquiries/{row['key']}/answers", nohit)
    answer = met.until(lambda: [one for one in met.node.messages.values() if one["body"].get("of") == asked])[
        0
    ]
    assert (answer["kind"], answer["body"]["response"], answer["in_reply_to"]) == ("ANSWER", "NOHIT", asked)
    for stage in ("R2", "R3"):
        met.node.give_by_people(stage, answer["id"], "normal")
    met.node.push(met.line)
    assert met.node.senders["normal"].outbox == []
    thread = met.host.call("GET", f"enquiries/{row['key']}")
    assert thread["state"] != "received"
    assert thread["answers"][0]["message_id"] == answer["id"]


def test_what_comes_twice_takes_effect_once(met: Met) -> None:
    before = copy.deepcopy(met.node.senders.get("normal"))
    asked = met.ask()
    row = met.node.senders["normal"].outbox[-1]
    again = met.node.parcel("normal", row)
    met.node.push(met.line)
    met.receipt(row.digest)
    standings = met.line.parcels([again, again])
    assert standings[0]["standing"]["seq"] == met.node.senders["normal"].sent
    assert met.node.senders["normal"].sent == (before.sent if before else 0) + 1
    rows = met.host.call("GET", "enquiries?side=received")["rows"]
    assert [one["message_id"] for one in rows].count(asked) == 1


def test_an_envelope_that_was_altered_on_the_way_is_nobodys_word(met: Met) -> None:
    asked = met.ask()
    row = met.node.senders["normal"].outbox[-1]
    good = met.node.parcel("normal", row)
    altered = positions.Parcel(
        position=good.position, signed=good.signed, envelope=host.flip(good.envelope, -80)
    )
    met.node.greet(met.line)
    with pytest.raises(Answered) as refused:
        met.line.parcels([altered])
    assert refused.value.status in (400, 401)
    met.node.push(met.line)  # the lane goes on: nothing of the altered one took a place
    assert asked in met.receipt(row.digest)["messages"]


def test_an_altered_envelope_with_my_own_signature_gets_a_signed_refusal(met: Met) -> None:
    signed = met.node.author_key.signed(envelopes.MESSAGE, wire.encode(met.node.message("VER_ID", BODY)))
    header, wraps, body, _signature = wire.unpack(met.node.sealed(signed), 4)
    body = host.flip(body, len(body) - 1)
    covered = wire.pack(header, wraps, envelopes.digest32(body))
    wrong = wire.pack(header, wraps, body, met.node.node_key.sign(envelopes.ENVELOPE, covered))
    row = met.node.post(wrong, "", "normal")
    met.node.push(met.line)
    receipt = met.receipt(row.digest)
    assert (receipt["status"], receipt["outward_ground"]) == ("refused", "RF02")
    assert "messages" not in receipt


@pytest.mark.parametrize(
    ("wrong", "ground"),
    [
        ({"agreement": "NO-SUCH"}, "RF20"),
        ({"handling": ["H0"]}, "RF00"),  # without the mark of a training node
        ({"body": BODY | {"subject_name_language": None}}, "RF02"),
        ({"body": {name: BODY[name] for name in BODY if name != "place"}}, "RF02"),
        ({"kind": "HANDOVER", "body": {}}, "RF20"),
    ],
    ids=["agreement", "no training mark", "null", "no place", "closed kind"],
)
def test_what_a_rule_says_no_to_is_refused_with_an_outward_ground(
    met: Met, wrong: dict[str, Any], ground: str
) -> None:
    said = {
        "agreement": host.AGREEMENT,
        "handling": ["H0", "TRAINING"],
        "kind": "VER_ID",
        "body": BODY,
    } | wrong
    met.node.say(said.pop("kind"), said.pop("body"), **said)
    met.node.push(met.line)
    receipt = met.receipt(met.last())
    assert (receipt["status"], receipt["outward_ground"]) == ("refused", ground)


def test_a_kind_that_the_node_does_not_know_is_kept_and_said_so(met: Met) -> None:
    met.node.say("WEATHER", {"wind": "north"}, handling=["TRAINING"])
    newer = met.node.message("VER_ID", BODY, handling=["TRAINING"]) | {"colour": "red"}
    signed = met.node.author_key.signed(envelopes.MESSAGE, wire.encode(newer))
    row = met.node.post(met.node.sealed(signed), str(newer["id"]), "normal")
    unknown = met.node.senders["normal"].outbox[-2].digest
    met.node.push(met.line)
    assert met.receipt(unknown)["status"] == "not_understood"
    assert met.receipt(row.digest)["status"] == "not_understood"


def test_a_message_that_the_nodes_own_key_signed_is_refused(met: Met) -> None:
    met.node.say("VER_ID", BODY, machine=True, agreement=host.AGREEMENT, handling=["TRAINING"])
    met.node.push(met.line)
    assert met.receipt(met.last())["status"] == "refused"


def test_a_letter_of_another_under_a_known_id_is_refused(met: Met) -> None:
    asked = met.ask()
    other = met.node.message("VER_ID", BODY | {"subject_name": "Lục Thị Sen"}, id=asked)
    signed = met.node.author_key.signed(envelopes.MESSAGE, wire.encode(other))
    row = met.node.post(met.node.sealed(signed), asked, "normal")
    met.node.push(met.line)
    assert met.receipt(row.digest)["status"] == "refused"


def test_a_node_restored_from_a_copy_goes_on_and_repeats_nothing(met: Met) -> None:
    met.node.push(met.line)
    copied = copy.deepcopy(met.node.senders)
    forgotten = met.ask(subject_name="Hoàng Hải Bằng")
    met.node.push(met.line)
    met.receipt(met.last())
    met.node.senders = copied
    asked = met.ask(subject_name="Nông Thùy Linh")
    met.node.push(met.line)
    assert "sender_restored" in met.node.senders["normal"].incidents
    assert asked in met.receipt(met.last())["messages"]
    found = [met.host.enquiry(one) for one in (forgotten, asked)]
    assert all(found)


def test_a_picture_travels_with_its_enquiry(met: Met) -> None:
    """Its chunks go on a lane of their own, its preview as a letter; message and chunks each get their R1."""
    content = b"\xff\xd8\xff" + "Ảnh chụp biên bản, trang một.\n".encode() * 40_000  # two chunks
    picture = bytes.fromhex(load("attachments/attachments")["pictured"]["picture"])
    asked = wire.sha256(content)[:32]
    entry = met.node.attach(content, asked, name="biên bản.jpg", media_type="image/jpeg", picture=picture)
    lanes = met.node.senders
    chunks = [row.digest for row in (*lanes["normal"].outbox[-1:], *lanes["bulk"].outbox[-2:])]
    said = {"id": asked, "agreement": host.AGREEMENT, "handling": ["H0", "TRAINING"], "attachments": [entry]}
    met.node.say("VER_ID", BODY, **said)
    met.node.push(met.line)
    assert asked in met.receipt(met.last())["messages"]
    assert [met.receipt(digest)["status"] for digest in chunks] == ["stored"] * 3


def test_who_signs_two_parcels_for_one_place_loses_the_lane_and_no_other(met: Met) -> None:
    met.ask(lane="bulk")
    first = met.node.senders["bulk"].outbox[-1]
    met.node.push(met.line)
    sealed = met.node.sealed(b"another")
    at = met.node.position("bulk", first)
    other = positions.Position(**(vars(at) | {"digest": wire.sha256(sealed)}))
    standings = met.line.parcels([positions.parcel(other, sealed, met.node.node_key)])
    assert standings[0]["standing"]["condition"] == "frozen"
    met.node.hear(standings)
    assert met.node.senders["bulk"].halted
    asked = met.ask()
    met.node.push(met.line)
    assert asked in met.receipt(met.last())["messages"]


def test_the_post_in_a_file_does_what_a_call_does(met: Met, tmp_path: Path) -> None:
    met.until(lambda: not met.node.fetch(met.line))
    asked = met.ask(urgency="U1", lane="urgent")
    digest = met.last("urgent")
    there, back = tmp_path / "there.bundle", tmp_path / "back.bundle"
    there.write_bytes(met.node.write_file())
    assert met.node.code in met.host.command("bundle", "look", there)
    met.host.command("bundle", "import", there, "--reply", back)
    met.node.read_file(back.read_bytes())
    ends = time.monotonic() + SOON_S
    while not any(digest in one.get("envelopes", ()) for one in met.node.receipts):
        assert time.monotonic() < ends  # the leaf had no place yet: a next file brings the receipt
        met.host.command("bundle", "export", met.node.code, back)
        met.node.read_file(back.read_bytes())
    receipt = next(one for one in met.node.receipts if digest in one.get("envelopes", ()))
    assert (receipt["status"], asked in receipt["messages"]) == ("stored", True)
    assert met.node.senders["urgent"].outbox == []
    met.host.command("bundle", "import", there, "--reply", back)  # a copy of the same stick
    rows = met.host.call("GET", "enquiries?side=received")["rows"]
    assert [one["message_id"] for one in rows].count(asked) == 1


def test_a_file_with_one_changed_bit_is_not_read_by_either(met: Met, tmp_path: Path) -> None:
    file = tmp_path / "bundle"
    met.host.command("bundle", "export", met.node.code, file)
    raw = file.read_bytes()
    for at in (3, 30, len(raw) // 2, len(raw) - 1):
        with pytest.raises(wire.Wrong):
            met.node.read_file(host.flip(raw, at))
    mine = met.node.write_file()
    file.write_bytes(host.flip(mine, len(mine) // 2))
    with pytest.raises(AssertionError, match=r"(?i)signature|damaged"):
        met.host.command("bundle", "import", file)


def test_the_heads_of_its_ledger_continue_each_other(met: Met) -> None:
    met.ask()
    met.node.push(met.line)
    met.receipt(met.last())
    lines = met.node.read_heads(met.line.consistency)
    assert met.node.held.incidents == []
    assert lines
    head = next(iter(met.node.held.heads.values()))
    assert head.size
    told = ledger.read_checkpoint(met.line.head(), met.node.partner.publics["node"])
    assert met.node.held.take(told, lane="asked", prove=met.line.consistency)
    assert (told.origin, met.node.held.incidents) == (head.origin, [])
    ledger.check_cosignature(
        lines[-1], head.text, node=ME, publics={met.node.node_key.kid: met.node.node_key.public}
    )


def test_what_i_sent_is_proven_to_stand_in_the_ledger_there(met: Met) -> None:
    met.ask()
    met.node.push(met.line)
    met.receipt(met.last())
    met.node.read_heads(met.line.consistency)
    leaves = met.node.read_arrivals(met.line)
    assert met.last() in {leaf["facts"]["envelope"] for leaf in leaves}
    with pytest.raises(Answered, match="ledger_sizes"):
        met.line.inclusion(next(iter(met.node.held.heads)), 10**9, [met.last()])


def test_whoever_only_dials_out_is_asked_for_proofs_with_what_it_fetches(met: Met, tmp_path: Path) -> None:
    asked = met.ask()
    met.node.push(met.line)
    met.receipt(met.last())
    row = met.host.enquiry(asked)
    assert row is not None
    met.host.call("POST", f"enquiries/{row['key']}/open")
    met.receipt(asked, "R2")
    later = {"response": "STATUS", "body": {"until": moment(now() + timedelta(days=28))}}
    met.host.call("POST", f"enquiries/{row['key']}/answers", later)
    met.until(lambda: [one for one in met.node.messages.values() if one["body"].get("of") == asked])
    met.node.push(met.line)  # my R1 for the answer: from now on the arrival can be proven
    met.until(lambda: "inclusion" in met.node.asked)
    file = tmp_path / "pair.export"
    met.host.command("audit", "export", met.node.code, file)
    assert '"t":"arrival"' in file.read_text(encoding="utf-8")
    assert f"the own ledger of {ME} says arrived" in met.host.command("audit", "verify", file)


def test_cosignatures_travel_in_receipts_both_ways(met: Met, tmp_path: Path) -> None:
    asked = met.ask()
    met.node.push(met.line)
    met.receipt(met.last())
    assert met.node.read_heads(met.line.consistency)
    row = met.host.enquiry(asked)
    assert row is not None
    met.host.call("POST", f"enquiries/{row['key']}/open")
    later = {"response": "STATUS", "body": {"until": moment(now() + timedelta(days=28))}}
    met.host.call("POST", f"enquiries/{row['key']}/answers", later)
    met.until(lambda: [one for one in met.node.messages.values() if one["body"].get("of") == asked])
    met.node.push(met.line)  # R1 for the answer: with the head of theirs that I cosigned, and one of mine
    assert met.node.cosigned == ""
    met.ask()
    met.node.push(met.line)
    met.receipt(met.last())
    assert met.node.cosigned_by_partner
    file = tmp_path / "pair.export"
    met.host.command("audit", "export", met.node.code, file)
    assert f"— {ME} " in file.read_text(encoding="utf-8")
    assert "cosign" in met.host.command("audit", "verify", file)


def test_what_an_inspector_there_exports_holds_with_my_receipts_in_it(met: Met, tmp_path: Path) -> None:
    met.ask()
    met.node.push(met.line)
    met.receipt(met.last())
    file = tmp_path / "pair.export"
    met.host.command("audit", "export", met.node.code, file)
    met.host.command("audit", "verify", file)
    assert "partner_untrusted" not in file.read_text(encoding="utf-8")


def hello(met: Met, *, signer: keys.SigningKey, to: str = host.CODE, nonce: str = "") -> bytes:
    nonce = nonce or wire.decode(met.line.post("challenge", b""))["nonce"]
    said = {"v": 1, "from": ME, "to": to, "time": moment(now()), "nonce": nonce, "lanes": []}
    return signer.signed("application/vnd.lienlac.hello+json", wire.encode(said))


def test_nobody_gets_in_under_my_name_or_with_my_old_words(met: Met) -> None:
    mine = met.node.node_key
    tries = {
        "stranger": hello(met, signer=keys.SigningKey()),
        "hello_for_other": hello(met, signer=mine, to="la-somewhere"),
        "nonce_stale": hello(met, signer=mine, nonce="made-up"),
    }
    for code, signed in tries.items():
        with pytest.raises(Answered) as refused:
            met.line.post("hello", signed)
        assert (refused.value.status, refused.value.code) == (401, code)
    fresh = Line(met.node.partner.endpoint, met.node.partner.pins)
    with pytest.raises(Answered, match="401 session_over"):
        fresh.post("parcels", b"")


def test_nothing_is_said_to_a_server_with_another_key(met: Met) -> None:
    with pytest.raises(NotPinned):
        Line(met.node.partner.endpoint, ["00" * 32]).post("challenge", b"")
