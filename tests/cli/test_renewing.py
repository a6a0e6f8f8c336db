"""Two nodes go on while one of them renews its keys; people compare nothing again."""

import pytest
from tests.cli.test_backup import exchange
from tests.peer.bundle import world
from tests.peer.bundle.world import JINGXI

pytestmark = pytest.mark.processes


@pytest.fixture
def nodes(tmp_path):
    asker, asked = world.pair(tmp_path / "nodes")
    yield asker, asked
    asker.kill()
    asked.kill()


def private(node, use):
    return {file.name for file in node.home.joinpath("keys").glob(f"{use}-*.seed")}


def test_two_nodes_exchange_across_a_renewal_of_the_sealing_key(nodes, tmp_path):
    asker, asked = nodes
    (old,) = private(asked, "seal")
    first = asker.do("ask", "Đàm Khánh Viễn", JINGXI)
    asker.do("cli", "bundle", "export", JINGXI, tmp_path / "under-way")  # sealed to the old key
    asked.do("cli", "keys", "renew")
    asked.do("keys_due", 0)
    asked.do("cli", "bundle", "import", tmp_path / "under-way")
    assert asked.state()["enquiries"] == {first: "received"}

    exchange(asked, asker, tmp_path)  # the new card, and its receipt
    assert "has not receipted" not in asked.do("cli", "keys", "list")
    second = asker.do("ask", "Nguyễn Thị Hoa", JINGXI)
    asked.do("keys_due", 31)
    assert old not in private(asked, "seal")
    exchange(asker, asked, tmp_path)
    assert list(asked.state()["enquiries"]) == [first, second]
    assert asker.state()["parcels"][second] == "received"


def test_two_nodes_exchange_across_a_renewal_of_the_signing_keys(nodes, tmp_path):
    asker, asked = nodes
    old = private(asker, "node") | private(asker, "author")
    asker.do("cli", "keys", "renew", "--signing")
    asker.do("keys_due", 0)
    assert "announced, not taken up" in asker.do("cli", "keys", "list")
    waiting = asker.do("ask", "Đàm Khánh Viễn", JINGXI)  # signed with the old keys
    exchange(asker, asked, tmp_path)
    asker.do("keys_due", 0)
    assert "announced, not taken up" not in asker.do("cli", "keys", "list")
    signed_anew = asker.do("ask", "Nguyễn Thị Hoa", JINGXI)
    exchange(asker, asked, tmp_path)
    asker.do("keys_due", 91)
    assert not old & (private(asker, "node") | private(asker, "author"))
    last = asker.do("ask", "Lý Văn Sáng", JINGXI)
    exchange(asker, asked, tmp_path)
    exchange(asked, asker, tmp_path)
    assert list(asked.state()["enquiries"]) == [waiting, signed_anew, last]
    assert {asker.state()["parcels"][one] for one in (waiting, signed_anew, last)} == {"received"}
    assert asker.state()["incidents"] == asked.state()["incidents"] == []
