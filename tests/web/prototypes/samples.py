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
        self.fields["sex"].choices = [("", "—"), *choices("genders", "female", "male")]
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
        S(**{**base, **word("sex"), **both("genders", "male")}),
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
        "candidates": None if side == "asker" else S(count=2, url="/x", waiting=2, new=1),
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


def awake(ringing: bool = False) -> dict:
    post = lambda name, lang, place, time, state, duty, speaks, tested, tel: S(
        name=name,
        lang=lang,
        place=place,
        time=time,
        awake=state,
        on_duty=duty,
        speaks=speaks,
        phone=tel,
        tel=tel.replace(" ", ""),
        tested_at=tested,
        call_url="/x",
        phrases_url="/x",
        here=False,
    )
    posts = [
        post(
            TINH_TAY,
            "zh-hans",
            say(vi="Quảng Tây, Trung Quốc", zh_hans="广西", en="Guangxi, China"),
            "23:41",
            "yes",
            "覃远川",
            ["zh-hans", "vi"],
            ago(minutes=47),
            "+86 000 0000 001",
        ),
        post(
            "防城港边境联络官办公室",
            "zh-hans",
            say(vi="Quảng Tây, Trung Quốc", zh_hans="广西", en="Guangxi, China"),
            "23:41",
            "unsure",
            "",
            ["zh-hans"],
            ago(hours=30),
            "+86 000 0000 002",
        ),
        post("LMLECC", "en", "昆明", "23:41", "no", "", ["en", "zh-hans"], None, "+86 000 0000 003"),
    ]
    return {
        **frame("phone"),
        "posts": posts,
        "ringing": S(
            post=TINH_TAY,
            lang="zh-hans",
            since=ago(seconds=20),
            next_in_s=70,
            next="防城港边境联络官办公室",
            result_url="/x",
        )
        if ringing
        else None,
        "results": [
            S(code=code) for code in ("answered", "no_answer", "busy", "no_common_language", "wrong_number")
        ],
        "test_url": "/x",
        "paper_url": "/x",
    }


def ringing() -> dict:
    return awake(ringing=True)


class Reason(forms.Form):
    reason = forms.CharField(required=False, label="Reason", widget=forms.Textarea(attrs={"rows": 2}))


def same_person() -> dict:
    line = lambda field, asked, ours, says, why="": S(
        field=field, asked=asked, asked_lang="", ours=ours, ours_lang="", says=says, why=why
    )
    return {
        **frame("people"),
        "asked": S(
            title=say(vi="Trong câu hỏi", zh_hans="查询中", en="In the question"),
            name="Đàm Khánh Viễn",
            lang="vi",
            source="141/CV-TL",
            url="/x",
        ),
        "ours": S(
            title=say(vi="Trong hồ sơ của ta", zh_hans="本方档案", en="In our record"),
            name="谭庆远",
            lang="zh-hans",
            source="W-0192",
            url="/x",
        ),
        "names": S(
            tier="likely",
            syllables=[
                S(asked="Đàm", ours="谭", how="Hán-Việt"),
                S(asked="Khánh", ours="庆", how="Hán-Việt"),
                S(asked="Viễn", ours="远", how="Hán-Việt"),
            ],
        ),
        "person": "moderate",
        "rows": [
            line(say(vi="Năm sinh", zh_hans="出生年份", en="Birth"), "1987 (±1)", "12/03/1987", "agree"),
            line(
                say(vi="Giới tính", zh_hans="性别", en="Sex"),
                label("genders", "male", tongue()),
                label("genders", "male", tongue()),
                "agree",
            ),
            line(
                say(vi="Quốc tịch", zh_hans="国籍", en="Nationality"),
                "",
                label("countries", "CN", tongue()),
                "unknown",
            ),
            line(
                say(vi="Nơi sinh", zh_hans="出生地", en="Place of birth"),
                "Cao Bằng",
                "靖西",
                "differ",
                say(vi="hai địa danh khác nhau", zh_hans="两个不同地名", en="two different places"),
            ),
        ],
        "speaks_for": [
            say(
                vi="Tên đọc theo âm Hán-Việt khớp từng chữ.",
                zh_hans="姓名按汉越音逐字吻合。",
                en="The name agrees syllable by syllable in its Hán-Việt reading.",
            ),
            say(
                vi="Năm sinh khớp trong khoảng ±1.",
                zh_hans="出生年份在±1年内吻合。",
                en="The year of birth agrees within ±1.",
            ),
        ],
        "speaks_against": [
            say(vi="Nơi sinh khác nhau.", zh_hans="出生地不同。", en="The places of birth differ.")
        ],
        "namesakes": say(
            vi="Chỉ do tình cờ, khoảng 3 người trong hồ sơ của ta có tên này.",
            zh_hans="仅凭偶然，本方档案中约有 3 人同名。",
            en="By chance alone about 3 persons in our records bear this name.",
        ),
        "verdicts": [
            S(
                code="same",
                causes=say(
                    vi="Trở thành trùng khớp; đơn vị chủ hồ sơ được báo trong 12 giờ.",
                    zh_hans="确认比中；12 小时内通报档案所有单位。",
                    en="It becomes a hit; the owner of the record is told within 12 hours.",
                ),
                second=True,
            ),
            S(
                code="not_same",
                causes=say(
                    vi="Cặp này không trở lại nữa.",
                    zh_hans="该组合不再出现。",
                    en="This pair does not come back.",
                ),
                second=False,
            ),
            S(
                code="cannot_tell",
                causes=say(
                    vi="Câu hỏi tiếp tục; có thể hỏi thêm một thông tin.",
                    zh_hans="查询继续；可再要求一项信息。",
                    en="The enquiry goes on; you may ask for one more attribute.",
                ),
                second=False,
            ),
        ],
        "second": False,
        "decided": None,
        "form": Reason(),
        "position": "1 / 2",
        "urls": S(verdict="/x", back="/x", next=""),
    }


