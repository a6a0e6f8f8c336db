"""A node whose keys are sealed: it starts with its passphrase, says so without, and backups keep working."""

import json
import signal
import socket
import ssl
import subprocess
import sys
import time

import pytest
from tests import ports
from tests.peer.bundle import world
from tests.peer.bundle.world import ENVIRONMENT, ROOT, lienlac

pytestmark = pytest.mark.processes
WORDS, OTHER = "seven dry bamboo rafts", "four long wooden boats"
LIMIT_S = 30.0


@pytest.fixture
def home(tmp_path):
    return world.home_at_rest(tmp_path / "nodes")


@pytest.fixture
def words(tmp_path):
    def file(text=WORDS):
        made = tmp_path / text.replace(" ", "-")
        made.write_text(text + "\n", encoding="utf-8")
        return made

    return file


def findings(home, passphrase=None, expect=0):
    environment = {"LIENLAC_KEYS_PASSPHRASE_FILE": str(passphrase)} if passphrase else {}
    said = subprocess.run(
        [sys.executable, "-m", "lienlac.cli", "--home", str(home), "doctor", "--json"],
        cwd=ROOT, env=ENVIRONMENT | environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == expect, said.stdout + said.stderr
    return {one["check"]: one["code"] for one in json.loads(said.stdout)["findings"]}


def test_the_doctor_says_how_the_keys_rest(home, words):
    assert findings(home)["keys_at_rest"] == "keys_open"
    lienlac("--home", home, "keys", "seal", "--passphrase-file", words())
    assert not [file for file in home.joinpath("keys").glob("*.seed") if len(file.read_bytes()) == 64]
    sealed = findings(home, words())
    assert (sealed["keys_at_rest"], sealed["keys"], sealed["door_key"]) == (
        "keys_sealed",
        "keys_fit",
        "door_key_sealed",
    )
    assert findings(home)["keys"] == findings(home, words(OTHER))["keys"] == "keys_locked"


def test_a_home_at_rest_is_sealed_though_another_node_has_its_port(home, words):
    toml = home / "node.toml"
    with socket.create_server(("127.0.0.1", 0)) as other:
        said = toml.read_text(encoding="utf-8").replace("port = 9100", f"port = {other.getsockname()[1]}")
        toml.write_text(said, encoding="utf-8")
        assert "node-" in lienlac("--home", home, "keys", "seal", "--passphrase-file", words())
        assert findings(home, words())["running"] == "not_at_work"


def test_nothing_is_served_without_the_passphrase_and_nothing_is_lost(home, words):
    lienlac("--home", home, "keys", "seal", "--passphrase-file", words())
    before = {file.name: file.read_bytes() for file in home.joinpath("keys").iterdir()}
    assert "are sealed" in lienlac("--home", home, "up", expect=1)
    assert "are sealed" in lienlac("--home", home, "work", expect=1)
    toml = home / "node.toml"
    toml.write_text(
        f'passphrase_file = "{words(OTHER)}"\n' + toml.read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert "is wrong" in lienlac("--home", home, "up", expect=1)
    assert {file.name: file.read_bytes() for file in home.joinpath("keys").iterdir()} == before


def test_a_sealed_node_serves_its_door_and_carries_its_post(home, words, monkeypatch):
    lienlac("--home", home, "keys", "seal", "--passphrase-file", words())
    toml = home / "node.toml"
    desk, peer = ports.free_port(), ports.free_port()
    said = toml.read_text(encoding="utf-8").replace("port = 9000", f"port = {desk}")
    said = said.replace("port = 9100", f"port = {peer}")
    toml.write_text(f'passphrase_file = "{words()}"\n' + said, encoding="utf-8")
    up = subprocess.Popen(
        [sys.executable, "-m", "lienlac.cli", "--home", str(home), "up"],
        cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        until(lambda: ssl.get_server_certificate(("127.0.0.1", peer)))
        certificate = home.joinpath("keys", "peer-door.crt").read_text(encoding="ascii")
        assert ssl.get_server_certificate(("127.0.0.1", peer)) == certificate
        until(lambda: findings(home, words())["late_leaves"] == "leaves_placed" and background(home))
    finally:
        up.send_signal(signal.SIGTERM)
        up.communicate(timeout=LIMIT_S)


def background(home):
    return all(list(home.joinpath("bells").glob(f"{name}-*.bell")) for name in ("up", "work"))


def until(holds):
    ends = time.monotonic() + LIMIT_S
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        assert time.monotonic() < ends, "it does not come up"
        time.sleep(0.1)


def test_the_passphrase_is_changed_and_taken_away(home, words):
    lienlac("--home", home, "keys", "seal", "--passphrase-file", words())
    toml = home / "node.toml"
    plain = toml.read_text(encoding="utf-8")
    toml.write_text(f'passphrase_file = "{words()}"\n' + plain, encoding="utf-8")
    lienlac("--home", home, "keys", "passphrase", "--new-passphrase-file", words(OTHER))
    assert "is wrong" in lienlac("--home", home, "keys", "unseal", "--yes", expect=1)
    toml.write_text(f'passphrase_file = "{words(OTHER)}"\n' + plain, encoding="utf-8")
    assert "node-" in lienlac("--home", home, "keys", "unseal", "--yes")
    toml.write_text(plain, encoding="utf-8")
    assert findings(home)["keys"] == "keys_fit"


def test_a_sealed_node_is_backed_up_and_put_back_sealed(home, words, tmp_path, monkeypatch):
    lienlac("--home", home, "keys", "seal", "--passphrase-file", words())
    lienlac("--home", home, "backup", tmp_path / "backup", "--passphrase-file", words(OTHER))
    again = tmp_path / "again"
    assert "are sealed" in lienlac(
        "restore", tmp_path / "backup", again, "--passphrase-file", words(OTHER), expect=1
    )
    assert not again.exists()
    monkeypatch.setitem(ENVIRONMENT, "LIENLAC_KEYS_PASSPHRASE_FILE", str(words()))
    lienlac("restore", tmp_path / "backup", again, "--passphrase-file", words(OTHER))
    assert findings(again, words())["keys"] == "keys_fit"
    assert findings(again, words())["keys_at_rest"] == "keys_sealed"


def test_keys_under_another_lock_are_not_mixed_in(home, words, tmp_path):
    lienlac("--home", home, "keys", "seal", "--passphrase-file", words())
    lienlac("--home", home, "keys", "export", tmp_path / "keys", "--passphrase-file", words())
    environment_file = home / "node.toml"
    plain = environment_file.read_text(encoding="utf-8")
    environment_file.write_text(f'passphrase_file = "{words()}"\n' + plain, encoding="utf-8")
    lienlac("--home", home, "keys", "unseal", "--yes")
    lienlac("--home", home, "keys", "seal", "--passphrase-file", words())
    gone = next(home.joinpath("keys").glob("author-*.seed"))
    gone.unlink()
    said = lienlac(
        "--home", home, "keys", "import", tmp_path / "keys", "--passphrase-file", words(), expect=1
    )
    assert "under another lock" in said
    assert not gone.exists()


def test_a_node_is_founded_with_sealed_keys(tmp_path, words):
    founded = "--node vn-example --country VN --office Văn-phòng --time-zone Asia/Ho_Chi_Minh --language vi --training"
    home = tmp_path / "node"
    lienlac("--home", home, "init", *founded.split(), "--passphrase-file", words())
    assert findings(home, words())["keys_at_rest"] == "keys_sealed"
    assert findings(home, words())["keys"] == "keys_fit"
    assert home.joinpath("keys", "lock").exists()


def test_keys_are_taken_up_at_once_only_where_some_are_announced(home):
    lienlac("--home", home, "keys", "renew", "--signing", "--at-once", expect=2)
    assert "No announced keys" in lienlac("--home", home, "keys", "renew", "--at-once")
    lienlac("--home", home, "keys", "renew", "--signing")
    assert "author" in lienlac("--home", home, "keys", "renew", "--at-once")
