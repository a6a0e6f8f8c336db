"""What a partner owes of his ledger is asked for while the line is quiet; no answer of his keeps the rest waiting."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from lienlac.apps.audit import heads
from lienlac.apps.audit.models import HeldHead
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import disputing
from lienlac.apps.mailroom.models import ArrivalProof, Incident, Line, Parcel
from lienlac.core.messages import canonical
from lienlac.peer import proofs, rounds, wire
from lienlac.peer.https import client
from tests.apps.mailroom.partner import NOW, US, Partner
from tests.peer.street import Reply, Street, asks_for_proofs, confirmed

pytestmark = pytest.mark.django_db


def answering(street: Street, name: str, value: Any, status: int = 200) -> None:
    """Let the partner say this to each question of that name."""
    street.there.says = lambda path, _body: Reply(status, canonical.encode(value)) if path == name else None


def hold(partner: Partner, note: str) -> None:
    """Hold a head of the partner's."""
    publics = [partner.node_key.public.public_bytes]
    heads.keep(note.encode(), partner=partner.code, node=US, publics=publics, now=NOW)


def reasons() -> list[tuple[str, int]]:
    """What people were told of ledgers, and how often."""
    told = Incident.objects.filter(code="partner_untrusted").order_by("pk")
    return list(told.values_list("facts__reason", "count"))


def test_the_arrival_that_r1_confirmed_is_proven_while_the_line_is_quiet(street: Street) -> None:
    parcel = confirmed(street)
    asks_for_proofs(street, parcel)
    assert parcel.proof == "held"
    assert b"parcel_stored" in bytes(ArrivalProof.objects.get().leaf)
    before = len(street.there.asked)
    asks_for_proofs(street, parcel)
    assert len(street.there.asked) == before  # once is for ever


def test_a_partner_who_does_not_answer_owes_the_proof_still(street: Street) -> None:
    parcel = confirmed(street)
    street.there.says = lambda path, _body: (
        Reply(503, canonical.encode({"error": "database_busy"})) if path == "inclusion" else None
    )
    asks_for_proofs(street, parcel)
    assert (parcel.proof, Incident.objects.count()) == ("due", 0)
    assert not Line.objects.get().error


def test_a_ledger_that_is_not_there_any_more_proves_nothing(street: Street) -> None:
    """He was restored: what he confirmed is lost with him, and people are told."""
    parcel = confirmed(street)
    street.there.says = lambda path, _body: (
        Reply(400, canonical.encode({"error": "ledger_sizes"})) if path == "inclusion" else None
    )
    asks_for_proofs(street, parcel)
    assert (parcel.proof, Incident.objects.get().facts["reason"]) == ("none", "arrival_not_proven")


def test_a_ledger_whose_growth_is_not_shown_keeps_no_other_proof_waiting(street: Street) -> None:
    """He signed both heads: people are told once, he is asked on, and what he shows later counts."""
    parcel = [confirmed(street), confirmed(street)][-1]
    street.there.says = lambda path, _body: (
        Reply(400, canonical.encode({"error": "ledger_sizes"})) if path == "consistency" else None
    )
    for _ in range(2):
        asks_for_proofs(street, parcel)
    assert parcel.proof == "held"
    incident = Incident.objects.get()
    assert (incident.facts, incident.count) == ({"reason": "growth_not_proven"}, 1)
    assert disputing.attached(incident, now=NOW)[0] == "fork"
    street.there.says = lambda _path, _body: None
    asks_for_proofs(street, parcel)
    assert HeldHead.objects.get().proven


def test_a_proof_that_does_not_hold_is_told_once_and_keeps_no_other_waiting(street: Street) -> None:
    parcel = [confirmed(street), confirmed(street)][-1]
    wrong = {"proof": [base64.b64encode(bytes(32)).decode()]}
    street.there.says = lambda path, _body: (
        Reply(200, canonical.encode(wrong)) if path == "consistency" else None
    )
    for _ in range(2):
        asks_for_proofs(street, parcel)
    assert parcel.proof == "held"
    assert (Incident.objects.get().facts, Incident.objects.get().count) == (
        {"reason": "growth_not_proven"},
        1,
    )


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ({"proof": ["!"]}, 200),
        ({"proof": [7]}, 200),
        ({"proof": [None]}, 200),
        ({"proof": ["AA=="] * 1000}, 200),
        ({"error": []}, 200),
        ({"error": {}}, 200),
        ({"error": "door_failed"}, 500),
        ([], 200),
    ],
)
def test_an_odd_answer_is_none_and_keeps_no_other_proof_waiting(
    street: Street, value: Any, status: int
) -> None:
    parcel = [confirmed(street), confirmed(street)][-1]
    answering(street, "consistency", value, status)
    asks_for_proofs(street, parcel)
    assert (parcel.proof, reasons()) == ("held", [])


