"""What the vault does to an answer: the desk reads an ordinary hold, until the protection officer lets it go (SG18)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lienlac.apps.accounts.models import User
from lienlac.apps.enquiries import actions as enquiries
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.records import vault
from lienlac.core.errors import Refused
from lienlac.core.policy.case import Protection
from tests.apps.records.people import NOW, linh, officer
from tests.apps.screening import world

pytestmark = pytest.mark.django_db
FULL = {
    "identity_confirmed": True,
    "text": "We know him.",
    "text_language": "en",
    "evaluation_source": "A",
    "evaluation_information": "1",
}
LATER = {"until": "2026-11-25T00:00:00Z"}


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what would be posted; receipts are not played here."""
    box: list[Any] = []
    monkeypatch.setattr(mailroom, "post", lambda message, **_: box.append(message))
    monkeypatch.setattr(mailroom, "post_receipt", lambda *_about, **_when: None)
    return box


def asked_about_a_witness(ha: User) -> str:
    person = vault.Person(names=("谭庆远",), why="witness", birth="1987")
    vault.enter(ha, person, retention_until=date(2027, 11, 21), now=NOW)
    return world.arrives(world.build())


def answer(by: User, message_id: str, response: str, body: dict[str, Any]) -> None:
    enquiries.answer(by, world.addressee(message_id), response, body, now=NOW)


@pytest.mark.parametrize("response", ["FULL", "NOHIT"])
def test_no_telling_answer_about_a_protected_person_leaves(posted: list[Any], response: str) -> None:
    message_id = asked_about_a_witness(officer("ha", "protection_officer"))
    with pytest.raises(Refused) as caught:
        answer(linh(), message_id, response, FULL)
    assert caught.value.code == "held_for_review"  # and no rule, no word of a vault
    assert "protect" not in f"{caught.value.code} {caught.value.facts}".lower()
    assert posted == []


def test_an_answer_that_tells_nothing_may_go(posted: list[Any]) -> None:
    answer(linh(), asked_about_a_witness(officer("ha", "protection_officer")), "STATUS", LATER)
    assert len(posted) == 1


def test_the_protection_officer_lets_it_go(posted: list[Any]) -> None:
    ha = officer("ha", "protection_officer")
    message_id = asked_about_a_witness(ha)
    vault.release(ha, message_id, now=NOW)
    answer(linh(), message_id, "FULL", FULL)
    assert len(posted) == 1


def test_a_vault_that_is_not_asked_is_noticed(posted: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted violation: with a window that says nothing the answer leaves, so it is the vault that held it."""
    message_id = asked_about_a_witness(officer("ha", "protection_officer"))
    monkeypatch.setattr(vault, "protection_of", lambda *_asked, **_about: Protection())
    answer(linh(), message_id, "FULL", FULL)
    assert len(posted) == 1
