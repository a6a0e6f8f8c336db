"""A state adds, replaces and switches off its own agencies' nodes, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory import actions, moments, queries
from lienlac.apps.directory.models import Node, StateRoot
from lienlac.core.envelope.keys import SigningKey, VerifyKey
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.errors import LienlacError, Refused, Unauthentic
from lienlac.core.ledger import leaves
from lienlac.core.trust import cards, roots, state
from lienlac.core.trust.roots import RootKey
from tests.apps.mailroom.partner import NOW, Partner, found_us

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
Standing = Node.Standing


@pytest.fixture
def root() -> SigningKey:
    """The root of China, trusted by this node."""
    found_us()
    key = SigningKey.generate()
    trust_root("CN", key)
    return key


def trust_root(country: str, key: RootKey) -> StateRoot:
    row = actions.meet_root(roots.sign(country, key), now=NOW, by="mara")
    actions.trust_root(row, fingerprint=key.public.fingerprint, now=NOW, by="mara")
    return StateRoot.objects.get(pk=row.pk)


def says(
    key: RootKey,
    *partners: Partner,
    number: int = 1,
    revoked: tuple[tuple[str, str], ...] = (),
    country: str = "CN",
    now: datetime = NOW,
    **card: Any,
) -> actions.Read:
    """Let a state sign and our node read."""
    issued_at = moments.to_wire(NOW + timedelta(days=number))
    signed = state.issue(
        tuple(
            cards.sign(replace(one.card(), country=country, issued_at=issued_at, **card), one.node_key)
            for one in partners
        ),
        country=country,
        number=number,
        revoked=tuple(
            state.Revoked(node=node, reason=reason, last_trusted_at=moments.to_wire(NOW))
            for node, reason in revoked
        ),
        issued_at=moments.to_wire(NOW),
        expires_at=moments.to_wire(NOW + YEAR),
        root=key,
    )
    return actions.read_directory(signed, now=now, by="mara")


def standing(code: str = "cn-jingxi") -> str:
    return Node.objects.get(code=code).standing


def test_adds_a_node_that_may_be_written_to_at_once(root: SigningKey) -> None:
    told = says(root, Partner())
    assert told.added == ["cn-jingxi"]
    assert standing() == Standing.TRUSTED
    node = Node.objects.get(code="cn-jingxi")
    assert node.vouched_at == NOW
    assert node.compared_at is None


def test_nobody_else_speaks_for_a_state(root: SigningKey) -> None:
    mara = SigningKey.generate()
    with pytest.raises(Unauthentic, match="unknown_root"):
        says(mara, Partner())
    actions.meet_root(roots.sign("CN", mara), now=NOW)
    with pytest.raises(Unauthentic, match="unknown_root"):
        says(mara, Partner())
    assert not Node.objects.filter(code="cn-jingxi").exists()


def test_another_state_can_neither_add_nor_switch_off(root: SigningKey) -> None:
    lao = SigningKey.generate()
    trust_root("LA", lao)
    says(root, Partner())
    with pytest.raises(Unauthentic, match="directory_of_other_country"):
        says(lao, country="LA", revoked=(("cn-jingxi", "conduct"),))
    chinese = Partner()
    claimed = replace(chinese.card().offices[0], country="LA")
    with pytest.raises(Unauthentic, match="directory_of_other_country"):
        says(lao, chinese, country="LA", offices=(claimed,))
    assert standing() == Standing.TRUSTED
    assert StateRoot.objects.get(country="LA").number == 0


def test_replaces_the_keys_of_its_node_with_an_overlap(root: SigningKey) -> None:
    old, new = Partner(), Partner()
    says(root, old)
    both = (*new.card().keys, *old.card().keys)
    told = says(root, new, number=2, keys=both)
    node = Node.objects.get(code="cn-jingxi")
    assert told.keys_replaced == ["cn-jingxi"]
    assert queries.verify_key(node, "node", old.node_key.kid)
    says(root, new, number=3)
    assert queries.verify_key(node, "node", old.node_key.kid) is None
    assert queries.verify_key(node, "author", new.author_key.kid)
    changed = [leaves.decode(bytes(one.body)) for one in Leaf.objects.all()]
    assert sum(one.kind == "key_changed" for one in changed) == 6
    assert sum(one.kind == "directory_read" for one in changed) == 3


def test_switches_its_node_off(root: SigningKey) -> None:
    says(root, Partner())
    told = says(root, number=2, revoked=(("cn-jingxi", "key_stolen"),))
    assert told.revoked == ["cn-jingxi"]
    assert standing() == Standing.REVOKED
    assert Node.objects.get(code="cn-jingxi").revoked_for == "key_stolen"


def test_a_reason_that_is_newer_than_this_node_is_taken_as_the_states_word(root: SigningKey) -> None:
    says(root, Partner())
    says(root, number=2, revoked=(("cn-jingxi", "newer_reason"),))
    assert Node.objects.get(code="cn-jingxi").revoked_for == "state_said_so"


def test_cannot_bring_back_whom_this_node_revoked(root: SigningKey) -> None:
    partner = Partner()
    says(root, partner)
    actions.revoke(Node.objects.get(code=partner.code), reason="conduct", now=NOW)
    assert says(root, partner, number=2).left_alone == [partner.code]
    assert standing() == Standing.REVOKED


def test_cannot_vouch_for_whom_this_node_revoked_and_met_anew(root: SigningKey) -> None:
    partner = Partner()
    says(root, partner)
    actions.revoke(Node.objects.get(code=partner.code), reason="conduct", now=NOW)
    actions.meet(cards.sign(partner.card(), partner.node_key), now=NOW)
    says(root, partner, number=2)
    assert standing() == Standing.INTRODUCED
    node = Node.objects.get(code=partner.code)
    actions.trust(node, fingerprint=queries.fingerprint_of(node), now=NOW)
    assert standing() == Standing.TRUSTED


def test_keys_that_people_did_not_compare_fall_with_the_root_that_brought_them(root: SigningKey) -> None:
    compared, others = Partner(), Partner()
    node = actions.meet(cards.sign(compared.card(), compared.node_key), now=NOW)
    actions.trust(node, fingerprint=queries.fingerprint_of(node), now=NOW)
    says(root, others)
    assert standing() == Standing.TRUSTED
    actions.distrust_root(StateRoot.objects.get(country="CN"), now=NOW)
    assert standing() == Standing.INTRODUCED


def test_a_pause_of_ours_outlasts_its_word(root: SigningKey) -> None:
    partner = Partner()
    says(root, partner)
    actions.pause(Node.objects.get(code=partner.code), now=NOW)
    says(root, partner, number=2)
    assert standing() == Standing.PAUSED


def test_a_node_it_no_longer_names_stands_on_peoples_word_or_none(root: SigningKey) -> None:
    compared, vouched = Partner(), Partner(code="cn-hekou")
    compared.introduce()
    says(root, compared, vouched)
    told = says(root, number=2)
    assert sorted(told.dropped) == ["cn-hekou", "cn-jingxi"]
    assert standing("cn-jingxi") == Standing.TRUSTED
    assert standing("cn-hekou") == Standing.INTRODUCED


def test_an_older_or_another_directory_changes_nothing(root: SigningKey) -> None:
    says(root, Partner(), number=5)
    for number, code in ((4, "directory_rolled_back"), (5, "directory_forked")):
        with pytest.raises(Unauthentic, match=code):
            says(root, Partner(code="cn-hekou"), number=number)
    assert not Node.objects.filter(code="cn-hekou").exists()


def test_one_bad_card_spoils_the_whole(root: SigningKey) -> None:
    partner = Partner()
    partner.introduce()
    thief = Partner(code="cn-hekou")
    with pytest.raises(LienlacError, match="office_of_other_node"):
        says(root, thief, Partner(code="cn-ruili"), offices=partner.card().offices)
    assert Node.objects.count() == 2


def test_serves_an_office_that_was_offline_for_months_and_not_for_years(root: SigningKey) -> None:
    assert says(root, Partner(), now=NOW + YEAR + timedelta(days=30)).late
    with pytest.raises(Refused, match="directory_expired"):
        says(root, Partner(), number=2, now=NOW + 3 * YEAR)


def test_the_same_directory_twice_changes_nothing(root: SigningKey) -> None:
    says(root, Partner())
    row = StateRoot.objects.get(country="CN")
    told = actions.read_directory(bytes(row.signed), now=NOW + timedelta(days=9))
    assert (told.added, told.vouched, told.number) == ([], [], 1)


def test_a_training_node_is_entered_and_not_trusted_by_a_live_one(root: SigningKey) -> None:
    says(root, Partner(), training=False)
    assert standing() == Standing.INTRODUCED


def test_a_root_is_trusted_by_its_own_words_and_one_a_country(root: SigningKey) -> None:
    other = SigningKey.generate()
    row = actions.meet_root(roots.sign("CN", other), now=NOW)
    with pytest.raises(Refused, match="root_exists"):
        actions.trust_root(row, fingerprint=other.public.fingerprint, now=NOW)
    row = actions.meet_root(roots.sign("TH", SigningKey.generate()), now=NOW)
    with pytest.raises(Unauthentic, match="fingerprint_differs"):
        actions.trust_root(row, fingerprint=other.public.fingerprint, now=NOW)


def test_a_root_that_is_distrusted_takes_its_word_along(root: SigningKey) -> None:
    compared, vouched = Partner(), Partner(code="cn-hekou")
    compared.introduce()
    says(root, compared, vouched)
    row = StateRoot.objects.get(country="CN")
    actions.distrust_root(row, now=NOW)
    assert standing("cn-jingxi") == Standing.TRUSTED
    assert standing("cn-hekou") == Standing.INTRODUCED
    with pytest.raises(Refused, match="root_revoked"):
        actions.meet_root(roots.sign("CN", root), now=NOW)
    assert VerifyKey(bytes(row.public)) == root.public


def test_this_node_hears_whether_its_own_state_names_it(root: SigningKey) -> None:
    key = SigningKey.generate()
    trust_root("VN", key)
    signed = state.issue(
        (actions.issue_card(NOW),),
        country="VN",
        number=1,
        revoked=(),
        issued_at=moments.to_wire(NOW),
        expires_at=moments.to_wire(NOW + YEAR),
        root=key,
    )
    actions.read_directory(signed, now=NOW)
    assert queries.this_node().vouched_at == NOW


def test_a_root_of_two_halves_cannot_be_made_one_of_a_single_half() -> None:
    """The forger of one algorithm brings a root of that half alone: it is another root, and the first stays."""
    found_us()
    whole = LastingKey.generate()
    trust_root("CN", whole)
    assert says(whole, Partner()).added == ["cn-jingxi"]
    half = SigningKey.from_seed(whole.secret_seed()[:32])
    row = actions.meet_root(roots.sign("CN", half), now=NOW)
    with pytest.raises(Refused, match="root_exists"):
        actions.trust_root(row, fingerprint=half.public.fingerprint, now=NOW)
    with pytest.raises(Unauthentic, match="unknown_root"):
        says(half, Partner(), number=2)
    assert StateRoot.objects.get(standing=StateRoot.Standing.TRUSTED).kid == whole.kid