@pytest.mark.parametrize("value", [{"proof": ["!"]}, {"error": []}, {"proof": {}}])
def test_of_answers_that_are_brought_an_odd_one_keeps_no_other_waiting(street: Street, value: Any) -> None:
    parcel = [confirmed(street), confirmed(street)][-1]
    told: list[Any] = []
    for one in proofs.questions(street.node, now=NOW):
        assert isinstance(one, dict)
        shown = street.there._inclusion(canonical.encode(one["of"])) if one["ask"] == "inclusion" else value
        told.append({"asked": one, "answer": shown})
    proofs.hear(street.node, told, now=NOW)
    parcel.refresh_from_db()
    assert parcel.proof == "held"


def test_heads_that_are_never_shown_crowd_nothing_out(street: Street) -> None:
    partner, leaves = street.there.partner, [bytes([number]) for number in range(60)]
    hold(partner, partner.checkpoint(size=50, leaves=leaves))
    for size in range(10, 31):  # of another history
        hold(partner, partner.checkpoint(size=size, leaves=[b"x"] * 60))
    partner.ledger = leaves
    hold(partner, partner.checkpoint(size=60, leaves=leaves))
    for _ in range(100):
        told = list[Any]()
        for one in proofs.questions(street.node, now=NOW):
            assert isinstance(one, dict)
            of: Any = one["of"]
            parts = [base64.b64encode(part).decode() for part in partner.proof(of["first"], of["second"])]
            told.append(
                {"asked": one, "answer": {"error": "ledger_sizes"} if of["first"] < 50 else {"proof": parts}}
            )
        assert len(told) <= proofs.MAX_QUESTIONS
        proofs.hear(street.node, told, now=NOW)
    assert HeldHead.objects.get(proven=True).size == 60


def test_twenty_ledgers_crowd_no_question_out(street: Street) -> None:
    partner, parcel = street.there.partner, confirmed(street)
    for number in range(20):
        hold(partner, partner.checkpoint(size=1, leaves=[b"1"], epoch=f"e{number}"))
    hold(partner, partner.checkpoint(size=3, leaves=[b"of", b"another", b"history"], epoch="a1"))
    asks = proofs.questions(street.node, now=NOW)
    proofs.hear(street.node, [{"asked": one, "answer": {"error": "ledger_origin"}} for one in asks], now=NOW)
    parcel.refresh_from_db()
    assert parcel.proof == "none"
    assert {reason for reason, _ in reasons()} == {"arrival_not_proven", "growth_not_proven"}


def test_whoever_never_shows_it_is_told_of_after_three_days_of_asking_and_not_for_days_away(
    street: Street,
) -> None:
    partner, now = street.there.partner, NOW
    for size, leaves in ((2, [b"a"] * 2), (3, [b"b"] * 3)):
        hold(partner, partner.checkpoint(size=size, leaves=leaves))
    street.round.clock = lambda: now
    street.round.once()
    answering(street, "consistency", {"error": "database_busy"}, 503)
    told = []
    for days in (0, 0, 30, 1, 1, 1, 1):
        now += timedelta(days=days)
        street.round.proofs_at = -rounds.PROOFS_EVERY_S * 2
        street.round.once()
        told.append(reasons())
    assert told == [[], [], [], [], *[[("growth_not_proven", 1)]] * 3]


