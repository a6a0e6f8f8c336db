"""Who meets on the pages: Linh and Bằng of Trà Lĩnh, Mara who keeps the machine, Huệ who inspects, and Jingxi."""

from __future__ import annotations

import secrets
from copy import copy
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from lienlac.apps.accounts import actions as accounts
from lienlac.apps.accounts.models import User
from lienlac.apps.agreements import actions as agreements
from lienlac.apps.directory import actions as directory
from lienlac.apps.directory import queries as offices
from lienlac.apps.directory.models import Node, StateRoot
from lienlac.apps.enquiries import actions as enquiries
from lienlac.apps.enquiries.models import Addressee, Release, Review
from lienlac.apps.mailroom import actions as mailroom
from lienlac.apps.mailroom import lost
from lienlac.apps.mailroom.models import Arrival, Incident, Lane
from lienlac.apps.mailroom.queries import unread
from lienlac.apps.records import actions as records
from lienlac.apps.records.models import Import, Record
from lienlac.apps.screening import actions as screening
from lienlac.apps.screening.models import Candidate, FileSearch
from lienlac.core.envelope.keys import SigningKey
from lienlac.core.lane import Span
from lienlac.core.messages.kinds import askable
from lienlac.core.policy.agreement import Agreement, Party
from lienlac.core.trust import roots
from tests.apps.records.people import draft
from tests.matters import VER_ID
from tests.web.far_side import HERE, THERE, FarSide

MEMORANDUM = "DEMO-MOU-2021"
PASSWORD = "border-post-test-2026"
PEOPLE = {
    "linh": ("Nông Thùy Linh", "duty_officer"),
    "bang": ("Hoàng Hải Bằng", "supervisor"),
    "lam": ("Lý Tùng Lâm", "leader"),
    "diep": ("Đàm Ngọc Diệp", "protection_officer"),
    "mara": ("Mara Quách", "administrator"),
    "hue": ("Vi Thanh Huệ", "inspector"),
    "tu": ("Vương Anh Tú", "releaser"),
}
GIVEN_NAMES = "远明军伟强芳丽秀英敏静杰娟勇艳涛超霞平刚"
LIST = "name,birth\n谭庆远,1987-03-12\n韦子岚,1990\n,1991\n".encode()
NAMES_HERE = {
    "vi": "Văn phòng liên lạc Trà Lĩnh",
    "zh-hans": "茶岭边境联络官办公室",
    "lo": "ຫ້ອງການປະສານງານຊາຍແດນ ຈ່າລິງ",
    "km": "ការិយាល័យទំនាក់ទំនងព្រំដែន ត្រាលិញ",
    "th": "สำนักงานประสานงานชายแดน จ่าลิงห์",
    "my": "ထရာလင် နယ်စပ်ဆက်ဆံရေးရုံး",
    "en": "Trà Lĩnh liaison office",
}
TITLES = {
    "vi": "Bản ghi nhớ về phòng, chống tội phạm qua biên giới",
    "zh-hans": "关于打击跨境犯罪的谅解备忘录",
    "lo": "ບົດບັນທຶກຄວາມເຂົ້າໃຈ ວ່າດ້ວຍການຕ້ານອາຊະຍາກຳຂ້າມແດນ",
    "km": "អនុស្សរណៈយោគយល់ ស្តីពីការប្រឆាំងឧក្រិដ្ឋកម្មឆ្លងដែន",
    "th": "บันทึกความเข้าใจว่าด้วยการต่อต้านอาชญากรรมข้ามชาติ",
    "my": "နယ်စပ်ဖြတ်ကျော်ရာဇဝတ်မှု နှိမ်နင်းရေး နားလည်မှုစာချွန်လွှာ",
    "en": "Memorandum on crime across the border",
}
BODY = VER_ID | {"place": "茶岭", "sex": "male"}
THEIRS = {
    "offence_country": "CN",
    "offence_law": "CL",
    "offence_article": "347",
    "subject_name_language": "zh-hans",
}


