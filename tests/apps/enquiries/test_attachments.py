"""Files go with what is asked and answered, are seen by whoever sees the enquiry, and go with it."""

import hashlib
import io
import secrets
from dataclasses import replace

import pytest

from lienlac.apps.audit.models import Opening
from lienlac.apps.enquiries import actions, attachments, queries, texts
from lienlac.apps.enquiries.actions import Draft
from lienlac.apps.enquiries.models import Addressee
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import drawing
from lienlac.apps.mailroom.models import Chunk, File, Parcel
from lienlac.apps.mailroom.receivers import Delivery
from lienlac.apps.records import vault
from lienlac.core.envelope import chunks
from lienlac.core.errors import Malformed, Refused, Unavailable
from lienlac.core.messages.message import Message
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.world import AGREEMENT, MATTER, NOW, OURS, PERSON, SURE, THEIRS
from tests.vectors.attachments.make import PICTURE

PDF = b"%PDF-1.7 a decision"
PHOTO = b"\xff\xd8\xff a photograph"
TRAY = "a" * 32


def put(officer, tray=TRAY, name="quyết định.pdf", content=PDF):
    return mailroom.put_in_tray(officer, tray, name, io.BytesIO(content), now=NOW)


def ask(officer, kind="VER_ID", **changes):
    draft = Draft(kind=kind, body=BODIES[kind], to_offices=(THEIRS,), agreement=AGREEMENT, tray=TRAY)
    return actions.ask(officer, replace(draft, **changes), now=NOW)


def row_of(officer, enquiry):
    return queries.one(officer, enquiry.addressees.get().pk)


def content_of(officer, row, key):
    return b"".join(attachments.open_file(officer, row, key, now=NOW)[1])


def chunk_comes(partner, of, piece):
    """The partner's chunk, its envelope opened and its author checked."""
    message = Message(
        id=secrets.token_hex(16), from_office=partner.code, to_offices=(OURS,), kind="CHUNK", version=1, handling=(),
        created="2026-11-21T09:00:00.000Z", agreement=None, in_reply_to=of, attachments=(),
        body=chunks.body_of(piece.digest, of),
    )  # fmt: skip
    mailroom.take_chunk(Delivery(message=message, partner=partner.row(), now=NOW, enclosed=piece.raw))


def asked_with_a_file(partner, *, pieces=True):
    """An enquiry of the partner with a file; its row, the piece."""
    manifest, (piece,) = chunks.seal_file(PDF, name="判决书.pdf", media_type="application/pdf")
    arrival = partner.say("VER_ID", PERSON | MATTER, attachments=(manifest,))
    of = arrival.message.message_id
    if pieces:
        chunk_comes(partner, of, piece)
    return Addressee.objects.get(enquiry__message_id=of), piece


def test_what_lies_in_the_tray_goes_with_the_question(linh, jingxi):
    put(linh)
    enquiry = ask(linh)
    (message,) = jingxi.hears(kind="VER_ID")
    (manifest,) = message.attachments
    assert (manifest.name, manifest.size) == ("quyết định.pdf", len(PDF))
    assert Parcel.objects.filter(message__kind="CHUNK", message__in_reply_to=enquiry.message_id).count() == 1
    assert not File.objects.filter(in_tray=True).exists()


def test_a_question_that_is_refused_leaves_the_tray_as_it_was(linh):
    put(linh)
    with pytest.raises((Malformed, Refused)):
        ask(linh, body={"subject_name": "Đàm Khánh Viễn"})
    assert File.objects.get().in_tray


def test_the_digest_of_a_decision_is_that_of_one_of_its_files(linh, jingxi):
    put(linh)
    with pytest.raises(Refused, match="decision_copy_differs"):
        ask(linh, kind="LOCATE")
    assert File.objects.get().in_tray
    digest = hashlib.sha256(PDF).hexdigest()
    enquiry = ask(linh, kind="LOCATE", body=BODIES["LOCATE"] | {"decision_copy": digest})
    body = {**enquiry.body, "decision_copy": "b" * 64}
    changed = Draft(kind="LOCATE", body=body, to_offices=(THEIRS,), agreement=AGREEMENT)
    with pytest.raises(Refused, match="decision_copy_differs"):
        actions.edit(linh, enquiry, changed, now=NOW)


