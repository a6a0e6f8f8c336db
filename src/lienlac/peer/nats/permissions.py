"""What a node may do on the relay cluster, in a server's configuration: read its own mailbox, and no other.

A node that is not itself, or that was stolen, reads nothing of others and writes nothing that is taken for another's
word. It can fill places in mailboxes (`cluster.LETTERS_OF_ONE`), and not only its own: servers do not check to which
subject an answer is to go, so that their answers can be sent into any mailbox, as if from anybody. Whose places are
full cannot write there until they were read (docs/operators/relay-cluster.md).
"""

from __future__ import annotations

from lienlac.peer.nats.cluster import CONSUMER, mailbox_of, subject


def publishes(node: str, domain: str = "") -> list[str]:
    """Return the subjects on which a node may publish."""
    box = mailbox_of(node)
    asks = ("INFO", f"CONSUMER.INFO.{box}.{CONSUMER}", f"CONSUMER.MSG.NEXT.{box}.{CONSUMER}")
    prefixes = ["$JS.API", *([f"$JS.{domain}.API"] if domain else [])]
    return [
        subject(to="*", sender=node),
        *(f"{prefix}.{ask}" for prefix in prefixes for ask in asks),
        f"$JS.ACK.{box}.{CONSUMER}.>",
    ]


def subscribes(node: str) -> list[str]:
    """Return the subjects that a node may hear: answers to its own requests."""
    return [f"_INBOX_{node}.>"]


def user(node: str, public: str, domain: str = "") -> str:
    """Return the entry of a node among the `users` of an account; `public` is its public NKEY (`U…`)."""

    def listed(subjects: list[str]) -> str:
        return ", ".join(f'"{one}"' for one in subjects)

    return (
        f"{{ nkey: {public}, permissions: {{\n"
        f"    publish: {{ allow: [{listed(publishes(node, domain))}] }},\n"
        f"    subscribe: {{ allow: [{listed(subscribes(node))}] }}\n"
        "} }"
    )
