"""A backup is taken while the node works, and a node that was put back heals with its partners."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from tests.peer.bundle import world
from tests.peer.bundle.world import JINGXI, TRA_LINH, lienlac

from lienlac.site import home as homes

pytestmark = pytest.mark.processes

WORDS = "seven dry bamboo rafts"


@pytest.fixture
def passphrase(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text(WORDS + "\n", encoding="utf-8")
    return file


@pytest.fixture
def nodes(tmp_path):
    asker, asked = world.pair(tmp_path / "nodes")
    yield asker, asked
    asker.kill()
    asked.kill()


def exchange(sender, receiver, directory, rounds=3):
    """Carry files to and fro until neither has anything to say; there are as many words as rounds at most."""
    file, ends = directory / f"from-{sender.home.name}", [receiver, sender]
    sender.do("cli", "bundle", "export", receiver.home.name, file)
    for turn in range(rounds * 2):
        said = ends[turn % 2].do("cli", "bundle", "import", file)
        if "Nothing needs to go back" in said:
            return
        file = file.with_name(file.name + ".reply")


def put_back(node, backup, passphrase):
    """Restore a node from its backup in place of what it was; the old life is gone."""
    node.kill()
    shutil.rmtree(node.home)
    said = lienlac("restore", backup, node.home, "--passphrase-file", passphrase)
    node.start()
    return said


def test_a_backup_of_a_working_node_is_a_node(nodes, tmp_path, passphrase):
    asker, _ = nodes
    enquiry = asker.do("ask", "Đàm Khánh Viễn", JINGXI)
    lienlac("--home", asker.home, "backup", tmp_path / "backup", "--passphrase-file", passphrase)
    raw = (tmp_path / "backup").read_bytes()
    assert "Viễn".encode() not in raw
    assert b"SQLite format" not in raw

    said = lienlac("restore", tmp_path / "backup", tmp_path / "again", "--passphrase-file", passphrase)
    assert f"{TRA_LINH} as of" in said
    again = tmp_path / "again"
    assert homes.read(again).node == TRA_LINH
    kept = {file.name: file.read_bytes() for file in asker.home.joinpath("keys").iterdir()}
    assert {file.name: file.read_bytes() for file in again.joinpath("keys").iterdir()} == kept
    assert {file.stat().st_mode & 0o777 for file in again.joinpath("keys").iterdir()} == {0o600}
    other = world.Node(home=again).start()
    assert other.state()["enquiries"] == {enquiry: "sent"}
    other.kill()


def test_what_the_asker_forgot_is_named_and_what_it_still_had_is_sent_again_once(nodes, tmp_path, passphrase):
    asker, asked = nodes
    delivered = asker.do("ask", "Đàm Khánh Viễn", JINGXI)
    exchange(asker, asked, tmp_path)
    waiting = asker.do("ask", "Nguyễn Thị Hoa", JINGXI)
    asker.do("cli", "backup", tmp_path / "backup", "--passphrase-file", passphrase)

    exchange(asker, asked, tmp_path)  # `waiting` arrives in the life that is lost
    lost = asker.do("ask", "Lý Văn Sáng", JINGXI)
    exchange(asker, asked, tmp_path)
    asked.do("answer", lost)
    asked.do("answer", waiting)
    exchange(asked, asker, tmp_path)  # both answers arrive and are receipted, in the life that is lost
    before = asked.state()

    put_back(asker, tmp_path / "backup", passphrase)
    assert asker.state()["parcels"][waiting] == "waiting"
    assert "sender_restored" in asker.state()["incidents"]

    exchange(asker, asked, tmp_path)
    exchange(asked, asker, tmp_path)
    after, healed = asked.state(), asker.state()
    assert list(after["enquiries"]) == [delivered, waiting, lost]
    assert after["rows"] == before["rows"], "nothing took effect twice"
    assert healed["parcels"][waiting] == "received"
    assert healed["waiting"] == after["waiting"] == 0
    assert "receiver_restored" in after["incidents"], "it names the answers that the other forgot"
    assert "i_was_restored" in healed["incidents"]
    assert "equivocation" not in after["incidents"] + healed["incidents"]


def test_what_the_partner_still_has_in_its_outbox_comes_again(nodes, tmp_path, passphrase):
    asker, asked = nodes
    asked.do("cli", "backup", tmp_path / "backup", "--passphrase-file", passphrase)
    enquiry = asker.do("ask", "Đàm Khánh Viễn", JINGXI)
    asker.do("cli", "bundle", "export", JINGXI, tmp_path / "there")
    asked.do("cli", "bundle", "import", tmp_path / "there")  # the reply is never carried home
    assert list(asked.state()["enquiries"]) == [enquiry]

    put_back(asked, tmp_path / "backup", passphrase)
    assert asked.state()["enquiries"] == {}
    exchange(asker, asked, tmp_path)
    assert asked.state()["enquiries"] == {enquiry: "received"}
    assert asker.state()["parcels"] == {enquiry: "received"}
    assert asker.state()["waiting"] == 0


def test_a_restored_node_signs_no_second_history(nodes, tmp_path, passphrase):
    asker, asked = nodes
    asker.do("ask", "Đàm Khánh Viễn", JINGXI)
    exchange(asker, asked, tmp_path)
    asker.do("ask", "Nguyễn Thị Hoa", JINGXI)  # its leaf has no place yet
    before = asker.state()
    assert before["without_place"] > 0
    asker.do("cli", "backup", tmp_path / "backup", "--passphrase-file", passphrase)
    put_back(asker, tmp_path / "backup", passphrase)

    after = asker.state()
    old = {epoch for _, epoch, current in before["ledgers"] if current}
    new = {epoch for _, epoch, current in after["ledgers"] if current}
    assert not old & new
    followed = [epoch for partner, epoch, current in after["ledgers"] if current and partner == JINGXI]
    assert '"kind":"epoch_opened"' in after["first_leaves"][followed[0]]
    exchange(asker, asked, tmp_path)
    with closing(sqlite3.connect(asker.home / "db.sqlite3")) as connection:
        question = """select l.epoch, count(*) from audit_head h join audit_ledger l on l.id = h.ledger_id
                      where not l.current group by l.epoch"""
        heads = dict(connection.execute(question).fetchall())
        question = (
            "select l.epoch, max(h.size), l.size from audit_head h join audit_ledger l on l.id = h.ledger_id"
        )
        sizes = connection.execute(question + " where not l.current group by l.id").fetchall()
    assert set(heads) <= old
    assert all(size == signed for _, signed, size in sizes), "an ended ledger grew"
    asker.do("sequence")  # the last command left a leaf of its own, and no background process runs here
    assert asker.state()["without_place"] == 0


def test_a_backup_does_not_open_with_other_words_and_leaves_nothing_behind(nodes, tmp_path, passphrase):
    asker, _ = nodes
    asker.do("cli", "backup", tmp_path / "backup", "--passphrase-file", passphrase)
    passphrase.write_text("seven wet bamboo rafts", encoding="utf-8")
    words = ["restore", tmp_path / "backup", tmp_path / "again", "--passphrase-file", passphrase]
    said = lienlac(*words, expect=1)
    assert "Traceback" not in said
    assert not (tmp_path / "again").exists()
    assert not list(tmp_path.glob(".restoring-*"))
    assert not list(asker.home.glob(".backup-*"))


def test_nothing_is_restored_over_a_node(nodes, tmp_path, passphrase):
    asker, _ = nodes
    asker.do("cli", "backup", tmp_path / "backup", "--passphrase-file", passphrase)
    said = lienlac("restore", tmp_path / "backup", asker.home, "--passphrase-file", passphrase, expect=1)
    assert "There is a node in" in said


def test_a_backup_of_a_newer_version_is_not_half_understood(nodes, tmp_path, passphrase):
    asker, _ = nodes
    with closing(sqlite3.connect(asker.home / "db.sqlite3")) as connection:
        row = "insert into django_migrations (app, name, applied) values ('mailroom', '0099_later', '2030-01-01')"
        connection.execute(row)
        connection.commit()
    asker.do("cli", "backup", tmp_path / "backup", "--passphrase-file", passphrase)
    words = ["restore", tmp_path / "backup", tmp_path / "again", "--passphrase-file", passphrase]
    lienlac(*words, expect=1)
    assert not (tmp_path / "again").exists()


def test_keys_that_are_gone_come_back_and_those_here_stay(nodes, tmp_path, passphrase):
    asker, _ = nodes
    asker.do("cli", "keys", "export", tmp_path / "keys", "--passphrase-file", passphrase)
    files = sorted(asker.home.joinpath("keys").iterdir())
    gone, kept = files[0], files[1]
    content = gone.read_bytes()
    gone.unlink()
    kept.write_bytes(b"another one")
    said = lienlac("--home", asker.home, "keys", "import", tmp_path / "keys", "--passphrase-file", passphrase)
    assert said.split() == [gone.name]
    assert gone.read_bytes() == content
    assert gone.stat().st_mode & 0o777 == 0o600
    assert kept.read_bytes() == b"another one"


def test_a_postgresql_node_is_told_to_use_the_servers_own_tools(nodes, tmp_path, passphrase):
    asker, _ = nodes
    settings = asker.home / "node.toml"
    settings.write_text(
        'database = "postgresql://u@h/n"\n' + settings.read_text(encoding="utf-8"), encoding="utf-8"
    )
    lienlac("--home", asker.home, "backup", tmp_path / "b", "--passphrase-file", passphrase, expect=1)
    assert not (tmp_path / "b").exists()


def test_the_doctor_finds_a_node_well_that_was_put_back(nodes, tmp_path, passphrase):
    asker, asked = nodes
    asker.do("ask", "Đàm Khánh Viễn", JINGXI)
    exchange(asker, asked, tmp_path)
    asker.do("sequence")  # as a node at work: nothing waits, and the ledger that follows begins alone
    lienlac("--home", asker.home, "backup", tmp_path / "backup", "--passphrase-file", passphrase)
    lienlac("restore", tmp_path / "backup", tmp_path / "again", "--passphrase-file", passphrase)
    said = lienlac("--home", tmp_path / "again", "doctor", "--thorough")
    assert f"{TRA_LINH} is well." in said
    assert "ledger_size" not in said
    assert "no backup has been made since" in said
    home = ["--home", tmp_path / "again"]
    lienlac(*home, "backup", tmp_path / "tonight", "--passphrase-file", passphrase)
    assert "The last backup was made 0 days ago" in lienlac(*home, "doctor")
