"""A quorum of states says which roots they have: what that changes here, and what it never may."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory import actions, moments, queries
from lienlac.apps.directory.models import Node, RootsTaken, StateRoot
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.errors import LienlacError, Refused, Unauthentic
from lienlac.core.ledger import leaves
from lienlac.core.trust import quorum, roots, shared, state
from lienlac.core.trust.roots import RootKey
from tests.apps.directory.test_state_directories import says, trust_root
from tests.apps.mailroom.partner import NOW, Partner, found_us

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
Standing = StateRoot.Standing
Keys = dict[str, RootKey]


@pytest.fixture
def keys() -> Keys:
    """Roots of three other states; this node, of Viet Nam, has taken the list that names them."""
    found_us()
    made: Keys = {country: SigningKey.generate() for country in ("CN", "KH", "LA")}
    first(made)
    return made


def listed(
    named: Keys, *by: RootKey, number: int, lists: tuple[shared.SharedList, ...] | None = None
) -> bytes:
    raw = quorum.draft(
        tuple(roots.sign(country, key) for country, key in named.items()),
        number=number,
        threshold=len(named) // 2 + 1,
        lists=shared.ours() if lists is None else lists,
        issued_at=moments.to_wire(NOW),
        expires_at=moments.to_wire(NOW + YEAR),
    )
    before = queries.roots_held()
    return quorum.join([raw, *(quorum.sign(raw, key, before=before) for key in by)], before=before)


def first(named: Keys) -> actions.Taken:
    raw = listed(named, *named.values(), number=1)
    return actions.take_roots(raw, said=quorum.read(raw).digest, now=NOW, by="mara")


def taken(named: Keys, *by: RootKey, number: int = 2, now: datetime = NOW) -> actions.Taken:
    return actions.take_roots(listed(named, *by, number=number), now=now, by="mara")


def standing(key: RootKey) -> str:
    return StateRoot.objects.get(kid=key.public.kid).standing


def test_one_ceremony_brings_the_roots_of_all_states(keys: Keys) -> None:
    assert {standing(key) for key in keys.values()} == {Standing.TRUSTED}
    assert says(keys["CN"], Partner()).added == ["cn-jingxi"]
    noted = [leaves.decode(bytes(one.body)) for one in Leaf.objects.all()]
    assert [one.facts["size"] for one in noted if one.facts.get("code") == "roots"] == [1]
    assert sum(one.facts.get("code") == "listed" for one in noted) == 3


def test_a_first_list_whose_words_differ_changes_nothing() -> None:
    found_us()
    named: Keys = {"CN": SigningKey.generate()}
    raw = listed(named, *named.values(), number=1)
    with pytest.raises(Refused, match="roots_not_compared"):
        actions.take_roots(raw, now=NOW)
    with pytest.raises(Unauthentic, match="roots_words_differ"):
        actions.take_roots(raw, said="0" * 64, now=NOW)
    assert not StateRoot.objects.exists()
    assert not RootsTaken.objects.exists()


def test_a_state_changes_its_root_with_the_old_ones_signature(keys: Keys) -> None:
    fresh = LastingKey.generate()
    told = taken(keys | {"CN": fresh}, keys["CN"], keys["LA"], fresh)
    assert (told.retired, told.trusted, told.waiting) == (["CN"], ["CN"], [])
    with pytest.raises(Refused, match="root_retired"):
        says(keys["CN"], Partner())
    assert says(fresh, Partner()).added == ["cn-jingxi"]


def test_a_quorum_cannot_put_its_own_key_in_a_states_place(keys: Keys) -> None:
    """All other states agree on a key of theirs for China, in one step and in two; people are asked."""
    false = SigningKey.generate()
    others = keys["LA"], keys["KH"]
    told = taken(keys | {"CN": false}, *others, false)
    assert (told.waiting, standing(false)) == (["CN"], Standing.INTRODUCED)
    with pytest.raises(Unauthentic, match="unknown_root"):
        says(false, Partner())
    taken({"LA": keys["LA"], "KH": keys["KH"]}, *others, number=3)
    assert taken(keys | {"CN": false}, *others, false, number=4).waiting == ["CN"]
    row = StateRoot.objects.get(kid=keys["CN"].public.kid)
    actions.trust_root(row, fingerprint=keys["CN"].public.fingerprint, now=NOW)
    assert says(keys["CN"], Partner()).added == ["cn-jingxi"]


def test_a_quorum_cannot_say_who_speaks_for_our_own_state(keys: Keys) -> None:
    false = SigningKey.generate()
    told = taken(keys | {"VN": false}, *keys.values(), false)
    assert (told.waiting, standing(false)) == (["VN"], Standing.INTRODUCED)


def test_a_root_that_the_list_drops_signs_nothing_new_and_what_it_said_stays(keys: Keys) -> None:
    says(keys["CN"], Partner())
    told = taken({"KH": keys["KH"], "LA": keys["LA"]}, keys["KH"], keys["LA"])
    assert told.retired == ["CN"]
    with pytest.raises(Refused, match="root_retired"):
        says(keys["CN"], Partner(), number=2)
    assert Node.objects.get(code="cn-jingxi").standing == Node.Standing.TRUSTED


def test_no_list_brings_back_a_root_that_people_here_revoked(keys: Keys) -> None:
    actions.distrust_root(StateRoot.objects.get(country="CN"), now=NOW)
    fresh = SigningKey.generate()
    assert taken(keys, *keys.values()).left_alone == ["CN"]
    told = taken(keys | {"CN": fresh}, *keys.values(), fresh, number=3)
    assert (told.waiting, standing(fresh)) == (["CN"], Standing.INTRODUCED)
    assert standing(keys["CN"]) == Standing.REVOKED


def test_no_list_takes_the_place_of_a_root_that_people_compared(keys: Keys) -> None:
    """Thailand was met before it was on any list; a list that names another key for it waits for people."""
    met, other = SigningKey.generate(), SigningKey.generate()
    trust_root("TH", met)
    assert taken(keys | {"TH": other}, *keys.values(), other).waiting == ["TH"]
    assert (standing(met), standing(other)) == (Standing.TRUSTED, Standing.INTRODUCED)


def test_too_few_an_old_one_or_a_second_one_changes_nothing(keys: Keys) -> None:
    fresh = SigningKey.generate()
    with pytest.raises(Unauthentic, match="roots_threshold_not_met"):
        taken(keys | {"CN": fresh}, keys["LA"], fresh)
    with pytest.raises(Unauthentic, match="roots_forked"):
        taken(keys | {"CN": fresh}, *keys.values(), number=1)
    taken(keys, *keys.values(), number=3)
    with pytest.raises(Unauthentic, match="roots_rolled_back"):
        taken(keys | {"CN": fresh}, *keys.values(), number=2)
    assert queries.roots_taken() == RootsTaken.objects.get(number=3)
    assert not StateRoot.objects.filter(kid=fresh.public.kid).exists()


def test_one_wrong_root_spoils_the_whole(keys: Keys) -> None:
    met = SigningKey.generate()
    trust_root("TH", met)
    with pytest.raises(LienlacError, match="root_of_other_country"):
        taken(keys | {"MM": met}, *keys.values())
    assert RootsTaken.objects.count() == 1


def test_the_same_list_twice_changes_nothing(keys: Keys) -> None:
    before = Leaf.objects.count()
    told = taken(keys, keys["CN"], keys["LA"], number=1)
    assert (told.number, told.trusted, Leaf.objects.count()) == (1, [], before)


def test_roots_that_stand_on_a_list_alone_end_with_it_and_its_grace(keys: Keys) -> None:
    """Who lets no newer list through does not keep a root alive for ever; people's own word goes on."""
    over = NOW + YEAR + state.GRACE + timedelta(days=1)
    signed = state.issue(
        (),
        country="CN",
        number=1,
        revoked=(),
        issued_at=moments.to_wire(NOW),
        expires_at=moments.to_wire(over + YEAR),
        root=keys["CN"],
    )
    with pytest.raises(Refused, match="roots_expired"):
        actions.read_directory(signed, now=over)
    row = StateRoot.objects.get(country="CN")
    actions.trust_root(row, fingerprint=keys["CN"].public.fingerprint, now=over)
    assert actions.read_directory(signed, now=over).number == 1


def test_people_begin_anew_where_the_states_have_lost_their_roots(keys: Keys) -> None:
    fresh: Keys = {country: SigningKey.generate() for country in keys}
    raw = listed(fresh, *fresh.values(), number=2)
    told = actions.take_roots(raw, said=quorum.read(raw).digest, now=NOW)
    assert (told.retired, told.waiting) == (["CN", "KH", "LA"], ["CN", "KH", "LA"])


def test_code_lists_that_differ_are_named_and_stop_nothing(keys: Keys) -> None:
    other = tuple(
        replace(one, version=2, digest="0" * 64) if one.name == "kinds" else one for one in shared.ours()
    )
    told = actions.take_roots(listed(keys, *keys.values(), number=2, lists=other), now=NOW)
    assert told.differing == ("kinds",)
    assert queries.roots_taken() == RootsTaken.objects.get(number=2)
