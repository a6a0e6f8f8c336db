"""What the background process does for screening and records as time goes on."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.apps.records.people import NOW, linh, record
from tests.apps.screening import world

from lienlac.apps.records import actions
from lienlac.apps.records.actions import importing
from lienlac.apps.records.models import Record
from lienlac.apps.screening import persons
from lienlac.apps.screening.models import Candidate
from lienlac.peer.postman import Postman
from lienlac.site import wiring

pytestmark = pytest.mark.django_db
LIST = "name,birth\nĐàm Khánh Viễn,1987\nNông Thị Mai,1990\nLý Văn Sơn,1975\n"
MORE = "name,birth\nĐàm Khánh Viễn,1987\n"
SAID = actions.Declared(kind="wanted", source="list 7", legal_basis="QĐ 17", register="wanted_list")


class AtOnce:
    """In place of the thread beside the post: does what it is given."""

    def submit(self, step: Callable[[], None]) -> None:
        step()


@pytest.fixture(autouse=True)
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "BESIDE", AtOnce())
    monkeypatch.setattr(wiring.connection, "close", lambda: None)


def test_screening_that_was_interrupted_goes_on() -> None:
    enquiry = world.arrives(world.build())
    wiring.chores(NOW)
    kept = record(linh(), birth="1987")  # comes later than the enquiry, and whoever entered it has gone home
    wiring.chores(NOW)
    assert [one.record for one in world.candidates(enquiry)] == [kept]


def test_what_is_due_is_erased_without_anybody() -> None:
    on_duty = linh()
    record(on_duty, retention_until=NOW.date())
    missing = record(on_duty, kind="missing", retention_until=NOW.date())
    wiring.chores(NOW + timedelta(days=2))
    assert list(Record.objects.all()) == [missing]  # a human reviews it: SG23


def test_a_chore_that_breaks_keeps_no_other_from_its_duty(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Erasing least of all; the log says which one it was."""
    record(linh(), retention_until=NOW.date())

    def torn(*, now: datetime) -> None:
        raise RuntimeError(f"row 17 cannot be read at {now}")

    monkeypatch.setattr(wiring, "CHORES", (torn, *wiring.CHORES))
    wiring.chores(NOW + timedelta(days=2))
    assert not Record.objects.exists()
    (said,) = (one for one in caplog.records if one.name == "lienlac.site")
    assert said.getMessage().startswith(f"the chore {__name__}.torn failed")
    assert said.exc_info


def test_every_room_that_holds_what_falls_due_erases() -> None:
    rooms = {one.__module__.split(".")[2] for one in wiring.CHORES if "erase" in one.__name__}
    assert rooms == {"enquiries", "mailroom", "relay", "screening", "records"}


def test_what_cannot_be_compared_is_tried_once_a_round_and_the_rest_is_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A round ends though something waits still; more of it than has a turn at once does not use all the turns up."""
    monkeypatch.setattr(wiring, "TURNS", 1)
    partner, asked, tried = world.build(), persons.asked, list[str]()
    for name in ("Nông Văn Gãy", "Nông Thị Gãy"):
        world.arrives(partner, subject_name=name)

    def break_over(body: Mapping[str, Any]) -> persons.Known:
        if body["subject_name"].endswith("Gãy"):
            tried.append(body["subject_name"])
            assert len(tried) <= 2, "it is tried without end"
            raise ZeroDivisionError
        return asked(body)

    monkeypatch.setattr(persons, "asked", break_over)
    enquiry = world.arrives(partner)
    kept = record(linh(), birth="1987")
    wiring.chores(NOW)
    assert tried == ["Nông Văn Gãy", "Nông Thị Gãy"]
    assert [one.record for one in world.candidates(enquiry)] == [kept]


def test_an_import_that_breaks_keeps_no_other_and_no_comparison_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_duty, enquiry = linh(), world.arrives(world.build())
    broken, whole = (actions.stage(on_duty, "list.csv", one.encode(), SAID, now=NOW) for one in (LIST, MORE))
    for row in (broken, whole):
        actions.start(on_duty, row, now=NOW)
    take = importing.take_batch
    monkeypatch.setattr(
        importing, "take_batch", lambda key, now: 1 // 0 if key == broken.pk else take(key, now=now)
    )
    wiring.chores(NOW)
    for row in (broken, whole):
        row.refresh_from_db()
    assert (broken.state, whole.state) == ("running", "done")
    assert len(world.candidates(enquiry)) == 1


def test_nothing_to_do_asks_for_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "compare_beside", lambda: pytest.fail("a thread was asked for"))
    wiring.chores(NOW)
    assert not Candidate.objects.exists()


def test_a_ring_lets_a_running_import_go_on_at_once() -> None:
    """Not with the next minute: whoever gave a long list through the API asks how far it is."""
    on_duty = linh()
    row = actions.stage(on_duty, "list.csv", LIST.encode(), SAID, now=NOW)
    actions.start(on_duty, row, now=NOW)
    actions.take_batch(row.pk, now=NOW, most=1)
    Postman(wiring.RECEIVERS, lambda: NOW, rung=wiring.rung)._look(rung=True)
    row.refresh_from_db()
    assert (row.state, row.rows_done) == ("done", 3)


def test_a_ring_without_an_import_asks_for_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "compare_beside", lambda: pytest.fail("a thread was asked for"))
    wiring.rung()


def test_a_chore_that_breaks_with_its_connection_ends_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim to do them alone went with it: another worker may be at them already."""
    done = list[str]()

    def torn(*, now: datetime) -> None:
        monkeypatch.setattr(wiring.connection, "is_usable", lambda: False)
        raise RuntimeError(f"the server went away at {now}")

    monkeypatch.setattr(wiring, "CHORES", (torn, lambda now: done.append("more")))
    with pytest.raises(RuntimeError):
        wiring.chores(NOW)
    assert not done
