"""Heads and proofs of ledgers, asked for and given: that one only grew, and that a parcel's arrival stands in it.

A question is a JSON object, the same on every way: the body of a request at the partner's door, or, for a partner
whom nobody can ring, a guest in the answer to his fetch. He brings the answers by himself
(docs/protocol/transport-https.md, section 6).
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from lienlac.apps.audit import heads
from lienlac.apps.audit import queries as audit
from lienlac.apps.audit.heads import ToProve
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.actions import Question
from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.lane.position import DIGEST
from lienlac.core.ledger import note
from lienlac.core.ledger.inclusion import Inclusion
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json

CONSISTENCY, HEAD, INCLUSION = "consistency", "head", "inclusion"
MAX_ENVELOPES = 100
MAX_QUESTIONS = 20
MAX_ANSWERS_BYTES = 1024 * 1024
NOT_HERE = frozenset({"ledger_origin", "ledger_sizes"})
"""What a node answers that was restored: the ledger of which a head is held is not its own any more."""

Body = Mapping[str, Json]
log = logging.getLogger("lienlac.postman")


class Line(Protocol):
    """A line to a partner on which questions can be asked."""

    def ask(self, name: str, question: Body) -> Body:
        """Ask; Unavailable with the partner's code when he does not answer."""
        ...


# Giving them.


def consistency(partner: Node, asked: Body) -> Body:
    """Prove that our ledger with a partner only grew between two sizes that he names."""
    origin, first, second = (asked.get(name) for name in ("origin", "first", "second"))
    if len(asked) != 3 or not isinstance(origin, str) or type(first) is not int or type(second) is not int:
        raise Malformed("consistency_malformed")
    proof = audit.consistency_proof(origin, partner=partner.code, first=first, second=second)
    return {"proof": [base64.b64encode(part).decode() for part in proof]}


def head(partner: Node, asked: Body) -> Body:
    """Give the newest signed head of our ledger with a partner; Malformed('ledger_origin') before there is one."""
    if asked:
        raise Malformed("question_malformed")
    newest = audit.latest_head(partner.code)
    if newest is None:
        raise Malformed("ledger_origin", origin=partner.code)
    return {"checkpoint": bytes(newest.note).decode()}


def inclusion(partner: Node, asked: Body) -> Body:
    """Prove what our ledger with a partner says of the arrival of his envelopes."""
    found = mailroom.prove_arrivals(partner, _question(asked))
    return {"proofs": [one.to_json() if one else None for one in found]}


def _question(asked: Body) -> Question:
    origin, size, envelopes = (asked.get(name) for name in ("origin", "size", "envelopes"))
    if len(asked) != 3 or not isinstance(origin, str) or type(size) is not int:
        raise Malformed("inclusion_malformed")
    if not isinstance(envelopes, list) or not 0 < len(envelopes) <= MAX_ENVELOPES:
        raise Malformed("inclusion_malformed", field="envelopes")
    names = tuple(one for one in envelopes if isinstance(one, str) and re.fullmatch(DIGEST, one))
    if len(names) != len(envelopes):
        raise Malformed("inclusion_malformed", field="envelopes")
    return Question(origin=origin, size=size, envelopes=names)


GIVES: Mapping[str, Callable[[Node, Body], Body]] = {
    CONSISTENCY: consistency,
    HEAD: head,
    INCLUSION: inclusion,
}


def answers(partner: Node, questions: Sequence[Json]) -> list[Json]:
    """Answer questions that came with what we fetched: each with itself, and the answer or the code of our refusal."""
    return [{"asked": one, "answer": _answer(partner, one)} for one in questions[:MAX_QUESTIONS]]


def that_fit(answers: Sequence[Json], *, beside: int = 64) -> list[Json]:
    """Return as many answers, from the first on, as a reader takes with so many other bytes `beside` them.

    What is left out he asks again; more than he takes he would refuse whole, each time.
    """
    room, fits = MAX_ANSWERS_BYTES - beside, list[Json]()
    for one in answers:
        room -= len(canonical.encode(one)) + 1
        if room < 0:
            break
        fits.append(one)
    return fits


def _answer(partner: Node, asked: Json) -> Json:
    try:
        if not isinstance(asked, Mapping) or asked.keys() != {"ask", "of"}:
            raise Malformed("question_malformed")
        give, of = GIVES.get(str(asked["ask"])), asked["of"]
        if give is None or not isinstance(of, Mapping):
            raise Malformed("question_malformed")
        return dict(give(partner, of))
    except LienlacError as error:
        return {"error": error.code}


# Asking for them.


def questions(partner: Node, *, now: datetime) -> list[Json]:
    """Return what a partner owes us by now, for who is not rung: at most so many at once, the rest the next time."""
    asks: list[Json] = [
        {"ask": INCLUSION, "of": _of_arrivals(one)} for one in mailroom.arrivals_to_prove(partner)
    ]
    asks += [{"ask": CONSISTENCY, "of": _of_growth(one)} for one in heads.to_prove(partner.code)]
    if mailroom.head_is_due(partner, now=now):
        asks.insert(0, {"ask": HEAD, "of": {}})
    return asks[:MAX_QUESTIONS]


