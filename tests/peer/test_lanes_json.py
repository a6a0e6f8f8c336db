"""Claims of lanes, as a hello and a fetch carry them."""

import pytest

from lienlac.core.errors import Malformed
from lienlac.core.lane import Claim, LaneClass
from lienlac.peer import lanes_json

CLAIMS = {name: Claim(epoch="0" * 32, sent=place, acked=()) for place, name in enumerate(LaneClass)}


def test_claims_come_back_as_they_were_written():
    assert lanes_json.read_claims(lanes_json.claims_json(CLAIMS)) == CLAIMS


def test_a_class_that_stands_twice_is_refused_and_no_claim_wins():
    one, *_ = lanes_json.claims_json(CLAIMS)
    with pytest.raises(Malformed, match="lane_class_twice"):
        lanes_json.read_claims([one, one])


def test_more_classes_than_there_are_and_unknown_ones_are_refused():
    one, *_ = lanes_json.claims_json(CLAIMS)
    with pytest.raises(Malformed, match="lanes_malformed"):
        lanes_json.read_claims([one] * (len(LaneClass) + 1))
    with pytest.raises(Malformed, match="lane_class_unknown"):
        lanes_json.read_claims([{**one, "class": "express"}])
