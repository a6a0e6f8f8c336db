"""Keys on pages: an administrator sees how old they are, renews them, revokes one of a partner; others see only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit.models import Leaf, Ledger
from lienlac.apps.audit.queries import extent, size_before
from lienlac.apps.directory import moments, queries
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.mailroom import doubting
from tests.web.world import PASSWORD, THERE, World

pytestmark = pytest.mark.django_db


def signed_in(name: str) -> Client:
    browser = Client()
    browser.post(reverse("account_login"), {"login": name, "password": PASSWORD})
    return browser


@pytest.fixture
def mara(world: World) -> Client:
    return signed_in("mara")


def own(use: str) -> list[NodeKey]:
    return list(queries.own_key_rows(use).order_by("pk"))


def theirs(use: str) -> NodeKey:
    return NodeKey.objects.get(node__code=THERE, use=use)


def test_the_page_says_how_old_each_key_is_and_where_it_rests(mara: Client) -> None:
    page = mara.get(reverse("own_keys")).content.decode()
    for use in ("node", "author", "seal"):
        assert own(use)[0].kid[:16] in page
    assert "tự thay vào" in page
    assert "Tệp để ngỏ" in page
    NodeKey.objects.filter(pk=own("node")[0].pk).update(valid_from=timezone.now() - timedelta(days=400))
    assert "đã quá một năm" in mara.get(reverse("own_keys")).content.decode()


def test_new_signing_keys_are_told_first_and_used_when_somebody_says_so(mara: Client) -> None:
    before = queries.own_signing_key("node", timezone.now()).kid
    assert reverse("own_keys_renew", args=["now"]) not in mara.get(reverse("own_keys")).content.decode()
    assert mara.post(reverse("own_keys_renew", args=["sign"])).headers["Location"] == reverse("own_keys")
    assert queries.own_signing_key("node", timezone.now()).kid == before
    assert [row.valid_from == moments.NOT_YET for row in own("node")] == [False, True]
    page = mara.get(reverse("own_keys")).content.decode()
    assert "Đã báo đối tác, chưa dùng" in page
    assert reverse("own_keys_renew", args=["sign"]) not in page
    assert mara.post(reverse("own_keys_renew", args=["sign"])).status_code == 422
    mara.post(reverse("own_keys_renew", args=["now"]))
    assert queries.own_signing_key("node", timezone.now()).kid == own("node")[1].kid != before


def test_a_new_sealing_key_counts_at_once_and_the_partners_who_have_not_heard_are_named(mara: Client) -> None:
    mara.post(reverse("own_keys_renew", args=["seal"]))
    assert len(own("seal")) == 2
    assert "Chưa biên nhận các khóa mới nhất của ta" in mara.get(reverse("own_keys")).content.decode()
    assert "chưa biên nhận" in mara.get(reverse("partner_keys", args=[THERE])).content.decode()


def test_who_keeps_no_accounts_renews_and_revokes_nothing(world: World) -> None:
    browser, kid = signed_in("linh"), theirs("author").kid
    assert browser.get(reverse("own_keys")).status_code == 403
    for way in (
        *(reverse("own_keys_renew", args=[one]) for one in ("seal", "sign", "now")),
        reverse("partner_key_revoke", args=[THERE, kid]),
    ):
        assert browser.post(way, {"reason": "key_stolen"}).status_code == 403
    assert kid[:16] in browser.get(reverse("partner_keys", args=[THERE])).content.decode()
    assert theirs("author").revoked_at is None
    assert len(own("seal")) == len(own("node")) == 1


@pytest.fixture
def placed(world: World) -> None:
    """Give each deed with the partner its place in our ledger."""
    key = queries.own_signing_key("node", timezone.now())
    sealer = audit.Sealer(node=queries.own_code(), public=key.public.public_bytes, sign=key.sign)
    while audit.sequence(sealer, now=timezone.now()):
        pass


def revoke(mara: Client, **said: object) -> NodeKey:
    kid = theirs("author").kid
    answer = mara.post(reverse("partner_key_revoke", args=[THERE, kid]), {"reason": "key_stolen", **said})
    assert answer.headers["Location"] == reverse("partner_keys", args=[THERE])
    return theirs("author")


@pytest.mark.usefixtures("placed")
def test_a_revoked_key_is_believed_up_to_the_entry_that_was_given(mara: Client, world: World) -> None:
    epoch, size = extent(THERE)
    assert size > 1
    row = revoke(mara, size="1")
    assert (row.revoked_for, row.trusted_epoch, row.trusted_size) == ("key_stolen", epoch, 1)
    page = mara.get(reverse("partner_keys", args=[THERE])).content.decode()
    assert "Được tin đến dòng 1 " in page
    doubted = mara.get(reverse("partner_key_doubted", args=[THERE, row.kid])).content.decode()
    assert epoch in doubted
    assert theirs("node").revoked_at is None


@pytest.mark.usefixtures("placed")
def test_what_is_doubted_is_shown_in_pages(
    mara: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [
        doubting.Doubted(epoch="e", place=one, kind="parcel_stored", message_kind="", message_id=f"m{one}m")
        for one in range(60)
    ]
    monkeypatch.setattr(doubting, "doubted", lambda _key: iter(many))
    way = reverse("partner_key_doubted", args=[THERE, theirs("author").kid])
    pages = [mara.get(f"{way}?from={first}").content.decode() for first in (0, 50)]
    assert [("m0m" in page, "m49m" in page, "m50m" in page) for page in pages] == [
        (True, False, False),
        (False, False, True),
    ]
    assert ["from=25" in page for page in pages] == [True, True]
    assert "from=75" not in pages[1]


@pytest.mark.usefixtures("placed")
def test_without_an_entry_all_until_now_is_believed(mara: Client, world: World) -> None:
    assert revoke(mara).trusted_size == extent(THERE)[1]


@pytest.mark.usefixtures("placed")
def test_a_day_ends_where_this_node_is_and_not_in_greenwich(mara: Client, world: World) -> None:
    ledger = Ledger.objects.get(partner=THERE, current=True)
    Leaf.objects.filter(ledger=ledger, place__lt=1).update(written_at="2026-01-10T16:59:59Z")
    Leaf.objects.filter(ledger=ledger, place__gte=1).update(written_at="2026-01-10T17:00:00Z")
    assert revoke(mara, last_trusted_on="2026-01-10").trusted_size == 1


@pytest.mark.usefixtures("placed")
def test_before_all_entries_is_nothing_and_after_them_is_all(world: World) -> None:
    size = extent(THERE)[1]
    assert size_before(THERE, timezone.now() + timedelta(days=1)) == size
    assert size_before(THERE, timezone.now() - timedelta(days=9000)) == 0
    assert (extent("cn-nowhere"), size_before("cn-nowhere", timezone.now())) == (("", 0), 0)


@pytest.mark.parametrize(
    "said",
    [{"size": "1", "last_trusted_on": "2026-01-10"}, {"size": "-1"}, {"size": "100000"}, {"reason": "mood"}],
)
def test_what_cannot_be_meant_revokes_nothing(mara: Client, said: dict[str, str]) -> None:
    way = reverse("partner_key_revoke", args=[THERE, theirs("author").kid])
    assert mara.post(way, {"reason": "key_stolen"} | said).status_code == 422
    assert theirs("author").revoked_at is None


@pytest.mark.parametrize("day", ["9999-12-31", "tomorrow"])
@pytest.mark.parametrize("what", ["key", "partner"])
def test_a_day_that_is_not_yet_is_refused_and_said_to_be_so(mara: Client, what: str, day: str) -> None:
    if day == "tomorrow":
        day = (timezone.localdate() + timedelta(days=1)).isoformat()
    way = {
        "key": reverse("partner_key_revoke", args=[THERE, theirs("author").kid]),
        "partner": reverse("partner_deed", args=[THERE, "revoke"]),
    }[what]
    answer = mara.post(way, {"reason": "key_stolen", "last_trusted_on": day})
    assert answer.status_code == 422
    assert "Ngày này ở trong tương lai." in answer.content.decode()
    assert theirs("author").revoked_at is None


def test_a_key_that_is_none_of_the_partners_is_not_found(mara: Client) -> None:
    own_kid = own("node")[0].kid
    for name in ("partner_key_revoke", "partner_key_doubted"):
        assert mara.get(reverse(name, args=[THERE, own_kid])).status_code == 404
    assert mara.get(reverse("own_keys_renew", args=["all"])).status_code == 404
