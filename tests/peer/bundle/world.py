"""Nodes with homes of their own, made once a run and copied for each test; each acts in its own process."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

ROOT = Path(__file__).parents[3]
MAKE = "import sys; from lienlac.cli.demo import make; make.main(sys.argv[1:])"
TRA_LINH, JINGXI = "vn-tra-linh", "cn-jingxi"
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith(("LIENLAC", "DJANGO"))}


class Refused(Exception):
    """The node said no; `code` is the error's."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass
class Node:
    """One node and the process in which it acts."""

    home: Path
    process: subprocess.Popen | None = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.peer.bundle.actor", str(self.home)],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert json.loads(self.process.stdout.readline()) == {"said": "ready"}
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def do(self, *words):
        self.process.stdin.write(json.dumps([str(word) for word in words]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["said"]

    def state(self):
        return self.do("state")


def lienlac(*words, expect=0, stdin=""):
    """Run the command in a process of its own; return what it printed."""
    ended = subprocess.run(
        [sys.executable, "-m", "lienlac.cli", *map(str, words)],
        cwd=ROOT,
        env=ENVIRONMENT,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == expect, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


@cache
def made_homes():
    """Make two nodes that trust each other, once; the first is of Viet Nam, the second of China."""
    import atexit

    directory = Path(mkdtemp(prefix="lienlac-nodes-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    _side_by_side(
        ["node", directory / code, code, str(9000 + number), str(9100 + number)]
        for number, code in enumerate((TRA_LINH, JINGXI))
    )
    _side_by_side(
        ["introduce", directory / one, directory / other / "card"]
        for one, other in ((TRA_LINH, JINGXI), (JINGXI, TRA_LINH))
    )
    return directory


def _side_by_side(jobs):
    command = [sys.executable, "-c", MAKE]
    running = [
        subprocess.Popen([*command, *map(str, job)], cwd=ROOT, env=ENVIRONMENT, stderr=subprocess.PIPE)
        for job in jobs
    ]
    for process in running:
        _, complaint = process.communicate()
        assert process.returncode == 0, complaint.decode()


@cache
def _homes_after_one_enquiry():
    """Make the homes in which Tra Linh has sent one enquiry whose leaves have their places; at rest, once a run."""
    directory = made_homes() / "after-one-enquiry"
    for code in (TRA_LINH, JINGXI):
        shutil.copytree(made_homes() / code, directory / code)
    node = Node(home=directory / TRA_LINH).start()
    node.do("ask", "Đàm Khánh Viễn", JINGXI)
    node.do("sequence")
    node.kill()
    return directory


def home_at_rest(directory):
    """Return a node at rest that has sent something, below `directory`, its partner's home beside it."""
    shutil.copytree(_homes_after_one_enquiry(), directory)
    return directory / TRA_LINH


def pair(directory):
    """Return two fresh nodes below `directory`, started."""
    for code in (TRA_LINH, JINGXI):
        shutil.copytree(made_homes() / code, directory / code)
    return Node(home=directory / TRA_LINH).start(), Node(home=directory / JINGXI).start()
