"""What a node may do on the relay cluster, in the words of a server's configuration: its own mailbox, and no other.

A node that is not itself, or that was stolen, can write letters that nobody takes for its neighbour's, and can fill its
own places in a mailbox (`cluster.LETTERS_OF_ONE`), and nothing else.
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
