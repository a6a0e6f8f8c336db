"""The section of a hub: nothing that is misspelt is passed over, and none keeps letters for longer than it may."""

from __future__ import annotations

import pytest

from lienlac.site import carrying
from lienlac.site.carrying import Carrying


def test_no_section_is_no_hub_and_carries_for_nobody():
    assert carrying.read({}, node="vn-a", workers=4) == Carrying()
    assert (Carrying().hub, Carrying().offices) == ("", ())


def test_what_it_says_is_read():
    said = {"hub": "la-lmlecc", "offices": ["vn-b", "cn-c"], "letters": 5, "megabytes": 8, "days": 2}
    read = carrying.read(said, node="vn-a", workers=1)
    assert (read.hub, read.offices, read.letters, read.size, read.days) == (
        "la-lmlecc",
        ("vn-b", "cn-c"),
        5,
        8 << 20,
        2,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {"hubs": "la-lmlecc"},
        {"hub": "vn-a"},
        {"hub": ["la-lmlecc"]},
        {"offices": "vn-b"},
        {"offices": [1]},
        {"days": 8},
        {"days": 0},
        {"days": True},
        {"letters": 0},
        {"megabytes": 4},
    ],
)
def test_what_is_wrong_is_said(wrong):
    with pytest.raises(ValueError, match="relay"):
        carrying.read(wrong, node="vn-a", workers=1)


def test_several_workers_do_not_share_a_mailbox():
    with pytest.raises(ValueError, match="workers"):
        carrying.read({"hub": "la-lmlecc"}, node="vn-a", workers=2)
    assert carrying.read({"offices": ["vn-b"]}, node="vn-a", workers=2).offices == ("vn-b",)
