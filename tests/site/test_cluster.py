"""The section of the relay cluster: nothing that is misspelt is passed over, and nothing travels in the clear."""

from __future__ import annotations

import pytest

from lienlac.site import cluster


def test_no_section_is_no_cluster():
    assert cluster.read(None, workers=4) is None


def test_what_it_says_is_read():
    said = {"servers": ["tls://relay.example:4222"], "key_file": "/etc/lienlac/relay.nk", "domain": "hub"}
    read = cluster.read(said, workers=1)
    assert read is not None
    assert (read.servers, read.domain, read.ca_file) == (("tls://relay.example:4222",), "hub", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [],
        {"servers": []},
        {"servers": "tls://relay.example:4222"},
        {"servers": ["nats://relay.example:4222"]},
        {"servers": ["tls://relay.example"]},
        {"servers": ["tls://relay.example:4222"], "keyfile": "x"},
    ],
)
def test_what_is_wrong_is_said(wrong):
    with pytest.raises(ValueError, match="nats"):
        cluster.read(wrong, workers=1)


def test_a_leaf_on_this_machine_needs_no_tls():
    assert cluster.read({"servers": ["nats://127.0.0.1:4222"]}, workers=1) is not None


def test_several_workers_do_not_share_a_mailbox():
    with pytest.raises(ValueError, match="workers"):
        cluster.read({"servers": ["tls://relay.example:4222"]}, workers=2)
