"""Sample contexts of every screen: what the views promise to the templates, with invented persons only."""

# ruff: noqa: E731, E501

from datetime import datetime, timedelta
from types import SimpleNamespace as S

from desk import NOW
from django import forms
from django.utils import translation

from lienlac.wording import label

LANGUAGES = [
    ("vi", "Tiếng Việt"),
    ("lo", "ລາວ"),
    ("zh-hans", "中文"),
    ("km", "ខ្មែរ"),
    ("th", "ไทย"),
    ("my", "မြန်မာ"),
    ("en", "English"),
]
TRA_LINH, TINH_TAY, SOP_HUN = (
    "Văn phòng liên lạc Trà Lĩnh",
    "靖西边境联络官办公室",
    "ຫ້ອງການປະສານງານຊາຍແດນ ສົບຮຸນ",
)
RADIO = forms.RadioSelect


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def ahead(**span: float) -> datetime:
    return NOW + timedelta(**span)


def tongue() -> str:
    return translation.get_language() or "en"


def say(**texts: str) -> str:
    return texts.get(tongue().replace("-", "_")) or texts["en"]


def choices(name: str, *codes: str) -> list[tuple[str, str]]:
    return [(code, label(name, code, tongue())) for code in codes]


def frame(here: str = "") -> dict:
    """What the context processor gives."""
    nav = [
        ("desk", None),
        ("ask", None),
        ("inbox", 4),
        ("search", None),
        ("record", None),
        ("people", 2),
        ("phone", None),
        ("partners", None),
        ("outbox", 2),
        ("ledger", None),
    ]
    node = {"zh-hans": (TINH_TAY, "zh-hans"), "lo": (SOP_HUN, "lo")}.get(tongue(), (TRA_LINH, "vi"))
    officer = say(vi="Hoàng Minh Nguyệt", zh_hans="韦子岚", lo="ນາງ ວັນນາ ແກ້ວມະນີ", en="Hoàng Minh Nguyệt")
    return {
        "node": S(
            name=node[0],
            lang=node[1],
            place=say(
                vi="Cao Bằng, Việt Nam",
                zh_hans="中国广西靖西",
                lo="ແຂວງຜົ້ງສາລີ, ສປປ ລາວ",
                en="Cao Bằng, Viet Nam",
            ),
            training=True,
        ),
        "line": S(
            state="up", waiting=2, last_through_at=ago(minutes=3), since=ago(hours=5), url="#", error=""
        ),
        "nav": [S(code=code, url=f"/{tongue()}/{code}", count=n, here=code == here) for code, n in nav],
        "officer": S(name=officer, role="duty_officer", office=node[0]),
        "languages": [S(code=code, name=name) for code, name in LANGUAGES],
        "manage": [],
        "version": "0.1.0",
    }


def row(
    key: str,
    subject: str,
    lang: str,
    kind: str,
    urgency: str,
    due: datetime | None,
    clock: str,
    verb: str,
    partner: str = TINH_TAY,
    partner_lang: str = "zh-hans",
    number: str = "",
    new: bool = False,
) -> S:
    return S(
        key=key,
        url="/x",
        kind=kind,
        subject=subject,
        subject_lang=lang,
        partner=partner,
        partner_lang=partner_lang,
        number=number,
        urgency=urgency,
        due_at=due,
        clock=clock,
        new=new,
        verb=verb,
        verb_url="/x",
        verb_post=verb in {"acknowledge", "remind", "retry"},
        state="in_work",
        sent_at=ago(hours=3),
        direction="in",
    )


