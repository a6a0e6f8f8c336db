"""The code lists: complete, sourced, and every relation points at a code that exists."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib.resources import files

import pytest

from lienlac.core import codes
from lienlac.core.errors import NotUnderstood

RELATIONS = (  # (list, column, list that the column names)
    ("kinds", "class", "classes"),
    ("alert_types", "class", "classes"),
    ("responses", "class", "classes"),
    ("offences", "iccs", "iccs"),
    ("offences", "gate", "gates_of_offence"),
    ("iccs", "gate", "gates_of_offence"),
    ("iccs", "parent", "iccs"),
    ("crime_areas", "gate", "gates_of_offence"),
    ("competences", "iccs", "iccs"),
    ("competences", "kinds", "kinds"),
    ("refusal_grounds", "leaves_as", "refusal_grounds"),
    ("rules", "override", "overrides"),
    ("rules", "inside_ground", "refusal_grounds"),
    ("whys", "kind", "kinds"),
    ("whys", "purpose", "purposes"),
    ("whys", "iccs", "iccs"),
    ("whys", "offences", "offences"),
    ("whys", "urgency", "urgency"),
    ("drug_types", "units", "units"),
    ("seizure_items", "units", "units"),
    ("classifications", "country", "countries"),
    ("agencies", "country", "countries"),
    ("agencies", "type", "agency_types"),
    ("countries", "language", "languages"),
    ("languages", "script", "scripts"),
    ("enquiry_states", "seen_by_other_side", "enquiry_states"),
    ("evaluation_source", "admiralty", "admiralty_source"),
    ("evaluation_information", "admiralty", "admiralty_information"),
    ("admiralty_source", "evaluation", "evaluation_source"),
    ("admiralty_information", "evaluation", "evaluation_information"),
)


def lines(name: str) -> Iterator[dict[str, str]]:
    with (files("lienlac.core.codes") / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table, strict=True)


@pytest.mark.parametrize("name", codes.names())
def test_every_code_is_unique_and_names_its_source(name: str) -> None:
    rows = list(lines(name))
    assert rows
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        assert re.fullmatch(r"[A-Za-z0-9_]+(-[a-z]+)?", row["code"])
        assert row["source"].strip()
        assert row["verified"] in ("true", "false")
        assert None not in row, "a cell too many"
        assert all(cell is not None for cell in row.values()), "a cell too few"


@pytest.mark.parametrize("name", codes.names())
def test_our_own_codes_are_never_called_verified(name: str) -> None:
    assert not [
        row["code"] for row in lines(name) if row["source"].startswith("own") and row["verified"] == "true"
    ]


@pytest.mark.parametrize(("name", "column", "target"), RELATIONS)
def test_relations_point_at_codes_that_exist(name: str, column: str, target: str) -> None:
    known = codes.load(target)
    named = {part for row in codes.load(name).rows.values() for part in row.several(column)}
    assert named
    assert named <= set(known)


def test_a_list_can_be_asked_and_cannot_be_changed() -> None:
    kinds = codes.load("kinds")
    assert "VER_ID" in kinds
    assert kinds.row("VER_ID")["class"] == "INF"
    assert next(iter(kinds)) == "VER_ID"
    with pytest.raises(TypeError):
        kinds.rows["NEW"] = kinds.row("VER_ID")  # type: ignore[index]
    assert codes.load("kinds") is kinds


def test_an_unknown_code_is_named_and_kept_for_later() -> None:
    with pytest.raises(NotUnderstood) as caught:
        codes.load("kinds").row("VER_DREAMS")
    assert caught.value.code == "unknown_code"
    assert caught.value.facts == {"list": "kinds", "value": "VER_DREAMS"}


@pytest.mark.parametrize("name", ["", "no_such_list", "../errors", "kinds.csv", "/etc/passwd"])
def test_an_unknown_list_is_refused_by_name(name: str) -> None:
    with pytest.raises(NotUnderstood, match="unknown_code_list"):
        codes.load(name)


def test_grounds_that_could_betray_somebody_leave_as_rf00() -> None:
    grounds = codes.load("refusal_grounds")
    inside_only = {f"RF{n:02d}" for n in (3, 4, 5, 6, 9, 11, 12, 13, 14, 18)}
    assert {code for code in grounds if not grounds.row(code).flag("outward")} == inside_only
    for code in grounds:
        assert grounds.row(code)["leaves_as"] == ("RF00" if code in inside_only else code)


def test_state_security_opinion_and_elections_are_blocked() -> None:
    assert set(codes.load("iccs").where("gate", "BLOCK")) == {"0803", "0807", "0904"}
    assert "TERROR" in codes.load("offences").where("gate", "REVIEW")


def test_no_offence_passes_a_gate_that_its_classification_does_not_pass() -> None:
    order = ("OK", "REVIEW", "BLOCK")
    iccs = codes.load("iccs")
    for code, row in codes.load("offences").rows.items():
        strictest = max(order.index(iccs.row(part)["gate"]) for part in row.several("iccs"))
        assert order.index(row["gate"]) >= strictest, code


def test_state_secrets_do_not_enter() -> None:
    levels = codes.load("classifications")
    assert [code for code in levels if levels.row(code).flag("accepted")] == ["UNCLASSIFIED_LES"]


def test_deadlines_grow_from_acknowledgement_to_final_answer() -> None:
    for code, row in codes.load("urgency").rows.items():
        spans = [s for s in (row.whole("ack_s"), row.whole("first_s"), row.whole("final_s")) if s is not None]
        assert spans == sorted(spans), code
    assert codes.load("urgency").row("U7").whole("final_s") is None


def test_there_are_six_whys_six_buttons_and_three_deadlines() -> None:
    assert len(codes.load("whys")) == 6
    assert len(codes.load("responses").where("button", "true")) == 6
    assert len(codes.load("urgency").where("quick", "true")) == 3


def test_only_the_competent_authority_is_asked_for_coercion() -> None:
    asked = set(codes.load("kinds").where("competent_authority_only", "true"))
    assert asked == {"ARREST", "HANDOVER", "FREEZE_ASSET", "CTRL_DELIV", "SAMPLE"}


def test_a_tablet_of_methamphetamine_weighs_a_tenth_of_a_gram() -> None:
    row = codes.load("drug_types").row("METH_TAB")
    assert row.number("g_per_tablet") == 0.1
    assert row.number("packs_tablets") == 2000
    assert 4405 * 2000 * 0.1 / 1000 == 881


def test_every_country_of_iso_can_be_a_nationality() -> None:
    nationalities = codes.load("nationalities")
    assert len(nationalities) == 249 + 2
    assert set(codes.load("countries")) <= set(nationalities)
