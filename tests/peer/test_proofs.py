"""Questions about ledgers, as they come from outside."""

from __future__ import annotations

import pytest

from lienlac.apps.directory.models import Node
from lienlac.core.messages import canonical
from lienlac.core.messages.canonical import Json
from lienlac.peer import proofs

NO_DIGESTS = {
    "zeros": "\0" * 64,
    "capitals": "F" * 64,
    "short": "f" * 63,
    "line": "f" * 64 + "\n",
    "number": 7,
}


def test_an_answer_to_a_question_that_is_too_deep_to_be_repeated_keeps_no_other_back() -> None:
    deep: Json = "x"
    for _ in range(canonical.MAX_DEPTH - 2):
        deep = [deep]
    asks: list[Json] = [{"ask": "weather", "of": deep}, {"ask": "weather", "of": 1}]
    told = proofs.answers(Node(code="cn-jingxi"), asks)
    assert proofs.that_fit(told) == [told[1]]


@pytest.mark.parametrize("envelope", NO_DIGESTS.values(), ids=NO_DIGESTS)
def test_what_is_no_digest_is_no_envelope_to_ask_for(envelope: Json) -> None:
    """PostgreSQL takes no zero byte in a text: the question would end in an error that is none of ours."""
    asked: Json = {"ask": "inclusion", "of": {"origin": "", "size": 1, "envelopes": [envelope]}}
    [told] = proofs.answers(Node(code="cn-jingxi"), [asked])
    assert told == {"asked": asked, "answer": {"error": "inclusion_malformed"}}
