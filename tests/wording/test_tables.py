"""The tables of words: complete in seven languages, in both directions, with placeholders that agree."""

from __future__ import annotations

import ast
import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

import lienlac
from lienlac.apps.enquiries.actions import reviewing
from lienlac.apps.mailroom.actions import incidents, keeping, proving, receipted
from lienlac.core import codes
from lienlac.core.journeys.candidate import CANDIDATE
from lienlac.core.journeys.enquiry import ASKED, RECEIVED
from lienlac.core.ledger import leaves
from lienlac.core.messages.kinds import KINDS
from lienlac.core.names import VIEWS, hanzi, overseas, reasons
from lienlac.core.policy.reasons import REASONS
from lienlac.peer.https import client
from lienlac.peer.nats import cluster
from lienlac.wording import LANGUAGES
from lienlac.wording.sentences import MEGABYTES, PLACES, families
from lienlac.wording.tables import names, table

SOURCE = Path(lienlac.__file__).parent
FIELDS = [field for kind in KINDS.values() for field in kind.fields]
BESIDE_THE_LISTS = {  # tables of labels for codes that another table of the core defines
    "fields": {field.name for field in FIELDS},
    "field_groups": {field.group for field in FIELDS},
    "leaf_kinds": set(leaves.KINDS),
    "agreement_gaps": {"party", "in_force", "kind", "purpose", "offence", "competent_authority"},
    "name_views": set(VIEWS),
    "answer_stages": {"received", "opened", "answered", "delivered"},
    "reading_tables": {*hanzi.SOURCES, *overseas.SYSTEMS, "pypinyin", "pinyin_surnames", "transcribed"},
}
SENTENCES = ("errors", "reasons", "namesakes", "policy_reasons", "findings", "cures")
TABLES = [f"codes/{name}" for name in sorted(names())] + list(SENTENCES)
SCRIPTS = {"lo": "LAO", "km": "KHMER", "th": "THAI", "my": "MYANMAR", "zh-hans": "CJK"}
ERRORS = {"Refused", "Malformed", "Unauthentic", "NotUnderstood", "Unavailable", "Incident"}


