"""What lies in the target afterwards is the node, or nothing was moved."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from tests.apps.mailroom.partner import NOW, US, Partner, found_us
from tests.postgresql import Server

from lienlac.apps.audit import actions as audit
from lienlac.apps.audit import house
from lienlac.apps.audit.models import Leaf
from lienlac.apps.directory import queries as directory
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom.models import Incident
from lienlac.apps.relay import actions as relay
from lienlac.cli.moving import copying, target, verifying
from lienlac.cli.moving.copying import Content
from lienlac.core.errors import LienlacError, Malformed

SAYS = {"text": "靖西 ພາສາລາວ မြန်မာ", "number": 1.5, "none": None, "deep": {"z": [1, 2], "a": True}}


@pytest.fixture
def node(db: None) -> Partner:
    """Let our node meet a partner, take something in, and note something."""
    found_us()
    partner = Partner()
    met = partner.introduce()
    receivers = mailroom.Receivers(by_kind={"TEST": lambda _: None}, receipt=lambda _: None)
    other = Partner(code="la-boten").introduce()
    relay.leave(met, b"sealed", to=other, read=0, now=NOW)
    mailroom.take_in(met, partner.parcels(3), receivers, now=NOW)
    Incident.objects.create(partner=met, code="clock_off", facts=SAYS, evidence=bytes(range(256)), at=NOW)
    house.note("incident", actor=None, facts={"code": "x", "node": "y"}, now=NOW)
    key = directory.own_signing_key("node", NOW)
    audit.sequence(audit.Sealer(node=US, public=key.public.public_bytes, sign=key.sign), now=NOW)
    return partner


def move(after_copy: str = "") -> None:
    """Copy and verify as the command does, with something that happens to the copy in between."""
    before = verifying.unwell(settings.NODE)
    with transaction.atomic(using=target.ALIAS):
        copied = copying.copy_all(say=print)
        if after_copy:
            in_target(after_copy)
        verifying.verify(copied, replace(settings.NODE, database="postgresql://"), before=before)


def in_target(statement: str) -> list[tuple[object, ...]]:
    with connections[target.ALIAS].cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def named(code: str) -> Iterator[pytest.ExceptionInfo[LienlacError]]:
    with pytest.raises(LienlacError) as refusal:
        yield refusal
    assert refusal.value.code == code


def test_every_table_arrives_as_it_was(node: Partner, made: str) -> None:
    move()
    [(facts, evidence, at)] = in_target("select facts::text, evidence, at from mailroom_incident")
    assert (json.loads(str(facts)), bytes(evidence), at) == (SAYS, bytes(range(256)), NOW)  # type: ignore[call-overload]
    [(sealed,)] = in_target("select sealed from relay_letter")
    assert bytes(sealed) == b"sealed"  # type: ignore[call-overload]
    placed = Leaf.objects.exclude(place=None).count()
    assert in_target("select count(*) from audit_leaf where place is not null") == [(placed,)]


def test_numbers_of_erased_rows_are_not_given_again(node: Partner, made: str) -> None:
    last_key = Incident.objects.latest("pk").pk
    Incident.objects.all().delete()
    move()
    [(next_one,)] = in_target("select nextval(pg_get_serial_sequence('mailroom_incident', 'id'))")
    assert next_one == last_key + 1


@pytest.mark.parametrize(
    "harm",
    [
        "update mailroom_incident set facts = '{}'",
        "update audit_leaf set body = 'x' where place = 0",
        "update mailroom_lane set state = jsonb_set(state, '{seq}', '7') where direction = 'in'",
        "delete from mailroom_incident",
        "insert into mailroom_incident (partner_id, code, facts, evidence, count, at, closed_by, closed_with)"
        " select partner_id, code, facts, evidence, count, at, closed_by, closed_with from mailroom_incident",
    ],
)
def test_one_row_that_differs_is_found(node: Partner, made: str, harm: str) -> None:
    with named("copy_differs"):
        move(harm)


def test_a_server_that_forgets_commits_is_refused(node: Partner, made: str) -> None:
    with named("copy_unwell") as refusal:
        move("set local synchronous_commit = off")
    assert refusal.value.facts["checks"] == "options"


def test_what_postgresql_cannot_hold_is_named_and_nothing_is_kept(node: Partner, made: str) -> None:
    Incident.objects.update(closed_with="a\0b")
    with named("copy_failed") as refusal:
        move()
    assert refusal.value.facts["table"] == "mailroom_incident"
    assert in_target("select count(*) from directory_node") == [(0,)]


def test_a_table_that_nobody_knows_is_not_left_behind_in_silence(node: Partner, made: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("create table of_somebody_else (x integer)")
    with named("unknown_tables") as refusal:
        copying.make_tables()
    assert refusal.value.facts["names"] == "of_somebody_else"


def test_a_copy_that_was_not_switched_to_is_found_again(node: Partner, made: str) -> None:
    move()
    assert target.look(US) is target.Found.OURS
    assert not verifying.differing_tables(copying.counted(target.SOURCE))
    Incident.objects.update(code="line_slow")
    assert verifying.differing_tables(copying.counted(target.SOURCE)) == ["mailroom_incident"]


def test_the_tables_of_another_node_are_left_alone(node: Partner, made: str) -> None:
    move()
    with named("target_of_other_node"):
        target.look("vn-lao-bao")


@tries(max_examples=25)
@given(st.lists(st.tuples(st.integers(), st.text())), st.randoms())
def test_a_content_is_the_same_in_any_order(rows: list[tuple[int, str]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert summed(rows) == summed(shuffled)
    assert summed([*rows, (1, "one more")]) != summed(rows)


def summed(rows: list[tuple[int, str]]) -> Content:
    content = Content()
    for row in rows:
        content = content.plus(row)
    return content


Connect = Callable[[str], None]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://x@localhost/x", "database_unknown"),
        ("postgresql://x@localhost:none/x", "database_url_broken"),
        ("nonsense", "database_url_broken"),
        ("postgresql://x@127.0.0.1:9/x", "database_unreachable"),
    ],
)
def test_what_is_no_server_is_named(connect: Connect, url: str, code: str) -> None:
    with named(code):
        connect(url)


def test_a_wrong_password_is_named(connect: Connect, server: Server) -> None:
    rules = server.directory / "pg_hba.conf"
    kept = rules.read_text()
    server.run("create role careful login password 'right'")
    rules.write_text("local all careful scram-sha-256\n" + kept)
    server.run("select pg_reload_conf()")
    url = server.fresh().replace("postgres@", "careful:{}@")
    with named("database_login_refused"):
        connect(url.format("wrong"))


def test_a_user_without_rights_is_named(connect: Connect, server: Server) -> None:
    server.run("create role guest login")
    with named("database_no_rights"):
        connect(server.fresh().replace("postgres@", "guest@"))


def test_texts_in_another_encoding_are_refused(connect: Connect, server: Server) -> None:
    with named("database_not_utf8"):
        connect(server.fresh(ENCODING="LATIN1", LC_COLLATE="C", LC_CTYPE="C"))


def test_an_option_that_is_none_is_named(connect: Connect, server: Server) -> None:
    with named("database_option_unknown"):
        connect(server.fresh() + "&sslmood=glad")


def test_an_old_server_is_named(connect: Connect, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.backends.postgresql.features import DatabaseFeatures

    monkeypatch.setattr(DatabaseFeatures, "minimum_database_version", (99,))
    with named("postgresql_too_old"):
        connect(server.fresh())


def test_tables_of_somebody_else_are_left_alone(connect: Connect, server: Server) -> None:
    url = server.fresh()
    server.run("create table theirs (x integer)", url)
    connect(url)
    with pytest.raises(Malformed) as refusal:
        target.look(US)
    assert (refusal.value.code, refusal.value.facts["tables"]) == ("target_not_empty", 1)