def lists() -> S:
    ring = [
        row(
            "a1",
            "ນາງ ສີດາ ພົມມະຈັນ",
            "lo",
            "LOCATE_MISSING",
            "U0",
            ahead(minutes=12),
            "soon",
            "acknowledge",
            SOP_HUN,
            "lo",
            new=True,
        )
    ]
    today = [
        row(
            "b1",
            "谭庆远",
            "zh-hans",
            "VER_ID",
            "U1",
            ago(minutes=34),
            "overdue",
            "answer",
            number="132/CV-TL",
        ),
        row("b2", "11B-204.67", "vi", "VER_VEH", "U2", ahead(hours=3), "soon", "answer", number="135/CV-TL"),
        row(
            "b3",
            "สมหญิง ใจเย็น",
            "th",
            "VER_DOC",
            "U4",
            ahead(hours=7),
            "calm",
            "acknowledge",
            "สำนักงานประสานงานชายแดน เชียงของ",
            "th",
            new=True,
        ),
        row(
            "b4",
            "កែវ សុភា",
            "km",
            "VER_ADDR",
            "U4",
            ahead(hours=8),
            "calm",
            "answer",
            "ការិយាល័យទំនាក់ទំនងព្រំដែន បាវិត",
            "km",
        ),
        row(
            "b5",
            "မသီတာအေး",
            "my",
            "VER_ID",
            "U4",
            ahead(hours=9),
            "calm",
            "answer",
            "နယ်စပ်ဆက်ဆံရေးရုံး တာချီလိတ်",
            "my",
        ),
    ]
    waiting = [
        row("c1", "Đàm Khánh Viễn", "vi", "VER_ID", "U1", ahead(hours=5), "calm", "open", number="141/CV-TL"),
        row(
            "c2", "韦子岚", "zh-hans", "LOCATE", "U4", ago(hours=20), "overdue", "remind", number="120/CV-TL"
        ),
        row(
            "c3",
            "Lường Văn Pheng",
            "vi",
            "VER_NATIONALITY",
            "U5",
            ahead(days=12),
            "stopped",
            "open",
            SOP_HUN,
            "lo",
            "118/CV-TL",
        ),
    ]
    return S(
        ring=S(rows=ring, total=1, all_url=""),
        today=S(rows=today, total=5, all_url=""),
        waiting=S(rows=waiting, total=9, all_url="/x"),
    )


def shift() -> dict:
    twin = (TINH_TAY, "zh-hans") if tongue() not in {"zh-hans"} else (TRA_LINH, "vi")
    return {
        **frame("desk"),
        "shift": S(
            label=say(vi="Ca đêm", zh_hans="夜班", lo="ກະກາງຄືນ", en="Night shift"),
            officer=frame()["officer"].name,
            until=ahead(hours=8),
            next=say(vi="Lý Thành Nam", zh_hans="覃远川", lo="ທ້າວ ບຸນມີ", en="Lý Thành Nam"),
            mine=True,
            take_url="",
        ),
        "twin": S(
            name=twin[0], lang=twin[1], awake="yes", tested_at=ago(minutes=47), awake_url="/x", test_url=""
        ),
        "clocks": [S(place="Trà Lĩnh", time="22:41", date=""), S(place="靖西", time="23:41", date="")],
        "lists": lists(),
        "urls": S(
            ask=f"/{tongue()}/ask",
            phone_call="/x",
            handover_note="/x",
            print="/x",
            search="/x",
            lists=f"/{tongue()}/_lists",
            live="",
        ),
    }


def quiet_shift() -> dict:
    bare = shift()
    nothing = S(rows=[], total=0, all_url="")
    bare["lists"] = S(ring=nothing, today=nothing, waiting=nothing)
    bare["line"] = S(
        state="down",
        waiting=2,
        last_through_at=ago(hours=1, minutes=36),
        since=ago(hours=1, minutes=35),
        url="#",
        error=say(
            vi="Không kết nối được tới 靖西: máy chủ của họ không trả lời. Tự thử lại lúc 22:45.",
            en="No connection to 靖西: their node does not answer. It tries again by itself at 22:45.",
        ),
    )
    bare["shift"] = None
    bare["twin"].awake = "no"
    return bare


