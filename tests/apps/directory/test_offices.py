"""An office as its own administrator keeps it: every change has a version, a day, and no way into other nodes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lienlac.apps.directory import actions, offices, queries
from lienlac.apps.directory.models import Office
from lienlac.core.competence import Desk, Matter
from lienlac.core.errors import Malformed, NotUnderstood, Refused
from lienlac.core.trust import cards
from tests.apps.mailroom.partner import NOW, Partner, found_us

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours() -> Office:
    found_us()
    return queries.own_offices().get()


def test_a_change_keeps_what_was_before(ours: Office) -> None:
    actions.change_office(ours, phone="+84 206 1", since="2026-12-01", now=NOW, by="mara")
    actions.change_office(
        queries.own_offices().get(), phone="+84 206 2", now=NOW + timedelta(days=1), by="mara"
    )
    held = queries.own_offices().get()
    assert (held.phone, str(held.since)) == ("+84 206 2", "2026-12-01")
    assert [one.value["phone"] for one in held.versions.order_by("pk")] == ["", "+84 206 1"]


def test_what_is_not_changed_makes_no_version(ours: Office) -> None:
    actions.change_office(ours, phone=ours.phone, now=NOW)
    assert not ours.versions.exists()


def test_travels_on_the_card_whole(ours: Office) -> None:
    desk = Desk(code="drugs", competences=frozenset({"drugs"}), names={"vi": "Đội ma túy"})
    actions.change_office(
        ours,
        places={"vi": "Trà Lĩnh", "zh-hans": "茶岭"},
        aliases=(("vi", "BLO Cao Bằng"),),
        desks=(desk,),
        now=NOW,
    )
    shown = cards.read(actions.issue_card(NOW)).offices[0]
    assert shown.places["zh-hans"] == "茶岭"
    assert shown.aliases == (("vi", "BLO Cao Bằng"),)
    assert shown.desks == (desk,)


def test_an_office_of_another_node_is_not_ours_to_change(ours: Office) -> None:
    theirs = Partner().introduce().offices.get()
    with pytest.raises(Refused, match="office_of_other_node"):
        actions.change_office(theirs, phone="1", now=NOW)


def test_refuses_a_status_that_is_none_and_a_successor_that_is_itself(ours: Office) -> None:
    with pytest.raises(NotUnderstood, match="unknown_code"):
        actions.change_office(ours, status="moved", now=NOW)
    with pytest.raises(Refused, match="successor_is_itself"):
        actions.change_office(ours, status="closed", successor=ours.code, now=NOW)


HIDING = "Trà Lĩnh\u202e"


@pytest.mark.parametrize(
    "changed",
    [
        {"names": {"vi": HIDING}},
        {"places": {"vi": HIDING}},
        {"aliases": (("", HIDING),)},
        {"phone": "+84\u200b1"},
        {"desks": (Desk(code="crime", names={"vi": HIDING}),)},
    ],
)
def test_no_name_reads_otherwise_than_it_is_stored(ours: Office, changed: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="name_invisible"):
        actions.change_office(ours, now=NOW, **changed)
    partner = Partner()
    card = replace(partner.card().offices[0], **changed)
    with pytest.raises(Malformed, match="name_invisible"):
        cards.read(cards.sign(partner.card(offices=(card,)), partner.node_key))
    assert not ours.versions.exists()


def test_twins_are_offices_of_others(ours: Office) -> None:
    theirs = Partner().introduce().offices.get()
    actions.set_twins(ours, [theirs.code, ours.code], now=NOW, by="mara")
    assert queries.twin_of(ours.code) == theirs
    actions.set_twins(ours, [], now=NOW)
    assert queries.twin_of(ours.code) is None


@pytest.mark.parametrize("text", ["tinh tay", "靖西", "BLO TỊNH TÂY", "Longbang", "jingxi"])
def test_is_found_by_any_name_in_any_script(ours: Office, text: str) -> None:
    theirs = Partner().introduce().offices.get()
    theirs.names = {"zh-hans": "靖西边境联络官办公室", "vi": "Văn phòng liên lạc Tịnh Tây"}
    theirs.aliases = [["vi", "BLO Tịnh Tây"], ["en", "Longbang liaison office"]]
    theirs.save()
    assert [one.code for one in offices.find_offices(text)] == [theirs.code]


def test_nothing_is_found_by_nothing(ours: Office) -> None:
    assert offices.find_offices("  ") == []
    assert offices.find_offices("nobody is called so") == []


def test_a_name_is_given_in_a_language_before_the_offices_own_script() -> None:
    theirs = Office(code="cn-x", names={"zh-hans": "靖西", "en": "Jingxi"}, languages=["zh-hans"])
    assert [queries.office_name(theirs, each) for each in ("zh-hans", "km", "vi")] == [
        "靖西",
        "Jingxi",
        "Jingxi",
    ]
    theirs.names = {"zh-hans": "靖西"}
    assert queries.office_name(theirs, "km") == "靖西"


def test_an_office_names_its_place_in_the_readers_language(ours: Office) -> None:
    ours.places = {"vi": "Trà Lĩnh", "zh-hans": "茶岭"}
    assert offices.place_name(ours, "zh-hans") == "茶岭"
    assert offices.place_name(ours, "lo") == "Trà Lĩnh"
    ours.places = {}
    assert offices.place_name(ours, "vi") == ""


def test_the_competent_desk_is_named_and_the_twin_proposed(ours: Office) -> None:
    theirs = Partner().introduce().offices.get()
    actions.make_twins(ours, theirs)
    matter = Matter(kind="VER_ID", offence="DRUG_TRADE")
    found = offices.proposal(ours.code, matter)
    assert found is not None
    assert (found.office, found.because, found.desk) == (theirs.code, "twin", "")
    theirs.desks = [Desk(code="drugs", competences=frozenset({"drugs"})).as_json()]
    theirs.save()
    found = offices.proposal(ours.code, matter)
    assert found is not None
    assert (found.because, found.desk) == ("twin_and_competent", "drugs")


def test_a_closed_office_leads_to_its_successor(ours: Office) -> None:
    partner = Partner()
    theirs = partner.introduce().offices.get()
    Office.objects.filter(pk=theirs.pk).update(status="closed", successor=ours.code)
    theirs.refresh_from_db()
    assert offices.successor_of(theirs) == ours
    Office.objects.filter(pk=ours.pk).update(status="closed", successor=theirs.code)
    assert offices.successor_of(Office.objects.get(pk=theirs.pk)) is None, "two that name each other"
