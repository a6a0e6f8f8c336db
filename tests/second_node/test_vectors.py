"""The stranger's node makes and refuses what the files of vectors say, as the first node does."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from . import envelopes, files, hub, keys, ledger, letter, line, positions, receipts, stick, wire
from .lane import Receiver, Row, Sender
from .vectors import (
    AUTHORS,
    BUNDLE,
    BYTES,
    KEYS,
    LANE,
    LEDGER,
    MESSAGES,
    PUBLICS,
    RELAY,
    TRANSPORT,
    A,
    B,
    Json,
    load,
    refused,
)


def test_frames() -> None:
    for row in BYTES["frames"]:
        parts = [bytes.fromhex(part) for part in row["parts"]]
        assert wire.pack(*parts).hex() == row["bytes"]
        assert wire.unpack(bytes.fromhex(row["bytes"]), len(parts)) == parts
    for row in BYTES["frames_refused"]:
        wrong = refused(lambda row=row: wire.unpack(bytes.fromhex(row["bytes"]), row["count"]))
        assert (wrong.kind, wrong.code) == (row["kind"], row["code"])


def test_canonical_json() -> None:
    for row in BYTES["json"]:
        raw = bytes.fromhex(row["bytes"])
        assert wire.encode(row["value"]) == raw
        assert wire.decode(raw) == row["value"]


@pytest.mark.parametrize("row", BYTES["json_refused"], ids=lambda row: str(bytes.fromhex(row["bytes"]))[:40])
def test_json_of_another_spelling_is_refused(row: Json) -> None:
    wrong = refused(lambda: wire.decode(bytes.fromhex(row["bytes"])))
    assert (wrong.kind, wrong.code) == (row["kind"], row["code"])


def test_what_is_signed_and_the_ids_of_keys() -> None:
    for row in BYTES["pae"]:
        assert wire.pae(row["type"], bytes.fromhex(row["payload"])).hex() == row["bytes"]
    for row in BYTES["keys"]:
        kind = keys.SealingKey if row["label"] == keys.SEALING else keys.SigningKey
        key = kind(bytes.fromhex(row["seed"]))
        assert (key.public.hex(), key.kid) == (row["public"], row["kid"])
        assert keys.fingerprint(row["label"], key.public) == row["fingerprint"]


def envelope_world() -> tuple[Json, Callable[[str], dict[str, bytes]], dict[str, bytes], keys.SealingKey]:
    found = load("envelope/envelope")
    publics = {
        one["node"]: {one["signing_kid"]: bytes.fromhex(one["signing_public"])} for one in found["nodes"]
    }
    authors = {one["officer_kid"]: bytes.fromhex(one["officer_public"]) for one in found["nodes"][:1]}
    sealing = keys.SealingKey(bytes.fromhex(found["nodes"][1]["sealing_seed"]))
    return found, lambda node: publics.get(node, {}), authors, sealing


def test_the_envelope_opens_and_says_who_wrote_it() -> None:
    found, publics_of, authors, sealing = envelope_world()
    raw = bytes.fromhex(found["opens"]["envelope"])
    assert wire.sha256(raw) == found["opens"]["digest"]
    sender, signed = envelopes.open_envelope(raw, me=B["node"], mine=[sealing], publics_of=publics_of)
    assert (sender, signed.hex()) == (A["node"], found["opens"]["signed_message"])
    message = envelopes.read_message(signed, authors)
    assert wire.encode(message).hex() == found["opens"]["message"]


@pytest.mark.parametrize("number", range(len(load("envelope/envelope")["refused"])))
def test_wrong_envelopes_are_refused_by_name(number: int) -> None:
    found, publics_of, _authors, sealing = envelope_world()
    row = found["refused"][number]
    wrong = refused(
        lambda: envelopes.open_envelope(
            bytes.fromhex(row["envelope"]), me=B["node"], mine=[sealing], publics_of=publics_of
        )
    )
    assert wrong.code == row["code"]


@pytest.mark.parametrize("name", MESSAGES["messages"])
def test_messages_are_signed_byte_for_byte(name: str) -> None:
    row = MESSAGES["messages"][name]
    signer = (AUTHORS if row["key"] == "author" else KEYS)[row["by"]]
    payload, signed = bytes.fromhex(row["payload"]), bytes.fromhex(row["signed"])
    assert signer.signed(envelopes.MESSAGE, payload) == signed
    message = envelopes.read_message(signed, {signer.kid: signer.public})
    assert wire.encode(message) == payload
    if message["kind"] == receipts.KIND:
        receipts.check(message["body"])
        assert (message["body"]["stage"] == receipts.BY_NODE) == (row["key"] == "node")


def test_positions_and_links() -> None:
    for row in LANE["links"]:
        assert positions.link(row["epoch"]) == row["link"]
    for row in LANE["positions"]:
        at = positions.from_bytes(bytes.fromhex(row["bytes"]))
        assert at.to_bytes().hex() == row["bytes"]
        assert wire.decode(at.to_bytes()) == row["position"]
        assert KEYS[A["node"]].signed(positions.KIND, at.to_bytes()).hex() == row["signed"]
    for row in LANE["run"]:
        assert positions.read_signed(bytes.fromhex(row["signed"]), PUBLICS[A["node"]]).hex() == row["bytes"]
    for row in LANE["run_refused"]:
        assert (
            refused(
                lambda row=row: positions.read_signed(bytes.fromhex(row["signed"]), PUBLICS[A["node"]])
            ).kind
            == "unauthentic"
        )
    for row in LANE["positions_refused"]:
        assert refused(lambda row=row: positions.from_bytes(bytes.fromhex(row["bytes"]))).kind == "malformed"


def test_a_receiver_walks_as_the_table_says() -> None:
    receiver, seen = Receiver(), 0
    for row in LANE["receiver"]:
        if "claim" in row:
            answer = receiver.greeted(row["claim"])
        else:
            at = positions.from_bytes(wire.encode(row["position"]))
            receiver.take(positions.Parcel(position=at, signed=b"", envelope=b""))
            answer = receiver.standing()
        assert (answer, receiver.incidents[seen:]) == (row["answer"], row["incidents"]), row
        seen = len(receiver.incidents)


def test_a_sender_walks_as_the_table_says() -> None:
    drawn = iter(str(number) * 32 for number in range(1, 9))
    sender, seen = Sender(draw=lambda: next(drawn)), 0
    for row in LANE["sender"]:
        if "post" in row:
            sender.post(Row(envelope=bytes.fromhex(row["post"]), message="", settled=False))
        else:
            sender.heard(row["standing"])
        assert (sender.claim(), sender.incidents[seen:]) == (row["claim"], row["incidents"]), row
        seen = len(sender.incidents)


def test_what_goes_over_the_line() -> None:
    hello = TRANSPORT["hello"]
    said = {"v": 1, "from": hello["by"], "to": hello["to"], "time": hello["time"], "nonce": hello["nonce"]}
    signed = KEYS[A["node"]].signed(line.HELLO, wire.encode(said | {"lanes": hello["lanes"]}))
    assert signed.hex() == hello["signed"]
    row = TRANSPORT["parcels"]
    read = [
        positions.read_parcel(one, PUBLICS[A["node"]]) for one in line.parcels_of(bytes.fromhex(row["bytes"]))
    ]
    assert [[one.signed.hex(), one.envelope.hex()] for one in read] == row["parcels"]
    assert line.body_of(read).hex() == row["bytes"]
    for name in ("fetched", "fetched_nothing", "fetched_questions"):
        head, body = wire.unpack(bytes.fromhex(TRANSPORT[name]["bytes"]), 2)
        asks = TRANSPORT[name].get("asks", [])
        assert wire.decode(head) == {"asks": asks, "claims": TRANSPORT[name]["claims"]}
        assert len(line.parcels_of(body)) == (2 if name == "fetched" else 0)
    told = ledger.read_checkpoint(TRANSPORT["answer_to_head"]["value"]["checkpoint"], PUBLICS[B["node"]])
    assert (told.origin, told.size) == (TRANSPORT["consistency"]["value"]["origin"], 7)
    for row in TRANSPORT.values():
        if "value" in row:
            assert wire.encode(row["value"]).hex() == row["bytes"]


def opened(raw: bytes) -> stick.Content:
    sealing = keys.SealingKey(bytes.fromhex(B["seal_seed"]))
    trusted = {A["node"]: PUBLICS[A["node"]]}
    return stick.read(raw, me=B["node"], mine=[sealing], publics_of=lambda node: trusted.get(node, {}))


def test_what_goes_to_a_hub_and_comes_from_it() -> None:
    rows = {name: bytes.fromhex(row["bytes"]) for name, row in RELAY.items()}
    asked, left, sought = RELAY["relay-room"], RELAY["relay-leave"], RELAY["relay-fetch"]
    assert hub.room(asked["to"], asked["size"]) == rows["relay-room"]
    assert hub.leave(bytes.fromhex(left["letter"]), left["read"]) == rows["relay-leave"]
    assert hub.left(RELAY["relay-left"]["to"]) == rows["relay-left"]
    assert hub.numbers_of(rows["answer_to_relay-left"]) == RELAY["answer_to_relay-left"]["numbers"]
    assert hub.fetch(sought["done"], sought["later"], sought["wait"]) == rows["relay-fetch"]
    assert hub.number_of(rows["answer_to_relay-leave"]) == RELAY["answer_to_relay-leave"]["number"]
    told = [
        {"from": one.sender, "number": one.number, "read": one.read, "letter": one.letter.hex()}
        for one in hub.fetched(rows["answer_to_relay-fetch"])
    ]
    assert told == RELAY["answer_to_relay-fetch"]["letters"]
    assert hub.fetched(rows["nothing_to_fetch"]) == []


def test_the_bundle_opens_and_says_what_it_carries() -> None:
    apart = BUNDLE["opens"]
    content = opened(bytes.fromhex(apart["file"]))
    assert stick.inside(content).hex() == apart["content"]
    assert wire.pack(*content.parcels).hex() == apart["parcels"]


@pytest.mark.parametrize("edit", BUNDLE["refused"], ids=lambda edit: edit["name"])
def test_edited_bundles_are_refused(edit: Json) -> None:
    raw = bytes.fromhex(BUNDLE["opens"]["file"])
    raw = raw[: edit["at"]] + bytes.fromhex(edit["by"]) + raw[edit["at"] + edit["length"] :]
    assert refused(lambda: opened(raw)).kind == edit["kind"]


LETTER = load("letter")


def letter_opened(raw: bytes) -> tuple[str, Json, list[bytes]]:
    sealing = keys.SealingKey(bytes.fromhex(B["seal_seed"]))
    trusted = {A["node"]: PUBLICS[A["node"]]}
    return letter.read(raw, me=B["node"], mine=[sealing], publics_of=lambda node: trusted.get(node, {}))


def test_letters_open_and_say_what_they_carry() -> None:
    assert letter.subject(B["node"], A["node"]) == LETTER["subject"]
    for name, count in (("full", 2), ("bare", 0)):
        row = LETTER[name]
        sender, said, parcels = letter_opened(bytes.fromhex(row["letter"]))
        assert (sender, said, len(parcels)) == (A["node"], row["said"], count)


@pytest.mark.parametrize("edit", LETTER["refused"], ids=lambda edit: edit["name"])
def test_edited_letters_are_refused(edit: Json) -> None:
    raw = bytes.fromhex(LETTER["full"]["letter"])
    raw = raw[: edit["at"]] + bytes.fromhex(edit["by"]) + raw[edit["at"] + edit["length"] :]
    assert refused(lambda: letter_opened(raw)).kind == edit["kind"]


FILES = load("attachments/attachments")


def test_files_are_sealed_and_opened_byte_for_byte() -> None:
    short, long = FILES["short"], FILES["long"]
    content = bytes.fromhex(short["content"])
    entry, (chunk,) = files.seal(content, name="lời khai.txt", media_type="text/plain", key=bytes(range(32)))
    assert (wire.encode(entry).decode(), chunk.hex()) == (short["manifest"], short["chunk"])
    assert files.open_file(entry, {wire.sha256(chunk): chunk}) == content
    content = bytes(number % 251 for number in range(long["size"]))
    entry, chunks = files.seal(content, name="scan.pdf", media_type="application/pdf", key=bytes(range(32)))
    assert wire.encode(entry).decode() == long["manifest"]
    assert (chunks[0][:64].hex(), chunks[1].hex()) == (long["first_chunk_begins"], long["last_chunk"])
    assert files.open_file(entry, {wire.sha256(one): one for one in chunks}) == content


def test_a_preview_is_sealed_and_opened_byte_for_byte() -> None:
    row = FILES["pictured"]
    picture = bytes.fromhex(row["picture"])
    entry, (preview, _chunk) = files.seal(
        picture, name="ảnh.jpg", media_type="image/jpeg", key=bytes(range(32)), picture=picture
    )
    assert (wire.encode(entry).decode(), preview.hex()) == (row["manifest"], row["preview"])
    assert files.open_preview(entry, {entry["preview"]: preview}) == picture


@pytest.mark.parametrize("case", FILES["pictured"]["refused"], ids=lambda case: case["name"])
def test_a_preview_that_is_no_plain_small_picture_is_refused(case: dict[str, str]) -> None:
    entry = wire.decode(FILES["pictured"]["manifest"].encode()) | {"preview": case["digest"]}
    with pytest.raises(wire.Wrong) as refusal:
        files.open_preview(entry, {case["digest"]: bytes.fromhex(case["preview"])})
    assert refusal.value.code == case["code"]


def test_a_chunk_stands_behind_the_message_that_brings_it() -> None:
    row = FILES["carried"]
    signed, chunk = files.parted(bytes.fromhex(row["content"]))
    assert signed.hex() == row["signed_message"]
    files.check_enclosed(wire.decode(row["message"].encode()), chunk)
    assert signed + wire.pack(chunk) == bytes.fromhex(row["content"])


@pytest.mark.parametrize("row", FILES["refused"], ids=lambda row: row["name"])
def test_wrong_chunks_are_refused_by_name(row: Json) -> None:
    entry = wire.decode(FILES["short"]["manifest"].encode())
    held = {entry["chunks"][0]: bytes.fromhex(row["chunk"])} if row["chunk"] else {}
    assert refused(lambda: files.open_file(entry, held)).code == row["code"]


def test_leaves_trees_and_proofs() -> None:
    for row in LEDGER["leaves"]:
        raw = bytes.fromhex(row["bytes"])
        assert wire.encode(wire.decode(raw)) == raw
        assert ledger.leaf_hash(raw).hex() == row["hash"]
    hashes = [ledger.leaf_hash(bytes.fromhex(leaf)) for leaf in LEDGER["tree"]["leaves"]]
    roots = [ledger.root(hashes[:size]) for size in range(9)]
    assert [root.hex() for root in roots] == LEDGER["tree"]["roots"]
    for row in LEDGER["consistency"]:
        first, second = row["first"], row["second"]
        proof = [base64.b64decode(one) for one in row["proof"]]
        assert ledger.consistent(first, second, roots[first], roots[second], proof)
        assert not ledger.consistent(first, second, bytes(32), roots[second], proof)


def test_a_leaf_is_proven_where_it_stands_and_nowhere_else() -> None:
    hashes = [ledger.leaf_hash(bytes.fromhex(leaf)) for leaf in LEDGER["tree"]["leaves"]]
    for row in LEDGER["inclusion"]:
        head = bytes.fromhex(LEDGER["tree"]["roots"][row["size"]])
        proof = [base64.b64decode(one) for one in row["proof"]]
        assert ledger.included(hashes[row["index"]], row["index"], row["size"], head, proof)
        other = hashes[(row["index"] + 1) % 8]
        assert not ledger.included(other, row["index"], row["size"], head, proof)


def test_a_book_writes_the_leaves_of_a_pair() -> None:
    book = ledger.Book(node=A["node"], partner=B["node"], epoch="e1")
    for row in LEDGER["leaves"][:4]:
        leaf = wire.decode(bytes.fromhex(row["bytes"]))
        book.note(leaf["kind"], leaf["at"], leaf["facts"])
    assert [leaf.hex() for leaf in book.leaves] == [row["bytes"] for row in LEDGER["leaves"][:4]]


def test_checkpoints_and_cosignatures() -> None:
    row, line_of_b = LEDGER["checkpoint"], LEDGER["cosignature"]
    hashes = [ledger.leaf_hash(bytes.fromhex(leaf)) for leaf in LEDGER["tree"]["leaves"]]
    assert ledger.sign_checkpoint(row["origin"], hashes[:7], KEYS[A["node"]]) == row["note"]
    read = ledger.read_checkpoint(row["note"], PUBLICS[A["node"]])
    assert read.text == row["text"]
    made = ledger.cosign(read, node=B["node"], signer=KEYS[B["node"]], now_s=line_of_b["time"])
    assert made == line_of_b["line"]
    ledger.check_cosignature(made, read.text, node=B["node"], publics=PUBLICS[B["node"]])


def test_a_head_that_goes_back_in_its_lane_or_forks_is_not_held() -> None:
    hashes = [ledger.leaf_hash(bytes.fromhex(leaf)) for leaf in LEDGER["tree"]["leaves"]]
    proofs = {(row["first"], row["second"]): row["proof"] for row in LEDGER["consistency"]}

    def head(size: int, leaves: list[bytes] = hashes) -> ledger.Checkpoint:
        note = ledger.sign_checkpoint("lienlac/a/pair/b/e1", leaves[:size], KEYS[A["node"]])
        return ledger.read_checkpoint(note, PUBLICS[A["node"]])

    def prove(_origin: str, first: int, second: int) -> list[bytes]:
        return [base64.b64decode(one) for one in proofs[first, second]]

    held = ledger.Held()
    steps = [(3, "normal", True), (7, "urgent", True), (5, "normal", False), (6, "urgent", False)]
    for size, lane, largest in steps:
        assert held.take(head(size), lane=lane, prove=prove) is largest
    assert held.incidents == ["ledger_rolled_back"]  # 6 behind 7 in one lane; 5 behind 3 is another lane's 7
    assert not held.take(head(8, hashes[::-1]), lane="normal", prove=prove)
    assert held.incidents[-1] == "ledger_forked"


@pytest.mark.parametrize("row", LEDGER["notes_refused"], ids=lambda row: row["name"])
def test_notes_that_were_not_signed_so_are_refused(row: Json) -> None:
    wrong = refused(lambda: ledger.read_checkpoint(row["note"], PUBLICS[A["node"]]))
    assert wrong.kind == row["kind"]