def test_a_file_is_read_by_those_who_read_the_enquiry_and_it_is_written_down(linh, mara, jingxi):
    row, _ = asked_with_a_file(jingxi)
    (shown,) = attachments.files_of(queries.one(linh, row.pk))[row.enquiry.message_id]
    assert shown.whole
    assert content_of(linh, queries.one(linh, row.pk), shown.row.pk) == PDF
    assert Opening.objects.filter(list="attachment", key=shown.row.sha256).exists()
    assert Opening.objects.filter(as_actor=True, key="linh").exists()
    assert queries.one(mara, row.pk) is None


def test_a_file_that_has_not_come_whole_is_not_shown(linh, jingxi):
    row, piece = asked_with_a_file(jingxi, pieces=False)
    (shown,) = attachments.files_of(row)[row.enquiry.message_id]
    assert (shown.come, shown.pieces) == (0, 1)
    with pytest.raises(Unavailable, match="chunk_missing"):
        attachments.open_file(linh, row, shown.row.pk, now=NOW)
    assert not Opening.objects.filter(list="attachment").exists()
    chunk_comes(jingxi, row.enquiry.message_id, piece)
    assert content_of(linh, row, shown.row.pk) == PDF


def test_a_file_of_another_enquiry_is_not_found_through_this_one(linh, jingxi):
    row, _ = asked_with_a_file(jingxi)
    put(linh)
    other = row_of(linh, ask(linh))
    (mine,) = attachments.files_of(other)[other.enquiry.message_id]
    with pytest.raises(Malformed, match="not_there"):
        attachments.open_file(linh, row, mine.row.pk, now=NOW)


def test_an_answer_takes_files_along_and_a_refusal_none(linh, jingxi):
    row, _ = asked_with_a_file(jingxi)
    put(linh)
    with pytest.raises(Refused, match="attachment_with_refusal"):
        actions.answer(linh, row, "REFUSED", {"outward_ground": "RF02"}, tray=TRAY, now=NOW)
    row = Addressee.objects.select_related("enquiry").get(pk=row.pk)
    actions.answer(linh, row, "NOHIT", SURE, tray=TRAY, now=NOW)
    (message,) = jingxi.hears(kind="ANSWER")
    assert [one.name for one in message.attachments] == ["quyết định.pdf"]


@pytest.mark.parametrize("response", ["STATUS", "CLARIFY"])
def test_a_file_behind_an_answer_that_tells_nothing_is_judged_as_one_that_tells(response, linh, jingxi):
    row = Addressee.objects.get(enquiry__message_id=jingxi.say("LOCATE", BODIES["LOCATE"]).message.message_id)
    put(linh)
    said = (
        {"until": "2026-12-01T00:00:00.000Z"}
        if response == "STATUS"
        else {"text": "?", "text_language": "en"}
    )
    with pytest.raises(Refused):
        actions.answer(linh, row, response, SURE | said, tray=TRAY, now=NOW)
    assert not jingxi.hears(kind="ANSWER")


def test_a_file_alone_goes_through_the_release_chain(linh, mara, jingxi):
    actions.set_chain(mara, OURS, "INF", "answer", ("tham-mưu",), now=NOW)
    row, _ = asked_with_a_file(jingxi)
    put(linh)
    given = actions.answer(
        linh, row, "STATUS", SURE | {"until": "2026-12-01T00:00:00.000Z"}, tray=TRAY, now=NOW
    )
    assert not given.sent
    assert not jingxi.hears(kind="ANSWER")


def test_an_answer_that_waits_keeps_its_files_and_forgets_them_when_it_is_dropped(linh, diep, jingxi):
    arrival = jingxi.say("LOCATE", BODIES["LOCATE"])
    row = Addressee.objects.get(enquiry__message_id=arrival.message.message_id)
    vault.release(diep, row.enquiry.message_id, now=NOW)
    put(linh)
    given = actions.answer(linh, row, "FULL", SURE | {"located": False, "write_to": OURS}, tray=TRAY, now=NOW)
    assert not given.sent
    assert File.objects.get().of == given.message_id
    actions.drop_answer(linh, given, now=NOW)
    assert not File.objects.exists()
    assert not Chunk.objects.exists()