class Ask(forms.Form):
    """A shape that the real form shares: named fields, plain widgets."""

    subject = forms.CharField(label="Who or what")
    why = forms.ChoiceField(label="Why", widget=RADIO, choices=[("drugs", "")])
    deadline = forms.ChoiceField(label="Answer needed by", widget=RADIO, choices=[("U1", "")])
    desk = forms.ChoiceField(required=False)
    agreement = forms.ChoiceField(required=False)
    text = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    text_lang = forms.ChoiceField(required=False)
    sex = forms.ChoiceField(required=False)
    birth = forms.CharField(required=False)
    document = forms.CharField(required=False)
    case_number = forms.CharField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = {
            "desk": ("Gửi tới", "发往", "Desk"),
            "agreement": ("Theo văn kiện", "依据", "Agreement"),
            "text": ("Lời của tôi", "补充说明", "In your own words"),
            "text_lang": ("Ngôn ngữ", "语言", "Language"),
            "sex": ("Giới tính", "性别", "Sex"),
            "birth": ("Ngày hoặc năm sinh", "出生日期或年份", "Date or year of birth"),
            "document": ("Số giấy tờ", "证件号码", "Number of a document"),
            "case_number": ("Số vụ án của tôi", "案件编号", "Our case number"),
            "subject": ("Ai hoặc cái gì", "查谁或查什么", "Who or what"),
            "why": ("Vì sao", "事由", "Why"),
        }
        for name, (vi, zh, en) in words.items():
            self.fields[name].label = say(vi=vi, zh_hans=zh, en=en)
        self.fields["desk"].choices = [("d1", "靖西 · 禁毒中队"), ("d2", "靖西 · 刑侦")]
        self.fields["agreement"].choices = [
            (
                "a1",
                say(
                    vi="Biên bản ghi nhớ 2021 (ma túy)",
                    zh_hans="2021年谅解备忘录（禁毒）",
                    en="Memorandum of 2021 (drugs)",
                ),
            )
        ]
        self.fields["text_lang"].choices = [(code, name) for code, name in LANGUAGES]
        self.fields["sex"].choices = [("", "—"), *choices("genders", "F", "M")]
        self.fields["birth"].help_text = say(
            vi="Ví dụ 1987, 03/1987, 12/03/1987, hoặc 2530 (Phật lịch)",
            zh_hans="例如 1987、1987-03",
            en="For example 1987, 03/1987, 12/03/1987, or 2530 (Buddhist era)",
        )


def ask(bound: bool = False) -> dict:
    form = (
        Ask({"subject": "Đàm Khánh Viễn", "desk": "d1", "text": "", "birth": "1987"})
        if bound
        else Ask(initial={"subject": "Đàm Khánh Viễn", "birth": ""})
    )
    pick = lambda name, codes, chosen, hints: [
        S(value=code, label=label(name, code, tongue()), hint=hint, checked=code == chosen)
        for code, hint in zip(codes, hints, strict=True)
    ]
    hour = say(vi="22:41 · 23:41 giờ 靖西", zh_hans="23:41 · Trà Lĩnh 22:41", en="22:41 · 23:41 in 靖西")
    return {
        **frame("ask"),
        "form": form,
        "whys": pick(
            "whys",
            ["drugs", "fraud", "border", "victim", "missing", "wanted"],
            "" if bound else "drugs",
            [""] * 6,
        ),
        "deadlines": pick("urgency", ["U0", "U1", "U4"], "U4", [hour, "06:41 · 07:41 22/11", "28/11/2026"]),
        "groups": [
            S(
                label=say(vi="Thêm về người này", zh_hans="更多人员信息", en="More about the person"),
                open=False,
                fields=[form["sex"], form["birth"], form["document"]],
            ),
            S(
                label=say(vi="Vụ việc và số công văn", zh_hans="案件与文号", en="The case and our numbers"),
                open=False,
                fields=[form["case_number"]],
            ),
        ],
        "readings": [
            S(text="谭庆远", lang="zh-hans", how="Hán-Việt", check=True),
            S(text="覃庆远", lang="zh-hans", how="Hán-Việt", check=True),
            S(text="Tan Qingyuan", lang="", how="pinyin", check=False),
            S(
                text="Dam Khanh Vien",
                lang="vi",
                how=say(vi="không dấu", zh_hans="无声调", en="without accents"),
                check=False,
            ),
        ],
        "subject_is": "name",
        "reading_error": "",
        "readers": say(
            vi="Tổ phòng chống ma túy của 靖西边境联络官办公室 sẽ nhận 4 mục; ngoài ra không ai khác.",
            zh_hans="Trà Lĩnh 联络官办公室禁毒组将收到 4 项内容；其他任何人都看不到。",
            en="The drug desk of 靖西边境联络官办公室 will receive 4 fields; nobody else.",
        ),
        "check": S(
            permitted=not bound,
            headline=say(vi="Được hỏi", zh_hans="可以查询", en="You may ask this")
            if not bound
            else say(vi="Chưa hỏi được", zh_hans="暂不能查询", en="You may not ask this yet"),
            needs=[],
            what_to_do=""
            if not bound
            else say(vi="Chọn lý do hỏi.", zh_hans="请选择事由。", en="Choose why you ask."),
            reasons=[
                S(
                    rule="SG05",
                    text=say(
                        vi="Văn kiện đang có hiệu lực và bao gồm việc này",
                        zh_hans="文件有效并涵盖该事项",
                        en="The memorandum is in force and covers this",
                    ),
                    article="§ 4",
                ),
                S(
                    rule="SG08",
                    text=say(
                        vi="Đủ hai thông tin về một người",
                        zh_hans="已有两项身份信息",
                        en="Two attributes of one person are given",
                    ),
                    article="",
                ),
            ],
        ),
        "draft": S(key="d1", saved_at=ago(seconds=20)),
        "urls": S(send="/x", readings="/x", check="/x", draft="/x", cancel=f"/{tongue()}/desk"),
        "by_phone": False,
    }


