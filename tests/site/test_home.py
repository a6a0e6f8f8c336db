"""What `node.toml` says is read as it is meant, and what it cannot mean keeps the node from starting."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from lienlac.core.errors import Malformed, Unavailable
from lienlac.core.lane import PATIENCE, QUOTA, Quota
from lienlac.site import home as homes
from lienlac.site import passphrase

PROXY = homes.Proxy(https=True, header="X-Scheme", hosts=("desk.police.example",), hsts_days=30)


def written(path: Path, **changes: object) -> homes.Home:
    homes.write(replace(settings.NODE, path=path, **changes))
    return homes.read(path)


@pytest.mark.parametrize("proxy", [homes.Proxy(), PROXY])
def test_what_is_written_is_read_back(tmp_path: Path, proxy: homes.Proxy) -> None:
    assert written(tmp_path / "node", proxy=proxy) == replace(
        settings.NODE, path=tmp_path / "node", proxy=proxy
    )


def test_the_address_of_a_desk_behind_tls_has_no_port_of_its_own(tmp_path: Path) -> None:
    desk = homes.Door(host="desk.example.vn", port=8100)
    assert written(tmp_path / "a", desk=desk).address == "http://desk.example.vn:8100"
    assert written(tmp_path / "b", desk=desk, proxy=PROXY).address == "https://desk.example.vn"


BROKEN = (
    "htps = true",
    'https = "false"',
    "hsts_days = -1",
    'header = "X-Proto: https"',
    'hsts_days = "long"',
)


def is_broken_by(tmp_path: Path, table: str, line: str) -> None:
    """A home to whose node.toml this line is added in a table of its own is refused."""
    written(tmp_path / "node")
    with (tmp_path / "node" / "node.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[{table}]\n{line}\n")
    with pytest.raises(Malformed, match="home_broken"):
        homes.read(tmp_path / "node")


@pytest.mark.parametrize("line", BROKEN)
def test_a_line_that_would_leave_the_desk_open_keeps_it_shut(tmp_path: Path, line: str) -> None:
    is_broken_by(tmp_path, "proxy", line)


def test_how_large_a_file_may_be_is_read_back(tmp_path: Path) -> None:
    assert written(tmp_path / "a").most_bytes == 5 * 1024 * 1024
    assert written(tmp_path / "b", most_bytes=2**31).most_bytes == 2**31


@pytest.mark.parametrize(
    "line", [f"most_bytes = {2**31 + 1}", "most_bytes = 0", "most_bytes = true", "most_byte = 9000000"]
)
def test_files_of_a_size_that_no_message_can_name_keep_the_node_from_starting(
    tmp_path: Path, line: str
) -> None:
    is_broken_by(tmp_path, "attachments", line)


def test_how_much_may_wait_is_read_back(tmp_path: Path) -> None:
    assert written(tmp_path / "a").outbox == QUOTA
    less = Quota(parcels=20, size=512 << 20)
    assert written(tmp_path / "b", outbox=less).outbox == less


def test_how_long_it_may_wait_is_read_back(tmp_path: Path) -> None:
    assert written(tmp_path / "a").patience == PATIENCE
    longer = replace(PATIENCE, normal=timedelta(hours=200))
    home = written(tmp_path / "b", patience=longer, outbox=Quota(parcels=20, size=512 << 20))
    assert (home.patience, home.outbox.parcels) == (longer, 20)


@pytest.mark.parametrize(
    "line",
    [
        "parcels = 0",
        "megabytes = -1",
        "megabytes = true",
        'parcels = "9"',
        "size = 1",
        "bulk_hours = 0",
        "normal_hours = 1.5",
    ],
)
def test_an_outbox_of_no_size_keeps_the_node_from_starting(tmp_path: Path, line: str) -> None:
    is_broken_by(tmp_path, "outbox", line)


def test_what_file_searches_may_take_is_read_back(tmp_path: Path) -> None:
    assert written(tmp_path / "a").file_searches == homes.FileSearches()
    less = homes.FileSearches(processes=1, megabytes=400)
    assert written(tmp_path / "b", file_searches=less).file_searches == less


@pytest.mark.parametrize("line", ["processes = -1", "megabytes = true", 'processes = "2"', "process = 1"])
def test_file_searches_of_a_size_that_cannot_be_keep_the_node_from_starting(
    tmp_path: Path, line: str
) -> None:
    is_broken_by(tmp_path, "file_searches", line)


def test_several_workers_are_read_back(tmp_path: Path) -> None:
    assert written(tmp_path / "node", workers=4).workers == 4


@pytest.mark.parametrize("line", ["workers = 0", "workers = 33", 'workers = "4"', "workers = true"])
def test_workers_that_cannot_be_keep_the_node_from_starting(tmp_path: Path, line: str) -> None:
    written(tmp_path / "node")
    file = tmp_path / "node" / "node.toml"
    file.write_text(f"{line}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    with pytest.raises(Malformed, match="home_broken"):
        homes.read(tmp_path / "node")


@pytest.mark.parametrize("line", ['logs = "xml"', "logs = true"])
def test_logs_of_no_known_form_keep_the_node_from_starting(tmp_path: Path, line: str) -> None:
    written(tmp_path / "node")
    file = tmp_path / "node" / "node.toml"
    file.write_text(f"{line}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    with pytest.raises(Malformed, match="home_broken"):
        homes.read(tmp_path / "node")


def test_a_token_is_named_and_its_pin_has_no_place_here(tmp_path: Path) -> None:
    written(tmp_path / "node")
    file = tmp_path / "node" / "node.toml"
    plain = file.read_text(encoding="utf-8")
    token = '\n[token]\nmodule = "/usr/lib/softhsm/libsofthsm2.so"\nlabel = "node"\npin_file = "/etc/lienlac/pin"\n'
    file.write_text(plain + token, encoding="utf-8")
    assert homes.read(file.parent).token == homes.TokenPlace(
        module="/usr/lib/softhsm/libsofthsm2.so", label="node", pin_file="/etc/lienlac/pin"
    )
    for line in ('pin = "471108"\n', "label2 = 1\n"):
        file.write_text(plain + token + line, encoding="utf-8")
        with pytest.raises(Malformed, match="home_broken") as refused:
            homes.read(file.parent)
        assert "471108" not in str(refused.value.facts)


def test_the_pin_of_a_token_comes_from_a_file_and_never_from_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = tmp_path / "pin", tmp_path / "handed"
    file.write_text("471108\nnot this\n")
    other.write_text("815\n")
    place = homes.TokenPlace(module="m", label="node", pin_file=str(file))
    at = passphrase.token(place)
    assert at.pin() == "471108"
    assert "471108" not in repr(at)
    monkeypatch.setenv("LIENLAC_TOKEN_PIN_FILE", str(other))
    assert at.pin() == "815"
    monkeypatch.delenv("LIENLAC_TOKEN_PIN_FILE")
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(Unavailable, match="token_pin_missing"):
        passphrase.token(replace(place, pin_file="")).pin()
