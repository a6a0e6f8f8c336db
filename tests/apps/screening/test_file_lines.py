"""The lines of a searched file: each done once, by however many processes, whoever is killed, stopped or overtaken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lienlac.apps.records.models import Record
from lienlac.apps.screening import actions, lines
from lienlac.apps.screening.actions import Share
from lienlac.apps.screening.models import FileSearch, FileSearchHit, FileSearchRow
from tests.apps.records.people import NOW, linh, record
from tests.apps.screening.test_file_search import staged

pytestmark = pytest.mark.django_db
NAMES = ("谭庆远", "韦明霞", "陆建国", "何小玉", "农志高")


@pytest.fixture
def row() -> FileSearch:
    """A search that runs, with five lines of which each has its record."""
    on_duty = linh()
    for name in NAMES:
        record(on_duty, name)
    found = staged(on_duty, "姓名\n" + "\n".join(NAMES))
    actions.start_search(on_duty, found, now=NOW)
    return found


def hits() -> list[int]:
    return sorted(FileSearchHit.objects.values_list("line", flat=True))


def first_then(monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]) -> None:
    """Let something happen once while a line is being compared."""
    compare, waiting = lines.near_each, [deed]

    def near_each(asked: Any) -> Any:
        if waiting:
            waiting.pop()()
        return compare(asked)

    monkeypatch.setattr(lines, "near_each", near_each)


def test_shares_together_do_every_line_once(row: FileSearch) -> None:
    done = [actions.search_files(now=NOW, turns=9, share=Share(rest=rest, of=2)) for rest in (0, 1)]
    row.refresh_from_db()
    assert (done, row.state, row.rows_done, hits()) == ([1, 1], "done", 5, [2, 3, 4, 5, 6])


def test_a_share_leaves_the_lines_of_others_alone(row: FileSearch) -> None:
    actions.search_files(now=NOW, turns=9, share=Share(rest=0, of=2))
    row.refresh_from_db()
    assert (row.state, row.rows_done, hits()) == ("running", 3, [2, 4, 6])
    assert actions.search_files(now=NOW, turns=9, share=Share(rest=0, of=2)) == 0


def test_who_is_killed_in_a_batch_has_done_none_of_it(
    row: FileSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    first_then(monkeypatch, killed)
    with pytest.raises(KeyboardInterrupt):
        actions.search_batch(row.pk, now=NOW)
    assert (hits(), row.rows.filter(done=True).count()) == ([], 0)
    assert actions.search_batch(row.pk, now=NOW).rows_done == 5
    assert hits() == [2, 3, 4, 5, 6]


def test_who_was_overtaken_keeps_nothing_twice(row: FileSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    first_then(monkeypatch, lambda: actions.search_batch(row.pk, now=NOW, most=3))
    found = actions.search_batch(row.pk, now=NOW)
    assert (found.rows_done, found.state, hits()) == (5, "done", [2, 3, 4, 5, 6])


def test_what_is_compared_while_the_file_is_erased_is_not_kept(
    row: FileSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_then(monkeypatch, lambda: actions.drop_search(row.officer, row, now=NOW))
    found = actions.search_batch(row.pk, now=NOW)
    assert (found.state, hits(), FileSearchRow.objects.count()) == ("lapsed", [], 0)


def test_a_record_that_is_gone_or_withdrawn_meanwhile_is_no_candidate(
    row: FileSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_then(monkeypatch, lambda: Record.objects.filter(names__text=NAMES[4]).delete())
    compare = lines.near_each

    def withdrawn_after(asked: Any) -> Any:
        found = compare(asked)
        Record.objects.filter(names__text=NAMES[3]).update(withdrawn_at=NOW)
        return found

    monkeypatch.setattr(lines, "near_each", withdrawn_after)
    monkeypatch.setattr(
        lines.promising, "keys_of_each", lambda asked, _: [list(Record.objects.in_bulk()) for _ in asked]
    )
    assert actions.search_batch(row.pk, now=NOW).rows_done == 5
    assert hits() == [2, 3, 4]


def test_nothing_is_locked_while_lines_are_compared(row: FileSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk writes meanwhile: SQLite has one writer, and a batch takes a second."""
    from django.db import transaction

    depth = len(transaction.get_connection().savepoint_ids)
    seen = list[int]()
    first_then(monkeypatch, lambda: seen.append(len(transaction.get_connection().savepoint_ids)))
    actions.search_batch(row.pk, now=NOW)
    assert seen == [depth]
