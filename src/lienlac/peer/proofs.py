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
from contextlib import suppress
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
MAX_HASHES = 128  # of one proof: a tree of 2^53 leaves needs 106
MOST_GROWTHS = 40  # are asked for in one quiet moment, or a few more: who shows none of many keeps us busy
SESSION_OVER = 401  # after which a greeting is needed, and no other answer comes
NOT_HERE = frozenset({"ledger_origin", "ledger_sizes"})
"""What a node answers that was restored: the ledger of which a head is held is not its own any more."""

Body = Mapping[str, Json]
log = logging.getLogger("lienlac.postman")


class Line(Protocol):
    """A line to a partner on which questions can be asked."""

    def ask(self, name: str, question: Body) -> Body:
        """Ask. Raises LienlacError: what the partner refuses has the fact `status`, a line that fails has none."""
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

    What is left out he asks again; more than he takes he would refuse whole, each time. An answer that no letter can
    carry, since his question is too deep to be repeated in it, is left out for good.
    """
    room, fits = MAX_ANSWERS_BYTES - beside, list[Json]()
    for one in answers:
        with suppress(Malformed):
            room -= len(canonical.encode([[one]])) - 3
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


def questions(partner: Node, *, now: datetime) -> list[dict[str, Json]]:
    """Return what a partner owes us by now: at most MAX_QUESTIONS at once, some of each sort."""
    asks = list[dict[str, Json]]()
    if mailroom.head_is_due(partner, now=now):
        asks.append({"ask": HEAD, "of": {}})
    asks += [{"ask": CONSISTENCY, "of": _of_growth(one)} for one in mailroom.growth_to_ask(partner, now=now)]
    asks += [{"ask": INCLUSION, "of": _of_arrivals(one)} for one in mailroom.arrivals_to_prove(partner)]
    return asks[:MAX_QUESTIONS]


def ask(partner: Node, line: Line, *, wanted: Callable[[], bool], clock: Callable[[], datetime]) -> str:
    """Ask a partner for what he owes, as long as it is `wanted`: all arrivals, some MOST_GROWTHS proofs of growth.

    His refusal is an answer to that one question. Returns the code of what ended the conversation, "" for nothing.
    """
    asked, growths = list[Json](), 0
    while growths < MOST_GROWTHS:
        told = list[Json]()
        asks = [one for one in questions(partner, now=clock()) if one not in asked] if wanted() else []
        try:
            for one in asks:
                if not wanted():
                    break
                told.append({"asked": one, "answer": _asked(line, one)})
        except LienlacError as error:
            log.info("%s owes a proof of his ledger: %s", partner.code, error.code)
            return error.code
        finally:
            hear(partner, told, now=clock())
        if not told:
            break
        asked += asks
        growths += sum(one["ask"] == CONSISTENCY for one in asks)
    return ""


def _asked(line: Line, question: Mapping[str, Json]) -> Json:
    """Ask. What he says is an answer, whatever it is; raises what ends the conversation."""
    of = question["of"]
    try:
        return dict(line.ask(str(question["ask"]), of if isinstance(of, Mapping) else {}))
    except LienlacError as error:
        if error.facts.get("status") in (None, SESSION_OVER):
            raise
        return {"error": error.code}


def hear(partner: Node, told: Sequence[Json], *, now: datetime) -> None:
    """Take answers to our questions; what was not asked counts nothing, and an answer of another shape is none."""
    given = [given for one in told if (given := _given(one))]
    for question, answer in given:
        with suppress(LienlacError):
            if question.get("ask") == CONSISTENCY:
                _grew(partner, question.get("of"), answer, now)
            elif question.get("ask") == HEAD and mailroom.head_is_due(partner, now=now):
                _shown(partner, answer, now)
    with suppress(LienlacError):
        _arrived(
            partner, [(one.get("of"), answer) for one, answer in given if one.get("ask") == INCLUSION], now
        )


def _given(one: Json) -> tuple[Body, Body] | None:
    """Return question and answer; None for another shape."""
    if not isinstance(one, Mapping) or one.keys() != {"answer", "asked"}:
        return None
    asked, answer = one["asked"], one["answer"]
    return (asked, answer) if isinstance(asked, Mapping) and isinstance(answer, Mapping) else None


def _arrived(partner: Node, given: Sequence[tuple[Json, Body]], now: datetime) -> None:
    """Take what his ledgers say of arrivals: only all that are asked, together, show that one is missing."""
    due = mailroom.arrivals_to_prove(partner) if given else []
    found = {
        question: next((answer for of, answer in given if of == _of_arrivals(question)), None)
        for question in due
    }
    if due and None not in found.values():
        told = {question: _inclusions(question, answer or {}) for question, answer in found.items()}
        mailroom.arrivals_proven(partner, told, now=now)


def _shown(partner: Node, answer: Body, now: datetime) -> None:
    if _is_gone(answer):
        mailroom.head_denied(partner, now=now)
    elif isinstance(note := answer.get("checkpoint"), str):
        mailroom.take_head(partner, note.encode(), now=now)


def _grew(partner: Node, of: Json, answer: Body, now: datetime) -> None:
    wanted = next((one for one in heads.to_prove(partner.code) if _of_growth(one) == of), None)
    if wanted is None:
        return
    if _is_gone(answer):
        mailroom.growth_told(partner, wanted, None, now=now)
    elif (parts := _texts(answer.get("proof"))) is not None:
        proof = [note.decode_base64(part) for part in parts]
        mailroom.growth_told(partner, wanted, proof, now=now)


def _inclusions(question: Question, answer: Body) -> list[Inclusion | None]:
    if _is_gone(answer):
        return [None] * len(question.envelopes)
    found = answer.get("proofs")
    if not isinstance(found, list) or len(found) != len(question.envelopes):
        raise Malformed("answers_malformed")
    return [None if one is None else Inclusion.from_json(one) for one in found]


def _is_gone(answer: Body) -> bool:
    """Say whether he answers that he has no such ledger, or no such size of it."""
    return isinstance(code := answer.get("error"), str) and code in NOT_HERE


def _texts(value: Json) -> list[str] | None:
    """Return the hashes of a proof as they were written; None for anything else."""
    if not isinstance(value, list) or len(value) > MAX_HASHES:
        return None
    texts = [one for one in value if isinstance(one, str)]
    return texts if len(texts) == len(value) else None


def _of_growth(wanted: ToProve) -> dict[str, Json]:
    return {"first": wanted.first, "origin": wanted.origin, "second": wanted.second}


def _of_arrivals(question: Question) -> dict[str, Json]:
    return {"envelopes": list(question.envelopes), "origin": question.origin, "size": question.size}


def read_answers(raw: bytes) -> list[Json]:
    """Read the body of `answers`: a list of at most twenty; Malformed('answers_malformed') for another shape."""
    value = canonical.decode(raw, max_bytes=MAX_ANSWERS_BYTES)
    told = value.get("answers") if isinstance(value, Mapping) and len(value) == 1 else None
    if not isinstance(told, list) or len(told) > MAX_QUESTIONS or None in map(_given, told):
        raise Malformed("answers_malformed")
    return told
