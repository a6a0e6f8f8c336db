"""The switch leaves what the operator wrote, and finds whoever has the file open."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from lienlac.cli.moving import command, switching
from lienlac.core.errors import LienlacError, Unavailable
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


def refused(home: homes.Home, url: str = URL) -> str:
    """Return why a move to a server may not begin; `""` when it may."""
    try:
        command._check_may_move(homes.read(home.path), url)
    except LienlacError as refusal:
        return refusal.code
    return ""


def starts(home: homes.Home, **more: str) -> bool:
    try:
        switching.check_whole(home.path, **more)
    except Unavailable:
        return False
    return True


@pytest.mark.parametrize(
    ("step", "named"),
    [("end_processes", False), ("name_database", False), ("await_others", True), ("set_aside", True)],
)
def test_a_move_that_was_killed_is_finished_by_the_same_command(
    home: homes.Home, monkeypatch: pytest.MonkeyPatch, step: str, named: bool
) -> None:
    held = list[bool]()
    still = ExitStack()
    still.callback(held.clear)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    held.append(True)
    with monkeypatch.context() as patched:
        patched.setattr(switching, step, killed)
        with pytest.raises(KeyboardInterrupt):
            command.switch(home, URL, still)
    assert bool(held) is (step != "set_aside")  # the lock of the file, until nobody is left who waits for it
    assert starts(home) is not named  # nobody writes into the one database while the other may be meant
    assert (refused(home), refused(home, "postgresql://other/x")) == (
        "",
        "already_on_postgresql" if named else "",
    )
    command.switch(home, URL, ExitStack())
    assert (homes.read(home.path).database, home.sqlite.exists()) == (URL, False)
    assert (home.path / switching.KEPT).exists()
    assert starts(home)
    assert refused(home) == "already_on_postgresql"


def test_what_began_before_the_move_does_not_start_after_it(home: homes.Home) -> None:
    assert starts(home, began_in="")
    command.switch(home, URL, ExitStack())
    assert not starts(home, began_in="")
    assert starts(home, began_in=URL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_nobody_breaks_off_what_is_being_switched(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with switching.not_broken_off():
        os.kill(os.getpid(), number)
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("suffix", ["", "-wal"])
def test_a_file_of_an_earlier_move_is_never_overwritten(home: homes.Home, suffix: str) -> None:
    earlier = home.path / (switching.KEPT + suffix)
    earlier.write_text("of 2025")
    assert refused(home) == "kept_file_exists"
    with pytest.raises(LienlacError):
        switching.set_aside(home)
    assert (earlier.read_text(), home.sqlite.exists()) == ("of 2025", True)