class Filters(forms.Form):
    state = forms.ChoiceField(required=False, label="State", choices=[("", "—")])
    partner = forms.ChoiceField(required=False, label="Other side", choices=[("", "—")])
    kind = forms.ChoiceField(required=False, label="Kind", choices=[("", "—")])


def inbox() -> dict:
    found = lists()
    rows = [*found.ring.rows, *found.today.rows, *found.waiting.rows]
    for line in found.waiting.rows:
        line.direction = "out"
    view = lambda text, n, here=False: S(label=text, url="?v", count=n, here=here, own=False)
    return {
        **frame("inbox"),
        "views": [
            view(say(vi="Việc của tôi", zh_hans="我的任务", en="Mine to do"), 4, True),
            view(say(vi="Quá hạn", zh_hans="超时", en="Overdue"), 2),
            view(say(vi="Chờ bên kia", zh_hans="等待对方", en="Waiting for them"), 9),
            view(say(vi="Đã xong", zh_hans="已办结", en="Answered"), None),
            view(say(vi="Tất cả", zh_hans="全部", en="All"), None),
        ],
        "query": "",
        "total": 2314,
        "filters": Filters(),
        "filters_open": False,
        "rows": rows,
        "bulk": [
            S(code="assign", label=say(vi="Giao cho…", zh_hans="分派…", en="Assign…")),
            S(code="acknowledge", label=say(vi="Nhận", zh_hans="签收", en="Acknowledge")),
            S(code="close", label=say(vi="Kết thúc", zh_hans="办结", en="Close")),
        ],
        "save_url": "/x",
        "page": S(first=1, last=9, prev_url="", next_url="?p=2"),
        "urls": S(here="/x", bulk="/x", ask="/x"),
    }


def outbox() -> dict:
    lane = lambda partner, lang, state, n, error="": S(
        partner=partner,
        lang=lang,
        state=state,
        waiting=n,
        last_through_at=ago(minutes=3),
        error=error,
        bundle_url="/x" if n else "",
    )
    down = say(
        vi="Máy chủ của họ không trả lời. Tự thử lại lúc 22:45; có thể gọi điện.",
        zh_hans="对方节点无响应。22:45 自动重试，也可电话联系。",
        en="Their node does not answer. It tries again by itself at 22:45; you can ring them.",
    )
    parcel = lambda key, what, partner, lang, stage, tries, error="", failed=False: S(
        key=key,
        what=what,
        url="/x",
        partner=partner,
        lang=lang,
        stage=stage,
        failed=failed,
        attempts=tries,
        tried_at=ago(minutes=2),
        next_at=ahead(minutes=4) if error and not failed else None,
        error=error,
        retry_url="/x" if error else "",
        size="3 KB",
    )
    kind = label("kinds", "VER_ID", tongue())
    return {
        **frame("outbox"),
        "lanes": [lane(TINH_TAY, "zh-hans", "up", 0), lane(SOP_HUN, "lo", "down", 2, down)],
        "parcels": [
            parcel("p1", f"{kind} · Lường Văn Pheng", SOP_HUN, "lo", "queued", 7, down),
            parcel("p2", f"{label('kinds', 'REMINDER', tongue())}", SOP_HUN, "lo", "queued", 0),
            parcel(
                "p3",
                kind,
                TINH_TAY,
                "zh-hans",
                "sent",
                1,
                say(
                    vi="Họ từ chối gói này: chữ ký không đọc được. Báo quản trị viên.",
                    zh_hans="对方拒收：签名无法验证。请告知管理员。",
                    en="They refused this parcel: the signature cannot be verified. Tell the administrator.",
                ),
                failed=True,
            ),
        ],
        "page": None,
    }


