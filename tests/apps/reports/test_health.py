"""What the checks of health find has words in every language, and is found where it is."""

import ast
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

import lienlac
from lienlac import wording
from lienlac.apps.audit import actions as audit
from lienlac.apps.audit.models import Head, Leaf, Ledger
from lienlac.apps.directory import actions as directory
from lienlac.apps.directory.models import NodeKey
from lienlac.apps.mailroom.models import Incident
from lienlac.apps.reports.health import checks, house, post, store, trust
from lienlac.apps.reports.health.finding import Level, Patient, bad, look, ok, worst
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.trust import moments, quorum, roots, shared
from lienlac.wording.tables import table
from tests.apps.mailroom.partner import found_us

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SOURCE = Path(lienlac.__file__).parent
ROOMS = (SOURCE / "apps" / "reports" / "health", SOURCE / "cli" / "doctor")


@pytest.fixture
def patient() -> Patient:
    return Patient(home=settings.NODE, now=NOW)


def said() -> tuple[set[str], set[str]]:
    """The codes of sentences that the checks name: what is so, and what to do."""
    says, do = set[str](), set[str]()
    for file in (file for room in ROOMS for file in room.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            words = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
            name = getattr(node.func, "id", "two" if isinstance(node.func, ast.IfExp) else "")
            if name in ("ok", "look", "bad", "two") and len(words) >= 2:
                says.add(words[1])
                do.update(words[2:3])
            if name == "Finding":
                told = {one.arg: getattr(one.value, "value", None) for one in node.keywords}
                says.add(told["says"])
    return says - {None}, do - {None, ""}


def test_every_sentence_that_a_check_says_has_words_and_none_is_left_over() -> None:
    says, do = said()
    assert says == set(table("findings"))
    assert do | {"options_postgresql", "options_sqlite", "carry_it"} == set(table("cures"))


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_a_finding_is_a_sentence_in_every_language(language: str) -> None:
    facts = {"free": "1,024"}
    assert "1,024" in wording.finding("disk_space", facts, language)
    assert "lienlac bundle export cn-jingxi" in wording.cure(
        "carry_it", {"partner": "cn-jingxi"}, None, language
    )


def test_the_worst_level_counts() -> None:
    assert worst([]) is Level.OK
    assert worst([ok("a", "line"), look("b", "line", "")]) is Level.LOOK
    assert worst([bad("a", "line", ""), ok("b", "line")]) is Level.BAD


def test_a_check_that_breaks_is_a_finding_and_hides_no_other(patient: Patient) -> None:
    def broken(_patient: Patient) -> None:
        raise RuntimeError("planted")

    found = checks.examine(patient, (broken, house.free_space))
    assert [one.check for one in found] == ["broken", "disk_space"]
    assert found[0].level is Level.BAD
    assert "planted" in wording.finding(found[0].says, found[0].facts, "en")


BACKUPS = {
    None: "backup_never",
    '{"at": "2026-11-21T10:00:00+00:00", "bytes": 1}': "backup_age",
    '{"restored_at": "2026-11-21T10:00:00+00:00", "made_at": "2026-11-20T02:00:00+00:00"}': "backup_before_restore",
    '{"restored_at": "2026-11-21T10:00:00+00:00"}': "backup_note_broken",
    '{"restored_at': "backup_note_broken",
    "[]": "backup_note_broken",
    "1": "backup_note_broken",
}


@pytest.mark.parametrize(("note", "wanted"), BACKUPS.items())
def test_the_last_backup_is_told_also_of_a_node_that_was_put_back(
    patient: Patient, tmp_path: Path, note: str | None, wanted: str
) -> None:
    if note is not None:
        (tmp_path / house.LAST_BACKUP).write_text(note)
    found = house.last_backup(replace(patient, home=replace(settings.NODE, path=tmp_path, database="")))
    assert found.says == wanted
    assert (found.level is Level.LOOK) == (wanted != "backup_age")
    if wanted == "backup_before_restore":
        words = wording.finding(found.says, found.facts, "en")
        assert "put back on 2026-11-21 10:00 UTC from the backup of 2026-11-20 02:00 UTC" in words


DESKS = {
    ("127.0.0.1", "localhost", False): "desk_local",
    ("127.0.0.1", "tra-linh.localhost", False): "desk_local",
    ("::1", "127.0.0.1", False): "desk_local",
    ("0.0.0.0", "localhost", False): "desk_plain",
    ("127.0.0.1", "desk.example.vn", False): "desk_plain",
    ("127.0.0.1", "desk.example.vn", True): "desk_https",
}


@pytest.mark.parametrize(("desk", "wanted"), DESKS.items())
def test_a_desk_for_other_machines_without_tls_is_warned_of(
    patient: Patient, desk: tuple[str, str, bool], wanted: str
) -> None:
    listen, host, https = desk
    home = replace(
        settings.NODE,
        listen=listen,
        desk=replace(settings.NODE.desk, host=host),
        proxy=replace(settings.NODE.proxy, https=https),
    )
    found = house.desk_door(replace(patient, home=home))
    assert (found.says, found.level is Level.LOOK) == (wanted, wanted == "desk_plain")


@pytest.mark.django_db
def test_the_names_of_steps_agree_with_what_django_itself_finds() -> None:
    assert store.steps() == ([], [])
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("sessions", "0001_initial")
    recorder.record_applied("audit", "0099_later")
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    assert store.steps() == ([f"{one.app_label}.{one.name}" for one, _ in plan], ["audit.0099_later"])


@pytest.mark.django_db
def test_a_key_that_ends_soon_is_named_and_one_that_ended_is_bad(patient: Patient) -> None:
    directory.found_node(
        code="vn-tra-linh",
        country="VN",
        endpoint="",
        training=True,
        tls_pin=b"p" * 32,
        now=NOW - timedelta(days=1),
    )
    assert trust.key_days(patient).says == "keys_last"
    NodeKey.objects.filter(use="seal").update(valid_to=NOW + timedelta(days=30))
    soon = trust.key_days(patient)
    assert (soon.level, "2026-12-21" in str(soon.facts["names"])) == (Level.LOOK, True)
    assert trust.key_days(replace(patient, now=NOW + timedelta(days=31))).level is Level.BAD


@pytest.mark.django_db
def test_a_list_of_roots_that_ended_or_names_other_code_lists_is_found(patient: Patient) -> None:
    found_us()
    assert list(trust.roots_list(patient)) == []
    key, ends = SigningKey.generate(), NOW + timedelta(days=30)
    first = shared.ours()
    for number, lists in enumerate((first, (replace(first[0], version=2, digest="0" * 64), *first[1:])), 1):
        raw = quorum.draft(
            (roots.sign("CN", key),),
            number=number,
            threshold=1,
            lists=lists,
            issued_at=moments.to_wire(NOW),
            expires_at=moments.to_wire(ends),
        )
        directory.take_roots(quorum.sign(raw, key), said=quorum.read(raw).digest, now=NOW)
        expected = "roots_agreed" if number == 1 else "roots_lists_differ"
        (found,) = trust.roots_list(patient)
        assert found.says == expected
    late = list(trust.roots_list(replace(patient, now=ends + timedelta(days=1))))
    assert [(one.says, one.level) for one in late] == [
        ("roots_over", Level.LOOK),
        ("roots_lists_differ", Level.LOOK),
    ]


@pytest.mark.django_db
def test_a_leaf_without_its_place_for_long_is_found(patient: Patient) -> None:
    ledger = Ledger.objects.create(partner="", epoch="e")
    Leaf.objects.create(ledger=ledger, body=b"x", written_at=NOW - timedelta(seconds=11))
    assert trust.late_leaves(patient).facts["count"] == 1
    Leaf.objects.update(written_at=NOW - timedelta(seconds=9))
    assert trust.late_leaves(patient).says == "leaves_placed"


@pytest.mark.django_db
def test_a_ledger_that_a_restore_began_is_whole_before_anything_follows(patient: Patient) -> None:
    """Its first leaf stands without a signed head; taken away from any other ledger, a head is missed."""
    key = SigningKey.generate()
    sealer = audit.Sealer(node="vn-tra-linh", public=key.public.public_bytes, sign=key.sign)
    audit.record("cn-jingxi", b"{}", now=NOW)
    audit.sequence(sealer, now=NOW)
    old = Ledger.objects.get()
    audit.open_epoch("cn-jingxi", node="vn-tra-linh", code="restored", now=NOW)
    begun = Ledger.objects.get(current=True)
    assert [one.says for one in trust.ledgers(patient) if begun.epoch in str(one.facts)] == ["ledger_holds"]
    Head.objects.filter(ledger=old).delete()
    lost = [one for one in trust.ledgers(patient) if old.epoch in str(one.facts)]
    assert [one.says for one in lost] == ["ledger_broken"]
    assert "ledger_size" not in wording.finding(lost[0].says, lost[0].facts, "en")
    Leaf.objects.filter(ledger=begun).update(body=b"{}")
    assert "ledger_holds" not in [one.says for one in trust.ledgers(patient)]


@pytest.mark.django_db
def test_what_an_open_incident_asks_for_is_said_once(patient: Patient) -> None:
    us = found_us()
    Incident.objects.create(partner=us, code="gap", at=NOW)
    [found] = post.incidents(patient)
    told = [
        wording.finding(found.says, found.facts, "en"),
        wording.cure(found.do, found.facts, found.problem, "en"),
    ]
    assert told[0].startswith(f"Incidents open with {us.code}: 1.")
    assert " ".join(told).count("Nothing to do.") == 1
