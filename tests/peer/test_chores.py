"""The background process does what rooms do by themselves as time goes on."""

from datetime import timedelta

from lienlac.apps.enquiries import actions
from lienlac.apps.enquiries.models import Addressee
from lienlac.peer.postman import Postman
from lienlac.site.wiring import RECEIVERS, chores
from tests.apps.accounts.people import officer
from tests.apps.enquiries import world
from tests.apps.enquiries.bodies import BODIES


def test_a_silent_refusal_leaves_at_its_hour_without_anybody(db):
    jingxi = world.Partner()
    world.found_border(jingxi)
    arrival = jingxi.say("VER_ID", BODIES["VER_ID"])
    row = Addressee.objects.get(enquiry__message_id=arrival.message.message_id)
    actions.answer(officer("linh"), row, "REFUSED", {"outward_ground": "RF00"}, now=world.NOW)
    early = Postman(RECEIVERS, lambda: world.NOW + timedelta(hours=1), chores=chores)
    early._desk_work()
    assert jingxi.hears(kind="ANSWER") == []
    Postman(RECEIVERS, lambda: world.NOW + timedelta(days=8), chores=chores)._desk_work()
    assert [one.body["outward_ground"] for one in jingxi.hears(kind="ANSWER")] == ["RF00"]
