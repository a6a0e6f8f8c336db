"""What `lienlac bundle` prints about a file is a sentence."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from lienlac.cli import bundle
from lienlac.site.stick import Written


@pytest.mark.parametrize(("count", "said"), [(0, "0 parcels"), (1, "1 parcel"), (2, "2 parcels")])
def test_parcels_are_counted_in_words_that_fit(
    count: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle._hand_over(
        Written(partner=Mock(code="cn-jingxi"), raw=b"x", parcels=count, more=False), tmp_path / "f"
    )
    assert f": {said} for cn-jingxi, " in capsys.readouterr().out
