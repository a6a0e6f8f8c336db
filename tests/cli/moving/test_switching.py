"""The switch leaves what the operator wrote, and finds whoever has the file open."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lienlac.cli.moving import switching
from lienlac.core.errors import Unavailable
from lienlac.site import home as homes

URL = 'postgresql://lienlac:a"b\\c@db.example/lienlac?sslmode=verify-full'


@pytest.fixture
def home(tmp_path: Path) -> homes.Home:
    door = homes.Door(host="localhost", port=1)
    made = homes.Home(
        path=tmp_path / "node",
        node="vn-x",
        country="VN",
        time_zone="Asia/Ho_Chi_Minh",
        language="vi",
        training=True,
        desk=door,
        peer=door,
    )
    homes.write(made)
    made.sqlite.touch()
    return made


@pytest.mark.parametrize("before", ["", 'database = ""\n'])
def test_only_the_database_changes(home: homes.Home, before: str) -> None:
    file = home.path / homes.NODE_TOML
    text = "# ours, since 2026\n" + file.read_text()
    file.write_text(before + text)
    switching.name_database(home, URL)
    assert homes.read(home.path).database == URL
    assert file.read_text().endswith(text)
    assert file.stat().st_mode & 0o777 == 0o600


def test_whoever_has_the_file_open_is_named(home: homes.Home) -> None:
    program = "import sys; open(sys.argv[1]).read(); file = open(sys.argv[1]); print(1, flush=True); input()"
    words = [sys.executable, "-c", program, str(home.sqlite)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(Unavailable) as refusal:
            switching.check_nobody_else(home)
        holder.kill()
    assert (refusal.value.code, refusal.value.facts["processes"]) == ("database_in_use", str(holder.pid))
    with home.sqlite.open():
        switching.check_nobody_else(home)  # this process itself is not meant
    assert os.getpid() not in switching._holders(home)


def test_the_old_file_is_found_under_its_new_name_with_what_belongs_to_it(home: homes.Home) -> None:
    home.sqlite.write_text("whole")
    home.sqlite.with_name("db.sqlite3-wal").write_text("more")
    kept = switching.set_aside(home)
    assert kept.read_text() == "whole"
    assert kept.with_name(kept.name + "-wal").read_text() == "more"
    assert not home.sqlite.exists()
