"""Behind a proxy that ends TLS nothing secret travels in the open; asked of the desk of a node of its own."""

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from tests.peer.bundle.world import ENVIRONMENT, ROOT

from lienlac.site import home as homes

pytestmark = pytest.mark.processes
BEHIND = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.9.8.7"}
ASK = """
import json, sys
from pathlib import Path
from lienlac.site import start
start.for_home(Path(sys.argv[1]))
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
answers = []
for host, path, headers in json.loads(sys.argv[2]):
    answer = Client(headers={"Host": host, **headers}).get(path)
    cookies = {name: bool(one["secure"]) for name, one in answer.cookies.items()}
    answers.append([answer.status_code, dict(answer.headers), cookies])
print(json.dumps(answers))
"""
HOST, OTHER = "desk.example.vn", "desk.police.example.vn"
QUESTIONS = (
    (HOST, "/account/login/", BEHIND),
    (OTHER, "/account/login/", BEHIND),
    ("elsewhere.example", "/account/login/", BEHIND),
    (HOST, "/account/login/", {}),
    ("elsewhere.example", "/account/login/", {}),
)


@cache
def answers() -> list[tuple[int, dict[str, str], dict[str, bool]]]:
    """What the desk of a node behind a proxy answers to each question."""
    with TemporaryDirectory() as directory:
        home = replace(
            settings.NODE,
            path=Path(directory) / "node",
            database="",
            desk=homes.Door(host=HOST, port=8100),
            proxy=homes.Proxy(https=True, hosts=(OTHER,), hsts_days=30),
        )
        homes.write(home)
        ended = subprocess.run(
            [sys.executable, "-c", ASK, str(home.path), json.dumps(QUESTIONS)],
            cwd=ROOT,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


@pytest.mark.parametrize("number", [0, 1])
def test_each_name_of_the_desk_answers_with_cookies_for_https_alone(number: int) -> None:
    status, headers, cookies = answers()[number]
    assert status == 200
    assert cookies
    assert all(cookies.values())
    assert headers["Strict-Transport-Security"] == f"max-age={30 * 24 * 3600}"


def test_a_name_that_is_not_the_desks_is_refused() -> None:
    assert answers()[2][0] == 400
    assert answers()[4][0] != 200


def test_whoever_comes_without_tls_is_led_to_it() -> None:
    status, headers, cookies = answers()[3]
    assert (status, headers["Location"]) == (301, f"https://{HOST}/account/login/")
    assert not cookies
