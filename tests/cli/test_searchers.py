"""Who searches with files beside `work`: begun when needed, replaced when killed, never for ever."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.apps.records.people import NOW, linh, record
from tests.apps.screening.test_file_search import staged

from lienlac.apps.records import held
from lienlac.apps.screening import actions
from lienlac.cli import node, searchers


class Process:
    """A process that has ended with `code`, or goes on while that is None."""

    def __init__(self, code: int | None = None) -> None:
        self.code = code
        self.terminated = False

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.terminated = True

    def wait(self) -> None:
        assert self.terminated


class Hashed(SimpleNamespace):
    """A namespace that can be a key."""

    __hash__ = object.__hash__


class Crew(searchers._Crew):
    """Searchers that end as they are told, one after the other for each share."""

    def __init__(self, *codes: list[int]) -> None:
        super().__init__(len(codes), lambda: True)
        self.codes = dict(zip(self._deaths, codes, strict=True))

    def _begin(self, share: Any) -> None:
        one = Hashed(
            exitcode=self.codes[share].pop(0), sentinel=0, is_alive=lambda: False, kill=list, join=list
        )
        self._at_work[one] = share  # type: ignore[index]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(searchers, "PAUSE_S", 0)
    monkeypatch.setattr(searchers.waiting, "wait", lambda *_, **__: [])
    monkeypatch.setattr(searchers, "_be_modest", lambda: None)
    yield
    held.behave(held.Manner())


def running() -> None:
    on_duty = linh()
    record(on_duty)
    actions.start_search(on_duty, staged(on_duty), now=NOW)


@pytest.mark.django_db
def test_nobody_is_begun_where_no_search_runs() -> None:
    searchers.Beside(lambda: pytest.fail("begun")).look()


@pytest.mark.django_db
def test_one_is_begun_and_no_second_beside_it() -> None:
    running()
    begun = list[Process]()
    beside = searchers.Beside(lambda: begun.append(Process()) or begun[-1])  # type: ignore
    beside.look()
    beside.look()
    assert len(begun) == 1
    beside.stop()
    assert begun[0].terminated


@pytest.mark.django_db
def test_one_that_failed_is_not_begun_again_with_every_ring() -> None:
    running()
    begun = list[Process]()
    beside = searchers.Beside(lambda: begun.append(Process(1)) or begun[-1])  # type: ignore
    for _ in range(3):
        beside.look()
    assert len(begun) == 1


def test_no_key_of_the_node_goes_to_who_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = dict[str, Any]()
    monkeypatch.setattr(subprocess, "Popen", lambda words, **more: seen.update(words=words, **more))
    node._search_beside(Path("node"))
    assert seen["stdin"] == subprocess.DEVNULL
    assert "--keys-on-stdin" not in seen["words"]


def test_a_searcher_that_is_killed_is_replaced() -> None:
    crew = Crew([-9, -9, 0], [0])
    assert crew.finish()
    assert crew.codes == {share: [] for share in crew._deaths}


def test_one_share_that_dies_again_and_again_ends_them_all() -> None:
    assert not Crew([0], [-9, -9, -9, 0]).finish()


@pytest.mark.django_db
def test_fewer_go_on_where_many_die(monkeypatch: pytest.MonkeyPatch) -> None:
    running()
    tried = list[int]()
    monkeypatch.setattr(
        searchers, "_Crew", lambda jobs, _: SimpleNamespace(finish=lambda: bool(tried.append(jobs)))
    )
    assert not searchers.search(processes=4, megabytes=1_000)
    assert tried == [4, 2, 1]


@pytest.mark.parametrize(
    ("free", "said", "jobs", "names"),
    [(2_000, 0, 2, 920_000), (2_000, 1_500, 2, 1_586_666), (400, 0, 2, 0)],
)
def test_no_more_names_are_held_than_the_memory_allows(
    free: int, said: int, jobs: int, names: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of what is free half, unless the operator says more: the desk wants some too."""
    told = tmp_path / "meminfo"
    told.write_text(f"MemTotal: 9 kB\nMemAvailable:   {free}000 kB\n", encoding="ascii")
    monkeypatch.setattr(searchers, "FREE", told)
    assert searchers._names_allowed(said, jobs) == names


@pytest.mark.django_db
def test_a_few_lines_are_not_worth_reading_all_names(monkeypatch: pytest.MonkeyPatch) -> None:
    running()
    monkeypatch.setattr(held, "read_now", lambda: False)
    searchers._read_names(10**9)
    assert held._shelf.manner.many == 3 * searchers.NAMES_A_LINE
