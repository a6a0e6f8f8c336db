"""`messages.json`: an enquiry, its answer, every receipt as signed bytes; bodies that must be refused (messages.md)."""

from __future__ import annotations

from lienlac.core.envelope import MESSAGE_TYPE
from lienlac.core.messages.check import check_body
from lienlac.core.messages.message import Message
from tests.vectors.making.of_bytes import refusal
from tests.vectors.making.of_ledger import NOTE, NOTE_COSIGNED
from tests.vectors.making.world import MOMENT, A, B, Json, nodes, signed

ASKED, ANSWERED = "00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100"
EPOCH, DIGEST = "11" * 16, "ab" * 32
ENQUIRY: Json = {
    "subject_name": "Đàm Khánh Viễn",
    "subject_name_language": "vi",
    "birth": "1987~",
    "purpose": "INVESTIGATE",
    "offence": "DRUG_TRADE",
    "offence_country": "VN",
    "place": "chợ Trà Lĩnh",
    "matter_date": "2026-11-20",
    "why_there": "crossed_at_your_gate",
    "link": "suspect",
    "urgency": "U2",
    "evaluation_source": "B",
    "evaluation_information": "2",
}
ANSWER: Json = {"of": ASKED, "response": "NOHIT"}
PLACE: Json = {"lane_class": "normal", "epoch": EPOCH, "seqs": [7], "envelopes": [DIGEST]}
PLACES: Json = PLACE | {"seqs": [7, 8], "envelopes": [DIGEST, "cd" * 32]}
R1: Json = PLACE | {"stage": "R1", "at": MOMENT, "checkpoint": NOTE}
STORED: Json = {"status": "stored", "messages": [ASKED]}
BY_PEOPLE: Json = {"of": ASKED, "at": MOMENT, "status": "stored"}
RECEIPTS: dict[str, tuple[Json, bool]] = {
    "R1 stored": (R1 | STORED, False),
    "R1 for two parcels that came together": (R1 | PLACES | STORED | {"messages": [ASKED, ANSWERED]}, False),
    "R1 not understood": (R1 | {"status": "not_understood"}, False),
    "R1 refused": (R1 | {"status": "refused", "outward_ground": "RF02"}, False),
    "R1 with a cosigned head of the reader": (R1 | STORED | {"cosigned": NOTE_COSIGNED}, False),
    "R2": (BY_PEOPLE | {"stage": "R2"}, True),
    "R3": (BY_PEOPLE | {"stage": "R3"}, True),
}
WRONG: list[tuple[str, str, int, Json]] = [
    ("kind unknown", "WEATHER", 1, {}),
    ("version newer", "VER_ID", 2, ENQUIRY),
    ("field unknown", "VER_ID", 1, ENQUIRY | {"colour": "red"}),
    ("null", "VER_ID", 1, ENQUIRY | {"aliases": None}),
    ("empty text", "VER_ID", 1, ENQUIRY | {"place": " "}),
    ("required missing", "VER_ID", 1, {name: ENQUIRY[name] for name in ENQUIRY if name != "purpose"}),
    ("language of the name missing", "VER_ID", 1, {**ENQUIRY, "subject_name_language": None}),
    ("nobody named", "VER_ID", 1, {k: v for k, v in ENQUIRY.items() if not k.startswith("subject_name")}),
    ("line break in a name", "VER_ID", 1, ENQUIRY | {"subject_name": "Đàm\nKhánh"}),
    ("direction turned in a name", "VER_ID", 1, ENQUIRY | {"subject_name": "Đàm\u202eKhánh"}),
    ("not of the own node", "VER_ID", 1, ENQUIRY | {"note_to_file": "kept at home"}),
    ("code that steers", "VER_ID", 1, ENQUIRY | {"urgency": "U99"}),
    ("31 February", "VER_ID", 1, ENQUIRY | {"matter_date": "2026-02-31"}),
    ("number as text", "RECEIPT", 1, RECEIPTS["R1 stored"][0] | {"seqs": ["7"]}),
    ("one number, no list", "RECEIPT", 1, RECEIPTS["R1 stored"][0] | {"seqs": 7}),
    ("more parcels than one R1 may name", "RECEIPT", 1, R1 | STORED | {"seqs": list(range(1, 102))}),
    ("refused without a ground", "RECEIPT", 1, R1 | {"status": "refused"}),
    ("stage unknown", "RECEIPT", 1, BY_PEOPLE | {"stage": "R9"}),
]


def vectors() -> Json:
    """Return the content of the file."""
    said = {"enquiry": _message("VER_ID", ASKED, ENQUIRY, author=True, by_asker=True)}
    said["answer"] = _message("ANSWER", ANSWERED, ANSWER, author=True)
    for number, (name, (body, author)) in enumerate(RECEIPTS.items()):
        said[name] = _message("RECEIPT", f"{number:032x}", body, author=author)
    refused = [
        {"name": name, "kind_of_message": kind, "version": version, "body": body}
        | refusal(lambda kind=kind, version=version, body=body: check_body(kind, version, body))
        for name, kind, version, body in WRONG
    ]
    kept = {"name": "code that steers nothing", "kind": "VER_ID", "body": ENQUIRY | {"sex": "NEW"}}
    check_body("VER_ID", 1, kept["body"])
    return {"nodes": nodes(), "messages": said, "bodies_refused": refused, "bodies_kept": [kept]}


def _message(kind: str, message_id: str, body: Json, *, author: bool, by_asker: bool = False) -> Json:
    check_body(kind, 1, body)
    writer, reader = (A, B) if by_asker else (B, A)
    receipt = kind == "RECEIPT"
    message = Message(
        id=message_id,
        from_office=writer.office,
        to_offices=(reader.office,),
        kind=kind,
        version=1,
        handling=() if receipt else ("H0", "TRAINING"),
        created=MOMENT,
        agreement=None if receipt else "DEMO-MOU-2021",
        in_reply_to=body.get("of"),
        attachments=(),
        body=body,
    )
    raw = message.to_bytes()
    sealed_by = "author" if author else "node"
    return {
        "by": writer.id,
        "key": sealed_by,
        "payload": raw.hex(),
        "signed": signed(MESSAGE_TYPE, raw, by=writer, author=author).hex(),
    }
