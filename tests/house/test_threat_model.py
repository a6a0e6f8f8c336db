"""THREAT_MODEL.md names a test for each attack; each of them must exist."""

from tests.house.named import defined, named_in


def test_every_attack_has_a_test_that_exists():
    named = named_in("THREAT_MODEL.md")
    assert len(named) > 35
    assert named - defined() == set()
