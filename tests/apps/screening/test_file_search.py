"""A file of persons: declared and signed, approved by two, candidates alone, erased within 24 hours (SG27)."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from lienlac.apps.accounts.models import User
from lienlac.apps.audit.models import Leaf
from lienlac.apps.records import actions as records
from lienlac.apps.records import looks
from lienlac.apps.records.models import Look
from lienlac.apps.screening import actions, queries
from lienlac.apps.screening.actions import FileQuestion, file_search
from lienlac.apps.screening.models import FileSearch, FileSearchHit, FileSearchRow
from lienlac.core.errors import Malformed, Refused
from lienlac.core.ledger import leaves
from tests.apps.records.people import NOW, linh, officer, record
from tests.apps.two_at_once import Middle, two_at_once

pytestmark = pytest.mark.django_db

FEW = "姓名,出生日期,民族,护照号\n谭庆远,1987,壮,\n韦明霞,31/02/1970,汉,\n陆建国,1970,壮,E12345678\n"


def many(count: int) -> str:
    return "name,birth\n谭庆远,1987\n" + "".join(f"Nguyen Van A,{1900 + at}\n" for at in range(1, count))


def said(**more: Any) -> FileQuestion:
    given: dict[str, Any] = {
        "purpose": "INVESTIGATE",
        "case_number": "17/2026",
        "legal_basis": "§ 109",
        "register": "case_file",
        "origin": "Seized at the compound",
        "origin_signed": True,
    }
    return FileQuestion(**{**given, **more})


def staged(by: User, content: str = FEW, **more: Any) -> FileSearch:
    return actions.stage_search(by, "persons.csv", content.encode(), said(**more), now=NOW)


def done(row: FileSearch) -> FileSearch:
    actions.search_files(now=NOW, turns=100)
    row.refresh_from_db()
    return row


def approvers() -> tuple[User, User]:
    return officer("bang", "supervisor"), officer("lam", "analyst")


def kinds() -> list[str]:
    return [leaves.decode(bytes(leaf.body)).kind for leaf in Leaf.objects.order_by("pk")]


def test_candidates_alone_come_out_with_their_lines() -> None:
    on_duty = linh()
    wanted = record(on_duty, birth="1987-03-12")
    by_number = record(on_duty, "何小玉", numbers=[("passport_ordinary", "E12345678")])
    record(on_duty, "农志高")
    row = staged(on_duty)
    actions.start_search(on_duty, row, now=NOW)
    row = done(row)
    assert (row.state, row.rows_total, row.rows_done, row.rows_bad) == ("done", 3, 3, 1)
    found = {(hit.line, hit.record_id, hit.agreement) for hit in queries.found_by(on_duty, row)}
    assert found == {(2, wanted.pk, "moderate"), (4, by_number.pk, "moderate")}


def test_a_bad_line_is_named_and_its_cells_are_gone() -> None:
    on_duty = linh()
    row = staged(on_duty)
    actions.start_search(on_duty, row, now=NOW)
    done(row)
    (bad,) = FileSearchRow.objects.exclude(error="")
    assert (bad.line, bad.error, bad.error_field, bad.cells) == (3, "date_impossible", "birth", [])


def test_sensitive_columns_are_dropped_with_a_count() -> None:
    row = staged(linh())
    assert row.dropped_columns == 1
    assert not any("壮" in str(cells) for cells in FileSearchRow.objects.values_list("cells", flat=True))


@pytest.mark.parametrize("register", ["population", "hotel", "telecom", "school", "health"])
def test_the_register_of_a_population_is_never_searched_with(register: str) -> None:
    with pytest.raises(Refused, match="search_register_forbidden"):
        staged(linh(), register=register)
    assert not FileSearchRow.objects.exists()


@pytest.mark.parametrize("field", ["case_number", "legal_basis", "origin"])
def test_what_is_not_declared_is_asked_for(field: str) -> None:
    with pytest.raises(Malformed) as caught:
        staged(linh(), **{field: " "})
    assert caught.value.facts["field"] == field


def test_the_origin_is_signed() -> None:
    with pytest.raises(Malformed) as caught:
        staged(linh(), origin_signed=False)
    assert caught.value.facts["field"] == "origin_signed"


def test_a_file_of_more_than_fifty_needs_two_others() -> None:
    on_duty, (bang, lam) = linh(), approvers()
    row = staged(on_duty, many(51))
    with pytest.raises(Refused, match="two_approvals_missing"):
        actions.start_search(on_duty, row, now=NOW)
    assert kinds()[-1] == "policy_refused"
    actions.approve_search(bang, row, "file_search", now=NOW)
    with pytest.raises(Refused, match="approved_already"):
        actions.approve_search(bang, row, "file_search", now=NOW)
    with pytest.raises(Refused, match="approver_is_author"):
        actions.approve_search(on_duty, row, "file_search", now=NOW)
    row.refresh_from_db()
    assert row.state == "staged"
    actions.approve_search(lam, row, "file_search", now=NOW)
    row.refresh_from_db()
    assert row.state == "running"


@pytest.mark.parametrize(
    ("role", "more"),
    [
        ("administrator", {}),
        ("inspector", {}),
        ("supervisor", {"certified": False}),
        ("analyst", {"office": "vn-x"}),
    ],
)
def test_who_has_no_part_in_the_case_cannot_approve(role: str, more: dict[str, Any]) -> None:
    row = staged(linh(), many(51))
    with pytest.raises(Refused, match="officer_"):
        actions.approve_search(officer("other", role, **more), row, "file_search", now=NOW)


def test_a_small_file_counts_person_by_person_in_the_hour() -> None:
    on_duty = linh()
    first = staged(on_duty, many(50))
    actions.start_search(on_duty, first, now=NOW)
    second = staged(on_duty, many(11))
    with pytest.raises(Refused, match="search_quota_reached"):
        actions.start_search(on_duty, second, now=NOW)
    records.lift_quota(officer("bang", "supervisor"), on_duty, reason="Raid tonight.", now=NOW)
    actions.start_search(on_duty, second, now=NOW)
    assert list(Look.objects.filter(deed="searched").values_list("persons", flat=True)) == [50, 11]


def test_it_goes_on_where_it_was_stopped() -> None:
    on_duty, (bang, lam) = linh(), approvers()
    record(on_duty, birth="1987-03-12")
    row = staged(on_duty, many(60))
    for one in (bang, lam):
        actions.approve_search(one, row, "file_search", now=NOW)
    assert actions.search_files(now=NOW, turns=1) == 1
    row.refresh_from_db()
    assert (row.state, row.rows_done) == ("running", 25)
    assert queries.running_file_searches().get() == row
    assert done(row).rows_done == 60
    assert FileSearchHit.objects.values_list("line", flat=True).get() == 2
    assert FileSearch.objects.get().state == "done"


def test_the_file_is_erased_after_a_day_whatever_became_of_it() -> None:
    on_duty = linh()
    record(on_duty, birth="1987")
    searched, forgotten = staged(on_duty), staged(on_duty)
    actions.start_search(on_duty, searched, now=NOW)
    done(searched)
    actions.erase_due(now=NOW + timedelta(hours=23, minutes=59))
    assert FileSearchRow.objects.exists()
    actions.erase_due(now=NOW + timedelta(hours=24))
    assert not FileSearchRow.objects.exists()
    states = dict(FileSearch.objects.values_list("pk", "state"))
    assert states == {searched.pk: "done", forgotten.pk: "lapsed"}
    assert queries.found_by(on_duty, searched).exists()
    actions.erase_due(now=NOW + timedelta(days=31))
    assert not FileSearchHit.objects.exists()


def test_what_it_gave_is_its_authors() -> None:
    on_duty, bang = linh(), officer("bang", "supervisor")
    record(on_duty, birth="1987")
    row = staged(on_duty)
    actions.start_search(on_duty, row, now=NOW)
    done(row)
    assert queries.file_search(bang, row.pk) == row
    assert not queries.found_by(bang, row).exists()
    assert queries.file_search(officer("mara", "administrator"), row.pk) is None
    assert queries.file_search(officer("far", office="vn-x"), row.pk) is None


def test_a_record_that_was_withdrawn_since_leaves_with_no_export() -> None:
    on_duty = linh()
    wanted = record(on_duty, birth="1987")
    row = staged(on_duty)
    actions.start_search(on_duty, row, now=NOW)
    row = done(row)
    records.withdraw(on_duty, wanted, now=NOW)
    assert actions.export_search(on_duty, row, now=NOW) == b"line,record,agreement\n"


def test_more_than_a_hundred_rows_leave_with_two_approvals_alone() -> None:
    on_duty, (bang, lam) = linh(), approvers()
    wanted = record(on_duty, birth="1987")
    row = staged(on_duty)
    actions.start_search(on_duty, row, now=NOW)
    row = done(row)
    told = actions.export_search(on_duty, row, now=NOW).decode().splitlines()
    assert told == ["line,record,agreement", f"2,{wanted.number},moderate"]
    assert kinds()[-1] == "exported"
    FileSearchHit.objects.bulk_create(
        FileSearchHit(of=row, line=at, record=wanted, agreement="weak", rank=20) for at in range(100, 200)
    )
    with pytest.raises(Refused, match="two_approvals_missing"):
        actions.export_search(on_duty, row, now=NOW)
    for one in (bang, lam):
        actions.approve_search(one, row, "export", now=NOW)
    assert len(actions.export_search(on_duty, row, now=NOW).splitlines()) == 102


def test_consent_to_searching_is_no_consent_to_exporting() -> None:
    on_duty, (bang, lam) = linh(), approvers()
    row = staged(on_duty, many(51))
    for one in (bang, lam):
        actions.approve_search(one, row, "file_search", now=NOW)
        with pytest.raises(Refused, match="not_now"):
            actions.approve_search(one, row, "export", now=NOW)


def test_the_report_of_the_year_counts_them() -> None:
    on_duty = linh()
    actions.start_search(on_duty, staged(on_duty), now=NOW)
    staged(on_duty)
    actions.search_files(now=NOW, turns=10)
    counted = queries.file_searches_of_year(2026)
    assert (counted.files, counted.persons, counted.by_register) == (1, 3, {"case_file": 1})
    assert queries.file_searches_of_year(2025).files == 0


def test_a_file_without_names_and_numbers_is_refused_as_a_whole() -> None:
    with pytest.raises(Malformed, match="columns_not_understood"):
        staged(linh(), "colour,size\nred,4\n")


@pytest.mark.django_db(transaction=True)
def test_two_small_files_at_the_same_moment_do_not_pass_for_one_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    on_duty = linh()
    rows = [staged(on_duty, many(40)), staged(on_duty, many(40))]
    middle = Middle(file_search._begin)
    monkeypatch.setattr(file_search, "_begin", middle)
    deeds = [partial(actions.start_search, on_duty, row, now=NOW) for row in rows]
    assert two_at_once(*deeds, middle) == ["search_quota_reached"]
    assert FileSearch.objects.filter(state="running").count() == 1


def approved_at_once(
    monkeypatch: pytest.MonkeyPatch, row: FileSearch, first: User, second: User
) -> list[str]:
    """Let two approve at the same moment; return the codes of what was refused."""
    middle = Middle(looks.keep)
    monkeypatch.setattr(file_search.looks, "keep", middle)
    deeds = [partial(actions.approve_search, who, row, "file_search", now=NOW) for who in (first, second)]
    return two_at_once(*deeds, middle)


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_the_same_moment_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    on_duty, (bang, lam) = linh(), approvers()
    row = staged(on_duty, many(51))
    assert approved_at_once(monkeypatch, row, bang, lam) == []
    row.refresh_from_db()
    assert row.state == "running"


@pytest.mark.django_db(transaction=True)
def test_who_approves_twice_at_the_same_moment_has_approved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    on_duty, (bang, _lam) = linh(), approvers()
    row = staged(on_duty, many(51))
    assert approved_at_once(monkeypatch, row, bang, bang) == ["approved_already"]
    assert row.approvals.count() == 1
