"""Invented matters that officers ask about. Plain values: what speaks the protocol without our code reads them too."""

from typing import Any

PERSON: dict[str, Any] = {
    "subject_name": "Đàm Khánh Viễn",
    "subject_name_language": "vi",
    "birth": "1987~",
}
MATTER: dict[str, Any] = {
    "purpose": "INVESTIGATE",
    "offence": "DRUG_TRADE",
    "offence_country": "VN",
    "offence_law": "PC",
    "offence_article": "251",
    "place": "chợ Trà Lĩnh",
    "matter_date": "2026-11-20",
    "why_there": "crossed_at_your_gate",
    "link": "suspect",
    "urgency": "U2",
    "evaluation_source": "B",
    "evaluation_information": "2",
}
VER_ID = PERSON | MATTER
"""Who is this? The body of an enquiry with no more than such a one needs."""
