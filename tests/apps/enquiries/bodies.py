"""A body for every open kind that policy permits: what an officer would fill in."""

from tests.apps.enquiries.world import MATTER, PERSON

DECISION = {
    "decision_authority": "Viện kiểm sát nhân dân huyện (mẫu)",
    "decision_number": "12/QĐ",
    "decision_date": "2026-11-01",
    "decision_copy": "a" * 64,
    "refused_elsewhere": False,
    "penalty_years": 7,
    "case_number": "AN-2026-14",
}
PERIOD = {"period_from": "2026-10-01", "period_to": "2026-10-31"}
BODIES = {
    "VER_ID": PERSON | MATTER,
    "VER_DOC": {"document_type": "passport_ordinary", "document_number": "B1234567", "document_country": "VN"}
    | MATTER,
    "VER_VEH": {"plate": "11A-123.45", "plate_country": "VN"} | MATTER,
    "VER_CRIM": PERSON | MATTER,
    "VER_NATIONALITY": PERSON | MATTER,
    "PRESERVE_DATA": {"account": "viendk", "provider": "Mạng Mẫu", **PERIOD} | MATTER,
    "COMPOUND_VERIFY": {"compound_place": "Khu Mẫu, cửa khẩu"} | MATTER,
    "INFO": MATTER | {"text": "Xe tải rời cửa khẩu lúc rạng sáng.", "text_language": "vi"},
    "LOCATE": PERSON | MATTER | DECISION | {"purpose": "LOCATE_WANTED"},
    "LOCATE_MISSING": PERSON
    | {
        "purpose": "LOCATE_MISSING",
        "urgency": "U2",
        "reason_for_concern": "Không về nhà từ hôm qua.",
        "last_seen_place": "Chợ Trà Lĩnh",
        "last_seen": "2026-11-20",
    },
    "MEET": {"topic": "Giao ban tháng 12", "proposed_at": "2026-12-01T02:00:00Z"},
    "STAT": PERIOD | {"text": "Số liệu tháng 10.", "text_language": "vi"},
    "SITREP": PERIOD | {"cases_opened": 3},
    "HOTLINE_TEST": {"at": "2026-11-21T09:00:00Z"},
    "JOINT_PATROL": {
        "starts_at": "2026-12-02T01:00:00Z",
        "ends_at": "2026-12-02T05:00:00Z",
        "place": "Cửa khẩu Trà Lĩnh",
    },
}
