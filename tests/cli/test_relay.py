"""`lienlac nats`: entries for the servers, and an answer in plain words where there is no cluster."""

from __future__ import annotations

from click.testing import CliRunner

from lienlac.cli.main import lienlac
from lienlac.core.errors import Unavailable
from lienlac.peer.nats import permissions
from lienlac.site import home as homes


def run(*words: str):
    return CliRunner().invoke(lienlac, words)


def test_the_entry_of_a_node_names_its_own_mailbox_and_no_other():
    shown = run("nats", "user", "vn-tra-linh", "UABC", "--domain", "hub").output
    assert "nkey: UABC" in shown
    assert '"lienlac.*.vn-tra-linh"' in shown
    boxes = {word for word in shown.replace('"', ".").split(".") if word.startswith("LIENLAC_")}
    assert boxes == {"LIENLAC_vn-tra-linh"}


def test_out_of_an_account_lead_its_own_letters_and_nothing_else():
    shown = run(
        "nats", "account", "vn-a", "UABC", "--keeper", "UKEEP", "--partner", "cn-b", "--partner", "la-c"
    ).output
    exported = {line.split('"')[1] for line in shown.splitlines() if "accounts: [" in line}
    imported = {line.split('"')[3] for line in shown.splitlines() if "account: " in line}
    assert exported == {"lienlac.vn-a.cn-b", "lienlac.vn-a.la-c"}
    assert imported == {"lienlac.cn-b.vn-a", "lienlac.la-c.vn-a"}
    assert shown.count("nkey:") == 2


def test_no_subject_that_a_node_may_use_is_open_at_its_front():
    for subject in (*permissions.publishes("vn-a", "hub"), *permissions.subscribes("vn-a")):
        assert subject.split(".")[0] in ("lienlac", "$JS", "_INBOX_vn-a")
        assert "vn-a" in subject or subject.endswith("API.INFO")


def test_a_node_without_a_cluster_says_so(tmp_path):
    door = homes.Door(host="localhost", port=1)
    homes.write(
        homes.Home(
            path=tmp_path / "node",
            node="vn-tra-linh",
            country="VN",
            time_zone="Asia/Ho_Chi_Minh",
            language="vi",
            training=True,
            desk=door,
            peer=door,
        )
    )
    ended = run("--home", str(tmp_path / "node"), "nats", "check")
    assert isinstance(ended.exception, Unavailable)
    assert ended.exception.code == "cluster_not_set"
