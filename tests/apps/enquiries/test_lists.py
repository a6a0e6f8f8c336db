"""What a desk must do is found by an index, however much the node holds; what is open is not sorted for eight rows."""

import pytest
from django.db import connection

from lienlac.apps.enquiries import actions, queries
from lienlac.apps.enquiries.models import Addressee
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.world import AGREEMENT, NOW, THEIRS

pytestmark = pytest.mark.django_db
LISTS = (queries.owed_by_us, queries.waiting_for_them)
FEW_OF_MANY = (queries.to_approve, queries.to_review)
ALL_ONE_MAY_SEE = ("SCAN enquiries_addressee", "INDEX whose")


def asked_by(officer):
    draft = actions.Draft(kind="VER_ID", body=BODIES["VER_ID"], to_offices=(THEIRS,), agreement=AGREEMENT)
    return actions.ask(officer, draft, now=NOW)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plan of SQLite")
@pytest.mark.parametrize("listed", LISTS)
def test_a_list_is_read_in_the_order_of_its_index(listed, linh):
    plan = listed(linh)[:8].explain()
    assert "open_by_deadline" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plan of SQLite")
@pytest.mark.parametrize("listed", FEW_OF_MANY)
def test_what_waits_for_a_second_person_is_gathered_and_not_looked_for_among_all(listed, linh):
    plan = listed(linh)[:8].explain()
    assert not any(step in plan for step in ALL_ONE_MAY_SEE)


def test_a_row_knows_its_side_and_asker(linh):
    row = Addressee.objects.get(enquiry=asked_by(linh))
    assert (row.side, row.asked_by) == (row.enquiry.side, row.enquiry.from_office)


def test_counting_stops_where_nobody_counts_on(linh):
    for _ in range(3):
        asked_by(linh)
    rows = queries.newest(linh)
    assert [queries.how_many(rows, up_to=up_to) for up_to in (1, 2, 3, 9)] == [2, 3, 3, 3]
