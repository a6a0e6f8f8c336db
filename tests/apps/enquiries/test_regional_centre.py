"""An office that belongs to no state asks and is asked as any other: deadlines in working days included."""

import pytest

from lienlac.apps.directory.models import Office
from lienlac.apps.enquiries import actions
from lienlac.apps.enquiries.models import Addressee
from tests.apps.accounts.people import officer
from tests.apps.enquiries import world
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.world import AGREEMENT, NOW, OURS, SURE

CENTRE = "xr-lmlecc"
URGENCIES = ["U1", "U4", "U5"]


@pytest.fixture
def centre(db):
    partner = world.Partner(code=CENTRE, country="XR", kind="regional_centre")
    world.found_border(partner)
    return partner


@pytest.fixture
def as_centre(jingxi):
    """Our node is the centre's: Jingxi asks it."""
    Office.objects.filter(code=OURS).update(country="XR", kind="regional_centre")
    return jingxi


@pytest.mark.parametrize("urgency", URGENCIES)
def test_an_enquiry_to_the_centre_gets_its_receipt_its_deadlines_and_its_answer(urgency, centre):
    body = BODIES["VER_ID"] | {"urgency": urgency}
    draft = actions.Draft(kind="VER_ID", body=body, to_offices=(CENTRE,), agreement=AGREEMENT)
    sent = actions.ask(officer("linh"), draft, now=NOW)
    centre.receipt(sent.message_id, "R1")
    row = Addressee.objects.get(enquiry=sent)
    assert (row.state, row.received_at) == ("received", NOW)
    assert row.final_answer_by > NOW
    centre.answers(sent, "NOHIT", **SURE)
    assert Addressee.objects.get(enquiry=sent).state == "answered"


@pytest.mark.parametrize("urgency", URGENCIES)
def test_what_the_centre_asks_is_stored_and_has_a_clock(urgency, centre):
    arrival = centre.say("VER_ID", BODIES["VER_ID"] | {"urgency": urgency})
    assert (arrival.state, arrival.reason) == ("stored", "")
    assert Addressee.objects.get().final_answer_by > NOW


@pytest.mark.parametrize("urgency", URGENCIES)
def test_what_the_centre_is_asked_lands_on_its_desk_is_opened_and_answered(urgency, as_centre):
    arrival = as_centre.say("VER_ID", BODIES["VER_ID"] | {"urgency": urgency})
    assert (arrival.state, arrival.reason) == ("stored", "")
    row, linh = Addressee.objects.select_related("enquiry").get(), officer("linh")
    assert row.final_answer_by > NOW
    actions.open_enquiry(linh, row, now=NOW)
    actions.answer(linh, row, "NOHIT", SURE, now=NOW)
    assert [one.body["response"] for one in as_centre.hears(kind="ANSWER")] == ["NOHIT"]
