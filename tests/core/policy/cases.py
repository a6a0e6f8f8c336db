"""The table of examples: for every rule at least three cases that pass and three that do not.

A test file that says what each rule promises; `test_decide.py` runs it, and counts it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lienlac.core.policy.agreement import Agreement, Party
from lienlac.core.policy.approvals import Approval, Override
from lienlac.core.policy.case import Case, Grant, Match, Officer, Protection, Search, Translation
from lienlac.core.policy.finding import Result

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


@dataclass(frozen=True, kw_only=True)
class Example:
    """One row: what `rule` says about `case`; `code` None when it has nothing to say."""

    rule: str
    case: Case
    code: str | None
    result: Result = Result.PERMITTED


def good(rule: str, code: str | None, *cases: Case) -> tuple[Example, ...]:
    return tuple(Example(rule=rule, case=case, code=code) for case in cases)


def bad(rule: str, code: str, *cases: Case, result: Result = Result.REFUSED) -> tuple[Example, ...]:
    return tuple(Example(rule=rule, case=case, code=code, result=result) for case in cases)


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

EXAMPLES: tuple[Example, ...] = (
    # SG01, in the laws and digits of the six countries
    *good("SG01", "offence_allowed", ASK, article("VN", "Điều 249 khoản 2"),
          article("CN", "第三百四十七条"),
          article("TH", "มาตรา ๓๓๕"), article("LA", "ມາດຕາ ໓໑໕"), article("KH", "មាត្រា ៣៥៣"),
          article("MM", "ပုဒ်မ ၃၇၉"), article("CN", "266", law="刑法"), article("CN", "299"),
          article("TH", "113")),
    *good("SG01", "no_offence_given", MEET, MISSING),
    *good("SG01", "offence_reviewed", replace(article("VN", "318"), cleared=frozenset({"SG02"}))),
    *good("SG01", "offence_allowed",
          with_body(MISSING, offence="OTHER", offence_country="VN", offence_article="155")),
    *bad("SG01", "offence_outside_channel", article("VN", "117"), article("VN", "Điều 331 BLHS"),
         article("VN", "251, 109"), article("VN", "108-122"), article("CN", "第一百零五条"),
         article("CN", "293(4)"), article("CN", "第二百九十三条第四项"), article("CN", "105", law="CL"),
         article("TH", "มาตรา ๑๑๒"), article("TH", "116"), article("KH", "មាត្រា ៤៩៤"),
         article("KH", "437 bis"),
         article("MM", "ပုဒ်မ ၅၀၅(က)"), article("MM", "124A"), article("MM", "124-A"),
         article("LA", "ມາດຕາ ໑໑໗"),
         article("VN", "117", law="Bộ luật Hình sự 2015"), article("VN", "４０５"),
         article("VN", "251", offence="0904"), article("CN", "347", offence="0803"),
         with_body(MISSING, offence="OTHER", offence_country="TH", offence_article="112"),
         replace(article("VN", "117"), cleared=frozenset({"SG02"})),
         replace(article("VN", "117"), door="receipt"), with_body(FLASH, offence_article="117"),
         replace(ANSWER, asked={**ASK_BODY, "offence_article": "117"})),
    *bad("SG01", "offence_missing", with_body(ASK, offence=None), with_body(ASK, offence_article=None),
         with_body(ASK, offence_country=None)),
    *bad("SG01", "offence_unknown", with_body(ASK, offence="SPREADING_RUMOURS")),
    *bad("SG01", "offence_needs_review", article("VN", "318"), article("CN", "第二百九十九条之一"),
         article("TH", "14", law="CCA"), article("MM", "66(d)", law="TELECOM"),
         with_body(ASK, offence="TERROR"),
         article("CN", "kein Artikel"), with_body(article("VN", "318"), link="witness"),
         result=Result.HELD),
    # SG03
    *good("SG03", "offence_grave_enough", LOCATE, with_body(LOCATE, penalty_years=2),
          with_body(LOCATE, penalty_years=None, sentence_months_left=6)),
    *bad("SG03", "offence_not_grave_enough", with_body(LOCATE, penalty_years=1),
         with_body(LOCATE, penalty_years=None), with_body(LOCATE, penalty_years=0, sentence_months_left=5),
         with_body(LOCATE, penalty_years=True)),
    # SG04
    *good("SG04", "decision_in_force", LOCATE, with_body(LOCATE, decision_expires_on="2026-11-21"),
          with_body(LOCATE, decision_date="2026-11-21")),
    *bad("SG04", "decision_missing", with_body(LOCATE, decision_number=None),
         with_body(LOCATE, decision_copy=None), with_body(LOCATE, decision_authority="  "),
         with_body(LOCATE, decision_date="last week"), with_body(LOCATE, decision_expires_on="soon")),
    *bad("SG04", "decision_expired", with_body(LOCATE, decision_expires_on="2026-11-20")),
    *bad("SG04", "decision_from_the_future", with_body(LOCATE, decision_date="2026-11-22")),
    # SG05
    *good("SG05", "agreement_covers", ASK, replace(ASK, agreement="vn-cn-2015"), LOCATE, ANSWER,
          replace(ASK, agreements=(PAST, TREATY))),
    *good("SG05", "partner_known", MEET, MISSING, REFUSAL,
          replace(ANSWER, door="receipt", agreements=(PAST,))),
    *bad("SG05", "agreement_does_not_cover", replace(ASK, agreements=(PAST,)),
         with_body(ASK, offence="WILDLIFE", offence_article="244"), with_body(ASK, purpose="STATISTICS"),
         replace(ASK, kind="VER_CRIM"), replace(ASK, receivers=(LA,)), replace(ASK, receivers=(CN, LA)),
         replace(ASK, receivers=()), replace(ASK, agreements=(replace(TREATY, offences=frozenset()),)),
         replace(ASK, door="receipt", agreements=(replace(TREATY, kinds=frozenset()),))),
    *bad("SG05", "no_agreement", replace(ASK, agreements=())),
    *bad("SG05", "agreement_unknown", replace(ASK, agreement="zalo-group")),
    *bad("SG05", "partner_unknown", replace(MEET, partner_known=False), replace(ASK, partner_known=False)),
    *bad("SG05", "kind_not_open", replace(LOCATE, kind="ARREST"), replace(MEET, kind="CW_DRUG_ROUTE"),
         replace(FLASH, kind="RESCUE"), replace(ANSWER, asked_kind="HANDOVER")),
    *bad("SG05", "kind_unknown", replace(ASK, kind="VER_AURA"), replace(ASK, kind="")),
    # SG07
    *good("SG07", "grounds_given", ASK, MISSING, LOCATE, replace(ASK, persons=2, reasons_of_persons=2)),
    *bad("SG07", "matter_in_the_future", with_body(ASK, matter_date="2026-11-22"), with_body(ASK, birth="2027"),
         with_body(MISSING, last_seen="2026-12"), with_body(ANSWER, hit_at="2030-01-01T02:00:00.000Z"),
         replace(with_body(ASK, matter_date="2026-11-23"), door="receipt")),
    *bad("SG07", "grounds_missing", with_body(ASK, place=None), with_body(ASK, why_there=None),
         with_body(ASK, link=None), with_body(MISSING, reason_for_concern=None),
         with_body(MISSING, last_seen=None)),
    *bad("SG07", "wildcard", with_body(ASK, subject_name="Đàm*"), with_body(ASK, subject_name="谭？"),
         with_body(ASK, aliases=["ok", "ສົມ%"]), with_body(FLASH, subject_name="*"),
         with_body(ASK, document_number="0123?")),
    *bad("SG07", "persons_without_reasons", replace(ASK, persons=3, reasons_of_persons=2)),
    # SG08
    *good("SG08", "match_confirmed", MATCH, with_match(attributes=frozenset({"name", "birth", "document"})),
          with_match(adverse=True, second_reviewer="hoa", second_was_blind=True),
          replace(ANSWER, match=MATCH.match)),
    *bad("SG08", "match_not_confirmed", replace(MATCH, match=None), with_match(reviewer=""),
         replace(ANSWER, match=Match())),
    *bad("SG08", "match_on_name_alone", with_match(attributes=frozenset({"name"})),
         with_match(attributes=frozenset({"name", "alias"})), with_match(attributes=frozenset())),
    *bad("SG08", "match_on_one_attribute", with_match(attributes=frozenset({"birth"}))),
    *bad("SG08", "reviewer_not_trained", with_match(reviewer_trained=False)),
    *bad("SG08", "second_reviewer_missing", with_match(adverse=True),
         with_match(adverse=True, second_reviewer="linh", second_was_blind=True),
         with_match(adverse=True, second_reviewer="hoa")),
    # SG11
    *good("SG11", "evaluation_given", ASK, LOCATE, ANSWER, replace(ASK, origin_evaluation=("A", "1"))),
    *good("SG11", None, MISSING, MEET, NOHIT),
    *bad("SG11", "evaluation_missing", with_body(ASK, evaluation_source=None),
         with_body(ASK, evaluation_information="9"), with_body(ANSWER, evaluation_information=None)),
    *bad("SG11", "evaluation_raised", replace(ASK, origin_evaluation=("C", "2")),
         replace(ASK, origin_evaluation=("B", "4")), replace(ASK, origin_evaluation=("X", "2"))),
    *bad("SG11", "evaluation_too_weak",
         with_body(replace(LOCATE, kind="ARREST"), evaluation_source="X", evaluation_information="4")),
    # SG18
    *good("SG18", "protection_desk_asked", ANSWER, LOCATED,
          replace(ANSWER, protection=Protection(claims_persecution_by="MM")),
          replace(ANSWER, protection=Protection(record=True, released=True)),
          replace(LOCATED, protection=Protection(record=True, released=True, asylum_decision="A-7",
                                                 appeal_over_on=date(2026, 11, 20)))),
    *good("SG18", None, ASK, REFUSAL),
    *bad("SG18", "person_protected", replace(ANSWER, protection=Protection(record=True)),
         replace(ANSWER, protection=Protection(claims_persecution_by="VN")),
         replace(NOHIT, protection=Protection(record=True)),
         replace(LOCATED, protection=Protection(record=True, released=True)),
         replace(LOCATED, protection=Protection(record=True, released=True, asylum_decision="A-7",
                                                appeal_over_on=TODAY)),
         replace(ANSWER, asked={**ASK_BODY, **U0_BODY}, protection=Protection(record=True))),
    *bad("SG18", "protection_desk_not_asked", replace(ANSWER, protection=None)),
    # SG24
    *good("SG24", "use_within_grant", READ, FORWARD,
          replace(READ, use="court", sources=(replace(GRANT, handling=frozenset({"H1"}),
                                                      consents=frozenset({("court", "C-1")})),)),
          replace(FORWARD, receivers=(CN,), sources=(replace(GRANT, handling=frozenset({"H2"})),))),
    *bad("SG24", "purpose_not_granted", replace(READ, purpose="STATISTICS"),
         replace(FORWARD, purpose="PREVENT")),
    *bad("SG24", "consent_missing",
         replace(READ, use="court", sources=(replace(GRANT, handling=frozenset({"H1"})),)),
         replace(FORWARD, receivers=(LA,), sources=(replace(GRANT, handling=frozenset({"H2"})),)),
         replace(FORWARD, receivers=(LA,), sources=(replace(GRANT, handling=frozenset({"H2"}),
                                                            consents=frozenset({("forward", " ")})),))),
    *bad("SG24", "recipient_not_on_list",
         replace(FORWARD, receivers=(LA,), sources=(replace(GRANT, eyes=frozenset({"VN"})),))),
    # SG25
    *good("SG25", "origin_allows", FORWARD, replace(FORWARD, receivers=(CN,)),
          replace(FORWARD, to_centre=True, sources=(replace(GRANT, regional_centre=True),)),
          replace(ASK, sources=(replace(GRANT, countries=frozenset({"CN"})),))),
    *bad("SG25", "origin_does_not_allow", replace(FORWARD, receivers=(LA,)),
         replace(FORWARD, receivers=(VN, LA)),
         replace(ASK, receivers=(LA,), sources=(GRANT,))),
    *bad("SG25", "origin_not_for_centre", replace(FORWARD, to_centre=True)),
    *bad("SG25", "origin_not_for_agency_type",
         replace(FORWARD, receiver_types=frozenset({"customs"}),
                 sources=(replace(GRANT, agency_types=frozenset({"police"})),))),
    *bad("SG25", "handling_weaker_than_source",
         replace(FORWARD, sources=(replace(GRANT, handling=frozenset({"H2"})),))),
    # SG26
    *good("SG26", "relay_sees_envelope_only", RELAY, replace(RELAY, relay_days=0),
          replace(RELAY, relay_fields=frozenset({"padded_size", "receiver_node"}))),
    *good("SG26", "addressed_to_us", replace(READ, we_are_centre=True, addressed_to_us=True)),
    *good("SG26", None, READ),
    *bad("SG26", "relay_would_see", replace(RELAY, relay_fields=frozenset({"kind"})),
         replace(RELAY, relay_fields=frozenset({"sender_node", "handling"}))),
    *bad("SG26", "relay_keeps_too_long", replace(RELAY, relay_days=8)),
    *bad("SG26", "not_addressed_to_centre", replace(READ, we_are_centre=True)),
    # SG27
    *good("SG27", "search_within_limits", SEARCH, with_search(persons_this_hour=60),
          replace(with_search(persons_this_hour=61), approvals=(replace(HOA, what="search_quota"),)),
          replace(SEARCH, search=FILE, approvals=FILE_APPROVALS),
          replace(with_search(rows_exported=101),
                  approvals=(replace(HOA, what="export"), replace(NAM, what="export")))),
    *bad("SG27", "search_about_own_circle", with_search(about=frozenset({"family"})),
         with_search(about=frozenset({"self"})), result=Result.FLAGGED),
    *bad("SG27", "search_without_reason", with_search(case_number=" "), replace(SEARCH, purpose=""),
         replace(SEARCH, officer=None)),
    *bad("SG27", "search_quota_reached", with_search(persons_this_hour=61)),
    *bad("SG27", "search_register_forbidden", replace(SEARCH, search=replace(FILE, origin_register="hotel")),
         with_search(origin_register="telecom")),
    *bad("SG27", "search_file_incomplete", replace(SEARCH, search=replace(FILE, legal_basis="")),
         replace(SEARCH, search=replace(FILE, origin_signed=False))),
    *bad("SG27", "two_approvals_missing", replace(SEARCH, search=FILE, approvals=FILE_APPROVALS[:1]),
         replace(SEARCH, search=FILE, approvals=(FILE_APPROVALS[0],) * 2), with_search(rows_exported=101)),
    # SG28, in the seven languages
    *good("SG28", "no_sensitive_data", ASK, SEARCH, STORE),
    *good("SG28", "sensitive_with_necessity",
          replace(ASK, sensitive=frozenset({"health"}), necessity="needs insulin", approvals=(HOA,))),
    *bad("SG28", "sensitive_without_necessity", replace(ASK, sensitive=frozenset({"religion"})),
         replace(STORE, sensitive=frozenset({"ethnicity"})),
         replace(ASK, sensitive=frozenset({"health"}), necessity="  ")),
    *bad("SG28", "sensitive_search_key",
         replace(with_search(keys=frozenset({"religion"})), sensitive=frozenset({"religion"}),
         necessity="x")),
    *bad("SG28", "sensitive_words_in_text", with_body(ASK, text="Đối tượng dân tộc Nùng"),
         with_body(ASK, text="该人民族为壮族"), with_body(ASK, text="ຊົນເຜົ່າ ມົ້ງ"),
         with_body(ASK, text="ศาสนา พุทธ"), with_body(ASK, text="សាសនា ឥស្លាម"),
         with_body(ASK, text="လူမျိုး ရှမ်း"), with_body(ASK, text="Religion: none"),
         result=Result.FLAGGED),
    # SG32
    *good("SG32", "translation_local_and_labelled", TRANSLATE,
          replace(TRANSLATE, translation=replace(TRANSLATE.translation or Translation(), field="place"))),
    *good("SG32", "human_decides", replace(TRANSLATE, deed="decide", adverse=True),
          replace(TRANSLATE, deed="decide", automated=True)),
    *bad("SG32", "translation_not_local", replace(TRANSLATE, translation=None),
         replace(TRANSLATE, translation=Translation(labelled=True, original_shown=True))),
    *bad("SG32", "translation_not_labelled",
         replace(TRANSLATE, translation=Translation(local=True, original_shown=True))),
    *bad("SG32", "translation_without_original",
         replace(TRANSLATE, translation=Translation(local=True, labelled=True))),
    *bad("SG32", "translation_of_binding_text",
         replace(TRANSLATE, translation=Translation(local=True, labelled=True, original_shown=True,
                                                    field="subject_name"))),
    *bad("SG32", "machine_may_not_decide", replace(TRANSLATE, deed="decide", automated=True, adverse=True)),
    # SG33
    *good("SG33", "ledger_takes_it", ASK, SEARCH, READ),
    *bad("SG33", "ledger_closed", replace(ASK, ledger_open=False), replace(SEARCH, ledger_open=False),
         replace(READ, ledger_open=False), replace(FLASH, ledger_open=False)),
    # SG34
    *good("SG34", "second_person_approved", LOCATE, LOCATED,
          replace(ANSWER, wanted_hit=True, approvals=(HOA,))),
    *good("SG34", "officer_certified", ASK, MISSING),
    *good("SG34", "officer_certified",
          replace(MISSING, officer=replace(LINH, certified_to=date(2026, 11, 7), renewable=False))),
    *good("SG34", "one_officer_enough", MEET, replace(NOHIT, officer=replace(LINH, certified_to=None))),
    *bad("SG34", "second_person_missing", replace(LOCATE, approvals=()),
         replace(LOCATE, approvals=(replace(HOA, by="linh"),)),
         replace(LOCATE, approvals=(replace(HOA, digest="e" * 64),)),
         replace(LOCATE, approvals=(replace(HOA, certified_to=date(2026, 11, 20)),)),
         replace(LOCATE, approvals=(replace(HOA, role="administrator"),)),
         replace(LOCATE, approvals=(replace(HOA, what="search_quota"),)),
         replace(LOCATE, digest="", approvals=(replace(HOA, digest=""),)),
         replace(ANSWER, wanted_hit=True)),
    *bad("SG34", "officer_not_certified",
         replace(ASK, officer=replace(LINH, certified_to=date(2026, 11, 20))),
         replace(ASK, officer=replace(LINH, certified_to=None)),
         replace(MISSING, officer=replace(LINH, certified_to=date(2026, 11, 6), renewable=False))),
    *bad("SG34", "officer_unknown", replace(ASK, officer=None), replace(FLASH, officer=None)),
    *bad("SG34", "officer_may_not", replace(MEET, officer=replace(LINH, role="inspector")),
         replace(FLASH, officer=replace(LINH, role="administrator"))),
    # SG39
    *good("SG39", "case_number_given", LOCATE, replace(LOCATE, door="receipt")),
    *good("SG39", "host_release_given", LOCATED, with_body(LOCATED, located=False),
          with_body(LOCATED, address="靖西市", whereabouts_decision="检〔2026〕7号")),
    *good("SG39", None, ASK, ANSWER,
          with_body(ANSWER, address="靖西市", whereabouts_decision="检〔2026〕7号")),
    *bad("SG39", "whereabouts_without_decision", with_body(LOCATED, address="靖西市新靖镇"),
         with_body(ANSWER, phone="0771-1234567"), with_body(ANSWER, relatives=["谭某"]),
         with_body(replace(ANSWER, asked_kind="LOCATE_MISSING", asked=MISSING_BODY), workplace="ຕະຫຼາດ"),
         with_body(replace(LOCATED, door="receipt"), address="Hà Nội"),
         with_body(replace(ANSWER, asked={**ASK_BODY, **U0_BODY}), address="靖西市")),
    *bad("SG39", "case_number_missing", with_body(LOCATE, case_number=None),
         replace(LOCATE, door="receipt", body={**LOCATE_BODY, "case_number": " "})),
    *bad("SG39", "answer_says_too_much", with_body(LOCATED, text="ở nhà mẹ vợ"),
         with_body(LOCATED, birth_place="Cao Bằng")),
    *bad("SG39", "host_release_missing", replace(LOCATED, protection=Protection()),
         replace(LOCATED, protection=None)),
    # SG42
    *good("SG42", "not_refused_elsewhere", LOCATE, replace(LOCATE, door="receipt"),
          with_body(replace(LOCATE, cleared=frozenset({"SG02"})), refused_elsewhere=True)),
    *bad("SG42", "refused_elsewhere_unanswered", with_body(LOCATE, refused_elsewhere=None),
         with_body(LOCATE, refused_elsewhere="no"), with_body(LOCATE, refused_elsewhere=0)),
    *bad("SG42", "refused_elsewhere", with_body(LOCATE, refused_elsewhere=True), result=Result.HELD),
    # SG45
    *good("SG45", "training_kept_apart", ASK,
          replace(ASK, training_node=True, training_item=True, training_partner=True), STORE),
    *bad("SG45", "training_item_on_live_node", replace(ASK, training_item=True),
         replace(ASK, training_item=True, door="receipt"), replace(ASK, training_partner=True),
         replace(STORE, training_item=True)),
    *bad("SG45", "training_to_live",
         replace(ASK, training_node=True, training_item=True, training_partner=False),
         replace(FLASH, training_node=True, training_item=True, training_partner=False)),
    *bad("SG45", "live_item_on_training_node", replace(ASK, training_node=True, training_partner=True)),
    # U0, the life clause itself
    *good("U0", "life_clause_in_order", FLASH, FLASH_MISSING, replace(FLASH, door="receipt")),
    *bad("U0", "life_never_carries", replace(FLASH, kind="ARREST"), replace(FLASH, kind="HANDOVER"),
         replace(FLASH, kind="ARREST", door="receipt")),
    *bad("U0", "life_purpose_not_set", with_body(ASK, urgency="U0")),
    *bad("U0", "life_purpose_not_set", replace(with_body(ASK, urgency="U0"), door="receipt"),
         result=Result.FLAGGED),
    *bad("U0", "life_never_tells_address_to_state_of_origin",
         with_body(replace(ANSWER, asked={**ASK_BODY, **U0_BODY, "nationality": "VN"}, body={
             "of": "0" * 32, "response": "FULL", "address": "靖西市", "whereabouts_decision": "检7号"})),
         with_body(replace(ANSWER, asked={**MISSING_BODY, "urgency": "U0", "nationality": None},
                           asked_kind="LOCATE_MISSING", body={
             "of": "0" * 32, "response": "FULL", "address": "靖西市", "whereabouts_decision": "检7号"}))),
    # RF, the outward ground
    *good("RF", "ground_may_leave", REFUSAL, with_body(REFUSAL, outward_ground="RF10", text="xem Điều 3"),
          with_body(REFUSAL, outward_ground="RF20")),
    *bad("RF", "ground_may_not_leave", with_body(REFUSAL, outward_ground="RF12"),
         with_body(REFUSAL, outward_ground="RF05"), with_body(REFUSAL, outward_ground="because")),
    *bad("RF", "silent_ground_with_words", with_body(REFUSAL, text="xin lỗi")),
)  # fmt: skip
