"""SG28, SG32, SG33, SG34, SG45 and the outward ground: how this node itself behaves."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Final

from lienlac.core.messages.fields import filled
from lienlac.core.policy.approvals import APPROVING_ROLES, count
from lienlac.core.policy.case import Case, Officer
from lienlac.core.policy.grounds import NO_REASON_STATED, may_leave
from lienlac.core.policy.rule import Said, flag, permit, refuse

NEVER_TRANSLATED: Final = frozenset(
    {
        "offence", "offence_article", "offence_law", "charge", "rights", "legal_basis", "decision_authority",
        "decision_number", "subject_name", "aliases", "signatory",
    }
)  # fmt: skip
GRACE_DAYS: Final = 14  # a role that nobody can renew keeps ADM and HUM so long
_SECOND_PERSON: Final = frozenset({"LOC", "COE"})
_SENT_BY_NODES: Final = frozenset({"RECEIPT", "TEST"})
_ONE_OFFICER_RESPONSES: Final = frozenset({"NOHIT"})


def sensitive_is_necessary(case: Case) -> Said | None:
    """SG28: ethnicity, religion, health … need strict necessity, with its reason; never a key alone."""
    fields = sorted(case.sensitive)
    if case.deed == "search" and case.search and case.search.keys and case.search.keys <= case.sensitive:
        return refuse("sensitive_search_key", "RF15", life=False, fields=fields)
    if fields and not case.necessity.strip():
        return refuse("sensitive_without_necessity", "RF02", fields=fields)
    if fields:
        return permit("sensitive_with_necessity", fields=fields)
    words = sensitive_words(str(case.body.get("text") or ""))
    return flag("sensitive_words_in_text", count=len(words)) if words else permit("no_sensitive_data")


def sensitive_words(text: str) -> tuple[str, ...]:
    """Give the words of `data/sensitive_words.csv` that stand in `text` or in the heading of a column."""
    folded = _folded(text)
    return tuple(word for word in _sensitive_words() if word in folded)


def without_sensitive_columns(headings: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """Give the columns of an import that are kept, and how many were dropped as sensitive; rows stay."""
    kept = tuple(heading for heading in headings if not sensitive_words(heading))
    return kept, len(headings) - len(kept)


@cache
def _sensitive_words() -> tuple[str, ...]:
    table = (files("lienlac.core.policy") / "data" / "sensitive_words.csv").read_text(encoding="utf-8")
    return tuple(_folded(line.split(",")[0]) for line in table.splitlines()[1:])


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def machine_only_helps(case: Case) -> Said | None:
    """SG32: translation is local, labelled, beside its original, never of what binds; no machine decides."""
    if case.deed == "decide":
        if case.automated and case.adverse:
            return refuse("machine_may_not_decide", None)
        return permit("human_decides")
    translation = case.translation
    if translation is None or not translation.local:
        return refuse("translation_not_local", None)
    if not translation.labelled:
        return refuse("translation_not_labelled", None)
    if not translation.original_shown:
        return refuse("translation_without_original", None)
    if translation.field in NEVER_TRANSLATED:
        return refuse("translation_of_binding_text", None, field=translation.field)
    return permit("translation_local_and_labelled")


def ledger_takes_it(case: Case) -> Said | None:
    """SG33: what the ledger cannot take does not happen."""
    return permit("ledger_takes_it") if case.ledger_open else refuse("ledger_closed", None, life=False)


def second_person_approved(case: Case) -> Said | None:
    """SG34: a second person before sending LOC, COE, a hit on a wanted person, sensitive data, an override.

    HUM and INF need one certified officer; ADM, forwarding and NOHIT in INF one officer. What left on one certified
    officer's word somebody may review afterwards: `core.policy.reviews`.
    """
    if case.kind in _SENT_BY_NODES:
        return None
    officer = case.officer
    if officer is None or not officer.id:
        return refuse("officer_unknown", None, life=False)
    if officer.role not in APPROVING_ROLES:
        return refuse("officer_may_not", None, life=False, role=officer.role)
    until = officer.certified_to.isoformat() if officer.certified_to else ""
    if _needs_certificate(case) and not _is_certified(officer, case):
        return refuse("officer_not_certified", None, until=until)
    if not needs_second_person(case):
        certified = permit("officer_certified", until=until)
        return certified if _needs_certificate(case) else permit("one_officer_enough")
    given = count(case.approvals, author=officer.id, digest=case.digest, what="send", today=case.today)
    return permit("second_person_approved", given=given) if given else refuse("second_person_missing", None)


def _needs_certificate(case: Case) -> bool:
    return case.cls != "ADM" and not found_nothing(case)


def found_nothing(case: Case) -> bool:
    """Say whether it is a NOHIT in INF: for that any officer's word is enough."""
    return case.cls == "INF" and str(case.body.get("response")) in _ONE_OFFICER_RESPONSES


def _is_certified(officer: Officer, case: Case) -> bool:
    if officer.certified_to is None:
        return False
    grace = timedelta(days=GRACE_DAYS if case.cls == "HUM" and not officer.renewable else 0)
    return case.today <= officer.certified_to + grace


def needs_second_person(case: Case) -> bool:
    """Say whether a second person must consent before it leaves (SG34)."""
    return bool(
        case.cls in _SECOND_PERSON
        or (case.wanted_hit and case.tells)
        or case.sensitive
        or case.overrides
        or (case.match is not None and case.match.adverse and case.tells)
    )


def training_is_apart(case: Case) -> Said | None:
    """SG45: what bears the training mark stays among training nodes, and what is live among live ones."""
    if case.training_item and not case.training_node:
        return refuse("training_item_on_live_node", None, life=False)
    if case.training_node and case.training_partner is False:
        return refuse("training_to_live", None, life=False)
    if case.training_node and not case.training_item:
        return refuse("live_item_on_training_node", None, life=False)
    if case.training_partner and not case.training_node:
        return refuse("training_item_on_live_node", None, life=False)
    return permit("training_kept_apart")


def ground_may_leave(case: Case) -> Said | None:
    """RF: only outward grounds leave, and RF00 leaves without a word: no reason is stated."""
    ground = case.body.get("outward_ground")
    if not filled(ground):
        return None
    if not may_leave(str(ground)):
        return refuse("ground_may_not_leave", None, life=False, ground=ground)
    if ground == NO_REASON_STATED and filled(case.body.get("text")):
        return refuse("silent_ground_with_words", None, life=False, field="text")
    return permit("ground_may_leave", ground=ground)
