"""The desk on which an enquiry lies: by competence when it comes, moved by an officer, needed before it is opened."""

from dataclasses import replace

import pytest

from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory import entering, queries
from lienlac.apps.enquiries import actions, desks
from lienlac.apps.enquiries.models import Addressee
from lienlac.core.competence import Desk
from lienlac.core.errors import Malformed, Refused
from lienlac.core.ledger import leaves
from tests.apps.enquiries.test_answering import received
from tests.apps.enquiries.world import NOW, OURS, SURE

DRUGS = Desk(code="drugs", competences=frozenset({"drugs"}), names={"vi": "Ma túy"})
MISSING = Desk(code="missing", kinds=frozenset({"LOCATE_MISSING"}), names={"vi": "Tìm người"})


@pytest.fixture
def two_desks(jingxi):
    named(MISSING, DRUGS)


def named(*several):
    own = queries.office(OURS)
    entering.enter_office(own.node, replace(entering.on_card(own), desks=several), now=NOW)


def test_an_office_that_names_no_desk_is_one_desk(linh, jingxi):
    row = received(jingxi, "VER_ID")
    assert row.desk == ""
    actions.open_enquiry(linh, row, now=NOW)
    assert row.state == "taken"


def test_it_lands_on_the_desk_that_is_competent(two_desks, jingxi):
    assert received(jingxi, "VER_ID").desk == "drugs"


def test_what_nobody_is_competent_for_lies_on_the_first_desk(jingxi):
    named(MISSING)
    assert received(jingxi, "VER_ID").desk == "missing"


def test_what_came_before_the_desks_is_put_on_one_when_it_is_opened(linh, jingxi):
    row = received(jingxi, "VER_ID")
    named(MISSING, DRUGS)
    actions.open_enquiry(linh, row, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.desk) == ("taken", "drugs")


def test_an_officer_moves_it_and_the_ledger_shows_it(two_desks, linh, jingxi):
    row = received(jingxi, "VER_ID")
    actions.move_to_desk(linh, row, "missing", now=NOW)
    assert Addressee.objects.get(pk=row.pk).desk == "missing"
    leaf = leaves.decode(bytes(Leaf.objects.order_by("-pk")[0].body))
    assert (leaf.kind, leaf.facts["code"]) == ("enquiry_changed", "desk_moved")
    assert jingxi.hears() == []


def test_a_desk_that_the_office_does_not_name_is_refused(two_desks, linh, jingxi):
    with pytest.raises(Malformed, match="field_code"):
        actions.move_to_desk(linh, received(jingxi, "VER_ID"), "nowhere", now=NOW)


def test_what_is_answered_stays_where_it_lies(two_desks, linh, jingxi):
    row = received(jingxi, "VER_ID")
    actions.answer(linh, row, "NOHIT", dict(SURE), now=NOW)
    with pytest.raises(Refused, match="not_now"):
        actions.move_to_desk(linh, row, "missing", now=NOW)


def test_an_enquiry_of_ours_lies_on_no_desk_of_ours(jingxi):
    assert desks.desks_of(Addressee(side="asked", office=OURS)) == ()
