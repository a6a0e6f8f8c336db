"""Enquiries have an end (SG23): told before, erased with all that they brought, kept for a reason, never too early."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from lienlac.apps.accounts.models import User
from lienlac.apps.audit.models import Leaf, Opening
from lienlac.apps.directory.models import Node
from lienlac.apps.enquiries import actions, queries, retention
from lienlac.apps.enquiries.actions import erasing
from lienlac.apps.enquiries.models import Addressee, Enquiry, Scan
from lienlac.apps.mailroom import exporting
from lienlac.apps.mailroom.models import Chunk, File, Message, Parcel
from lienlac.apps.screening.models import Blocked, Candidate, Subject
from lienlac.core.envelope import frames
from lienlac.core.envelope.dsse import MAX_SIGNED_BYTES
from lienlac.core.errors import Malformed, Refused
from lienlac.core.journeys.retention import ENQUIRY, KEPT_FOR, NO_HIT
from lienlac.core.ledger import leaves
from lienlac.core.messages.message import Message as CoreMessage
from tests.apps.enquiries.releasing import draft
from tests.apps.enquiries.test_answering import received
from tests.apps.enquiries.test_attachments import asked_with_a_file
from tests.apps.enquiries.world import NOW, SURE, sequence
from tests.apps.records.people import record

DAY = timedelta(days=1)
YEARS, YEAR = KEPT_FOR[ENQUIRY], KEPT_FOR[NO_HIT]


def over(enquiry):
    """Let every row be filed and every parcel be gone, as they are after a year."""
    Addressee.objects.filter(enquiry=enquiry).update(state="filed", open=False)
    Parcel.objects.update(in_outbox=False, envelope=b"")
    return enquiry


@pytest.fixture
def ended(linh, jingxi):
    enquiry = actions.ask(linh, draft(), now=NOW)
    jingxi.answers(enquiry, "FULL", **SURE, text="Đàm Khánh Viễn đã về nước.", text_language="vi")
    actions.add_note(linh, enquiry, "Đàm Khánh Viễn gọi lại.", now=NOW)
    return over(enquiry)


def words_kept(word):
    """Name every table that still says a word, in text, in JSON or in bytes."""
    said = []
    for model in apps.get_models():
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                if isinstance(field, models.BinaryField):
                    value = bytes(value or b"").decode(errors="replace")
                if word in (json.dumps(value, ensure_ascii=False, default=str)):
                    said.append(f"{model._meta.label}.{field.name}")
    return said


def codes_of(kind):
    found = [leaves.decode(bytes(row.body)) for row in Leaf.objects.order_by("pk")]
    return [one.facts.get("code") for one in found if one.kind == kind]


def test_three_years_after_the_last_word_nothing_of_it_is_left(ended):
    assert words_kept("Khánh Viễn")
    assert actions.erase_due(now=NOW + YEARS) == 0
    assert actions.erase_due(now=NOW + YEARS + 2 * DAY) == 1
    assert words_kept("Khánh Viễn") == []
    assert not Enquiry.objects.exists()
    assert codes_of("record_erased") == ["due"]
    assert actions.erase_due(now=NOW + YEARS + 2 * DAY) == 0


def test_the_leaves_stand_and_nobody_can_open_them(ended):
    sequence()
    before = list(Leaf.objects.order_by("pk").values_list("body", flat=True))
    message_id = ended.message_id
    actions.erase_due(now=NOW + YEARS + 2 * DAY)
    after = list(Leaf.objects.order_by("pk").values_list("body", flat=True))
    assert [bytes(one) for one in after[: len(before)]] == [bytes(one) for one in before]
    assert not Opening.objects.filter(list="enquiry", key=message_id).exists()


def test_a_later_word_of_substance_counts_and_a_reminder_does_not(linh, jingxi):
    enquiry = actions.ask(linh, draft(), now=NOW)
    row = enquiry.addressees.get()
    jingxi.receipt(enquiry.message_id, "R1")
    row.refresh_from_db()
    actions.remind(linh, row, now=NOW + 5 * DAY)
    over(enquiry)
    assert retention.last_day(enquiry) == retention.day_of(NOW + YEARS)
    Addressee.objects.update(state="sent", open=True)
    jingxi.answers(enquiry, "FULL", now=NOW + 40 * DAY, **SURE)
    over(enquiry)
    assert retention.last_day(enquiry) == retention.day_of(NOW + 40 * DAY + YEARS)
    assert actions.erase_due(now=NOW + YEARS + 30 * DAY) == 0


def test_what_is_open_is_never_erased(linh, jingxi):
    enquiry = actions.ask(linh, draft(), now=NOW)
    Parcel.objects.update(in_outbox=False)
    assert actions.erase_due(now=NOW + 3 * YEARS) == 0
    assert Enquiry.objects.get() == enquiry


def test_what_still_waits_to_leave_is_kept(ended):
    Parcel.objects.filter(message__message_id=ended.message_id).update(in_outbox=True)
    assert actions.erase_due(now=NOW + 2 * YEARS) == 0


def test_a_log_of_no_hit_is_kept_a_year_at_the_side_that_looked(linh, jingxi):
    row = received(jingxi, "VER_ID")
    actions.answer(linh, row, "NOHIT", dict(SURE), now=NOW)
    over(row.enquiry)
    assert actions.erase_due(now=NOW + YEAR) == 0
    assert actions.erase_due(now=NOW + YEAR + 2 * DAY) == 1


def test_with_another_answer_it_is_no_log_of_no_hit(linh, jingxi):
    row = received(jingxi, "VER_ID")
    actions.answer(linh, row, "FULL", dict(SURE), now=NOW)
    over(row.enquiry)
    assert actions.erase_due(now=NOW + YEARS - DAY) == 0


def test_the_asker_keeps_a_no_hit_for_three_years(linh, jingxi):
    enquiry = actions.ask(linh, draft(), now=NOW)
    jingxi.answers(enquiry, "NOHIT", **SURE)
    over(enquiry)
    assert actions.erase_due(now=NOW + YEARS - DAY) == 0


def test_what_is_blocked_about_it_keeps_it(ended):
    until = (NOW + 5 * YEARS).date()
    Blocked.objects.create(
        message_id=ended.message_id,
        record_number="H-1",
        told={},
        verdicts=[],
        done=[],
        blocked_at=NOW,
        until=until,
    )
    assert actions.erase_due(now=NOW + 2 * YEARS) == 0
    assert actions.erase_due(now=NOW + 5 * YEARS + 2 * DAY) == 1


def test_whom_it_was_about_is_forgotten_where_records_were_compared(linh, jingxi):
    row = received(jingxi, "VER_ID")
    actions.answer(linh, row, "NOHIT", dict(SURE), now=NOW)
    Subject.objects.create(
        message_id=row.enquiry.message_id, kind="VER_ID", body={"subject_name": "Đàm Khánh Viễn"},
        digest="0" * 64, offices="", received_at=NOW, watched_until=NOW.date(),
    )  # fmt: skip
    over(row.enquiry)
    assert actions.erase_due(now=NOW + YEAR + 2 * DAY) == 1
    assert not Subject.objects.exists()


def test_files_go_with_their_keys_and_pieces(linh, jingxi):
    row, _piece = asked_with_a_file(jingxi)
    actions.answer(linh, row, "NOHIT", dict(SURE), now=NOW)
    over(row.enquiry)
    assert File.objects.exists()
    assert actions.erase_due(now=NOW + YEAR + 2 * DAY) == 1
    assert not File.objects.exists()
    assert not Chunk.objects.exists()
    assert not Scan.objects.exists()


def test_a_message_brought_again_is_still_known_and_its_id_stays_taken(linh, jingxi):
    row = received(jingxi, "VER_ID")
    stored = Message.objects.get(message_id=row.enquiry.message_id)
    payload, _kid, _signature = frames.unpack(bytes(stored.signed), count=3, max_bytes=MAX_SIGNED_BYTES)
    message = CoreMessage.from_bytes(payload)
    actions.answer(linh, row, "NOHIT", dict(SURE), now=NOW)
    over(row.enquiry)
    late = NOW + YEAR + 2 * DAY
    assert actions.erase_due(now=late) == 1
    assert jingxi.bring(message, jingxi.author, late).state == "stored"
    assert not Enquiry.objects.exists()
    other = replace(message, body={**message.body, "birth": "1999"})
    arrival = jingxi.bring(other, jingxi.author, late)
    assert (arrival.state, arrival.reason) == ("refused", "message_id_taken")


def test_the_export_of_the_pair_is_the_same_before_and_after(linh, jingxi):
    row = received(jingxi, "VER_ID")
    actions.answer(linh, row, "NOHIT", dict(SURE), now=NOW)
    sequence()
    over(row.enquiry)
    late = NOW + YEAR + 2 * DAY
    before = list(exporting.export(jingxi.row(), now=late))
    assert actions.erase_due(now=late) == 1
    assert list(exporting.export(jingxi.row(), now=late)) == before


def test_what_a_revoked_partner_asked_ends_like_everything(linh, jingxi):
    """Nothing leaves to him, nothing comes from him; its time runs all the same."""
    held, answered, open_one = (received(jingxi, "VER_ID") for _ in range(3))
    actions.answer(linh, held, "REFUSED", {"outward_ground": "RF00"}, now=NOW)
    actions.answer(linh, answered, "FULL", dict(SURE), now=NOW)
    Subject.objects.create(
        message_id=open_one.enquiry.message_id, kind="VER_ID", body={"subject_name": "Đàm Khánh Viễn"},
        digest="0" * 64, offices="", received_at=NOW, watched_until=NOW.date(),
    )  # fmt: skip
    Node.objects.filter(code="cn-jingxi").update(standing=Node.Standing.REVOKED)
    for days in range(0, 900, 30):
        actions.send_due(now=NOW + days * DAY)
        actions.daily(now=NOW + days * DAY)
    assert {row.state for row in Addressee.objects.all()} == {"expired", "filed"}
    assert Parcel.objects.filter(in_outbox=True).exists()
    assert actions.erase_due(now=NOW + YEARS + 2 * DAY) == 3
    assert not Enquiry.objects.exists()


def test_what_was_never_sent_ends_too(linh, jingxi):
    enquiry = actions.ask(linh, draft("LOCATE"), now=NOW)
    assert actions.daily(now=NOW + 89 * DAY)["expired"] == 0
    assert actions.daily(now=NOW + 91 * DAY)["expired"] == 1
    assert enquiry.addressees.get().state == "expired"
    assert jingxi.hears() == []


def test_the_owner_is_told_twice_four_months_and_one_month_before(ended, linh):
    assert actions.warn_due(now=NOW + YEARS - 123 * DAY) == 0
    assert actions.warn_due(now=NOW + YEARS - 121 * DAY) == 1
    assert actions.warn_due(now=NOW + YEARS - 100 * DAY) == 0
    assert [row.enquiry for row in queries.falls_due(linh, NOW + YEARS - 100 * DAY)] == [ended]
    assert actions.warn_due(now=NOW + YEARS - 29 * DAY) == 1
    assert actions.warn_due(now=NOW + YEARS - 28 * DAY) == 0
    assert codes_of("record_changed") == ["first_notice", "last_notice"]


def test_an_old_backlog_is_erased_a_few_at_a_time(linh, jingxi, monkeypatch):
    for _ in range(3):
        over(actions.ask(linh, draft(), now=NOW))
    monkeypatch.setattr("lienlac.apps.enquiries.actions.erasing.AT_ONCE", 2)
    later = NOW + YEARS + 2 * DAY
    assert [actions.erase_due(now=later) for _ in range(3)] == [2, 1, 0]


def blocked(enquiry):
    return Blocked.objects.create(
        message_id=enquiry.message_id, record_number="H-1", told={}, verdicts=[], done=[],
        blocked_at=NOW, until=(NOW + 5 * YEARS).date(),
    )  # fmt: skip


def message_waits(enquiry):
    Parcel.objects.filter(message__message_id=enquiry.message_id).update(in_outbox=True)


def piece_waits(enquiry):
    """A parcel of what is said in reply to it has to leave, as a chunk of its file does."""
    of_it = Parcel.objects.get(message__message_id=enquiry.message_id)
    Message.objects.filter(pk=of_it.message_id).update(
        message_id=enquiry.message_id[::-1], in_reply_to=enquiry.message_id
    )
    Parcel.objects.filter(pk=of_it.pk).update(in_outbox=True)


def file_waits(enquiry):
    File.objects.create(
        of=enquiry.message_id, origin="vn-mongcai", place=0, name="a", media_type="", size=1, sha256="",
        key="", suite=1, chunks=["a"], unsent=1, put_at=NOW,
    )  # fmt: skip


def pair_waits(enquiry):
    subject = Subject.objects.create(
        message_id=enquiry.message_id, kind="VER_ID", body={}, digest="0" * 64, offices="",
        received_at=NOW, watched_until=NOW.date(),
    )  # fmt: skip
    Candidate.objects.create(
        subject=subject, record=record(User.objects.get(username="linh")), agreement="weak", rank=0,
        namesakes=0, found_at=NOW, changed_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("kept_by", [blocked, message_waits, piece_waits, file_waits, pair_waits])
def test_what_must_be_kept_keeps_nothing_behind_it_from_being_erased(kept_by, linh, jingxi, monkeypatch):
    """However many they are: a partner who never comes back keeps each of his enquiries for ever."""
    monkeypatch.setattr("lienlac.apps.enquiries.actions.erasing.AT_ONCE", 1)
    kept = [over(actions.ask(linh, draft(), now=NOW)) for _ in range(5)]
    last = over(actions.ask(linh, draft(), now=NOW))
    for one in kept:
        kept_by(one)
    assert actions.erase_due(now=NOW + YEARS + 2 * DAY) == 1
    assert not Enquiry.objects.filter(pk=last.pk).exists()
    assert set(Enquiry.objects.all()) == set(kept)


def test_an_answer_that_waits_to_leave_keeps_its_enquiry_and_none_behind_it(linh, jingxi, monkeypatch):
    monkeypatch.setattr("lienlac.apps.enquiries.actions.erasing.AT_ONCE", 1)
    rows = [received(jingxi, "VER_ID") for _ in range(6)]
    for row in rows:
        actions.answer(linh, row, "NOHIT", dict(SURE), now=NOW)
        over(row.enquiry)
    for row in rows[:5]:
        Parcel.objects.filter(message__message_id=row.answers.get().message_id).update(in_outbox=True)
    assert actions.erase_due(now=NOW + YEAR + 2 * DAY) == 1
    assert set(Enquiry.objects.all()) == {row.enquiry for row in rows[:5]}


def test_one_that_cannot_be_erased_keeps_none_behind_it_and_is_tried_again(linh, jingxi, monkeypatch, caplog):
    monkeypatch.setattr(erasing, "AT_ONCE", 2)
    broken = [over(actions.ask(linh, draft(), now=NOW)) for _ in range(2)]
    last, erase = over(actions.ask(linh, draft(), now=NOW)), erasing.attachments.erase
    monkeypatch.setattr(
        erasing.attachments, "erase", lambda enquiry: 1 / 0 if enquiry in broken else erase(enquiry)
    )
    late = NOW + YEARS + 2 * DAY
    assert actions.erase_due(now=late) == 1
    assert set(Enquiry.objects.all()) == set(broken)
    assert [one.getMessage() for one in caplog.records if one.exc_info] == [
        f"erasing enquiry {one.pk} failed; it is tried again" for one in broken
    ]
    monkeypatch.setattr(erasing.attachments, "erase", erase)
    assert actions.erase_due(now=late) == 2
    assert last not in Enquiry.objects.all()


def test_it_is_kept_longer_for_a_reason_of_its_own(ended, linh):
    late = NOW + YEARS - 10 * DAY
    actions.keep_longer(linh, ended, (late + YEAR).date(), reason="Vụ án đang xét xử.", now=late)
    assert actions.erase_due(now=NOW + YEARS + 30 * DAY) == 0
    assert actions.erase_due(now=late + YEAR + 2 * DAY) == 1


@pytest.mark.parametrize(
    ("days", "reason", "code"),
    [
        (30, " ", "retention_without_reason"),
        (-1, "x", "retention_too_long"),
        (1200, "x", "retention_too_long"),
    ],
)
def test_nobody_keeps_it_without_reason_or_for_ever(days, reason, code, ended, linh):
    with pytest.raises(Malformed, match=code):
        actions.keep_longer(linh, ended, (NOW + days * DAY).date(), reason=reason, now=NOW)


def test_an_open_one_needs_no_keeping(linh, jingxi):
    enquiry = actions.ask(linh, draft(), now=NOW)
    with pytest.raises(Refused, match="not_now"):
        actions.keep_longer(linh, enquiry, (NOW + DAY).date(), reason="x", now=NOW)
