"""`second_factor` in node.toml: required on live nodes unless the operator says otherwise."""

from dataclasses import replace

import pytest

from lienlac.core.errors import Malformed
from lienlac.site import home as homes

HOME = homes.Home(
    path=None, node="vn-tra-linh", country="VN", time_zone="Asia/Ho_Chi_Minh", language="vi", training=False,
    desk=homes.Door(host="localhost", port=1), peer=homes.Door(host="127.0.0.1", port=2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("training", "said", "needed"),
    [
        (False, "", True),
        (True, "", False),
        (False, "offered", False),
        (True, "required", True),
        (False, "required", True),
        (True, "offered", False),
    ],
)
def test_a_live_node_asks_for_a_second_factor_unless_it_says_otherwise(tmp_path, training, said, needed):
    homes.write(replace(HOME, path=tmp_path, training=training, second_factor=said))
    assert homes.read(tmp_path).needs_second_factor is needed


def test_a_word_that_is_neither_is_refused(tmp_path):
    homes.write(replace(HOME, path=tmp_path))
    settings = tmp_path / "node.toml"
    settings.write_text('second_factor = "never"\n' + settings.read_text())
    with pytest.raises(Malformed) as problem:
        homes.read(tmp_path)
    assert problem.value.code == "home_broken"
