"""The parsers that meet bytes from outside, each with samples that it reads; what is signed is signed anew.

A wrong signature would end almost every altered input at the first step: a partner gone bad has a right one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

from lienlac.core import calendars, envelope
from lienlac.core.envelope import Header, SigningKey, chunks, dsse, frames, runs
from lienlac.core.errors import LienlacError
from lienlac.core.lane import POSITION_TYPE, Claim, Position, Standing
from lienlac.core.ledger import checkpoint, leaves
from lienlac.core.ledger.inclusion import Inclusion
from lienlac.core.messages import attachment, canonical, files
from lienlac.core.messages.check import check_body
from lienlac.core.messages.message import Message
from lienlac.core.names import compare, keys, readings
from lienlac.core.trust import cards, quorum, roots, state, words
from lienlac.peer import greeting, lanes_json, proofs, sealed, wire
from lienlac.peer.bundle import file as bundles
from lienlac.peer.letters import letter as letters
from lienlac.peer.letters.letter import LETTER
from lienlac.peer.relay import wire as hubs
from tests.fuzz.running import Parser
from tests.vectors.making.world import A, B

HERE = Path(__file__).parents[1]
VERIFIER = HERE.parent / "verifier" / "lienlac_verify.py"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@cache
def vectors(name: str) -> Any:
    """Return a file of vectors."""
    return json.loads((HERE / "vectors" / f"{name}.json").read_text(encoding="utf-8"))


def hexes(*texts: str) -> list[bytes]:
    """Return byte strings."""
    return [bytes.fromhex(text) for text in texts]


def as_json(values: Iterable[Any]) -> list[bytes]:
    """Return values in canonical spelling."""
    return [canonical.encode(value) for value in values]


def _read(shape: Callable[[Any], object], raw: bytes) -> object:
    """Read canonical JSON as a shape; another spelling is what `canonical` itself is tried with."""
    return shape(canonical.decode(raw))


# Envelopes and what is in them.


def _node_key(node: str, kid: str) -> Any:
    return next((one.signing.public for one in (A, B) if (one.id, one.signing.kid) == (node, kid)), None)


def read_envelope(raw: bytes) -> object:
    """Open an envelope whose node has signed what came out of the alteration."""
    header, wraps, body, signature = frames.unpack(raw, count=4, max_bytes=envelope.MAX_ENVELOPE_BYTES)
    to_sign = frames.pack(header, wraps, hashlib.sha256(body).digest())
    signed = A.signing.sign(dsse.pae(dsse.ENVELOPE_TYPE, to_sign)) if signature else signature
    again = frames.pack(header, wraps, body, signed)
    return envelope.open_envelope(
        again, me=B.id, sealing_keys={B.sealing.kid: B.sealing}, node_keys=_node_key
    )


def read_message(payload: bytes) -> object:
    """Read a message that its author has signed as it is."""
    signed = dsse.sign(dsse.MESSAGE_TYPE, payload, A.officer)
    message, _ = envelope.read_message(signed, sender=A.id, author_keys=lambda _node, _kid: A.officer.public)
    body = dict(message.body)
    check_body(message.kind, message.version, body)
    return message


def read_content(raw: bytes) -> object:
    """Part a message from its chunk."""
    signed, enclosed = chunks.parted(raw)
    message = Message.from_bytes(frames.unpack(signed, count=3, max_bytes=1 << 20)[0])
    chunks.check_enclosed(message, enclosed)
    return message


def read_file_of(raw: bytes) -> object:
    """Open a chunk by its manifest."""
    manifest = attachment.Attachment.from_json(
        json.loads(vectors("attachments/attachments")["short"]["manifest"])
    )
    return list(chunks.open_file(manifest, lambda _digest: raw))


# Trust.


def read_card(payload: bytes) -> object:
    """Read a card that its node has signed as it is."""
    return cards.read(dsse.sign(cards.CARD_TYPE, payload, A.signing))


def read_directory(payload: bytes) -> object:
    """Read a directory that its root has signed as it is."""
    root = SigningKey(bytes.fromhex(vectors("directory")["root"]["seed"]))
    signed = dsse.sign(state.DIRECTORY_TYPE, payload, root)
    return state.accept(signed, root=root.public, country="VN", held=None, now=NOW)


def read_bundle(raw: bytes) -> object:
    """Read a bundle as its receiver."""
    return bundles.read(raw, me=B.id, sealing_keys={B.sealing.kid: B.sealing}, node_keys=_node_key)


def read_bundle_content(content: bytes) -> object:
    """Read what was found in a bundle that holds."""
    return bundles._bundle(
        Header(sender=A.id, signed_by=A.signing.kid, to=(B.id,), kids=(B.sealing.kid,), suite=1), content
    )


# The line.


def read_position(payload: bytes) -> object:
    """Read a signed position."""
    signed = dsse.sign(POSITION_TYPE, payload, A.signing)
    raw, _ = runs.verify(signed, POSITION_TYPE, lambda _kid: A.signing.public)
    return Position.from_bytes(raw)


def read_place(signed: bytes) -> object:
    """Read a position that was signed with others."""
    raw, _ = runs.verify(signed, POSITION_TYPE, lambda _kid: A.signing.public)
    return Position.from_bytes(raw)


def read_question(raw: bytes) -> object:
    """Read a question as the door does."""
    asked = lanes_json.read_object(raw, frozenset({"envelopes", "origin", "size"}), "question_malformed")
    return proofs._question(asked)


def read_answers(raw: bytes) -> object:
    """Read answers of a partner who is not rung, and each proof in them."""
    told = [proofs._given(one) for one in proofs.read_answers(raw)]
    for _, answer in told:
        for one in answer.get("proofs") or [] if isinstance(answer.get("proofs"), list) else []:
            if one is not None:
                Inclusion.from_json(one)
    return told


# People's input.


def text_of(raw: bytes) -> str:
    """Return what a browser would send: any text there is, without half a character."""
    return raw.decode("utf-8", "replace")[:500]


def read_name(raw: bytes) -> object:
    """Read, key and compare a name."""
    text = text_of(raw)[:200]
    return readings(text), keys(text), compare(text, "Đàm Khánh Viễn")


def read_date(raw: bytes) -> object:
    """Read a date as people write it, in each country's way."""
    text = text_of(raw)
    return [calendars.reading.read(text, country=country) for country in ("VN", "TH")]