class World:
    """Both nodes, introduced and bound by a memorandum, and what they have asked each other."""

    def __init__(self) -> None:
        self.far = FarSide()
        now = timezone.now()
        self.officers = {name: _account(name) for name in PEOPLE}
        _meet(self.far, now)
        self.asked: list[Addressee] = []
        self.received: list[Addressee] = []
        self.records: list[Record] = []
        self.searches: list[FileSearch] = []

    def copy(self) -> World:
        """Return the same world with lists of its own: what is added there is not added here."""
        other = copy(self)
        other.far, other.asked, other.received = copy(self.far), [*self.asked], [*self.received]
        other.records, other.searches = [*self.records], [*self.searches]
        return other

    def fill(self, rows: int) -> None:
        """Ask, be asked and keep records until there are so many of each; then compare them."""
        for number in range(len(self.asked), rows):
            name = f"谭庆{GIVEN_NAMES[number]}"
            self.asked.append(self.ask(f"Đàm Khánh Viễn {number}"))
            self.received.append(self.is_asked(name))
            self.records.append(self.enter(name))
            self.is_missing(f"韦明{GIVEN_NAMES[number]}")
            self.is_told_something_new()
        if not unread().filter(frame__isnull=True).exists():
            self.far.seals_anew(now=timezone.now())
        screening.compare_waiting(now=timezone.now())
        self._judge_the_missing()
        for number in range(len(self.searches), rows):
            self.searches.append(self.search_with_a_file(f"list-{number}.csv"))

    def is_missing(self, name: str) -> None:
        """Let Linh keep a record of somebody missing, and Jingxi ask about the same person."""
        told = draft(name, kind="missing", birth="1987-03-12", sex="male", retention_until=self.soon)
        records.enter(self.officers["linh"], told, now=timezone.now())
        self.is_asked(name)

    def is_told_something_new(self) -> Arrival:
        """Let Jingxi send a message of a kind that this node does not know."""
        body = {"words": "谭\u202e庆远", "wind": "north"}
        key = self.far.says("WEATHER_REPORT", body, agreement=MEMORANDUM, now=timezone.now())
        return unread().get(frame__id=key)

    def something_new(self) -> Arrival:
        """Return the newest of these."""
        return unread().exclude(frame__isnull=True)[0]

    def something_sealed_anew(self) -> Arrival:
        """Return what came sealed in a way that nobody here knows."""
        return unread().get(frame__isnull=True)

    @property
    def soon(self) -> date:
        """A day within the month in which the owner is told that a record's time is nearly over."""
        return timezone.now().date() + timedelta(days=20)

    def _judge_the_missing(self) -> None:
        linh, now = self.officers["linh"], timezone.now()
        for row in Candidate.objects.filter(record__kind="missing", state="candidate", agreement="moderate"):
            if row.subject.body["subject_name"] == row.record.names.all()[0].text:
                screening.judge(linh, row, "same", attributes=("name", "birth"), now=now)

    def hit(self) -> Candidate:
        """Return a confirmed pair of which Jingxi has not been told."""
        return Candidate.objects.filter(state="confirmed").order_by("pk")[0]

    def search_with_a_file(self, name: str) -> FileSearch:
        """Let Linh search with a small file."""
        linh, now = self.officers["linh"], timezone.now()
        said = screening.FileQuestion(
            purpose="INVESTIGATE",
            case_number="17/2026",
            legal_basis="§ 109",
            register="case_file",
            origin="Biên bản thu giữ 12/2026",
            origin_signed=True,
        )
        row = screening.stage_search(linh, name, LIST, said, now=now)
        screening.start_search(linh, row, now=now)
        return screening.search_batch(row.pk, now=now)

    def enter(self, name: str) -> Record:
        """Let Linh keep a record of somebody wanted."""
        told = draft(name, birth="1987-03-12", sex="male", numbers=(("passport_ordinary", "N1234567"),))
        return records.enter(self.officers["linh"], told, now=timezone.now())

    def candidate(self) -> Candidate:
        """Return a pair that waits for a verdict."""
        return Candidate.objects.filter(record__kind="wanted").order_by("pk")[0]

    def incident(self) -> Incident:
        """Return an incident with Jingxi."""
        told = Incident.objects.filter(code="wrong_parcels")
        if not told.exists():
            mailroom.note_wrong_parcels(Node.objects.get(code=THERE), "frame_cut", now=timezone.now())
        return told.order_by("pk")[0]

    def lost(self) -> Incident:
        """Return an incident that says: Jingxi lost all that it was asked, and it went again by itself."""
        lane, now = (
            Lane.objects.get(partner__code=THERE, direction="out", lane_class="normal"),
            timezone.now(),
        )
        everything = Span(epoch=lane.state["epoch"], first=1, last=lane.state["sent"])
        facts = {"lost": [asdict(everything)], **lost.noted(lane, [everything])}
        return Incident.objects.create(partner=lane.partner, code=lost.CODE, facts=facts, at=now, last_at=now)

    def root(self) -> StateRoot:
        """Return the root of China, whose fingerprint nobody has compared."""
        found = StateRoot.objects.first()
        return found or directory.meet_root(roots.sign("CN", SigningKey.generate()), now=timezone.now())

    def waits_for_release(self) -> Release:
        """Return what waits for Tú's unit on screen; the first time, ask it."""
        found = Release.objects.filter(decision="pending", scan=None).order_by("pk").first()
        return found or self._propose_a_meeting()

    def paper(self) -> Release:
        """Return what waits with its paper entered by Linh; the first time, enter it."""
        found = Release.objects.filter(decision="pending").exclude(scan=None).first()
        return found or self._enter_a_paper()

    def returned(self) -> Addressee:
        """Return what Bằng gave back to Linh; the first time, give it back."""
        found = Addressee.objects.filter(state="returned").first()
        if found is None:
            link = self._propose_a_meeting()
            enquiries.return_to_author(
                self.officers["bang"], link.addressee.enquiry, text="说明理由", now=timezone.now()
            )
            found = Addressee.objects.get(pk=link.addressee_id)
        return found

    def flash(self) -> Review:
        """Return the review of a flash of Linh's; the first time, send it."""
        found = Review.objects.first()
        if found is None:
            body = BODY | {"subject_name": "谭庆远", "urgency": "U0", "purpose": "PROTECT_VICTIM"}
            draft = enquiries.Draft(kind="VER_ID", body=body, to_offices=(THERE,), agreement=MEMORANDUM)
            enquiries.ask(self.officers["linh"], draft, now=timezone.now())
            found = Review.objects.get()
        return found

    def _propose_a_meeting(self) -> Release:
        now, linh = timezone.now(), self.officers["linh"]
        enquiries.set_chain(self.officers["mara"], HERE, "ADM", "ask", ["处"], now=now)
        draft = enquiries.Draft(
            kind="MEET", body={"topic": "会晤"}, to_offices=(THERE,), agreement=MEMORANDUM
        )
        asked = enquiries.ask(linh, draft, now=now)
        return Release.objects.select_related("addressee__enquiry").get(message_id=asked.message_id)

    def _enter_a_paper(self) -> Release:
        link, now = self._propose_a_meeting(), timezone.now()
        paper = enquiries.Paper(
            sheet=link.digest[:12], signatory="谭庆远", number="45", signed_on=now.date(), content=b"%PDF-1.7"
        )
        enquiries.file_paper(self.officers["linh"], link, paper, now=now)
        return link

    def begin_an_import(self) -> None:
        """Let Linh give a file of records and not start it."""
        said = records.Declared(kind="wanted", source="通缉名单", register="wanted_list", legal_basis="§ 109")
        records.stage(self.officers["linh"], "名单.csv", LIST, said, now=timezone.now())

    def an_import(self) -> Import:
        """Return the import that was begun."""
        return Import.objects.get()

    def ask(self, name: str) -> Addressee:
        """Let Linh ask Jingxi about somebody."""
        draft = enquiries.Draft(
            kind="VER_ID",
            body=BODY | {"subject_name": name, "text": "Đề nghị xác minh.", "text_language": "vi"},
            to_offices=(THERE,),
            agreement=MEMORANDUM,
        )
        return enquiries.ask(self.officers["linh"], draft, now=timezone.now()).addressees.get()

    def is_asked(self, name: str) -> Addressee:
        """Let Jingxi ask about somebody."""
        body = {**BODY, **THEIRS, "subject_name": name, "text": "请协助核查。", "text_language": "zh-hans"}
        key = self.far.says("VER_ID", body, agreement=MEMORANDUM, now=timezone.now())
        return Addressee.objects.get(enquiry__message_id=key)

    def is_answered(self, row: Addressee) -> None:
        """Let Jingxi answer: no record."""
        body = {
            "of": row.enquiry.message_id,
            "response": "NOHIT",
            "text": "无记录。",
            "text_language": "zh-hans",
        }
        self.far.says("ANSWER", body, agreement=MEMORANDUM, now=timezone.now())


