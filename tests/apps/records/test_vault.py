"""The vault: one window for policy, one officer who sees, nothing for anybody else (SG14, SG18, SG39)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lienlac.apps.accounts.models import User
from lienlac.apps.records import finding, vault
from lienlac.apps.records.models import NameKey, Protected, ProtectedToken
from lienlac.apps.records.vault import Person, key
from lienlac.core.errors import Malformed, Refused, Unauthentic
from lienlac.core.policy.case import Protection
from tests.apps.records.people import NOW, linh, officer

pytestmark = pytest.mark.django_db
HA = "protection_officer"
ASKED = {"subject_name": "谭庆远", "subject_name_language": "zh-hans", "birth": "1987"}


def protected(by: User, **more: Any) -> Protected:
    given: dict[str, Any] = {"names": ("Đàm Khánh Viễn",), "why": "witness", "birth": "1987-03-12", **more}
    return vault.enter(by, Person(**given), retention_until=date(2027, 11, 21), now=NOW)


def test_policy_is_told_across_scripts_that_there_is_a_record() -> None:
    protected(officer("ha", HA))
    assert vault.protection_of(ASKED, message_id="0" * 32).record
    assert not vault.protection_of({"subject_name": "陆建国"}, message_id="0" * 32).record
    assert vault.protection_of({}, message_id="0" * 32) == Protection()


def test_a_document_is_enough_whatever_the_name() -> None:
    protected(officer("ha", HA), documents=("E 1234 5678",))
    asked = {"subject_name": "陆建国", "document_number": "e12345678"}
    assert vault.protection_of(asked, message_id="0" * 32).record


def test_a_namesake_a_generation_apart_is_not_meant() -> None:
    protected(officer("ha", HA))
    assert not vault.protection_of({**ASKED, "birth": "1950"}, message_id="0" * 32).record
    assert vault.protection_of({**ASKED, "birth": "1989"}, message_id="0" * 32).record


def test_what_the_answer_names_is_asked_too() -> None:
    protected(officer("ha", HA))
    assert vault.protection_of(
        {"subject_name": "陆建国"}, {"aliases": ["谭庆远"]}, message_id="0" * 32
    ).record


def test_claim_and_asylum_reach_policy() -> None:
    protected(
        officer("ha", HA),
        why="persecution",
        claims_persecution_by="CN",
        asylum_decision="A-7",
        appeal_over_on="2026-10-01",
    )
    found = vault.protection_of(ASKED, message_id="0" * 32)
    assert found == Protection(
        record=True, claims_persecution_by="CN", asylum_decision="A-7", appeal_over_on=date(2026, 10, 1)
    )


def test_of_two_persons_who_agree_the_undecided_one_counts() -> None:
    ha = officer("ha", HA)
    protected(ha, asylum_decision="A-7", appeal_over_on="2026-10-01")
    protected(ha)
    found = vault.protection_of(ASKED, message_id="0" * 32)
    assert (found.asylum_decision, found.appeal_over_on) == ("", None)


def test_a_release_is_for_one_enquiry() -> None:
    ha = officer("ha", HA)
    protected(ha)
    vault.release(ha, "a" * 32, now=NOW)
    assert vault.protection_of(ASKED, message_id="a" * 32).released
    assert not vault.protection_of(ASKED, message_id="b" * 32).released


@pytest.mark.parametrize("role", [role for role in User.Role.values if role != HA])
def test_nobody_but_the_protection_officer_sees_enters_or_releases(role: str) -> None:
    row, other = protected(officer("ha", HA)), officer("x", role)
    for deed in (
        lambda: vault.persons(other, now=NOW),
        lambda: protected(other),
        lambda: vault.release(other, "a" * 32, now=NOW),
        lambda: vault.remove(other, row, now=NOW),
    ):
        with pytest.raises(Refused, match="officer_may_not"):
            deed()


def test_no_word_of_a_person_stands_in_the_database() -> None:
    row = protected(officer("ha", HA), note="her brother")
    row.refresh_from_db()
    stored = bytes(row.sealed) + "".join(ProtectedToken.objects.values_list("token", flat=True)).encode()
    for word in ("Viễn", "vien", "1987", "brother"):
        assert word.encode() not in stored
    assert not NameKey.objects.exists()
    assert finding.near(["Đàm Khánh Viễn"]) == {}


def test_the_protection_officer_reads_them_whole() -> None:
    ha = officer("ha", HA)
    row = protected(ha)
    ((found, person),) = vault.persons(ha, now=NOW)
    assert (found, person.names, person.birth) == (row, ("Đàm Khánh Viễn",), "1987-03-12")
    vault.remove(ha, row, now=NOW)
    assert not ProtectedToken.objects.exists()


def test_a_changed_byte_is_noticed() -> None:
    nonce, sealed = key.seal(b"somebody")
    assert key.unseal(nonce, sealed) == b"somebody"
    for at in range(len(sealed)):
        broken = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(Unauthentic, match="vault_row_broken"):
            key.unseal(nonce, broken)


def test_the_key_is_a_file_of_its_own_that_others_cannot_read() -> None:
    key.token("x")
    file = settings.NODE.keys / key.FILE
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("more", "field"),
    [({"names": ()}, "names"), ({"names": ("12",)}, "names"), ({"why": "?"}, "why"), ({"birth": "x"}, "birth"),
     ({"documents": ("-",)}, "documents"), ({"claims_persecution_by": "Q9"}, "claims_persecution_by")],
)  # fmt: skip
def test_what_is_wrong_is_named(more: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed) as caught:
        protected(officer("ha", HA), **more)
    assert caught.value.facts["field"] == field


def test_the_list_of_the_protection_officer_costs_two_queries() -> None:
    protected(officer("ha", HA))
    with CaptureQueriesContext(connection) as seen:
        assert vault.known([(ASKED,), ({"subject_name": "陆建国"},)] * 20) == [True, False] * 20
    assert len(seen) <= 2
    linh()  # the officer at the desk has no such list
