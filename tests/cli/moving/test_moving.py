"""A node at work moves to PostgreSQL whole, and no partner notices; what does not fit leaves everything as it was."""

import contextlib
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from tests.cli.test_backup import exchange
from tests.peer.bundle import world
from tests.peer.bundle.world import ENVIRONMENT, JINGXI, ROOT, Node, lienlac
from tests.ports import free_port

from lienlac.apps.reports.health import running
from lienlac.site import home as homes

pytestmark = pytest.mark.processes


@pytest.fixture
def home(tmp_path):
    """A node that has asked something; its partner's home lies beside it."""
    home = world.home_at_rest(tmp_path / "nodes")
    toml = home / "node.toml"
    text = toml.read_text()
    for port in ("9000", "9100"):
        text = text.replace(f"port = {port}", f"port = {free_port()}")
    toml.write_text(text)
    with sqlite3.connect(
        home / "db.sqlite3"
    ) as database:  # or its first start tells the partner of a new address
        database.execute(
            "UPDATE directory_node SET endpoint = ? WHERE standing = 'self'", (homes.read(home).endpoint,)
        )
    return home


def move(home, url, *more, expect=0):
    return lienlac("--home", home, "move-to", "postgres", url, *more, expect=expect)


@contextlib.contextmanager
def at_work(home):
    """Run the node as an operator does; give its first process."""
    words = [sys.executable, "-m", "lienlac.cli", "--home", str(home), "up"]
    with (home / "up.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=ENVIRONMENT, stdout=log, stderr=log)
    try:
        ends = time.monotonic() + 60
        while not running.bell_answers(homes.read(home), "work"):
            assert process.poll() is None, (home / "up.log").read_text()
            assert time.monotonic() < ends
            time.sleep(0.05)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()


WRITER = """
import os, pysqlite3, socket, sys
home = sys.argv[1]
ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
os.chdir(home + "/bells")
ear.bind(f"web-{os.getpid()}.bell")
for number in range(10_000_000):
    connection = pysqlite3.connect(home + "/db.sqlite3", timeout=60)
    connection.execute("insert into enquiries_number (office, book, year, last) values ('x', 'x', ?, 1)", (number,))
    connection.commit()
    print(number, flush=True)
    connection.close()
"""


@contextlib.contextmanager
def somebody_writes(home):
    """Run a process of the node that writes as fast as the database lets it; give the file of what was acknowledged."""
    acknowledged = home.parent / "acknowledged"
    with acknowledged.open("wb") as kept:
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(home)], stdout=kept)
    try:
        yield acknowledged
    finally:
        process.kill()
        process.wait()


def test_a_node_at_work_moves_and_its_partner_notices_nothing(home, server, tmp_path):
    url, partner = server.fresh(), Node(home=home.parent / JINGXI).start()
    before = Node(home=home).start()
    state = before.state()
    before.kill()
    with at_work(home) as up, somebody_writes(home) as acknowledged:
        said = move(home, url)
        assert up.wait(5) is not None
    assert "the same on both sides" in said
    assert homes.read(home).database == url
    assert (home / "node.toml").stat().st_mode & 0o777 == 0o600
    assert not (home / "db.sqlite3").exists()
    assert (home / "before-postgresql.sqlite3").exists()

    numbers = {int(line) for line in acknowledged.read_text().split()}
    assert numbers
    assert numbers <= {number for (number,) in server.run("select year from enquiries_number", url)}

    moved = Node(home=home).start()
    assert moved.state() == state | {"ledgers": moved.state()["ledgers"]}
    assert {tuple(one) for one in state["ledgers"]} <= {tuple(one) for one in moved.state()["ledgers"]}
    exchange(moved, partner, tmp_path)
    again = moved.do("ask", "Nguyễn Thị Hoa", JINGXI)
    exchange(moved, partner, tmp_path)
    assert moved.state()["parcels"][again] == "received"
    assert len(partner.state()["enquiries"]) == 2
    assert moved.state()["incidents"] == partner.state()["incidents"] == []
    moved.kill()
    partner.kill()


KILLED = """
import os, signal, sys
from lienlac.cli.main import main
from lienlac.cli.moving import switching
switching.await_others = lambda home: os.kill(os.getpid(), signal.SIGKILL)
main()
"""


def test_a_move_that_was_killed_goes_on_where_it_stood(home, server):
    url = server.fresh()
    words = ["--home", str(home), "move-to", "postgres", url]
    killed = subprocess.run([sys.executable, "-c", KILLED, *words], cwd=ROOT, env=ENVIRONMENT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert "move-to postgres again" in lienlac("--home", home, "up", expect=1)
    assert "the same on both sides" in move(home, url)
    assert (home / "before-postgresql.sqlite3").exists()
    assert not (home / "db.sqlite3").exists()
