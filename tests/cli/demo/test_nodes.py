"""A port that somebody listens on is named before anything is started."""

import socket

import pytest

from lienlac.cli.demo.nodes import check_free, free_port
from lienlac.core.errors import Unavailable


def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        port = squatter.getsockname()[1]
        with pytest.raises(Unavailable) as caught:
            check_free(port, node="cn-jingxi")
    assert (caught.value.code, caught.value.facts) == ("port_taken", {"port": port, "node": "cn-jingxi"})


def test_a_free_port_is_free():
    check_free(free_port(), node="cn-jingxi")
