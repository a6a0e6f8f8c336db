"""The power is cut under the SQLite of a node, with its options: what it has said it keeps is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pysqlite3
import pytest
from bench.storage import tape
from bench.storage.image import Disk
from bench.storage.tape import Kind

COMMITS, CUTS = 60, 40


class Cut:
    """A database, the disk under it, and how often something that was promised was gone."""

    def __init__(self, home: Path) -> None:
        self.home, self.chance, self.lost = home, Random("cut"), 0
        base = pysqlite3.connect(home / "db.sqlite3")
        base.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, filling BLOB)")
        base.close()
        self.disk, self.promised = Disk.of([home / "db.sqlite3"]), set[int]()

    def run(self, *words: str) -> int:
        command = [sys.executable, "-m", "tests.bench.commits", str(self.home), *words]
        return subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode

    def play(self, cuts: int) -> None:
        """Play the tape, and cut at so many places of it and at its end."""
        records = list(tape.read(self.home / "tape"))
        places = {*self.chance.sample(range(len(records)), cuts), len(records) - 1}
        for number, one in enumerate(records):
            if one.kind is Kind.PROMISED:
                self.promised.add(one.told["kept"])
            else:
                self.disk.play(one)
            if number in places:
                self.look(self.home / f"after-{number}")

    def look(self, place: Path) -> None:
        place.mkdir()
        for name, raw in self.disk.after_a_cut(self.chance).items():
            (place / Path(name).name).write_bytes(raw)
        base = pysqlite3.connect(place / "db.sqlite3")
        try:
            whole = base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            found = {number for (number,) in base.execute("SELECT number FROM kept")}
            self.lost += not (whole and self.promised <= found)
        except pysqlite3.DatabaseError:
            self.lost += 1
        finally:
            base.close()


@pytest.mark.processes
def test_a_commit_is_there_wherever_the_power_is_cut(tmp_path: Path) -> None:
    cut = Cut(tmp_path)
    assert cut.run("FULL", "0", str(COMMITS)) == 0
    cut.play(CUTS)
    assert len(cut.promised) == COMMITS
    assert cut.lost == 0


@pytest.mark.processes
def test_without_a_sync_at_commits_the_loss_is_found(tmp_path: Path) -> None:
    """The same with an option that a node refuses to run with: so the test above can fail."""
    cut = Cut(tmp_path)
    assert cut.run("NORMAL", "0", str(COMMITS)) == 0
    cut.play(CUTS)
    assert cut.lost > CUTS / 4


@pytest.mark.processes
@pytest.mark.parametrize("settled", [True, False], ids=["settled", "not settled"])
def test_commits_after_a_failed_sync_and_a_crash_are_there(tmp_path: Path, *, settled: bool) -> None:
    """SQLite goes on behind what the crash left in its log; without `settle` the disk has a hole there."""
    cut = Cut(tmp_path)
    assert cut.run("FULL", "0", "3", "crash") == 3
    assert cut.run("FULL", "10", "3", *(["settle"] if settled else [])) == 0
    cut.play(0)
    for number in range(CUTS):
        cut.look(tmp_path / f"end-{number}")
    assert cut.promised == {0, 1, 2, 10, 11, 12}
    assert (cut.lost == 0) is settled


@pytest.mark.processes
def test_what_was_kept_on_a_disk_in_trouble_is_there_and_nothing_else(tmp_path: Path) -> None:
    """One call fails somewhere in each commit, checkpoints among them; the next one finds the disk well."""
    cut = Cut(tmp_path)
    assert cut.run("FULL", "0", str(COMMITS), "trouble") == 0
    cut.play(CUTS)
    refused = set(range(COMMITS)) - cut.promised
    assert COMMITS / 4 < len(refused) < COMMITS
    assert cut.lost == 0
    base = pysqlite3.connect(tmp_path / "db.sqlite3")
    assert {number for (number,) in base.execute("SELECT number FROM kept")} == cut.promised
    base.close()
