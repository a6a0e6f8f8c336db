"""What a node may do on the relay cluster, in a server's configuration: read its own mailbox, and no other.

A node that is not itself, or that was stolen, reads nothing of others and writes nothing that is taken for another's
word. It can fill its own places in mailboxes (`cluster.LETTERS_OF_ONE`). Servers do not check to which subject an
answer is to go; so each node has an account of its own, out of which nothing leads but the subjects of its own letters:
in one account for all, answers can be sent into any mailbox, as if from anybody (docs/operators/relay-cluster.md).
"""

from __future__ import annotations

from collections.abc import Sequence

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


def account(node: str, public: str, *, keeper: str, partners: Sequence[str], domain: str = "") -> str:
    """Return the account of a node, with its mailbox: out of it lead its own letters to its partners, and nothing else.

    `keeper` is the public NKEY of who makes the mailbox, another one in each account. Partners have accounts too, each
    with this node among its partners.
    """
    exports = "\n".join(
        f'    {{ service: "{subject(to=node, sender=one)}", accounts: ["{one}"] }}' for one in partners
    )
    imports = "\n".join(
        f'    {{ service: {{ account: "{one}", subject: "{subject(to=one, sender=node)}" }} }}'
        for one in partners
    )
    return (
        f'"{node}" {{\n  jetstream: enabled\n  users: [\n{user(node, public, domain)}\n'
        f"{{ nkey: {keeper} }}\n  ]\n  exports: [\n{exports}\n  ]\n  imports: [\n{imports}\n  ]\n}}"
    )
