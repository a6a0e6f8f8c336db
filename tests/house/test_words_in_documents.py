"""What a document says that the program says is what it says."""

import csv
import re

from tests.house.named import ROOT

ERRORS = ROOT / "src" / "lienlac" / "wording" / "errors.csv"
SAID = re.compile(r"^\| \*([^*]+)\* \|", re.MULTILINE)  # the first cell of a row, in italics


def test_what_a_bundle_is_refused_with_is_quoted_as_it_is_said():
    with ERRORS.open(encoding="utf-8", newline="") as file:
        sentences = [row["en"] for row in csv.DictReader(file)]
    quoted = SAID.findall((ROOT / "docs" / "operators" / "bundle.md").read_text("utf-8"))
    assert len(quoted) == 5
    parts = [[part.strip() for part in one.split("…")] for one in quoted]
    assert [one for one in parts if not any(all(part in said for part in one) for said in sentences)] == []
