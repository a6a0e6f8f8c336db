"""Who may say which roots the states have: a quorum of them, and every way in which fewer might try to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac.core import codes
from lienlac.core.envelope import dsse, frames
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.errors import LienlacError, Malformed, NotUnderstood, Refused, Unauthentic
from lienlac.core.messages import canonical
from lienlac.core.trust import moments, quorum, roots, shared, state
from lienlac.core.trust.quorum import RootsList
from lienlac.core.trust.roots import RootKey

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
YEAR = timedelta(days=365)
COUNTRIES = ("VN", "LA", "CN", "KH")
KEYS: dict[str, RootKey] = {one: SigningKey.generate() for one in COUNTRIES}
STRANGER = SigningKey.generate()
LISTS = (shared.SharedList(name="kinds", version=2, digest="a" * 64),)


def drafted(
    keys: dict[str, RootKey] | None = None, *, number: int = 1, threshold: int = 3, **changed: Any
) -> bytes:
    said: dict[str, Any] = {
        "lists": LISTS,
        "issued_at": moments.to_wire(NOW),
        "expires_at": moments.to_wire(NOW + YEAR),
    }
    named = keys or KEYS
    signed = tuple(roots.sign(country, key) for country, key in named.items())
    return quorum.draft(signed, number=number, threshold=threshold, **(said | changed))


def signed(raw: bytes, *by: RootKey, before: RootsList | None = None) -> bytes:
    return quorum.join([raw, *(quorum.sign(raw, key, before=before) for key in by)], before=before)


def forged(raw: bytes, *by: RootKey) -> bytes:
    """Put signatures under a list that its own functions would not make."""
    payload, _ = frames.unpack(raw, count=2, max_bytes=1 << 20)
    said = [{"kid": key.kid, "signature": key.sign(dsse.pae(quorum.ROOTS_TYPE, payload)).hex()} for key in by]
    return frames.pack(payload, canonical.encode(said))


def accept(raw: bytes, *, held: RootsList | None = None, **more: Any) -> quorum.AcceptedRoots:
    return quorum.accept(raw, held=held, **({"now": NOW, "by_people": held is None} | more))


FIRST = quorum.read(drafted())


def subsets(of: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(of, count) for count in range(len(of) + 1)))


@pytest.mark.parametrize(
    ("count", "threshold"), [(n, m) for n in range(1, 5) for m in range(1, n + 1) if 2 * m > n]
)
def test_exactly_the_quorums_are_believed(count: int, threshold: int) -> None:
    """Every threshold of up to four states, and every set of states that might sign."""
    named = COUNTRIES[:count]
    raw = drafted({one: KEYS[one] for one in named}, threshold=threshold)
    for signing in subsets(named):
        paper = signed(raw, *(KEYS[one] for one in signing))
        if len(signing) >= threshold:
            assert accept(paper).signers == {KEYS[one].kid for one in signing}
        else:
            with pytest.raises(Unauthentic, match="roots_threshold_not_met"):
                accept(paper)


def test_a_new_list_needs_a_quorum_of_the_old_and_of_the_new() -> None:
    """Every set of old and new roots: two states have new keys, and the threshold is three of four in both."""
    fresh: dict[str, RootKey] = {one: SigningKey.generate() for one in ("VN", "LA")}
    after = KEYS | fresh
    raw = drafted(after, number=2)
    everybody = (*KEYS.values(), *fresh.values())
    for chosen in subsets(tuple(key.kid for key in everybody)):
        paper = signed(raw, *(key for key in everybody if key.kid in chosen), before=FIRST)
        old, new = (sum(key.kid in chosen for key in one.values()) for one in (KEYS, after))
        if old >= 3 and new >= 3:
            assert accept(paper, held=FIRST).roots.number == 2
        else:
            with pytest.raises(Unauthentic, match="roots_threshold_not_met"):
                accept(paper, held=FIRST)


def test_a_minority_cannot_make_itself_a_majority() -> None:
    """One state names itself alone, and signs as all the roots that its own list has."""
    own = signed(drafted({"LA": KEYS["LA"]}, number=2, threshold=1), KEYS["LA"])
    with pytest.raises(Unauthentic, match="roots_threshold_not_met"):
        accept(own, held=FIRST)


def test_one_signer_does_not_count_twice() -> None:
    with pytest.raises(Malformed, match="roots_signer_twice"):
        accept(forged(drafted(), KEYS["VN"], KEYS["LA"], KEYS["LA"]))
    again = quorum.sign(drafted(), KEYS["VN"])
    with pytest.raises(Unauthentic, match="roots_threshold_not_met"):
        accept(quorum.join([again, again, signed(drafted(), KEYS["VN"], KEYS["LA"])]))


def test_who_is_no_root_signs_nothing() -> None:
    with pytest.raises(Unauthentic, match="roots_signer_unknown"):
        quorum.sign(drafted(), STRANGER)
    everybody = (*KEYS.values(), STRANGER)
    for try_it in (accept, quorum.signers_of, lambda raw: quorum.join([raw])):
        with pytest.raises(Unauthentic, match="roots_signer_unknown"):
            try_it(forged(drafted(), *everybody))


def test_a_root_of_an_older_list_still_signs_nothing() -> None:
    """The list held is what counts: who was taken off it is a stranger."""
    second = quorum.read(drafted({one: KEYS[one] for one in ("VN", "LA", "CN")}, number=2, threshold=2))
    third = drafted({one: KEYS[one] for one in ("VN", "LA", "CN")}, number=3, threshold=2)
    with pytest.raises(Unauthentic, match="roots_signer_unknown"):
        accept(forged(third, KEYS["VN"], KEYS["LA"], KEYS["KH"]), held=second)


def test_a_signature_for_another_purpose_does_not_count() -> None:
    """A state signs directories and its own root every year; none of these is a voice for a list."""
    payload, _ = frames.unpack(drafted(), count=2, max_bytes=1 << 20)
    for other in (state.DIRECTORY_TYPE, roots.ROOT_TYPE):
        said = [
            {"kid": key.kid, "signature": key.sign(dsse.pae(other, payload)).hex()} for key in KEYS.values()
        ]
        with pytest.raises(Unauthentic, match="bad_signature"):
            accept(frames.pack(payload, canonical.encode(said)))
    with pytest.raises(Malformed):
        accept(roots.sign("VN", KEYS["VN"]))
    with pytest.raises(LienlacError):
        state.read(signed(drafted(), *KEYS.values()), root=KEYS["VN"].public)


def test_a_signature_on_another_list_does_not_count() -> None:
    payload, _ = frames.unpack(drafted(threshold=4), count=2, max_bytes=1 << 20)
    _, signatures = frames.unpack(signed(drafted(), *KEYS.values()), count=2, max_bytes=1 << 20)
    with pytest.raises(Unauthentic, match="bad_signature"):
        accept(frames.pack(payload, signatures))


def test_cannot_be_rolled_back_or_forked_and_may_leave_numbers_out() -> None:
    by = tuple(KEYS.values())
    third = quorum.read(drafted(number=3))
    with pytest.raises(Unauthentic, match="roots_rolled_back"):
        accept(signed(drafted(number=2), *by), held=third)
    with pytest.raises(Unauthentic, match="roots_forked"):
        accept(signed(drafted(number=3, threshold=4), *by), held=third)
    assert not accept(signed(drafted(number=9), *by), held=third).known


def test_the_same_list_with_other_signatures_is_known() -> None:
    first = accept(signed(drafted(), KEYS["VN"], KEYS["LA"], KEYS["CN"])).roots
    again = accept(signed(drafted(), *KEYS.values()), held=first)
    assert again.known
    assert again.roots == first


def test_a_code_list_cannot_go_back_nor_change_under_its_version() -> None:
    held, by = quorum.read(drafted()), tuple(KEYS.values())
    (kinds,) = LISTS
    for lists in (replace(kinds, version=1), replace(kinds, digest="b" * 64)):
        with pytest.raises(Unauthentic, match="roots_list_rolled_back"):
            accept(signed(drafted(number=2, lists=(lists,)), *by), held=held)
    newer = replace(kinds, version=3, digest="b" * 64)
    assert accept(signed(drafted(number=2, lists=(newer,)), *by), held=held).roots.lists == (newer,)


def test_is_believed_through_a_long_grace_and_no_longer() -> None:
    paper = signed(drafted(), *KEYS.values())
    assert not accept(paper).late
    assert accept(paper, now=NOW + YEAR + timedelta(days=1)).late
    held = quorum.read(paper)
    for known in (None, held):
        with pytest.raises(Refused, match="roots_expired"):
            accept(paper, held=known, now=NOW + YEAR + state.GRACE + timedelta(days=1))


def test_a_first_list_is_compared_by_people() -> None:
    with pytest.raises(Refused, match="roots_not_compared"):
        accept(signed(drafted(), *KEYS.values()), by_people=False)


def test_people_may_begin_anew_where_the_old_roots_are_lost_but_not_go_back() -> None:
    fresh: dict[str, RootKey] = {one: SigningKey.generate() for one in COUNTRIES}
    paper = signed(drafted(fresh, number=2), *fresh.values())
    with pytest.raises(Unauthentic, match="roots_threshold_not_met"):
        accept(paper, held=FIRST)
    assert accept(paper, held=FIRST, by_people=True).roots.number == 2
    with pytest.raises(Unauthentic, match="roots_rolled_back"):
        accept(paper, held=quorum.read(drafted(number=3)), by_people=True)


def test_a_state_and_a_key_stand_in_it_once() -> None:
    twice = (roots.sign("VN", KEYS["VN"]), roots.sign("VN", KEYS["LA"]))
    said: dict[str, Any] = {"number": 1, "threshold": 2, "lists": (), "issued_at": moments.to_wire(NOW)}
    said["expires_at"] = moments.to_wire(NOW + YEAR)
    with pytest.raises(Malformed, match="roots_state_twice"):
        quorum.draft(twice, **said)
    with pytest.raises(Malformed, match="roots_key_twice"):
        drafted({"VN": KEYS["VN"], "LA": KEYS["VN"]}, threshold=2)


def test_nobody_is_named_who_does_not_hold_his_key() -> None:
    payload, _ = dsse.verify(roots.sign("VN", KEYS["VN"]), roots.ROOT_TYPE, lambda _kid: KEYS["VN"].public)
    stolen = frames.pack(payload, KEYS["VN"].kid.encode(), STRANGER.sign(dsse.pae(roots.ROOT_TYPE, payload)))
    with pytest.raises(Unauthentic, match="bad_signature"):
        quorum.draft(
            (stolen,),
            number=1,
            threshold=1,
            lists=(),
            issued_at=moments.to_wire(NOW),
            expires_at=moments.to_wire(NOW + YEAR),
        )


@pytest.mark.parametrize(("count", "threshold"), [(1, 2), (2, 1), (4, 2), (4, 5)])
def test_a_quorum_is_more_than_half(count: int, threshold: int) -> None:
    """Two halves could sign two lists of one number, and neither would have lied twice."""
    with pytest.raises(Malformed, match="roots_threshold_low"):
        drafted({one: KEYS[one] for one in COUNTRIES[:count]}, threshold=threshold)


def changed(**said: Any) -> bytes:
    value: Any = canonical.decode(frames.unpack(drafted(), count=2, max_bytes=1 << 20)[0])
    return frames.pack(canonical.encode(value | said), b"[]")


@pytest.mark.parametrize(
    "said",
    [
        {"number": 0},
        {"number": True},
        {"threshold": "3"},
        {"expires_at": moments.to_wire(NOW)},
        {"issued_at": "yesterday"},
        {"roots": []},
        {"roots": ["not base64!"]},
        {"lists": None},
        {"lists": [{"name": "kinds", "version": 0, "digest": "a" * 64}]},
        {"lists": [vars(LISTS[0]), vars(LISTS[0])]},
        {"cards": []},
        {"nodes": ["vn-ha-noi"]},
        {"revoked": []},
    ],
)
def test_it_says_roots_and_code_lists_and_nothing_else(said: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="roots_broken"):
        quorum.read(changed(**said))


def test_a_newer_shape_waits_for_the_upgrade() -> None:
    with pytest.raises(NotUnderstood, match="newer_roots"):
        quorum.read(changed(v=2))


def test_lists_that_differ_are_not_joined() -> None:
    with pytest.raises(Malformed, match="roots_differ"):
        quorum.join([drafted(), drafted(number=2)])


def test_the_order_in_which_states_sign_changes_nothing() -> None:
    papers = [quorum.sign(drafted(), key) for key in KEYS.values()]
    assert quorum.join(papers) == quorum.join(reversed(papers))


def test_roots_of_two_halves_sign_and_one_half_is_none() -> None:
    lasting = {one: LastingKey.generate() for one in ("VN", "LA", "CN")}
    raw = drafted(dict(lasting), threshold=2)
    assert len(accept(signed(raw, lasting["VN"], lasting["LA"])).signers) == 2
    payload, _ = frames.unpack(raw, count=2, max_bytes=1 << 20)
    said = []
    for key in (lasting["VN"], lasting["LA"]):
        half = SigningKey.from_seed(key.secret_seed()[:32]).sign(dsse.pae(quorum.ROOTS_TYPE, payload))
        said.append({"kid": key.kid, "signature": (half + bytes(3309)).hex()})
    with pytest.raises(Unauthentic, match="bad_signature"):
        accept(frames.pack(payload, canonical.encode(said)))


def test_twenty_states_of_two_halves_fit() -> None:
    one = LastingKey.generate()
    root, signature = roots.sign("VN", one), one.sign(b"")
    signatures = 2 * quorum.MOST_STATES * (2 * len(signature) + 100)
    assert quorum.MOST_STATES * len(root) * 4 // 3 + signatures + 30_000 < dsse.MAX_SIGNED_BYTES


@settings(max_examples=30)
@given(st.data())
def test_any_altered_byte_is_noticed(data: st.DataObject) -> None:
    raw = bytearray(PAPER)
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    try:
        found = accept(bytes(raw))
    except LienlacError:
        return
    assert found.roots == FIRST  # hexadecimal digits have two spellings


PAPER = signed(drafted(), *KEYS.values())


@settings(max_examples=30)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    with pytest.raises(LienlacError):
        accept(raw)


def test_our_code_lists_get_the_next_version_when_they_change() -> None:
    first = shared.ours()
    assert {one.version for one in first} == {1}
    assert shared.ours(first) == first
    other = tuple(replace(one, digest="0" * 64) if one.name == "kinds" else one for one in first)
    assert [one.name for one in shared.ours(other) if one.version == 2] == ["kinds"]
    assert shared.differing(first) == ()
    foreign = shared.SharedList(name="weather", version=1, digest="0" * 64)
    assert shared.differing((*other, foreign)) == ("kinds", "weather")


def test_shared_lists_exist_and_are_those_of_messages() -> None:
    assert set(shared.names()) <= set(codes.names())
    assert {"kinds", "offences", "handling"} <= set(shared.names())
