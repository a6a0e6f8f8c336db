"""What the partner's ledger shows of our letters (ledger.md, 6; transport-https.md, 6), and the marks of his receipts
(lane.md, 2). Asked in the session that `parcels` has opened.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from lienlac.apps.audit import queries as audit
from lienlac.apps.mailroom.models import Arrival, Receipt
from lienlac.cli.conformance.ground import Ground
from lienlac.cli.conformance.letters import KIND, LANE
from lienlac.cli.conformance.probe import Ask, Probe, probe
from lienlac.core.envelope import frames
from lienlac.core.envelope.dsse import MAX_SIGNED_BYTES
from lienlac.core.errors import LienlacError, Malformed
from lienlac.core.lane import Position, digest_of
from lienlac.core.ledger import checkpoint
from lienlac.core.ledger.checkpoint import Checkpoint
from lienlac.core.ledger.inclusion import Inclusion, check_arrival
from lienlac.core.messages import canonical

UNMARKED = "receipt_marked_wrong"
TOO_MANY = 101
NEVER_SENT = digest_of(b"never sent")


def _head(ground: Ground) -> Checkpoint:
    """Return the largest head that we hold of the partner's newest ledger, which covers what he last receipted."""
    held = audit.held_heads(ground.partner.code)
    return checkpoint.parse(bytes(held[-1].note)).checkpoint


def _letter(ground: Ground) -> str:
    """Return the digest of a letter of ours that he says to have stored, "" when there is none."""
    told = Receipt.objects.filter(partner=ground.partner, stage="R1", status="stored", message__kind=KIND)
    newest = told.select_related("message").order_by("-pk").first()
    return str(newest.message.envelope_digest) if newest else ""


def _question(
    ground: Ground, *, envelopes: list[str] | None = None, house: bool = False, beyond: int = 0
) -> bytes:
    head = _head(ground)
    epoch = head.origin.rpartition("/")[2]
    asked: dict[str, canonical.Json] = {
        "origin": f"lienlac/{ground.partner.code}/house/{epoch}" if house else head.origin,
        "size": head.size + beyond,
        "envelopes": [*([NEVER_SENT] if envelopes is None else envelopes)],
    }
    return canonical.encode(asked)


def _refused(body: Callable[[Ground], bytes]) -> Ask[Ground]:
    return lambda ground: str(ground.ask("inclusion", body(ground), session=ground.session))


def _told(ground: Ground, envelope: str) -> Any:
    """Ask for one proof; Malformed when the answer has another shape."""
    answer = ground.ask("inclusion", _question(ground, envelopes=[envelope]), session=ground.session)
    proofs = answer.value.get("proofs")
    if answer.status != 200 or not isinstance(proofs, list) or len(proofs) != 1:
        raise Malformed("answers_malformed")
    [told] = proofs
    return told


def _arrived(ground: Ground) -> str:
    """Tell whether the partner's ledger shows, under a head that he signed, the letter whose R1 he signed."""
    envelope = _letter(ground)
    if not envelope:
        return "no R1 came"
    told = _told(ground, envelope)
    if told is None:
        return "it is not there"
    try:
        check_arrival(Inclusion.from_json(told), head=_head(ground), envelope=envelope)
    except LienlacError as error:
        return error.code
    return "it stands there"


def _never_came(ground: Ground) -> str:
    return "nothing" if _told(ground, NEVER_SENT) is None else "something"


def _marks(ground: Ground) -> str:
    """Tell whether each place that the partner gave to a receipt since the probes began says so."""
    since = Arrival.objects.filter(
        lane__partner=ground.partner, lane__lane_class=LANE, arrived_at__gte=ground.at
    )
    if since.filter(reason=UNMARKED).exists():
        return "some are not"
    marked = [_position(bytes(one)).receipt for one in since.values_list("position", flat=True)]
    return "marked" if any(marked) else "no receipt came"


def _position(signed: bytes) -> Position:
    return Position.from_bytes(frames.unpack(signed, count=3, max_bytes=MAX_SIGNED_BYTES)[0])


ARRIVALS: tuple[Probe[Ground], ...] = (
    probe("receipts_are_marked", "the places of receipts say that they are", "marked", _marks),
    probe("inclusion_holds", "the ledger shows the arrival of what R1 says is stored", "it stands there", _arrived),
    probe("inclusion_of_nothing", "it shows nothing of what never came", "nothing", _never_came),
    probe("inclusion_beyond", "no proof of what is not there", "400 ledger_sizes",
           _refused(partial(_question, beyond=10**9))),
    probe("inclusion_of_the_house", "nothing is shown of the house's own ledger", "400 ledger_origin",
           _refused(partial(_question, house=True))),
    probe("inclusion_of_none", "who asks for nothing is told so", "400", _refused(partial(_question, envelopes=[])),
           any_code=True),
    probe("inclusion_of_too_many", "nobody asks for more than a hundred at once", "400",
           _refused(partial(_question, envelopes=[NEVER_SENT] * TOO_MANY)), any_code=True),
)  # fmt: skip
