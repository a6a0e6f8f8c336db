"""What the postman does where post goes through a relay cluster (docs/protocol/transport-nats.md)."""

from __future__ import annotations

from lienlac.apps.directory.models import Node
from lienlac.peer.letters.office import Office
from lienlac.peer.letters.rounds import LetterRound, MailboxRound, Posted
from lienlac.peer.nats.office import direct_line_stands_in, office


class AtTheCluster(Posted):
    """What both rounds share."""

    def post(self) -> Office:
        """Return the office at the cluster."""
        return office()

    def stands_in(self, partner: Node) -> bool:
        """Say whether he is rung for now."""
        return direct_line_stands_in(partner)


class ClusterLetterRound(AtTheCluster, LetterRound):
    """Writes letters to one partner through the cluster."""


class ClusterMailboxRound(AtTheCluster, MailboxRound):
    """Reads the mailbox of this node at the cluster."""

    transport = Node.Transport.NATS
