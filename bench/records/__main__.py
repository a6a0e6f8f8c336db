"""Take in files of ten thousand invented persons through each door, and ask about them from another node.

python -m bench.records [--persons 10000] [--enquiries 240] [--json] [--listed FILE]

Real processes: demo nodes of their own in a temporary directory. One of them takes in, by the command and by the page
in a real browser, CSV and FollowTheMoney lines; smaller ones in GBK, UTF-16 and XLSX by the API; bad rows are planted
in each. The node is stopped in the middle of one import and goes on by itself; the same file again is recognised. Then
an officer of another node asks about persons on record by names in other scripts; last, the records are searched in
this process.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tests.compiled import compile_changed
from tests.journeys.browser import Window, chromium, compress_changed

from bench.figures import Figure, shown
from bench.records import doors, enquiries, files, searching
from bench.records.people import Person, people
from lienlac.cli.demo import stage as stages
from lienlac.cli.demo.cast import PASSWORD
from lienlac.cli.demo.journey import ASKED
from lienlac.cli.demo.nodes import RunningNode
from lienlac.cli.demo.stage import Stage
from lienlac.site import start

SMALL = 10  # files in rarer forms hold a tenth


def main() -> None:
    """Measure everything and print it."""
    wished = _arguments()
    compile_changed()
    compress_changed()
    with tempfile.TemporaryDirectory(prefix="lienlac-bench-") as place:
        stage = stages.set_up(Path(place), lambda _text: None)
        try:
            figures = list(_measured(stage, wished))
        finally:
            stage.stop()
    print(shown(figures, as_json=wished.json))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.records")
    parser.add_argument("--persons", type=int, default=10_000, help="in each of the four great files")
    parser.add_argument("--enquiries", type=int, default=240, help="at least so many")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--listed", type=Path, help="write each enquiry and what was found to this file")
    return parser.parse_args()


def _measured(stage: Stage, wished: argparse.Namespace) -> Iterator[Figure]:
    there, count = stage.node(ASKED), wished.persons
    drawn = people(5 * count)
    parts = [list(islice(drawn, count)) for _ in range(4)]
    yield Figure(
        name="memory before, all processes (PSS)", value=doors.memory_mb(there), unit="MB", note=ASKED
    )
    with chromium() as browser:
        page = doors.Page(node=there, window=_signed_in(browser, there), other=_signed_in(browser, there))
        yield from _great_files(there, page, parts)
    yield from _rare_forms(there, list(drawn)[: count // SMALL])
    yield Figure(name="memory after the imports (PSS)", value=doors.memory_mb(there), unit="MB")
    whole = [one for part in parts[:2] for one in files.without_planted(part)]
    found = enquiries.asked(stage, whole, wished.enquiries)
    yield from enquiries.figures(found)
    if wished.listed:
        wished.listed.write_text(enquiries.as_json(found) + "\n", encoding="utf-8")
    yield Figure(name="memory after the enquiries (PSS)", value=doors.memory_mb(there), unit="MB")
    stage.stop()
    start.for_home(there.path)
    yield from searching.figures(whole)


def _signed_in(browser: object, node: RunningNode) -> Window:
    window = Window(browser, node.url)  # type: ignore[arg-type]
    window.sign_in(doors.OFFICER, PASSWORD)
    return window


def _great_files(node: RunningNode, page: doors.Page, parts: list[list[Person]]) -> Iterator[Figure]:
    csv_by_command, csv_by_page = files.as_csv(parts[0]), files.as_csv(parts[1])
    ftm_by_command, ftm_by_page = files.as_ftm(parts[2]), files.as_ftm(parts[3])
    outcome = doors.by_command(node, csv_by_command, "list A")
    yield doors.figure("CSV by the command", csv_by_command, outcome)
    outcome, desk, steps = page.take_in(csv_by_page, "list B")
    yield doors.figure("CSV by the page", csv_by_page, outcome, f"; {steps} steps of progress shown")
    yield doors.live(desk)
    outcome = doors.by_command(node, ftm_by_command, "list C")
    yield doors.figure("FollowTheMoney by the command", ftm_by_command, outcome)
    outcome = page.take_in_over_a_stop(ftm_by_page, "list D")
    yield doors.figure(
        "FollowTheMoney by the page, node stopped meanwhile", ftm_by_page, outcome, "; no page open"
    )
    outcome, _, _ = page.take_in(csv_by_command, "list A")
    yield doors.figure("the first file again, by the page", csv_by_command, outcome)


def _rare_forms(node: RunningNode, persons: list[Person]) -> Iterator[Figure]:
    officer = doors.token(node, doors.OFFICER)
    for name, file in (
        ("CSV in GBK", files.as_gbk(persons)),
        ("CSV in UTF-16", files.as_csv(persons, encoding="utf-16")),
        ("XLSX with formulas", files.as_xlsx(persons)),
    ):
        yield doors.figure(f"{name}, by the API", file, doors.by_api(node, file, name, officer))


if __name__ == "__main__":
    main()