def test_a_clarification_takes_files_along(linh, jingxi):
    enquiry = ask(linh, tray="")
    jingxi.answers(enquiry, "CLARIFY", text="Which?", text_language="en")
    put(linh)
    actions.clarify(linh, row_of(linh, enquiry), {"birth": "1987"}, tray=TRAY, now=NOW)
    (message,) = jingxi.hears(kind="CLARIFICATION")
    assert [one.name for one in message.attachments] == ["quyết định.pdf"]


def test_what_people_consent_to_includes_the_files(linh):
    without = texts.of_enquiry(ask(linh, tray=""))
    before = without.digest
    put(linh)
    attachments.take_along(linh, TRAY, without.message_id)
    assert without.digest != before


def test_a_call_keeps_its_files_here_and_nothing_travels(linh, jingxi):
    put(linh)
    draft = Draft(kind="VER_ID", body=PERSON | MATTER, to_offices=(THEIRS,), agreement=AGREEMENT, tray=TRAY)
    row = actions.write_down_call(linh, draft, now=NOW)
    row = queries.one(linh, row.pk)
    (shown,) = attachments.files_of(row)[row.enquiry.message_id]
    assert content_of(linh, row, shown.row.pk) == PDF
    assert not Parcel.objects.exists()


def test_files_are_erased_with_their_enquiry(linh, jingxi):
    row, _ = asked_with_a_file(jingxi)
    put(linh)
    actions.answer(linh, row, "NOHIT", SURE, tray=TRAY, now=NOW)
    assert attachments.erase(row.enquiry) == 2
    assert not File.objects.exists()
    assert not Chunk.objects.exists()


# --- previews ----------------------------------------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch):
    """Every picture that is put in looks like PICTURE: no process is started for it."""
    monkeypatch.setattr(drawing, "small", lambda *_file: PICTURE)


def asked_with_a_picture(partner, picture=PICTURE, **changes):
    """An enquiry of the partner with a photograph, of which the preview has come and no piece."""
    sealer = chunks.Sealer(len(PHOTO), key=bytes(range(32)))
    small, piece = sealer.preview(picture), sealer.seal(PHOTO)
    manifest = sealer.manifest(name="现场.jpg", media_type="image/jpeg")
    arrival = partner.say("VER_ID", PERSON | MATTER | changes, attachments=(manifest,))
    chunk_comes(partner, arrival.message.message_id, small)
    return Addressee.objects.get(enquiry__message_id=arrival.message.message_id), piece


def shown_of(row):
    return attachments.with_preview(row, attachments.files_of(row), now=NOW)


def test_a_preview_is_seen_by_those_who_read_the_enquiry_and_it_is_written_down(linh, jingxi):
    row, _piece = asked_with_a_picture(jingxi)
    file = File.objects.get()
    assert shown_of(row) == {file.pk}
    assert attachments.open_preview(linh, row, file.pk, now=NOW) == PICTURE
    assert Opening.objects.filter(list="attachment_preview", key=file.sha256).exists()


@pytest.mark.parametrize("changes", [{"birth": "2012"}, {"link": "presumed_victim"}, {"offence": "CSAM"}])
def test_a_preview_that_a_partner_sends_of_a_child_or_a_victim_is_not_shown(linh, jingxi, changes):
    row, _piece = asked_with_a_picture(jingxi, **changes)
    assert not shown_of(row)
    with pytest.raises(Malformed, match="not_there"):
        attachments.open_preview(linh, row, File.objects.get().pk, now=NOW)


def test_what_is_said_later_of_a_child_hides_the_pictures_that_came_before(jingxi):
    row, _piece = asked_with_a_picture(jingxi)
    assert shown_of(row)
    jingxi.say(
        "CORRECTION", {"of": row.enquiry.message_id, "birth": "2012"}, in_reply_to=row.enquiry.message_id
    )
    assert not shown_of(row)


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(
    ("changes", "goes"), [({}, True), ({"birth": "2012"}, False), ({"link": "victim"}, False)]
)
def test_no_preview_of_a_child_or_a_victim_leaves(linh, jingxi, changes, goes):
    put(linh, name="ảnh.jpg", content=PHOTO)
    ask(linh, body=BODIES["VER_ID"] | changes)
    (message,) = jingxi.hears(kind="VER_ID")
    assert bool(message.attachments[0].preview) == goes
    assert Parcel.objects.filter(message__kind="CHUNK").count() == 1 + goes
    assert Chunk.objects.count() == 1 + goes
