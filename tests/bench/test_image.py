"""What a disk may hold after a power cut: what was synced always, anything else perhaps."""

from __future__ import annotations

from random import Random

from bench.storage.image import PAGE, Disk, File
from bench.storage.tape import Kind, Record

OLD, NEW = b"o" * PAGE, b"n" * PAGE
TRIES = 60


def outcomes(file: File) -> set[bytes]:
    chance = Random("outcomes")
    return {file.after_a_cut(chance) for _ in range(TRIES)}


def record(kind: Kind, name: str, raw: bytes = b"", at: int = 0) -> Record:
    return Record(kind=kind, thread=1, at=at, name=name, raw=raw)


def test_what_was_synced_is_there() -> None:
    file = File.of(OLD)
    file.write(0, NEW)
    file.sync(file.changes)
    assert outcomes(file) == {NEW}


def test_what_was_not_synced_is_there_or_not_or_torn() -> None:
    file = File.of(OLD)
    file.write(0, NEW)
    found = outcomes(file)
    assert {OLD, NEW} < found
    torn = found - {OLD, NEW}
    assert all({one[at : at + 512] for at in range(0, PAGE, 512)} == {OLD[:512], NEW[:512]} for one in torn)


def test_what_was_written_after_a_sync_began_is_not_synced_by_it() -> None:
    file = File.of(OLD)
    began = file.changes
    file.write(0, NEW)
    file.sync(began)
    assert OLD in outcomes(file)


def test_what_a_failed_sync_left_is_not_brought_by_the_next_one() -> None:
    file = File.of(OLD)
    file.write(0, NEW)
    file.fail_to_sync(file.changes)
    file.sync(file.changes)
    assert {OLD, NEW} < outcomes(file)
    assert file.held() == NEW  # and every process reads it meanwhile


def test_a_page_that_is_written_again_after_a_failed_sync_is_whole_with_the_next_one() -> None:
    file = File.of(OLD)
    file.write(0, NEW)
    file.fail_to_sync(file.changes)
    file.write(0, b"x")
    file.sync(file.changes)
    assert outcomes(file) == {b"x" + NEW[1:]}


def test_pages_reach_the_disk_in_any_order() -> None:
    file = File.of(OLD + OLD)
    file.write(0, NEW)
    file.write(PAGE, NEW)
    assert {OLD + NEW, NEW + OLD} < outcomes(file)


def test_a_length_is_one_of_those_that_it_had() -> None:
    file = File.of(OLD)
    file.write(PAGE, NEW)
    file.cut_to(10)
    assert {len(one) for one in outcomes(file)} == {PAGE, 2 * PAGE, 10}


def test_a_name_stands_once_its_directory_is_synced() -> None:
    disk, chance = Disk(), Random("names")
    disk.play(record(Kind.MADE, "/home/a"))
    assert {bool(disk.after_a_cut(chance)) for _ in range(TRIES)} == {True, False}
    disk.play(record(Kind.SYNC_BEGAN, "/home"))
    disk.play(record(Kind.SYNCED, "/home"))
    assert {bool(disk.after_a_cut(chance)) for _ in range(TRIES)} == {True}


def test_a_file_that_was_unlinked_may_come_back_as_it_was() -> None:
    disk, chance = Disk(), Random("names")
    disk.play(record(Kind.MADE, "/home/a"))
    disk.play(record(Kind.WRITTEN, "/home/a", OLD))
    for kind in (Kind.SYNC_BEGAN, Kind.SYNCED):
        disk.play(record(kind, "/home/a"))
        disk.play(record(kind, "/home"))
    disk.play(record(Kind.UNLINKED, "/home/a"))
    found = [disk.after_a_cut(chance) for _ in range(TRIES)]
    assert {} in found
    assert {"/home/a": OLD} in found
