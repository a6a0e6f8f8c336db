"""An upgrade changes the tables or changes nothing, and there is a way back."""

import shutil
import socket
import sqlite3
from contextlib import closing

import pytest
from tests.peer.bundle import world
from tests.peer.bundle.world import lienlac

pytestmark = pytest.mark.processes


@pytest.fixture
def home(tmp_path):
    return world.home_at_rest(tmp_path / "nodes")


def sql(home, *statements):
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        rows = [connection.execute(statement).fetchall() for statement in statements]
        connection.commit()
    return rows[-1]


OLDER = ("drop table django_session", "delete from django_migrations where app = 'sessions'")
"""The tables of a version that had no sessions yet."""


def has_sessions(home):
    return bool(sql(home, "select 1 from sqlite_master where name = 'django_session'"))


def contents(home):
    tables = sql(home, "select name, sql from sqlite_master where type = 'table' order by name")
    return {name: (how, sql(home, f'select * from "{name}" order by rowid')) for name, how in tables}


def test_what_is_up_to_date_is_left_alone(home):
    assert "Nothing to do" in lienlac("--home", home, "upgrade")
    assert not (home / "before-upgrade.sqlite3").exists()


def test_an_older_database_gets_the_tables_of_this_version_and_a_copy_is_kept(home):
    sql(home, *OLDER)
    said = lienlac("--home", home, "upgrade")
    assert "sessions.0001_initial" in said
    assert has_sessions(home)
    kept = home / "before-upgrade.sqlite3"
    assert kept.stat().st_mode & 0o777 == 0o600
    lienlac("--home", home, "doctor")


def test_what_fails_half_way_changes_nothing(home):
    sql(home, *OLDER, "create table django_session (of_somebody_else text)")
    before = contents(home)
    said = lienlac("--home", home, "upgrade", expect=1)
    assert "already exists" in said
    assert "Traceback" not in said
    assert contents(home) == before
    assert not (home / "before-upgrade.begun").exists()


def test_an_upgrade_that_was_cut_off_begins_again_from_the_copy(home):
    sql(home, *OLDER)
    before = contents(home)
    shutil.copy(home / "db.sqlite3", home / "before-upgrade.sqlite3")
    (home / "before-upgrade.begun").touch()
    sql(home, "drop table enquiries_answer")  # what a step may leave behind when the power goes
    lienlac("--home", home, "upgrade")
    assert has_sessions(home)
    assert contents(home)["enquiries_answer"] == before["enquiries_answer"]


def test_a_node_that_works_is_not_upgraded_under_its_feet(home):
    sql(home, *OLDER)
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as ear:
        ear.bind(str(home / "bells" / "work-1.bell"))
        assert "is at work" in lienlac("--home", home, "upgrade", expect=1)
    assert not has_sessions(home)


def test_the_way_back_makes_a_restored_node(home):
    sql(home, "create table later (x)", "insert into later values (1)")
    with closing(sqlite3.connect(home / "db.sqlite3")) as connection:
        connection.execute("vacuum into ?", (str(home / "before-upgrade.sqlite3"),))
    sql(home, "insert into later values (2)")
    said = lienlac("--home", home, "upgrade", "--back")
    assert "lanes begin anew" in said
    assert sql(home, "select x from later") == [(1,)]
    assert sql(home, "select distinct code from mailroom_incident") == [("sender_restored",)]
    [aside] = home.glob("before-going-back-*.sqlite3")
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("select count(*) from later").fetchone() == (2,)


def test_there_is_no_way_back_with_the_new_version_installed(home):
    sql(home, *OLDER)
    lienlac("--home", home, "upgrade")
    before = contents(home)
    lienlac("--home", home, "upgrade", "--back", expect=1)
    assert contents(home) == before


@pytest.mark.parametrize("process", ["up", "work"])
def test_nothing_starts_on_the_tables_of_an_older_version(home, process):
    sql(home, *OLDER)
    said = lienlac("--home", home, process, expect=1)
    assert "sessions.0001_initial" in said
    assert f"lienlac --home {home} upgrade" in said
    assert "Traceback" not in said


def test_nothing_starts_on_the_tables_of_a_newer_version(home):
    sql(
        home,
        "insert into django_migrations (app, name, applied) values ('audit', '0099_later', '2030-01-01')",
    )
    assert "audit.0099_later" in lienlac("--home", home, "up", expect=1)