@cache
def raised() -> dict[str, str]:
    """Every error code that stands as a literal in the source -> where."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for code in codes_of(node):
                found[code] = f"{path.relative_to(SOURCE)}:{node.lineno}"
    return found


def codes_of(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if name not in ERRORS:
        return
    first = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "code")]
    yield from (one.value for one in first if isinstance(one, ast.Constant) and isinstance(one.value, str))


def lines(path: str) -> list[dict[str, str]]:
    text = (files("lienlac.wording") / f"{path}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), strict=True))


def test_every_code_list_has_a_table_of_labels_and_no_table_is_without_a_list() -> None:
    assert names() == set(codes.names()) | set(BESIDE_THE_LISTS)


@pytest.mark.parametrize("name", codes.names())
def test_every_code_has_a_label_and_every_label_a_code(name: str) -> None:
    assert list(table(f"codes/{name}")) == list(codes.load(name))


@pytest.mark.parametrize(("name", "wanted"), BESIDE_THE_LISTS.items())
def test_every_code_of_another_table_has_a_label(name: str, wanted: set[str]) -> None:
    assert wanted <= set(table(f"codes/{name}"))


@pytest.mark.parametrize("path", TABLES)
def test_every_cell_is_filled_in_seven_languages(path: str) -> None:
    rows = lines(path)
    assert rows
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        assert None not in row, row["code"]
        assert set(row) == {"code", *LANGUAGES, "check"}
        for language in LANGUAGES:
            assert row[language] == row[language].strip() != "", (row["code"], language)
            assert unicodedata.is_normalized("NFC", row[language]), (row["code"], language)
        assert set(row["check"].split()) <= set(LANGUAGES)


@pytest.mark.parametrize("path", [path for path in TABLES if path != "codes/connectivity"])
def test_words_stand_in_the_column_of_their_script(path: str) -> None:
    for row in lines(path):
        for language, script in SCRIPTS.items():
            found = {
                unicodedata.name(letter, "").split()[0]
                for letter in row[language]
                if unicodedata.category(letter) in ("Lo", "Mn", "Mc")
            }
            foreign = found & set(SCRIPTS.values()) - {script}
            quoted = path == "codes/classifications"  # a mark of secrecy is quoted as it is written
            assert quoted or not foreign, (row["code"], language, foreign)


@pytest.mark.parametrize("path", TABLES)
def test_placeholders_are_the_same_in_every_language(path: str) -> None:
    for row in lines(path):
        wanted = sorted(re.findall(r"\{[^}]*\}", row["en"]))
        for language in LANGUAGES:
            assert sorted(re.findall(r"\{[^}]*\}", row[language])) == wanted, (row["code"], language)
            assert row[language].count("{") == row[language].count("}") == len(wanted)


def test_placeholders_that_name_a_list_name_one_that_exists() -> None:
    named = {
        part for path in TABLES for row in lines(path) for part in re.findall(r"\{\w+:(\w+)\}", row["en"])
    }
    assert named
    assert named <= names() | {MEGABYTES, PLACES}


def test_every_error_that_is_raised_has_a_sentence() -> None:
    silent = {code: place for code, place in raised().items() if not has_words(code)}
    assert not silent


def has_words(code: str) -> bool:
    spoken = (*SENTENCES, "codes/rules", "codes/refusal_grounds", "codes/lane_incidents")
    return code in families() or any(code in table(path) for path in spoken)


def test_every_reason_why_a_line_fails_has_a_sentence() -> None:
    codes_of_lines = {code for _, code in client._REASONS} | {"line_failed", "door_failed"}
    codes_of_lines |= {code for _, code in cluster.REASONS} | {"cluster_unreachable", "mailbox_full"}
    assert not {code for code in codes_of_lines if not has_words(code)}


def test_every_incident_that_is_noted_has_a_sentence() -> None:
    noted = {proving.INCIDENT, receipted.LEDGER_DENIED, keeping.FULL, *reviewing.OVERDUE.values()}
    assert noted | incidents.COUNTED <= set(table("codes/lane_incidents"))


def test_the_scan_for_raised_errors_finds_them() -> None:
    assert {"unknown_code", "bad_signature", "field_missing", "equivocation"} <= set(raised())


def test_a_family_is_a_sentence_and_its_codes_have_no_other() -> None:
    assert families()
    assert set(families().values()) <= set(table("errors"))
    assert not set(families()) & set(table("errors"))


def test_every_reason_of_a_comparison_has_a_sentence_with_facts_that_exist() -> None:
    assert set(reasons.CODES) == set(table("reasons"))
    for code, (_, facts) in reasons.CODES.items():
        used = set(re.findall(r"\{(\w+)", table("reasons")[code].texts["en"]))
        assert used <= set(facts), code


def test_every_reason_of_a_rule_has_a_sentence_with_facts_that_exist() -> None:
    assert set(REASONS) <= set(table("policy_reasons"))
    for code, facts in REASONS.items():
        assert set(re.findall(r"\{(\w+)", table("policy_reasons")[code].texts["en"])) <= set(facts), code


@pytest.mark.parametrize("journey", [ASKED, RECEIVED, CANDIDATE], ids=lambda journey: journey.name)
def test_every_state_of_a_journey_has_a_label(journey: object) -> None:
    name = "candidate_states" if journey is CANDIDATE else "enquiry_states"
    states = {step.state for step in journey.steps} | {step.to for step in journey.steps if step.to}  # type: ignore[attr-defined]
    assert states <= set(codes.load(name))


def test_every_list_that_a_field_names_exists() -> None:
    assert {field.code_list for field in FIELDS if field.code_list} <= set(codes.names())


def test_the_kinds_of_the_table_are_the_codes_of_the_list_with_the_same_class() -> None:
    listed = codes.load("kinds")
    assert set(listed) == set(KINDS)
    assert {code: listed.row(code)["class"] for code in listed} == {
        code: kind.cls or "" for code, kind in KINDS.items()
    }