def test_a_fork_does_not_hide_behind_a_proof_that_does_not_hold(street: Street) -> None:
    first, _ = confirmed(street), confirmed(street)
    answering(street, "consistency", {"proof": ["AAAA"]})
    asks_for_proofs(street, first)
    partner = street.there.partner
    forged = partner.checkpoint(size=HeldHead.objects.earliest("size").size, leaves=[b"other"] * 9)
    street.send()
    street.round.once()
    receipt = partner.receipt_parcel(Parcel.objects.latest("pk"), checkpoint=forged)
    mailroom.take_in(street.node, [receipt], street.round.receivers, now=NOW)
    assert reasons() == [("growth_not_proven", 1), ("ledger_forked", 1)]
    assert forged.encode() in bytes(Incident.objects.latest("pk").evidence)


def test_it_is_told_once_whatever_he_says_by_turns(street: Street) -> None:
    parcel = [confirmed(street), confirmed(street)][-1]
    for number in range(6):
        odd = number % 2
        answering(
            street,
            "consistency",
            {"error": "ledger_sizes"} if odd else {"proof": ["AAAA"]},
            400 if odd else 200,
        )
        asks_for_proofs(street, parcel)
    assert reasons() == [("growth_not_proven", 1)]


def test_one_quiet_moment_proves_many_heads_and_asks_no_more_than_its_bound(street: Street) -> None:
    street.round.once()
    partner = street.there.partner
    for _ in range(30):
        hold(partner, partner.checkpoint())
    street.round.proofs_at = -rounds.PROOFS_EVERY_S * 2
    street.round.once()
    assert HeldHead.objects.get().proven
    for size in range(31, 230):
        hold(partner, partner.checkpoint(size=size, leaves=[b"b"] * 230))
    before = street.there.asked.count("consistency")
    answering(street, "consistency", {"error": "ledger_sizes"}, 400)
    street.round.proofs_at = -rounds.PROOFS_EVERY_S * 2
    street.round.once()
    assert street.there.asked.count("consistency") - before <= proofs.MOST_GROWTHS


def test_a_head_is_asked_for_though_a_clock_was_ahead(street: Street) -> None:
    partner = street.there.partner
    mailroom.take_head(street.node, partner.checkpoint().encode(), now=NOW + timedelta(days=365))
    mailroom.take_in(street.node, [partner.parcel()], street.round.receivers, now=NOW)
    assert mailroom.head_is_due(street.node, now=NOW + timedelta(days=30))


def test_who_only_writes_and_says_that_he_has_no_ledger_is_told_of_once(street: Street) -> None:
    before = NOW - timedelta(days=30)
    mailroom.take_in(street.node, [street.there.partner.parcel()], street.round.receivers, now=before)
    answering(street, "head", {"error": "ledger_origin"}, 400)
    for _ in range(5):
        street.round.proofs_at = -rounds.PROOFS_EVERY_S * 2
        street.round.once()
    assert reasons() == [("head_not_shown", 1)]


def test_a_session_that_is_over_keeps_no_proof_waiting(street: Street) -> None:
    """Nothing was posted for an hour: the session of ten minutes is over when the question is asked."""
    parcel = confirmed(street)
    greetings = street.there.asked.count("hello")

    def over(path: str, _body: bytes) -> Reply | None:
        asks = path in {"inclusion", "consistency", "head"}
        greeted = street.there.asked.count("hello") > greetings
        return Reply(401, canonical.encode({"error": "session_over"})) if asks and not greeted else None

    street.there.says = over
    for _ in range(3):
        asks_for_proofs(street, parcel)
    assert (parcel.proof, Line.objects.get().error) == ("held", "")


def test_nobodys_bytes_are_told_of_whoever_is_fetched_from(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, other = street.there.partner.parcels(2)
    altered = wire.WireParcel(position=good[0], envelope=other[1])

    class Altering:
        def greet(self, _claims: Any) -> Any:
            return {}

        def fetch(self, _standings: Any, *, wait_s: int) -> Any:
            return client.Fetched(claims={}, parcels=(altered,))

        def close(self) -> None:
            """Nothing is open."""

    monkeypatch.setattr(client.HttpsLine, "to", classmethod(lambda _cls, _partner: Altering()))
    nothing = mailroom.Receivers(by_kind={}, receipt=lambda _receipt: None)
    rounds.FetchRound(code=street.node.code, clock=lambda: NOW, receivers=nothing).once()
    assert Incident.objects.filter(code="wrong_parcels").exists()
