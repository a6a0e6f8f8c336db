"""The doctor names what is wrong, each with its cure, and is silent about what is well."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from tests.peer.bundle import world
from tests.peer.bundle.world import JINGXI, TRA_LINH

pytestmark = pytest.mark.processes


@pytest.fixture
def home(tmp_path):
    return world.home_at_rest(tmp_path / "nodes")


def doctor(home, *words, expect=0):
    return json.loads(world.lienlac("--home", home, "doctor", "--json", *words, expect=expect))


def levels(report):
    worst = {}
    for one in report["findings"]:
        worst[one["check"]] = max(
            worst.get(one["check"], ""), one["level"], key=["", "ok", "look", "bad"].index
        )
    return worst


def change(home, *statements):
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def found(report, check):
    return [one for one in report["findings"] if one["check"] == check and one["level"] != "ok"]


def test_a_node_that_is_well_is_said_to_be_well(home):
    report = doctor(home)
    assert report["well"]
    assert report["node"] == TRA_LINH
    got = levels(report)
    assert {check for check, level in got.items() if level == "bad"} == set()
    inside = "sqlite database options tables keys key_days clock late_leaves ledger line incidents"
    outside = "files door_key desk_door disk_speed"
    assert set(f"{inside} {outside}".split()) <= set(got)
    assert got["backup"] == got["running"] == "look"


def test_a_text_for_people_says_what_to_do(home):
    said = world.lienlac("--home", home, "doctor")
    assert "There has never been a backup of this node." in said
    assert "→ Run: lienlac" in said
    assert f"{TRA_LINH} is well." in said


def test_every_failing_thing_is_named_at_once(home):
    """Eight things are wrong at the same time; each is found, and none hides another."""
    node = world.Node(home=home).start()
    node.do("incident", "equivocation")
    node.kill()
    keys = home / "keys"
    next(keys.glob("author-*.seed")).unlink()
    (keys / "peer-door.key").chmod(0o644)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S")
    long_ago = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S")
    change(
        home,
        "update audit_leaf set body = x'7b7d' where id = (select min(id) from audit_leaf where place is not null)",
        "insert into audit_leaf (ledger_id, place, body, written_at) "
        f"select id, null, x'00', '{long_ago}' from audit_ledger limit 1",
        f"update audit_leaf set written_at = '{tomorrow}' where id = (select max(id) - 1 from audit_leaf)",
        "delete from django_migrations where app = 'sessions'",
    )
    (home / "last-backup.json").write_text('{"at": "2026-01-01T00:00:00+00:00"}', encoding="utf-8")
    report = doctor(home, expect=1)
    assert not report["well"]
    wrong = {check for check, level in levels(report).items() if level == "bad"}
    assert wrong == {"keys", "files", "ledger", "clock", "tables", "incidents", "backup"}
    assert levels(report)["late_leaves"] == "look", (
        "a node at rest gives no places; at work this would be bad"
    )
    assert all(one["do"] for one in report["findings"] if one["level"] != "ok")


def test_a_leaf_in_the_middle_is_found_when_every_leaf_is_read(home):
    change(home, "update audit_treenode set hash = x'00' where level = 0 and number = 0")
    report = doctor(home, "--thorough", expect=1)
    assert levels(report)["ledger"] == "bad"


def test_a_damaged_database_is_named_and_the_rest_is_still_looked_at(home):
    file = home / "db.sqlite3"
    raw = bytearray(file.read_bytes())
    for page in range(4, len(raw) // 4096):
        raw[page * 4096 : page * 4096 + 64] = bytes(64)
    file.write_bytes(raw)
    report = doctor(home, expect=1)
    assert levels(report)["database"] == "bad"
    assert levels(report)["door_key"] == "ok"


def test_a_key_of_another_door_is_found(home, tmp_path):
    other = tmp_path / "nodes" / JINGXI / "keys" / "peer-door.key"
    shutil.copy(other, home / "keys" / "peer-door.key")
    assert found(doctor(home, expect=1), "door_key")[0]["do"].startswith("Put keys/ back")


def test_a_line_that_fails_for_long_is_bad_and_a_stick_is_offered(home):
    long_ago = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S")
    change(
        home,
        "insert into mailroom_line (partner_id, attempts, error) "
        "select id, 9, 'timed_out' from directory_node where standing = 'trusted' limit 1",
        f"update mailroom_parcel set queued_at = '{long_ago}'",
    )
    [line] = found(doctor(home, expect=1), "line")
    assert line["level"] == "bad"
    assert f"lienlac bundle export {JINGXI} FILE" in line["do"]
    assert line["facts"]["waiting"] == 1


def test_a_home_that_is_none_is_one_plain_line(tmp_path):
    assert "There is no node in" in world.lienlac("--home", tmp_path, "doctor", expect=1)


def test_the_speed_of_a_disk_is_measured_not_guessed(tmp_path):
    from lienlac.apps.reports.health.house import synced_per_s

    assert synced_per_s(tmp_path, 0.05) > 1