def bad_ask() -> dict:
    return ask(bound=True)


def answer_form(code: str) -> forms.Form:
    class Form(forms.Form):
        pass

    form = Form(prefix=code.lower())
    if code == "FULL":
        form.fields["name"] = forms.CharField(
            label=say(vi="Họ tên trong hồ sơ", zh_hans="档案中的姓名", en="Name on record")
        )
        form.fields["birth"] = forms.CharField(
            label=say(vi="Ngày sinh", zh_hans="出生日期", en="Birth"), required=False
        )
        form.fields["same"] = forms.ChoiceField(
            label=say(vi="Có phải người được hỏi", zh_hans="是否同一人", en="Is it the person asked about"),
            widget=RADIO,
            choices=choices("verdicts", "same", "cannot_tell"),
        )
    elif code == "STATUS":
        form.fields["until"] = forms.DateTimeField(label=say(vi="Đến lúc", zh_hans="延至", en="Until"))
    elif code == "REFUSED":
        form.fields["ground"] = forms.ChoiceField(
            label=say(vi="Lý do gửi đi", zh_hans="对外理由", en="Ground that leaves the node"),
            choices=choices("refusal_grounds", "RF00", "RF01", "RF20"),
        )
    else:
        form.fields["note"] = forms.CharField(
            label=say(vi="Ghi chú", zh_hans="备注", en="Note"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
    return form


def thread(side: str = "asker") -> dict:
    mine = tongue() if tongue() != "en" else "vi"
    theirs = "zh-hans" if mine != "zh-hans" else "vi"
    names = dict(LANGUAGES)
    both = lambda name, code: {"value": label(name, code, mine), "value_theirs": label(name, code, theirs)}
    terms = {
        "name": ("Họ tên như đã biết", "所知姓名"),
        "birth": ("Năm sinh", "出生年份"),
        "why": ("Lý do", "事由"),
        "by": ("Trả lời trước", "答复期限"),
        "sex": ("Giới tính", "性别"),
    }
    word = lambda key: {"label": terms[key][mine == "zh-hans"], "label_theirs": terms[key][mine != "zh-hans"]}
    base = {"raw": False, "lang": "", "lang_theirs": "", "strong": False}
    facts = [
        S(
            **{
                **base,
                **word("name"),
                "value": "Đàm Khánh Viễn",
                "value_theirs": "Đàm Khánh Viễn",
                "lang": "vi",
                "lang_theirs": "vi",
                "strong": True,
            }
        ),
        S(**{**base, **word("birth"), "value": "1987 (±1)", "value_theirs": "1987 (±1)"}),
        S(**{**base, **word("sex"), **both("genders", "M")}),
        S(**{**base, **word("why"), **both("whys", "drugs")}),
        S(**{**base, **word("by"), **both("urgency", "U1")}),
    ]
    reply = [
        S(
            **{
                **base,
                **word("name"),
                "value": "谭庆远",
                "value_theirs": "谭庆远",
                "lang": "zh-hans",
                "lang_theirs": "zh-hans",
                "strong": True,
            }
        ),
        S(**{**base, **word("birth"), "value": "12/03/1987", "value_theirs": "1987年3月12日"}),
    ]
    office = {"from_name": TRA_LINH, "from_lang": "vi"}
    messages = [
        S(
            key="1",
            ours=side == "asker",
            **office,
            at=ago(hours=2, minutes=40),
            what=label("kinds", "VER_ID", tongue()),
            facts=facts,
            text="Người này khai đi qua cửa khẩu Trà Lĩnh sáng 20/11 cùng một xe tải nhỏ. Đề nghị cho biết có hồ sơ hay không.",
            text_lang="vi",
            translation="",
            refused="",
            files=[],
        )
    ]
    if side == "asker":
        messages.append(
            S(
                key="2",
                ours=False,
                from_name=TINH_TAY,
                from_lang="zh-hans",
                at=ago(minutes=9),
                what=label("responses", "FULL", tongue()),
                facts=reply,
                text="经核查，该人在我处有登记记录，身份证件有效。",
                text_lang="zh-hans",
                translation="",
                refused="",
                files=[],
            )
        )
    icons = [
        ("NOHIT", "no-record"),
        ("FULL", "record"),
        ("CLARIFY", "more"),
        ("STATUS", "wait"),
        ("FORWARDED", "forward"),
        ("REFUSED", "stop"),
    ]

    class Outcome(forms.Form):
        outcome = forms.ChoiceField(
            label=say(vi="Kết quả", zh_hans="结果", en="Outcome"),
            choices=choices("outcomes", "identified", "used_as_lead", "not_found", "no_value"),
        )

    state = lambda code, at, state="done", by="": S(code=code, at=at, state=state, by=by)
    return {
        **frame("inbox"),
        "enquiry": S(
            key="1",
            side=side,
            subject="Đàm Khánh Viễn",
            subject_lang="vi",
            kind="VER_ID",
            urgency="U1",
            state="answered" if side == "asker" else "taken",
            partner=TINH_TAY if side == "asker" else TRA_LINH,
            partner_lang="zh-hans" if side == "asker" else "vi",
            number="141/CV-TL",
            their_number="靖联〔2026〕88号",
            agreement=say(
                vi="Biên bản ghi nhớ 2021, điều 4",
                zh_hans="2021年谅解备忘录第四条",
                en="Memorandum of 2021, article 4",
            ),
            handling=["H0", "H2"],
            due_at=ahead(hours=5),
            clock="calm",
            due_what="final",
            closed=False,
            desk="禁毒中队",
            officer="覃远川",
        ),
        "mine": mine,
        "theirs": theirs,
        "mine_name": names[mine],
        "theirs_name": names[theirs],
        "messages_": messages,
        "ladder": [
            state("queued", ago(hours=2, minutes=40)),
            state("sent", ago(hours=2, minutes=39)),
            state("received", ago(hours=2, minutes=39), by=TINH_TAY),
            state("opened", ago(hours=1)) if side == "asker" else state("opened", ago(minutes=5)),
            state("answered", ago(minutes=9)) if side == "asker" else state("answered", None, "now"),
        ],
        "ladder_error": "",
        "answers": []
        if side == "asker"
        else [
            S(
                code=code,
                label=label("responses", code, tongue()),
                icon=icon,
                form=answer_form(code),
                open=code == "FULL",
                causes=say(
                    vi="Văn phòng hỏi thấy ngay; đồng hồ dừng.",
                    zh_hans="对方立即看到，计时停止。",
                    en="The asking office sees it at once and the clock ends.",
                ),
            )
            for code, icon in icons
        ],
        "candidates": None if side == "asker" else S(count=2, url="/x", waiting=2),
        "outcomes": Outcome() if side == "asker" else None,
        "notes": [S(at=ago(minutes=30), who=frame()["officer"].name, text="…")] if side == "asker" else [],
        "note_form": None,
        "reminded_at": None,
        "urls": S(
            back=f"/{tongue()}/desk",
            answer="/x",
            print="/x",
            remind="/x" if side == "asker" else "",
            close="/x",
            withdraw="",
            acknowledge="",
            note="/x",
            ladder=f"/{tongue()}/_ladder",
            live="",
            call="/x",
        ),
    }


def receiving() -> dict:
    return thread("answerer")


PAGES = {
    "desk": ("desk/shift.html", shift),
    "quiet": ("desk/shift.html", quiet_shift),
    "ask": ("enquiries/ask.html", ask),
    "bad-ask": ("enquiries/ask.html", bad_ask),
    "thread": ("enquiries/thread.html", thread),
    "answering": ("enquiries/thread.html", receiving),
}
FRAGMENTS = {"_lists": ("desk/_lists.html", shift), "_ladder": ("enquiries/_ladder.html", thread)}
