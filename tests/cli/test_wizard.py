"""An empty home becomes a node in the browser: the real command, a real line, and the node that `init` would make."""

import http.cookiejar
import re
import sqlite3
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing

import pytest
from tests.peer.bundle.world import ENVIRONMENT, ROOT, lienlac
from tests.ports import free_port

from lienlac.cli import wizard

pytestmark = pytest.mark.processes
PASSWORD = "một câu thật là dài"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
LINK = re.compile(r"http://localhost:(\d+)/begin/\S+")
WITHIN_S = 120


class Browser:
    """A browser without scripts."""

    def __init__(self, base):
        self.base = base
        jar = http.cookiejar.CookieJar()
        self.door = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self.page = ""

    def open(self, path, given=None):
        if given is not None:
            given = urllib.parse.urlencode(
                {**given, "csrfmiddlewaretoken": TOKEN.search(self.page)[1]}
            ).encode()
        try:
            answer = self.door.open(self.base + path, given)
        except urllib.error.HTTPError as refused:
            answer = refused
        self.page = answer.read().decode()
        return answer.status, answer.url.removeprefix(self.base), self.page

    def wait_for(self, path):
        until = time.monotonic() + WITHIN_S
        while time.monotonic() < until:
            try:
                return self.open(path)
            except OSError:
                time.sleep(0.1)  # the door is being opened in another process
        raise AssertionError(f"{path} did not answer")


@pytest.fixture
def up(tmp_path):
    """`lienlac up` on an empty home: the process, the home, the link that it prints."""
    home = tmp_path / "node"
    command = [sys.executable, "-u", "-m", "lienlac.cli", "--home", str(home), "up"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        for line in process.stdout:
            if found := LINK.search(line):
                break
        yield process, home, found[0], int(found[1])
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def test_a_node_is_founded_and_answers_at_its_own_door(up):
    process, home, link, port = up
    browser = Browser(f"http://localhost:{port}")
    steps = {
        "language": {"language": "vi"},
        "office": {
            "country": "VN",
            "kind": "liaison_office",
            "name": "Văn phòng Trà Lĩnh",
            "place_en": "Tra Linh",
        },
        "administrator": {
            "full_name": "Hoàng Thị Mai",
            "username": "mai",
            "password": PASSWORD,
            "again": PASSWORD,
        },
        "key": {"code": ""},
        "purpose": {"purpose": "training"},
        "reach": {"desk_host": "localhost", "desk_port": port, "how": "dials", "peer_port": free_port()},
    }
    assert browser.wait_for(link.removeprefix(browser.base))[:2] == (200, "/language/")
    assert Browser(browser.base).open("/language/")[0] == 403
    for name, given in steps.items():
        assert browser.open(f"/{name}/", given)[0] == 200
    assert not (home / "node.toml").exists()
    status, _, page = browser.open("/found", {})
    assert status == 200
    assert "/account/login/" in page

    status, _, page = browser.wait_for("/account/login/")
    while 'name="login"' not in page:  # the last page of the first run is still at the door
        time.sleep(0.2)
        status, _, page = browser.wait_for("/account/login/")
    signed_in = browser.open("/account/login/", {"login": "mai", "password": PASSWORD})
    assert signed_in[:2] == (200, "/users/")
    assert process.poll() is None
    said = tomllib.loads((home / "node.toml").read_text(encoding="utf-8"))
    assert (said["node"], said["training"], said["peer"]["host"]) == ("vn-tra-linh", True, "")
    assert {one.name for one in home.iterdir()} >= {"node.toml", "keys", "db.sqlite3"}
    assert not (home / wizard.BEGUN).exists()
    listed = lienlac("--home", home, "users", "list")
    assert listed.startswith("mai\tadministrator\tvn-tra-linh")
    with closing(sqlite3.connect(home / "db.sqlite3", timeout=20)) as database, database:  # slow is not ill
        database.execute("DELETE FROM mailroom_incident WHERE code = 'leaf_late'")
    lienlac("--home", home, "doctor")


def test_a_home_with_anything_in_it_is_never_taken_for_an_empty_one(tmp_path):
    (tmp_path / "letter.txt").write_text("of somebody else", encoding="utf-8")
    assert not wizard.is_wanted(tmp_path)
    assert "There is no node in" in lienlac("--home", tmp_path, "up", expect=1)
    assert "Traceback" not in lienlac("--home", tmp_path, "init", "--wizard", expect=1)


ANSWERS = """{"language": "lo", "country": "LA", "kind": "liaison_office", "code": "la-boten",
 "time_zone": "Asia/Vientiane", "names": {"lo": "ບໍ່ເຕັນ"}, "training": true, "desk": "localhost:8100",
 "peer": ":8200", "administrator": {"username": "noy", "full_name": "ນ້ອຍ", "password": %s}}"""


def test_answers_make_a_node_without_a_question(tmp_path):
    home = tmp_path / "node"
    lienlac("--home", home, "init", "--answers", "-", stdin=ANSWERS % '"a long enough sentence"')
    assert "noy\tadministrator\tla-boten" in lienlac("--home", home, "users", "list")


def test_an_answer_that_is_refused_is_named(tmp_path):
    said = lienlac("--home", tmp_path / "node", "init", "--answers", "-", stdin=ANSWERS % '"short"', expect=1)
    assert "password" in said.lower()
    assert "Traceback" not in said
