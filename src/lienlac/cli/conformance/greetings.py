"""What is asked of a door by who has not greeted yet, and greetings that must not get in (transport-https.md, 1–3).

The partner's operators see counted strangers in their house ledger: that is promised too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lienlac.cli.conformance.ground import Answer, Ground
from lienlac.cli.conformance.probe import Ask, Probe, probe
from lienlac.core.envelope import SigningKey, frames
from lienlac.peer import wire

NO_ONE = "nobody-knows-this"


def _said(ask: Callable[[Ground], Answer]) -> Ask[Ground]:
    """Return a question whose answer is told as status and code."""
    return lambda ground: str(ask(ground))


def _new_nonces(ground: Ground) -> str:
    one, other = ground.nonce(), ground.nonce()
    return "different" if one != other else "the same"


def _altered_hello(ground: Ground) -> Answer:
    return ground.ask("hello", ground.signed_hello().replace(b'"time":"2', b'"time":"3', 1))


def _spaced_hello(ground: Ground) -> Answer:
    payload, kid, signature = frames.unpack(ground.signed_hello(), count=3, max_bytes=wire.MAX_BODY_BYTES)
    return ground.ask("hello", frames.pack(payload.replace(b":", b": ", 1), kid, signature))


def _claiming(**claim: Any) -> Ask[Ground]:
    said: dict[str, Any] = {"epoch": "1" * 32, "sent": 0, "acked": []} | claim
    return _said(lambda ground: ground.hello(lanes=[{"class": "normal", "claim": said}]))


GREETINGS: tuple[Probe[Ground], ...] = (
    probe("tls_1_2_refused", "the door speaks TLS 1.3 alone", "closed",
           lambda ground: "open" if ground.speaks_tls_1_2() else "closed"),
    probe("nonces_differ", "each challenge has a nonce of its own", "different", _new_nonces),
    probe("no_other_path", "there is nothing else to ask", "400", _said(lambda g: g.ask("nothing")), any_code=True),
    probe("no_get", "nothing is asked with GET", "400",
           _said(lambda g: g.ask("challenge", method="GET")), any_code=True),
    probe("hello_too_large", "what is declared too large is refused at once", "400",
           _said(lambda g: g.ask("hello", b"x", declared=10**9)), any_code=True),
    probe("hello_of_a_stranger", "a greeting under our name by another key", "401 stranger",
           _said(lambda g: g.hello(key=SigningKey.generate()))),
    probe("hello_from_nobody", "a node that no card names", "401 stranger",
           _said(lambda g: g.hello(sender=NO_ONE))),
    probe("hello_altered", "an altered greeting", "401 stranger", _said(_altered_hello)),
    probe("hello_for_other", "a greeting to another node", "401 hello_for_other",
           _said(lambda g: g.hello(to=NO_ONE))),
    probe("hello_stale_nonce", "a nonce that is not of this door", "401 nonce_stale",
           _said(lambda g: g.hello(nonce="made-up"))),
    probe("hello_newer", "a newer greeting", "422 newer_hello", _said(lambda g: g.hello(v=2))),
    probe("hello_other_spelling", "JSON of another spelling", "400", _said(_spaced_hello), any_code=True),
    probe("hello_more_members", "a greeting with one member more", "400",
           _said(lambda g: g.hello(colour="red")), any_code=True),
    probe("claim_below_zero", "a place below zero", "400 claim_malformed", _claiming(sent=-1)),
    probe("claim_short_epoch", "an epoch of another shape", "400 claim_malformed", _claiming(epoch="1")),
    probe("claim_without_digest", "a mark that names no envelope", "400 claim_malformed",
           _claiming(acked=[{"epoch": "1" * 32, "seq": 1}])),
    probe("parcels_without_session", "parcels of who has not greeted", "401 session_over",
           _said(lambda g: g.ask("parcels", b""))),
    probe("fetch_with_made_up_session", "a session that is not of this door", "401 session_over",
           _said(lambda g: g.ask("fetch", b"", session="made-up"))),
    probe("hello_answers", "who greets rightly gets in", "200", _said(Ground.hello)),
)  # fmt: skip