def partners() -> dict:
    partner = lambda node, name, lang, country, line, trust, agreements, twin=False: S(
        node=node,
        name=name,
        lang=lang,
        country=country,
        line=line,
        last_contact_at=ago(minutes=3),
        waiting=0 if line == "up" else 2,
        trust=trust,
        words="bamboo · river · seven · lamp",
        kid="3f9a",
        valid_until=ahead(days=400),
        twin=twin,
        agreements=agreements,
        url="/x",
    )
    return {
        **frame("partners"),
        "partners": [
            partner(
                "cn-jingxi",
                TINH_TAY,
                "zh-hans",
                "CN",
                "up",
                "introduced",
                [
                    say(
                        vi="Biên bản ghi nhớ 2021 (ma túy)",
                        zh_hans="2021年谅解备忘录（禁毒）",
                        en="Memorandum of 2021 (drugs)",
                    )
                ],
                True,
            ),
            partner("la-sop-hun", SOP_HUN, "lo", "LA", "down", "waiting", []),
        ],
        "add_url": "/x",
    }


def ledger() -> dict:
    leaf = lambda n, text, who, span: S(
        index=n, at=ago(minutes=span), kind=text, who=who, what="", digest="q83vN2Fz…", url="/x"
    )
    read = say(vi="Xem hồ sơ", zh_hans="查看档案", en="Record read")
    return {
        **frame("ledger"),
        "ledgers": [
            S(
                key="house",
                label=say(vi="Sổ trong nhà", zh_hans="内部账本", en="House ledger"),
                url="#",
                here=True,
            ),
            S(key="p", label="靖西", url="#", here=False),
        ],
        "head": S(
            size=18_204, root="kX0m…9w=", signed_at=ago(minutes=1), cosigned_at=None, ok=True, trouble=""
        ),
        "filters": None,
        "leaves": [
            leaf(None, read, "Hoàng Minh Nguyệt", 0),
            leaf(18_203, say(vi="Tìm kiếm", zh_hans="搜索", en="Searched"), "Hoàng Minh Nguyệt", 1),
            leaf(18_202, read, "Lý Thành Nam", 9),
        ],
        "page": S(first=18_203, last=18_154, prev_url="", next_url="?p=2"),
        "urls": S(check="/x", export="/x", here="/x"),
    }


def withdraw() -> dict:
    text = say(vi="Rút câu hỏi", zh_hans="撤回查询", en="Withdraw the question")
    causes = say(
        vi="Bên kia xóa câu hỏi và báo lại đã xóa.",
        zh_hans="对方删除该查询并回执。",
        en="They erase it and say so in a receipt.",
    )
    return {
        **frame("inbox"),
        "title": text,
        "lead": "",
        "form": Reason(),
        "action": "/x",
        "verb": text,
        "causes": causes,
        "grave": True,
        "back_url": "/x",
    }


def records() -> dict:
    cell = lambda text, lang="", small="", tone="": S(text=text, lang=lang, small=small, tone=tone, at=None)
    rows = [
        S(
            url="/x",
            cells=[
                cell("谭庆远", "zh-hans", "W-0192"),
                cell("1987"),
                cell(label("kinds", "LOCATE", tongue()), tone="amber"),
            ],
        ),
        S(
            url="/x",
            cells=[
                cell("Lường Văn Pheng", "vi", "M-0007"),
                cell("1994"),
                cell(label("kinds", "LOCATE_MISSING", tongue()), tone="blue"),
            ],
        ),
    ]
    return {
        **frame("record"),
        "title": say(vi="Hồ sơ", zh_hans="档案", en="Records"),
        "deeds": [
            S(label=say(vi="Nhập từ tệp", zh_hans="从文件导入", en="Import from a file"), url="/x", main=True)
        ],
        "search": S(url="/x", query=""),
        "columns": [
            say(vi="Họ tên", zh_hans="姓名", en="Name"),
            say(vi="Năm sinh", zh_hans="出生年份", en="Birth"),
            say(vi="Loại", zh_hans="类别", en="Kind"),
        ],
        "rows": rows,
        "nothing": "",
        "page": None,
    }


def bare() -> dict:
    """Nothing at all, as when Django draws an error page by itself."""
    return {}


PAGES = {
    "desk": ("desk/shift.html", shift),
    "quiet": ("desk/shift.html", quiet_shift),
    "ask": ("enquiries/ask.html", ask),
    "bad-ask": ("enquiries/ask.html", bad_ask),
    "thread": ("enquiries/thread.html", thread),
    "awake": ("hotline/awake.html", awake),
    "ringing": ("hotline/awake.html", ringing),
    "same": ("screening/same_person.html", same_person),
    "inbox": ("enquiries/inbox.html", inbox),
    "outbox": ("mailroom/outbox.html", outbox),
    "partners": ("directory/partners.html", partners),
    "ledger": ("ledger/list.html", ledger),
    "withdraw": ("pages/form.html", withdraw),
    "record": ("pages/table.html", records),
    "404": ("404.html", frame),
    "500": ("500.html", bare),
    "csrf": ("403_csrf.html", frame),
    "answering": ("enquiries/thread.html", receiving),
}
FRAGMENTS = {"_lists": ("desk/_lists.html", shift), "_ladder": ("enquiries/_ladder.html", thread)}
