"""What only somebody who asked for it wants to wait for: each partner is rung, and the line to him measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median
from urllib.parse import urlsplit

from lienlac.apps.reports.health.finding import Finding, Level, Patient, ok
from lienlac.core.errors import LienlacError
from lienlac.site.cluster import RelayCluster

RINGS = 5


def speeds(_patient: Patient) -> Iterator[Finding]:
    """How long does a question to each partner take, over a new connection and over a kept one? Nothing is told."""
    from lienlac.apps.directory import queries
    from lienlac.peer.https.client import HttpsLine

    for partner in queries.partners().exclude(endpoint=""):
        facts = {"partner": partner.code}
        try:
            line = HttpsLine.to(partner)
            first, *others = (round(1000 * one, 1) for one in line.round_trips_s(RINGS))
            line.close()
        except LienlacError as problem:
            yield Finding(
                check="line_speed",
                level=Level.LOOK,
                says="line_rings_in_vain",
                facts=facts,
                problem=problem,
            )
        else:
            yield ok("line_speed", "line_measured", **facts, first_ms=first, each_ms=round(median(others), 1))


def relay(_patient: Patient) -> Iterator[Finding]:
    """Does each server of the relay cluster let this node to its mailbox? One that fails is named, with its reason.

    The post is content with the first server that answers; here the others show what is wrong with them as well.
    """
    from django.conf import settings

    said = settings.NODE.nats
    if said is not None:
        yield from (_tried(replace(said, servers=(server,)), settings.NODE.node) for server in said.servers)


def hub(_patient: Patient) -> Iterator[Finding]:
    """Does the hub take letters to each partner whose post goes through it? Nothing is left there."""
    from lienlac.apps.directory import queries
    from lienlac.apps.directory.models import Node
    from lienlac.peer.relay import office
    from lienlac.peer.relay.carrier import Hub

    carrier = Hub(office.hub())
    for partner in queries.partners().filter(transport=Node.Transport.RELAY).exclude(code=office.hub()):
        facts = {"partner": partner.code, "hub": office.hub()}
        try:
            carrier.check(partner.code)
        except LienlacError as problem:
            yield Finding(
                check="relay_hub", level=Level.LOOK, says="hub_in_vain", facts=facts, problem=problem
            )
        else:
            yield ok("relay_hub", "hub_takes", **facts)


def _tried(said: RelayCluster, me: str) -> Finding:
    from lienlac.peer.nats.cluster import Address, Cluster

    address = Address(servers=said.servers, key_file=said.key_file, ca_file=said.ca_file, domain=said.domain)
    facts = {"server": urlsplit(said.servers[0]).netloc.rpartition("@")[2]}
    cluster = Cluster(address, me)
    try:
        return ok("relay_cluster", "relay_answers", **facts, waiting=cluster.check())
    except LienlacError as problem:
        return Finding(
            check="relay_cluster", level=Level.LOOK, says="relay_in_vain", facts=facts, problem=problem
        )
    finally:
        cluster.close()
