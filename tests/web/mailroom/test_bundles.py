"""Officers write and take in files of the post; the ledger keeps who did, and nothing is taken on anybody's word."""

from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lienlac.apps.audit.models import Leaf, Opening
from lienlac.apps.directory import queries as directory
from lienlac.apps.directory.models import Node
from lienlac.apps.mailroom.models import Parcel
from lienlac.core.errors import Refused, Unauthentic
from lienlac.core.ledger import leaves
from lienlac.peer.bundle.file import header_of
from lienlac.site import stick
from tests.web.world import HERE, THERE

pytestmark = pytest.mark.django_db


@pytest.fixture
def linh(world):
    browser = Client()
    browser.force_login(world.officers["linh"])
    return browser


def given(browser, raw=b"LLB1 what a partner wrote"):
    file = SimpleUploadedFile("from-jingxi.lienlac", raw)
    return browser.post(reverse("bundles"), {"file": file})


def carried():
    told = [
        (row, leaf)
        for row in Leaf.objects.all()
        if (leaf := leaves.decode(bytes(row.body))).kind == "carried"
    ]
    return [
        (Opening.objects.get(leaf=row, as_actor=True).key, leaf.facts["code"], leaf.facts["node"])
        for row, leaf in told
    ]


def test_a_file_for_a_partner_is_sealed_for_him_and_the_ledger_says_who_wrote_it(linh):
    answer = linh.post(reverse("bundle_write"), {"partner": THERE})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{THERE}-')
    header = header_of(answer.content)
    assert (header.sender, header.to[0]) == (HERE, THERE)
    assert "Đàm Khánh Viễn".encode() not in answer.content
    assert carried() == [("linh", "written", THERE)]
    assert Parcel.objects.filter(in_outbox=True).exists(), "nothing leaves the outbox by being written"


def test_who_is_no_partner_gets_no_file(linh):
    answer = linh.post(reverse("bundle_write"), {"partner": "la-nobody"}, follow=True)
    assert answer.redirect_chain[0][0] == reverse("bundles")
    assert "la-nobody" in answer.content.decode()
    assert carried() == []


@pytest.mark.parametrize(
    ("standing", "code"),
    [("introduced", "partner_not_trusted"), ("paused", "no_file_while_paused"), ("revoked", "node_revoked")],
)
def test_a_partner_who_gets_no_file_is_told_apart_from_one_who_is_not_known(world, standing, code):
    Node.objects.filter(code=THERE).update(standing=standing)
    with pytest.raises(Refused) as refused:
        stick.write(THERE, by=None, now=timezone.now())
    assert (refused.value.code, refused.value.facts["node"]) == (code, THERE)


def test_a_reply_that_this_node_did_not_sign_is_refused(linh):
    answer = linh.post(reverse("bundle_write"), {"partner": THERE, "reply": "forged"})
    assert answer.status_code == 302
    assert carried() == []


@dataclass
class Unpacked:
    """In place of a partner's file that was opened."""

    partner: object
    made: str = "2026-11-21T20:00:00Z"
    parcels: int = 3
    new: int = 2
    answers: object = None


@pytest.fixture
def a_good_file(monkeypatch):
    def take(_raw, _receivers, *, now):
        return Unpacked(partner=directory.partner(THERE), answers={})

    monkeypatch.setattr(stick.unpacking, "take", take)


def test_what_became_of_a_file_is_said_in_words_and_its_reply_is_at_hand(linh, a_good_file):
    page = given(linh)
    assert page.status_code == 200
    assert (page.context["taken"]["parcels"], page.context["taken"]["new"]) == (3, 2)
    assert carried() == [("linh", "taken_in", THERE)]
    reply = linh.post(reverse("bundle_write"), {"partner": THERE, "reply": page.context["taken"]["reply"]})
    assert header_of(reply.content).to[0] == THERE


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7", b"\x00" * 5000])
def test_what_is_no_file_of_the_post_is_refused_by_name(linh, raw):
    page = given(linh, raw)
    assert page.status_code == 422
    assert page.context["form"].errors["file" if not raw else "__all__"]
    assert carried() == []


def test_a_file_from_a_stranger_is_refused(linh, monkeypatch):
    def stranger(_raw, _receivers, *, now):
        raise Unauthentic("bundle_from_stranger", node="la-nobody")

    monkeypatch.setattr(stick.unpacking, "take", stranger)
    assert "la-nobody" in given(linh).content.decode()


def test_a_file_too_large_is_not_read(linh, monkeypatch):
    monkeypatch.setattr(stick, "MAX_FILE_BYTES", 10)
    monkeypatch.setattr(stick, "take", None)
    assert given(linh).status_code == 422


@pytest.mark.parametrize(
    ("name", "status"), [("linh", 200), ("bang", 200), ("mara", 200), ("hue", 403), ("lam", 403)]
)
def test_the_inspector_and_the_leader_carry_nothing(world, name, status):
    browser = Client()
    browser.force_login(world.officers[name])
    assert browser.get(reverse("bundles")).status_code == status
