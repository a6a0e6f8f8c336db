"""Two agencies begin on a page: words typed, wrong ones named; trust and its end after a fresh second factor."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lienlac.apps.directory import queries
from lienlac.apps.directory.models import Node
from lienlac.apps.enquiries import actions as enquiries
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.mailroom.actions.incidents import note
from lienlac.apps.mailroom.models import Incident, Line
from lienlac.apps.reports.health import post
from lienlac.apps.reports.health.finding import Patient
from lienlac.core.trust import cards, words
from tests.web.world import PASSWORD, THERE, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara(world: World) -> Client:
    browser = Client()
    browser.post(reverse("account_login"), {"login": "mara", "password": PASSWORD})
    return browser


@pytest.fixture
def met(world: World) -> Node:
    Node.objects.filter(code=THERE).update(standing="introduced", compared_at=None)
    return Node.objects.get(code=THERE)


def test_wrong_words_are_named_and_stay_in_the_box(mara: Client, met: Node) -> None:
    said = " ".join(words.words("0" * 64))
    answer = mara.post(reverse("partner_trust", args=[THERE]), {"said": said})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Node.objects.get(pk=met.pk).standing == "introduced"


def test_the_right_words_make_a_partner(mara: Client, met: Node) -> None:
    said = " ".join(words.words(queries.fingerprint_of(met)))
    answer = mara.post(reverse("partner_trust", args=[THERE]), {"said": said})
    assert answer.status_code == 302
    assert Node.objects.get(pk=met.pk).standing == "trusted"


def test_the_page_says_when_a_partner_told_new_signing_keys_by_post(mara: Client, world: World) -> None:
    told = "Báo khóa ký mới qua đường thư"
    page = reverse("partner", args=[THERE])
    assert told not in mara.get(page).content.decode()
    Node.objects.get(code=THERE).node_keys.filter(use="author").update(told_by="0" * 32)
    assert told in mara.get(page).content.decode()


def test_a_pause_and_a_revocation_are_said_on_the_open_enquiries(mara: Client, world: World) -> None:
    linh = Client()
    linh.post(reverse("account_login"), {"login": "linh", "password": PASSWORD})
    thread = reverse("thread", args=[world.asked[1].pk])
    Node.objects.filter(code=THERE).update(standing="trusted")
    mara.post(reverse("partner_deed", args=[THERE, "pause"]))
    assert "đang tạm dừng" in linh.get(thread).content.decode()
    mara.post(reverse("partner_deed", args=[THERE, "revoke"]), {"reason": "conduct"})
    assert Node.objects.get(code=THERE).revoked_for == "conduct"
    assert "đã bị thu hồi" in linh.get(thread).content.decode()


@pytest.mark.parametrize(("deed", "said"), [("pause", {}), ("revoke", {"reason": "conduct"})])
def test_the_clocks_of_a_partner_stand_on_the_very_next_page(
    deed: str, said: dict[str, str], mara: Client, world: World
) -> None:
    Node.objects.filter(code=THERE).update(standing="trusted")
    stopped = Addressee.objects.filter(clock_stopped_for="force_majeure")
    assert not stopped.exists()
    mara.post(reverse("partner_deed", args=[THERE, deed]), said)
    assert stopped.exists()
    assert enquiries.daily(now=timezone.now())["at_rest"] == 0


@pytest.mark.parametrize("standing", ["paused", "revoked"])
def test_partners_at_rest_are_not_called_none(standing: str, world: World) -> None:
    at = timezone.now()
    Line.objects.update_or_create(partner=Node.objects.get(code=THERE), defaults={"last_through_at": at})
    Node.objects.exclude(standing="self").update(standing=standing)
    linh = Client()
    linh.post(reverse("account_login"), {"login": "linh", "password": PASSWORD})
    desk = linh.get(reverse("desk")).content.decode()
    assert desk.count("Mọi đối tác đang tạm ngưng") == 2  # in the header, and on the card of the line
    assert "hưa có đối tác" not in desk
    assert "Chưa có gói tin nào đi qua" not in desk
    assert [one.says for one in post.lines(Patient(home=settings.NODE, now=at))] != ["line_none"]


@pytest.mark.parametrize(("page", "args"), [("partner", [THERE]), ("our_card", [])])
def test_a_training_node_says_so_on_the_pages_of_the_ceremony(
    page: str, args: list[str], mara: Client
) -> None:
    shown = mara.get(reverse(page, args=args)).content.decode()
    assert 'class="training"' in shown


def test_an_incident_of_this_node_itself_is_shown_and_closed(mara: Client, world: World) -> None:
    note(queries.this_node(), "leaf_late", {"since": "2026-11-22T01:00:00Z"}, now=timezone.now())
    way = reverse("incident_close", args=[Incident.objects.get(code="leaf_late").pk])
    assert way in mara.get(reverse("partners")).content.decode()
    assert mara.post(way, {"word": "Máy chậm."}).headers["Location"] == reverse("partners")
    assert way not in mara.get(reverse("partners")).content.decode()


def test_our_card_is_a_file_that_others_read_and_a_page_on_paper(mara: Client, world: World) -> None:
    card = cards.read(mara.get(reverse("our_card_file")).content)
    assert card.node == queries.own_code()
    assert mara.get(reverse("our_card_paper")).content.startswith(b"%PDF")


def test_an_office_is_found_and_asked_from_its_page(world: World) -> None:
    linh = Client()
    linh.post(reverse("account_login"), {"login": "linh", "password": PASSWORD})
    assert reverse("office", args=[THERE]) in linh.get(reverse("offices"), {"q": "tinh tay"}).content.decode()
    ask = linh.get(reverse("ask"), {"to": THERE}).content.decode()
    assert f'<option value="{THERE}" selected' in ask


def test_an_administrator_changes_his_own_office_alone(mara: Client, world: World) -> None:
    assert mara.get(reverse("office_change", args=[THERE])).status_code == 404
    own = queries.own_offices().first()
    assert own is not None
    typed = {"phone": "+84 206 9", "status": "open", "aliases": "BLO Cao Bằng\n", "place_vi": "Trà Lĩnh"}
    assert mara.post(reverse("office_change", args=[own.code]), typed).status_code == 302
    own.refresh_from_db()
    assert (own.phone, own.places, own.aliases) == ("+84 206 9", {"vi": "Trà Lĩnh"}, [["", "BLO Cao Bằng"]])
