"""What is put to the database straight is answered, and refused, as Django's cursor would have it."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from lienlac.apps.audit.models import Ledger
from lienlac.apps.rows import statements

ADD = "INSERT INTO audit_ledger (partner, epoch, current, restored, size) VALUES (%s, %s, %s, FALSE, %s)"
SIZES = "SELECT partner, size FROM audit_ledger WHERE partner = %s"


@pytest.mark.django_db
def test_a_statement_is_answered_as_by_the_cursor_of_django() -> None:
    assert statements.done(ADD, ["a", "e", True, 3]) == 1
    assert statements.done_each(ADD, [("b", "e", True, 4), ("c", "e", True, 5)]) == 2
    assert [tuple(one) for one in statements.asked(SIZES, ["b"])] == [("b", 4)]
    assert statements.done("UPDATE audit_ledger SET size = 0 WHERE size > %s", [3]) == 2
    assert Ledger.objects.get(partner="a").size == 3


@pytest.mark.django_db
def test_a_sign_of_per_cent_is_itself_whoever_words_it() -> None:
    statements.done(ADD, ["100%s", "e", True, 1])
    found = statements.asked("SELECT partner, '50%%' FROM audit_ledger WHERE size = %s", [1])
    assert [tuple(one) for one in found] == [("100%s", "50%")]


@pytest.mark.django_db
def test_an_error_of_the_database_is_one_of_django() -> None:
    statements.done(ADD, ["a", "e", True, 1])
    with pytest.raises(IntegrityError), transaction.atomic():
        statements.done(ADD, ["a", "e", True, None])
    with pytest.raises(DatabaseError), transaction.atomic():
        statements.asked("SELECT no_such_column FROM audit_ledger")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "put",
    [
        lambda: statements.asked(SIZES, ["a"]),
        lambda: statements.done(ADD, ["a", "e", True, 1]),
        lambda: statements.done_each(ADD, [("a", "e", True, 1)]),
    ],
)
def test_nothing_is_put_to_a_transaction_that_broke(put: object) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            put()  # type: ignore[operator]


@pytest.mark.django_db
def test_who_counts_the_questions_counts_these() -> None:
    with CaptureQueriesContext(connection) as heard:
        statements.asked(SIZES, ["a"])
        statements.done(ADD, ["a", "e", True, 1])
        statements.done_each(ADD, [("b", "e", True, 1)])
    assert len(heard) == 3


@pytest.mark.django_db
def test_who_wraps_the_questions_is_asked() -> None:
    seen = list[str]()

    def refuse(execute: object, sql: str, *_more: object) -> None:
        seen.append(sql)
        raise RuntimeError

    with connection.execute_wrapper(refuse), pytest.raises(RuntimeError):
        statements.asked(SIZES, ["a"])
    assert seen == [SIZES]


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_a_connection_of_its_own() -> None:
    Ledger.objects.create(partner="a", epoch="e")
    told = list[object]()

    def ask() -> None:
        statements.asked(SIZES, ["a"])
        told.append(connection.connection)
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert told
    assert told[0] is not connection.connection
