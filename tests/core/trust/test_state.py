"""What a state's root may say of nodes, and every way in which somebody else might try to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac.core.envelope import dsse
from lienlac.core.envelope.keys import SealingKey, SigningKey
from lienlac.core.envelope.lasting import LastingKey
from lienlac.core.errors import LienlacError, Malformed, Refused, Unauthentic
from lienlac.core.messages import canonical
from lienlac.core.trust import cards, moments, roots, state

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
YEAR = timedelta(days=365)
ROOT = SigningKey.generate()
NODE = SigningKey.generate()


def card(node: str = "cn-jingxi", key: SigningKey = NODE, **changed: Any) -> bytes:
    made = cards.Card(
        node=node,
        country="CN",
        endpoint="https://127.0.0.1:9",
        training=True,
        keys=(_key("node", key.kid, key.public.public_bytes), _seal()),
        offices=(_office(node),),
        issued_at=moments.to_wire(NOW),
    )
    return cards.sign(replace(made, **changed), key)


def _key(use: str, kid: str, public: bytes) -> cards.PublicKeyOnCard:
    return cards.PublicKeyOnCard(
        use=use, kid=kid, public=public, valid_from=moments.to_wire(NOW), valid_to=""
    )


SEAL = SealingKey.generate()


def _seal() -> cards.PublicKeyOnCard:
    return _key("seal", SEAL.kid, SEAL.public.public_bytes)


def _office(code: str, country: str = "CN") -> cards.OfficeOnCard:
    return cards.OfficeOnCard(
        code=code,
        country=country,
        kind="liaison_office",
        time_zone="Asia/Shanghai",
        languages=("zh-hans",),
        names={"zh-hans": "靖西边境联络官办公室"},
        phone="",
        aliases=(("vi", "BLO Tịnh Tây"),),
    )


def issued(*signed: bytes, root: SigningKey = ROOT, **changed: Any) -> bytes:
    given: dict[str, Any] = {
        "country": "CN",
        "number": 3,
        "revoked": (),
        "issued_at": moments.to_wire(NOW),
        "expires_at": moments.to_wire(NOW + YEAR),
    }
    return state.issue(signed or (card(),), root=root, **(given | changed))


def accept(signed: bytes, *, country: str = "CN", held: state.Held | None = None, now: datetime = NOW) -> Any:
    return state.accept(signed, root=ROOT.public, country=country, held=held, now=now)


def test_brings_the_cards_that_its_root_signed() -> None:
    accepted = accept(issued())
    assert [one.node for one in accepted.directory.cards] == ["cn-jingxi"]
    assert accepted.directory.signed_cards == (card(),)
    assert not accepted.late
    assert not accepted.known


def test_another_root_speaks_for_nobody() -> None:
    with pytest.raises(Unauthentic, match="directory_of_other_root"):
        accept(issued(root=SigningKey.generate()))


def test_a_root_speaks_for_its_own_country_alone() -> None:
    with pytest.raises(Unauthentic, match="directory_of_other_country"):
        accept(issued(), country="VN")
    vietnamese = card("vn-lao-cai", country="VN", offices=(_office("vn-lao-cai", "VN"),))
    with pytest.raises(Unauthentic, match="directory_of_other_country"):
        issued(vietnamese)


def test_a_node_cannot_name_an_office_of_another_country() -> None:
    with pytest.raises(Malformed, match="card_broken"):
        issued(card(offices=(_office("vn-tra-linh", "VN"),)))


def test_a_card_in_it_is_signed_by_its_own_node() -> None:
    forged = cards.sign(cards.read(card()), SigningKey.generate())
    with pytest.raises(Unauthentic):
        issued(forged)


def test_cannot_be_rolled_back_or_forked() -> None:
    first, other = issued(), issued(expires_at=moments.to_wire(NOW + 2 * YEAR))
    held = state.Held(number=3, digest=state.digest_of(first))
    assert accept(first, held=held).known
    with pytest.raises(Unauthentic, match="directory_forked"):
        accept(other, held=held)
    with pytest.raises(Unauthentic, match="directory_rolled_back"):
        accept(issued(number=2), held=held)
    assert not accept(issued(number=4), held=held).known


def test_is_believed_through_a_long_grace_and_no_longer() -> None:
    signed = issued()
    assert accept(signed, now=NOW + YEAR + timedelta(days=1)).late
    with pytest.raises(Refused, match="directory_expired"):
        accept(signed, now=NOW + YEAR + state.GRACE + timedelta(days=1))


def test_a_clock_a_year_behind_stops_nothing() -> None:
    assert not accept(issued(), now=NOW - YEAR).late


def test_a_node_stands_in_it_once() -> None:
    with pytest.raises(Malformed, match="node_twice"):
        issued(card(), card())
    gone = state.Revoked(node="cn-jingxi", reason="key_stolen", last_trusted_at=moments.to_wire(NOW))
    with pytest.raises(Malformed, match="node_twice"):
        issued(card(), revoked=(gone,))
    assert accept(issued(card("cn-hekou"), revoked=(gone,))).directory.revoked == (gone,)


@pytest.mark.parametrize(
    "changed",
    [{"number": 0}, {"number": True}, {"expires_at": moments.to_wire(NOW)}, {"issued_at": "yesterday"}],
)
def test_nothing_is_issued_that_nobody_would_take(changed: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="directory_broken"):
        issued(**changed)


@settings(max_examples=60)
@given(st.data())
def test_any_altered_byte_is_noticed(data: st.DataObject) -> None:
    signed = bytearray(issued())
    place = data.draw(st.integers(0, len(signed) - 1))
    signed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(LienlacError):
        accept(bytes(signed))


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    with pytest.raises(LienlacError):
        accept(raw)
    with pytest.raises(LienlacError):
        roots.read(raw)


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"v": 1},
        {"v": 2},
        {
            "v": 1,
            "country": "CN",
            "number": 1,
            "issued_at": moments.to_wire(NOW),
            "expires_at": moments.to_wire(NOW + YEAR),
            "cards": ["not base64!"],
            "revoked": [],
        },
    ],
)
def test_what_the_root_signed_by_mistake_is_named(value: Any) -> None:
    with pytest.raises(LienlacError) as caught:
        accept(dsse.sign(state.DIRECTORY_TYPE, canonical.encode(value), ROOT))
    assert caught.value.code in {"directory_broken", "newer_directory"}


def test_a_hundred_nodes_fit() -> None:
    assert len(card()) * 4 // 3 * 100 + 2_000 < dsse.MAX_SIGNED_BYTES


def test_a_root_holds_its_own_signature() -> None:
    signed = roots.sign("CN", ROOT)
    assert roots.read(signed) == roots.Root(country="CN", key=ROOT.public)
    payload, _ = dsse.verify(signed, roots.ROOT_TYPE, lambda _kid: ROOT.public)
    with pytest.raises(LienlacError):
        roots.read(dsse.sign(roots.ROOT_TYPE, payload, SigningKey.generate()))
    with pytest.raises(Malformed, match="root_broken"):
        roots.read(dsse.sign(roots.ROOT_TYPE, canonical.encode({"v": 1}), ROOT))


LASTING = LastingKey.generate()


def test_a_root_of_two_halves_is_read_and_signs() -> None:
    read = roots.read(roots.sign("CN", LASTING))
    assert read == roots.Root(country="CN", key=LASTING.public)
    signed = issued(root=LASTING)
    assert state.accept(signed, root=read.key, country="CN", held=None, now=NOW).directory.number == 3


def test_a_root_of_two_halves_is_not_believed_with_one() -> None:
    """Who has forged the older algorithm signs with that half, leaves the other out, or says that there is none."""
    first = SigningKey.from_seed(LASTING.secret_seed()[:32])
    payload, kid, both = dsse.frames.unpack(issued(root=LASTING), count=3, max_bytes=1 << 20)
    forged = first.sign(dsse.pae(state.DIRECTORY_TYPE, payload))
    for signature in (forged, both[:64], forged + both[64:], forged + bytes(3309)):
        with pytest.raises(Unauthentic, match="bad_signature"):
            state.read(dsse.frames.pack(payload, kid, signature), root=LASTING.public)
    with pytest.raises(Unauthentic, match="directory_of_other_root"):
        state.read(issued(root=first), root=LASTING.public)
    assert roots.read(roots.sign("CN", first)).key.fingerprint != LASTING.public.fingerprint


def test_a_root_is_not_taken_for_a_directory() -> None:
    with pytest.raises(Unauthentic):
        accept(roots.sign("CN", ROOT))