def _account(username: str) -> User:
    full_name, role = PEOPLE[username]
    return accounts.open_account(
        username=username,
        password=PASSWORD,
        full_name=full_name,
        role=role,
        office=HERE,
        unit="处" if role == "releaser" else "duty",
        language="vi",
        certified_to=datetime.now(UTC).date() + timedelta(days=300),
    )


def _meet(far: FarSide, now: datetime) -> None:
    here = directory.found_node(
        code=HERE,
        country="VN",
        endpoint="",
        training=True,
        tls_pin=secrets.token_bytes(32),
        now=now - timedelta(days=1),
    )
    own = directory.add_office(
        code=HERE,
        node=here,
        country="VN",
        kind="liaison_office",
        time_zone="Asia/Ho_Chi_Minh",
        languages=("vi", "en"),
        names=NAMES_HERE,
        phone="+84 206 000 0001",
    )
    there = directory.meet(far.card(now), now=now)
    directory.trust(there, fingerprint=offices.fingerprint_of(there), now=now)
    directory.make_twins(own, there.offices.get())
    agreements.enter(
        Agreement(
            id=MEMORANDUM,
            parties=(Party(country="VN"), Party(country="CN")),
            kinds=frozenset(one.code for one in askable()),
            purposes=frozenset({"INVESTIGATE", "LOCATE_WANTED", "LOCATE_MISSING"}),
            offences=frozenset({"06", "07"}),
            valid_from=date(2021, 8, 9),
            valid_to=date(2031, 8, 8),
            articles={"VER_ID": "4"},
        ),
        titles=TITLES,
    )