def read_table(name: str, raw: bytes) -> object:
    """Read a file of records, its headings, and its first rows as records."""
    from lienlac.apps.records import columns
    from lienlac.apps.records.files import reading

    table = reading.read(name, raw)
    fields = columns.guess(table.headings)
    whole = columns.Whole(kind="wanted", source="list")
    for _, cells in table.rows[:20]:
        with suppress(LienlacError):  # a row that cannot be taken is told and passed over
            columns.draft(fields, cells, whole)
    return table


@cache
def verifier() -> ModuleType:
    """Return the stand-alone verifier."""
    spec = importlib.util.spec_from_file_location("lienlac_verify", VERIFIER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["lienlac_verify"] = module
    spec.loader.exec_module(module)
    return module


def refit_export(raw: bytes) -> bytes:
    """Repair numbers and sums of an export's lines, as a forger would; anything else stays."""
    from tests.verifier import exchange_sample

    try:
        records = [json.loads(line) for line in raw.splitlines()]
        return exchange_sample.refitted([one for one in records if isinstance(one, dict) and "t" in one])
    except (ValueError, RecursionError, AttributeError):
        return raw


def _workbook() -> bytes:
    from openpyxl import Workbook

    book, raw = Workbook(), io.BytesIO()
    sheet: Any = book.active
    sheet.append(["name", "birth", "passport"])
    sheet.append(["Đàm Khánh Viễn", "1988-04-12", "=1+1"])
    book.save(raw)
    return raw.getvalue()


TABLE = "name,birth,passport\nĐàm Khánh Viễn,12/4/1988,C1234567\n李文生,1988年4月,\n".encode()
FTM = b'{"id":"a","schema":"Person","properties":{"name":["Somchai"],"birthDate":["1988-04"]}}\n'
NAMES = (
    "Đàm Khánh Viễn",
    "谭庆远",
    "ສົມໃຈ ແກ້ວມະນີ",
    "สมชาย ใจดี",
    "សុខ សុភា",
    "ဒေါ်အောင်ဆန်း",
    "Ly Van Sang",
    "nguyeenx",
)
DATES = (
    "1988-04-12",
    "12/4/2531",
    "1988?",
    "1986/1990",
    "ราว พ.ศ. 2531",
    "khoảng 1988",
    "1988年4月",
    "1988±2",
)


def _exports() -> list[bytes]:
    from tests.verifier import exchange_sample as sample

    deeds = sample.deeds()
    part = sample.part(deeds, [2, 3, 10], held_sizes=[6])
    return [b"".join(part), b"".join(sample.export(deeds, arrivals=sample.arrivals(deeds)))]


def _payload(signed: str) -> bytes:
    return frames.unpack(bytes.fromhex(signed), count=3, max_bytes=1 << 20)[0]


def _parser(name: str, read: Callable[[bytes], object], *samples: bytes, share: int = 10) -> Parser:
    return Parser(name=name, read=read, samples=samples, share=share)


def of_messages() -> Iterator[Parser]:
    """Yield the parsers of envelopes and what is in them."""
    opens, carried = vectors("envelope/envelope")["opens"], vectors("attachments/attachments")
    payloads = hexes(*(one["payload"] for one in vectors("messages")["messages"].values()))
    plain = hexes(*(one["bytes"] for one in vectors("bytes")["json"]))
    yield _parser("canonical JSON", canonical.decode, *plain, *payloads)
    yield _parser("frames", partial(frames.unpack, count=2, max_bytes=1 << 20), frames.pack(*payloads[:2]))
    yield _parser("envelope", read_envelope, *hexes(opens["envelope"]), share=4)
    yield _parser("header of an envelope", Header.from_bytes, *hexes(opens["header"]))
    yield _parser("message", read_message, *payloads)
    yield _parser("receipt", read_message, *(one for one in payloads if b"RECEIPT" in one))
    yield _parser("content with a chunk", read_content, *hexes(carried["carried"]["content"]))
    yield _parser("chunk", read_file_of, *hexes(carried["short"]["chunk"]))
    yield _parser(
        "file of an attachment", lambda raw: files.check_type("a.pdf", io.BytesIO(raw)), b"%PDF-1.7\n%%EOF\n"
    )


def of_the_line() -> Iterator[Parser]:
    """Yield the parsers of what goes over a line or in a file."""
    line, bundle = vectors("transport"), vectors("bundle")["opens"]
    claims, standings = line["fetched"]["claims"], line["fetch"]["value"]["standings"]
    fetched = [line[one]["bytes"] for one in ("fetched", "fetched_nothing", "fetched_questions")]
    positions = hexes(*(one["bytes"] for one in vectors("lane")["positions"]))
    yield _parser("position", read_position, *positions)
    yield _parser("place", read_place, *hexes(*(one["signed"] for one in vectors("lane")["run"])))
    yield _parser("claim", partial(_read, Claim.from_json), *as_json(one["claim"] for one in claims))
    yield _parser(
        "standing", partial(_read, Standing.from_json), *as_json(one["standing"] for one in standings)
    )
    yield _parser("claims of lanes", partial(_read, lanes_json.read_claims), *as_json([claims, []]))
    yield _parser("standings of lanes", partial(_read, lanes_json.read_standings), *as_json([standings, []]))
    yield _parser("hello", greeting._parse, _payload(line["hello"]["signed"]))
    yield _parser("parcels", wire.decode_parcels, *hexes(line["parcels"]["bytes"]))
    yield _parser("fetched", wire.decode_fetched, *hexes(*fetched))
    yield _parser("questions", read_question, *hexes(line["inclusion"]["bytes"]))
    yield _parser("answers", read_answers, *hexes(line["answers"]["bytes"]))
    yield _parser("bundle", read_bundle, *hexes(bundle["file"]), share=2)
    yield _parser("content of a bundle", read_bundle_content, *hexes(bundle["content"]))


def of_letters() -> Iterator[Parser]:
    """Yield the parsers of letters, and of what an office and its hub say to each other around them."""
    letter, relayed = vectors("letter"), vectors("relay")
    sealed_ones = hexes(letter["full"]["letter"], letter["bare"]["letter"])
    yield _parser("outside of a letter", partial(sealed.header_of, LETTER), *sealed_ones)
    yield _parser("content of a letter", letters.decode, *hexes(letter["full"]["content"]))
    yield _parser("letter left at a hub", hubs.decode_leave, *hexes(relayed[hubs.LEAVE]["bytes"]))
    yield _parser("question for room", hubs.decode_room, *hexes(relayed[hubs.ROOM]["bytes"]))
    yield _parser("question what lies there", hubs.decode_left, *hexes(relayed[hubs.LEFT]["bytes"]))
    yield _parser(
        "numbers of what lies there", hubs.decode_numbers, *hexes(relayed[f"answer_to_{hubs.LEFT}"]["bytes"])
    )
    yield _parser("question for letters", hubs.decode_fetch, *hexes(relayed[hubs.FETCH]["bytes"]))
    given = [relayed[one]["bytes"] for one in (f"answer_to_{hubs.FETCH}", "nothing_to_fetch")]
    yield _parser("letters from a hub", hubs.decode_lying, *hexes(*given))


def of_trust() -> Iterator[Parser]:
    """Yield the parsers of cards, directories, and what people type from paper."""
    directory = vectors("directory")
    on_paper = [one["words"].encode() for one in directory["fingerprints"]]
    yield _parser("card", read_card, _payload(vectors("card")["cards"][0]["signed"]))
    yield _parser("state directory", read_directory, _payload(directory["directory"]["signed"]), share=4)
    yield _parser("state root", roots.read, *hexes(directory["root"]["signed"]))
    yield _parser("list of roots", quorum.read, *hexes(vectors("roots")["first"]["list"]))
    yield _parser("fingerprint on paper", lambda raw: words.read(text_of(raw)), *on_paper)


def of_ledgers() -> Iterator[Parser]:
    """Yield the parsers of checkpoints, leaves and exports."""
    ledger = vectors("ledger")
    yield _parser("checkpoint", checkpoint.parse, ledger["checkpoint"]["note"].encode())
    yield _parser("leaf", leaves.decode, *hexes(*(one["bytes"] for one in ledger["leaves"])))
    yield _parser("export", lambda raw: verifier().verify(raw), *_exports(), share=1)
    yield _parser(
        "export of a forger", lambda raw: verifier().verify(refit_export(raw)), *_exports(), share=1
    )


def of_people() -> Iterator[Parser]:
    """Yield the parsers of what people bring: files of records, names, dates."""
    written = [TABLE, TABLE.decode().encode("utf-16"), TABLE.decode().encode("gb18030")]
    yield _parser("CSV", partial(read_table, "a.csv"), *written, share=3)
    yield _parser("workbook", partial(read_table, "a.xlsx"), _workbook(), share=1)
    yield _parser("FollowTheMoney", partial(read_table, "a.ftm"), FTM, FTM * 3, share=5)
    yield _parser("name", read_name, *(one.encode() for one in NAMES), share=2)
    yield _parser("date", read_date, *(one.encode() for one in DATES))
    yield _parser(
        "date as it travels", lambda raw: calendars.partial.parse(text_of(raw)), b"1988-04~", b"1986/1990"
    )


def table() -> tuple[Parser, ...]:
    """Return every parser; samples come from the vectors where there are some."""
    return (*of_messages(), *of_the_line(), *of_letters(), *of_trust(), *of_ledgers(), *of_people())
