"""Two nodes without a line: what a stick carries is the same exchange, and nothing else."""

import shutil

import pytest

from tests.peer.bundle.world import JINGXI, TRA_LINH, Refused, lienlac

pytestmark = pytest.mark.processes

NAME = "Đàm Khánh Viễn"


def carried(sender, receiver, file):
    """Export at one node, import at the other; return the file that goes back, when there is one."""
    sender.do("cli", "bundle", "export", receiver.home.name, file)
    receiver.do("cli", "bundle", "import", file)
    reply = file.with_name(file.name + ".reply")
    return reply if reply.exists() else None


def test_an_enquiry_and_its_answer_travel_on_a_stick(nodes, tmp_path):
    asker, asked = nodes
    enquiry = asker.do("ask", NAME, JINGXI)

    reply = carried(asker, asked, tmp_path / "there")
    assert asker.state()["parcels"] == {enquiry: "waiting"}, "writing a file proves nothing"
    assert asker.state()["waiting"] == 1
    assert asked.state()["enquiries"] == {enquiry: "received"}

    asker.do("cli", "bundle", "import", reply)
    assert asker.state()["parcels"] == {enquiry: "received"}
    assert asker.state()["waiting"] == 0, "the signed receipt is here and the place acknowledged"

    asked.do("answer", enquiry)
    back = carried(asked, asker, tmp_path / "back")
    asked.do("cli", "bundle", "import", back)
    assert len(asker.state()["answers"]) == 1
    assert asked.state()["waiting"] == 0
    assert asked.state()["incidents"] == asker.state()["incidents"] == []


def effects(state):
    """What a file did. Leaves that wait for their place are left out: screening writes its own, in its own time."""
    return {name: value for name, value in state.items() if name != "without_place"}


def test_the_same_file_twice_takes_effect_once(nodes, tmp_path):
    asker, asked = nodes
    asker.do("ask", NAME, JINGXI)
    carried(asker, asked, tmp_path / "there")
    first = effects(asked.state())
    said = asked.do("cli", "bundle", "import", tmp_path / "there")
    assert "1 parcel, 0 of them new" in said
    assert effects(asked.state()) == first


def test_a_lost_file_is_made_good_by_the_next_one(nodes, tmp_path):
    asker, asked = nodes
    one = asker.do("ask", NAME, JINGXI)
    asker.do("cli", "bundle", "export", JINGXI, tmp_path / "lost")
    two = asker.do("ask", "Nguyễn Thị Hoa", JINGXI)
    carried(asker, asked, tmp_path / "second")
    assert set(asked.state()["enquiries"]) == {one, two}


def test_files_in_the_wrong_order_lose_nothing(nodes, tmp_path):
    asker, asked = nodes
    one = asker.do("ask", NAME, JINGXI)
    asker.do("cli", "bundle", "export", JINGXI, tmp_path / "first")
    two = asker.do("ask", "Nguyễn Thị Hoa", JINGXI)
    asker.do("cli", "bundle", "export", JINGXI, tmp_path / "second")
    asked.do("cli", "bundle", "import", tmp_path / "second")
    asked.do("cli", "bundle", "import", tmp_path / "first")
    assert list(asked.state()["enquiries"]) == [one, two]
    assert asked.state()["incidents"] == []


def test_a_file_with_a_gap_before_it_keeps_nothing_and_says_where_to_go_on(nodes, tmp_path):
    """The asked node is put back to where it was before the first file: the second begins too late."""
    asker, asked = nodes
    one = asker.do("ask", NAME, JINGXI)
    asked.kill()
    before = tmp_path / "before"
    shutil.copytree(asked.home, before)
    asked.start()
    asker.do("cli", "bundle", "import", carried(asker, asked, tmp_path / "first"))
    two = asker.do("ask", "Nguyễn Thị Hoa", JINGXI)

    asked.kill()
    shutil.rmtree(asked.home)
    shutil.copytree(before, asked.home)
    asked.start()
    reply = carried(asker, asked, tmp_path / "second")
    assert asked.state()["enquiries"] == {}
    assert asked.state()["incidents"][0] == "i_was_restored"
    asker.do("cli", "bundle", "import", reply)
    assert "receiver_restored" in asker.state()["incidents"], "it is told what the other lost"

    carried(asker, asked, tmp_path / "third")
    assert list(asked.state()["enquiries"]) == [two], "what was receipted left the outbox; people ask for it"
    assert one in asker.state()["parcels"]


def test_a_file_says_nothing_to_whoever_carries_it(nodes, tmp_path):
    asker, _ = nodes
    asker.do("ask", NAME, JINGXI)
    file = tmp_path / "there"
    asker.do("cli", "bundle", "export", JINGXI, file)
    raw = file.read_bytes()
    words = [
        NAME,
        "Viễn",
        "VER_ID",
        "DRUG_TRADE",
        "urgent",
        "normal",
        "DEMO-MOU-2021",
        "epoch",
        "subject_name",
    ]
    for word in words:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert word.encode(encoding) not in raw, (word, encoding)
    assert TRA_LINH.encode() in raw
    assert len(raw) % (64 * 1024) < 8 * 1024, "one step of padding and a small header"


def test_a_node_that_is_given_its_own_file_says_whom_it_is_for(nodes, tmp_path):
    asker, _ = nodes
    asker.do("cli", "bundle", "export", JINGXI, tmp_path / "there")
    with pytest.raises(Refused, match="bundle_for_other"):
        asker.do("cli", "bundle", "import", tmp_path / "there")


def test_whoever_carries_a_file_may_look_whose_it_is(nodes, tmp_path):
    asker, asked = nodes
    asker.do("cli", "bundle", "export", JINGXI, tmp_path / "there")
    said = asked.do("cli", "bundle", "look", tmp_path / "there")
    assert f"From {TRA_LINH} for {JINGXI}" in said
    assert "signature holds" in said
    assert asked.state()["arrivals"] == 0


def test_an_export_for_an_unknown_partner_is_one_plain_line(nodes, tmp_path):
    asker, _ = nodes
    said = lienlac("--home", asker.home, "bundle", "export", "la-boten", tmp_path / "file", expect=1)
    assert "la-boten is not known" in said
    assert "Traceback" not in said
    assert not (tmp_path / "file").exists()
