"""Cases to begin from: what officers do every day, with nothing wrong. `examples` changes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from lienlac.core.policy.agreement import Agreement, Party
from lienlac.core.policy.approvals import Approval, Override
from lienlac.core.policy.case import Case, Grant, Match, Officer, Protection, Search, Translation

TODAY = date(2026, 11, 21)
VN, CN, LA, CENTRE = ("VN", "vn-tra-linh"), ("CN", "cn-jingxi"), ("LA", "la-vientiane"), ("XX", "lmlecc")
DIGEST = "d" * 64

TREATY = Agreement(
    id="vn-cn-2015",
    parties=(Party(country="VN"), Party(country="CN", competent_authorities=frozenset({"cn-beijing"}))),
    kinds=frozenset({"VER_ID", "VER_VEH", "INFO", "LOCATE", "ARREST"}),
    purposes=frozenset({"INVESTIGATE", "LOCATE_WANTED", "PROTECT_VICTIM", "DETECT"}),
    offences=frozenset({"06", "0204", "FRAUD", "FRAUD_ONLINE", "TERROR", "09", "08"}),
    valid_from=date(2015, 4, 7),
    articles={"VER_ID": "Art. 5", "LOCATE_WANTED": "Art. 7", "political_offence": "Art. 3"},
)
PAST = replace(TREATY, id="vn-cn-2005", valid_from=date(2005, 1, 1), valid_to=date(2015, 4, 6))

LINH = Officer(id="linh", unit="drugs", role="duty_officer", certified_to=date(2027, 6, 1))
HOA = Approval(by="hoa", unit="leaders", role="leader", digest=DIGEST, certified_to=date(2027, 1, 1))
NAM = replace(HOA, by="nam", unit="wanted", role="supervisor")

ASK_BODY: dict[str, Any] = {
    "subject_name": "Đàm Khánh Viễn", "subject_name_language": "vi", "birth": "1988", "nationality": "CN",
    "purpose": "INVESTIGATE", "offence": "DRUG_TRADE", "offence_country": "VN", "offence_law": "PC",
    "offence_article": "251", "place": "Trà Lĩnh", "matter_date": "2026-10", "why_there": "national",
    "link": "suspect", "case_number": "17/HS", "urgency": "U4", "evaluation_source": "B",
    "evaluation_information": "2",
}  # fmt: skip
LOCATE_BODY = ASK_BODY | {
    "purpose": "LOCATE_WANTED", "decision_authority": "VKSND Cao Bằng", "decision_number": "12/LTN",
    "decision_date": "2026-01-10", "decision_copy": "c" * 64, "penalty_years": 7, "refused_elsewhere": False,
}  # fmt: skip
MISSING_BODY: dict[str, Any] = {
    "subject_name": "ນາງ ແສງດາວ", "subject_name_language": "lo", "birth": "2011", "nationality": "LA",
    "purpose": "LOCATE_MISSING", "urgency": "U2", "reason_for_concern": "ບໍ່ກັບບ້ານ",
    "last_seen_place": "ຫຼວງພະບາງ", "last_seen": "2026-11-19",
}  # fmt: skip

ASK = Case(
    deed="message", door="send", today=TODAY, kind="VER_ID", body=ASK_BODY, sender=VN, receivers=(CN,),
    partner_known=True, agreements=(TREATY,), officer=LINH, digest=DIGEST, ledger_open=True,
)  # fmt: skip
LOCATE = replace(ASK, kind="LOCATE", body=LOCATE_BODY, approvals=(HOA,))
MISSING = replace(ASK, kind="LOCATE_MISSING", body=MISSING_BODY)
MEET = replace(ASK, kind="MEET", body={"topic": "giao ban quý IV"})
ANSWER = replace(
    ASK, kind="ANSWER", sender=CN, receivers=(VN,), asked_kind="VER_ID", asked=ASK_BODY, asked_by=VN,
    protection=Protection(),
    body={"of": "0" * 32, "response": "FULL", "identity_confirmed": True, "subject_name": "谭庆远",
          "subject_name_language": "zh-hans", "evaluation_source": "A", "evaluation_information": "1"},
)  # fmt: skip
LOCATED = replace(
    ANSWER, asked_kind="LOCATE", asked=LOCATE_BODY, approvals=(HOA,), protection=Protection(released=True),
    body={"of": "0" * 32, "response": "FULL", "located": True, "write_to": "cn-beijing",
          "evaluation_source": "A", "evaluation_information": "1"},
)  # fmt: skip
NOHIT = replace(ANSWER, body={"of": "0" * 32, "response": "NOHIT"})
REFUSAL = replace(
    ANSWER, protection=None, body={"of": "0" * 32, "response": "REFUSED", "outward_ground": "RF00"}
)
SEARCH = Case(
    deed="search", door="api", today=TODAY, officer=LINH, purpose="INVESTIGATE", digest=DIGEST,
    ledger_open=True, search=Search(case_number="17/HS"),
)  # fmt: skip
GRANT = Grant(origin="CN", purposes=frozenset({"INVESTIGATE"}), countries=frozenset({"VN"}))
READ = Case(
    deed="read", door="form", today=TODAY, officer=LINH, purpose="INVESTIGATE", ledger_open=True,
    sources=(GRANT,),
)  # fmt: skip
FORWARD = replace(READ, deed="forward", sender=VN, receivers=(VN,))
RELAY = Case(
    deed="relay", door="sync", today=TODAY, relay_fields=frozenset({"sender_node", "time"}), relay_days=7
)
MATCH = Case(
    deed="match", door="form", today=TODAY, officer=LINH, ledger_open=True,
    match=Match(attributes=frozenset({"name", "birth"}), reviewer="linh", reviewer_trained=True),
)  # fmt: skip
TRANSLATE = Case(
    deed="translate", door="form", today=TODAY,
    translation=Translation(local=True, labelled=True, original_shown=True),
)  # fmt: skip
STORE = Case(deed="store", door="import", today=TODAY, ledger_open=True, officer=LINH)

FILE = Search(
    case_number="17/HS", persons_in_file=51, legal_basis="BLTTHS 88", origin_register="wanted_list",
    origin_signed=True,
)  # fmt: skip
FILE_APPROVALS = (replace(HOA, what="file_search"), replace(NAM, what="file_search"))


def with_body(case: Case, **changes: Any) -> Case:
    """Give the case with fields changed; None takes a field out."""
    body = {name: value for name, value in ({**case.body, **changes}).items() if value is not None}
    return replace(case, body=body)


def with_search(**changes: Any) -> Case:
    return replace(SEARCH, search=replace(SEARCH.search or Search(), **changes))


def with_match(**changes: Any) -> Case:
    return replace(MATCH, match=replace(MATCH.match or Match(), **changes))


def article(country: str, text: str, law: str = "PC", **changes: Any) -> Case:
    return with_body(ASK, offence_country=country, offence_article=text, offence_law=law, **changes)


U0_BODY: dict[str, Any] = {
    "urgency": "U0",
    "purpose": "PROTECT_VICTIM",
    "offence": "THB",
    "offence_article": "150",
}
FLASH = with_body(ASK, **U0_BODY)
FLASH_MISSING = with_body(MISSING, urgency="U0")
TWO = Override(
    rule="SG03", digest=DIGEST, first="hoa", first_unit="leaders", second="nam", second_unit="wanted",
    reason="a series of eleven small thefts",
)  # fmt: skip