def hear(partner: Node, told: Sequence[Json], *, now: datetime) -> None:
    """Take the answers to our questions, of a partner who is not rung; what we would not ask now counts nothing.

    Raises Malformed('answers_malformed') for another shape.
    """
    given = [_given(one) for one in told]
    for wanted in heads.to_prove(partner.code):
        answer = next((answer for asked, answer in given if asked == (CONSISTENCY, _of_growth(wanted))), None)
        if answer is not None:
            _grew(partner, wanted, answer, now)
    told_head = next((answer for asked, answer in given if asked == (HEAD, {})), None)
    if told_head is not None and mailroom.head_is_due(partner, now=now):
        _told(partner, told_head, now)
    due = mailroom.arrivals_to_prove(partner)
    found = {
        question: next(
            (answer for asked, answer in given if asked == (INCLUSION, _of_arrivals(question))), None
        )
        for question in due
    }
    if due and all(answer is not None for answer in found.values()):
        _arrived(partner, {question: answer or {} for question, answer in found.items()}, now)


def _given(one: Json) -> tuple[tuple[str, Json], Body]:
    if not isinstance(one, Mapping) or one.keys() != {"answer", "asked"}:
        raise Malformed("answers_malformed")
    asked, answer = one["asked"], one["answer"]
    if not isinstance(asked, Mapping) or not isinstance(answer, Mapping):
        raise Malformed("answers_malformed")
    return (str(asked.get("ask")), asked.get("of")), answer


def ask(partner: Node, line: Line, *, wanted: Callable[[], bool], clock: Callable[[], datetime]) -> None:
    """Ask a partner for all that he owes, as long as it is `wanted`; his refusal is no failure of the line."""
    try:
        for growth in heads.to_prove(partner.code):
            if not wanted():
                return
            _grew(partner, growth, _asked(line, CONSISTENCY, _of_growth(growth)), clock())
        while wanted() and (due := mailroom.arrivals_to_prove(partner)):
            _arrived(partner, {one: _asked(line, INCLUSION, _of_arrivals(one)) for one in due}, clock())
        if wanted() and mailroom.head_is_due(partner, now=clock()):
            _told(partner, line.ask(HEAD, {}), clock())
    except LienlacError as error:
        log.info("%s owes a proof of his ledger: %s", partner.code, error.code)


def _told(partner: Node, answer: Body, now: datetime) -> None:
    if isinstance(note := answer.get("checkpoint"), str):
        mailroom.take_head(partner, note.encode(), now=now)


def _asked(line: Line, name: str, question: Body) -> Body:
    """Ask; that the ledger is not there any more is an answer."""
    try:
        return line.ask(name, question)
    except LienlacError as error:
        if error.code in NOT_HERE:
            return {"error": error.code}
        raise


def _grew(partner: Node, wanted: ToProve, answer: Body, now: datetime) -> None:
    """Take an answer about growth; one of another shape is none."""
    parts = answer.get("proof")
    if answer.get("error") in NOT_HERE:
        mailroom.growth_told(partner, wanted, None, now=now)
    elif isinstance(parts, list):
        mailroom.growth_told(partner, wanted, [note.decode_base64(str(part)) for part in parts], now=now)


def _arrived(partner: Node, answered: Mapping[Question, Body], now: datetime) -> None:
    told = {question: _inclusions(question, answer) for question, answer in answered.items()}
    mailroom.arrivals_proven(partner, told, now=now)


def _inclusions(question: Question, answer: Body) -> list[Inclusion | None]:
    if answer.get("error") in NOT_HERE:
        return [None] * len(question.envelopes)
    found = answer.get("proofs")
    if not isinstance(found, list) or len(found) != len(question.envelopes):
        raise Malformed("answers_malformed")
    return [None if one is None else Inclusion.from_json(one) for one in found]


def _of_growth(wanted: ToProve) -> dict[str, Json]:
    return {"first": wanted.first, "origin": wanted.origin, "second": wanted.second}


def _of_arrivals(question: Question) -> dict[str, Json]:
    return {"envelopes": list(question.envelopes), "origin": question.origin, "size": question.size}


def read_answers(raw: bytes) -> list[Json]:
    """Read the body of `answers`: a list of at most twenty; Malformed('answers_malformed') for another shape."""
    value = canonical.decode(raw, max_bytes=MAX_ANSWERS_BYTES)
    told = value.get("answers") if isinstance(value, Mapping) and len(value) == 1 else None
    if not isinstance(told, list) or len(told) > MAX_QUESTIONS:
        raise Malformed("answers_malformed")
    return told
