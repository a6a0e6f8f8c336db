"""What `node.toml` says is read as it is meant, and what it cannot mean keeps the node from starting."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from lienlac.core.errors import Malformed
from lienlac.site import home as homes

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


@pytest.mark.parametrize("line", BROKEN)
def test_a_line_that_would_leave_the_desk_open_keeps_it_shut(tmp_path: Path, line: str) -> None:
    written(tmp_path / "node")
    with (tmp_path / "node" / "node.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[proxy]\n{line}\n")
    with pytest.raises(Malformed, match="home_broken"):
        homes.read(tmp_path / "node")


@pytest.mark.parametrize("line", ['logs = "xml"', "logs = true"])
def test_logs_of_no_known_form_keep_the_node_from_starting(tmp_path: Path, line: str) -> None:
    written(tmp_path / "node")
    file = tmp_path / "node" / "node.toml"
    file.write_text(f"{line}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    with pytest.raises(Malformed, match="home_broken"):
        homes.read(tmp_path / "node")
