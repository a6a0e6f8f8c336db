"""What the postman does where post goes through a hub (docs/protocol/transport-relay.md)."""

from __future__ import annotations

from datetime import timedelta

from lienlac.apps.directory.models import Node
from lienlac.peer.letters.office import Office
from lienlac.peer.letters.rounds import LetterRound, MailboxRound, Posted
from lienlac.peer.relay.carrier import OF_A_PARTNER
from lienlac.peer.relay.office import direct_line_stands_in, office

WAIT_S = 25.0  # a question stays open so long; a line that died in silence is given up 20 s later
FULL_PAUSE = timedelta(seconds=5)


class AtTheHub(Posted):
    """What both rounds share."""

    def post(self) -> Office:
        """Return the office at the hub."""
        return office()

    def stands_in(self, partner: Node) -> bool:
        """Say whether he is rung for now."""
        return direct_line_stands_in(partner)


class HubLetterRound(AtTheHub, LetterRound):
    """Writes letters to one partner through the hub."""

    pauses = dict.fromkeys(OF_A_PARTNER, FULL_PAUSE)


class HubMailboxRound(AtTheHub, MailboxRound):
    """Reads the mailbox of this node at the hub."""

    transport = Node.Transport.RELAY
    wait_s = WAIT_S
