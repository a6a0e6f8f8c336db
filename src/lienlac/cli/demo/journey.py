"""The journey of the demo, step by step, as officers walk it: from a form in Vietnamese to a coded answer from China.

Each step takes the walk, does what people would do, and looks at what they would see. It returns a few words for
the table, or raises an error of ours that says what did not hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from lienlac import wording
from lienlac.cli.demo import inspector, stage
from lienlac.cli.demo.cast import PASSWORD
from lienlac.cli.demo.desk import Desk, Page, ladder, until
from lienlac.cli.demo.inspector import Held, hold
from lienlac.cli.demo.make import MEMORANDUM
from lienlac.cli.demo.nodes import RunningNode
from lienlac.cli.demo.page import Form
from lienlac.cli.demo.stage import Stage
from lienlac.core.errors import Malformed

ASKER, ASKED, CENTRE = "vn-tra-linh", "cn-jingxi", "xr-lmlecc"
NAME, NAME_THERE = "Đàm Khánh Viễn", "谭庆远"
WORDS = "Đi xe máy màu xanh biển số tạm, nói giọng Nùng An."
WORDS_THERE = "此人在我处有记录，出生年份相符。"
ENQUIRY = {
    "subject": NAME,
    "why": "drugs",
    "deadline": "U1",
    "desk": ASKED,
    "agreement": MEMORANDUM,
    "offence": "DRUG_TRADE",
    "why_there": "crossed_at_your_gate",
    "birth": "1987~",
    "text": WORDS,
}
NAME_FOR_THE_CENTRE = "Lò Thị Hạnh Nguyên"
ENQUIRY_TO_THE_CENTRE = ENQUIRY | {
    "subject": NAME_FOR_THE_CENTRE,
    "desk": CENTRE,
    "deadline": "U4",  # reckoned in working days: the centre belongs to no state
    "text": "Có tên trong đường dây ở nước thứ ba.",
}
ANSWER = {"identity_confirmed": "true", "subject_name": NAME_THERE, "birth": "1987", "text": WORDS_THERE}
BUTTONS = ["NOHIT", "FULL", "CLARIFY", "STATUS", "FORWARDED", "REFUSED"]  # the rarer ones follow, folded


class Closing(Protocol):
    """Something to be closed when the walk is over."""

    def close(self) -> None:
        """Close it."""


@dataclass(kw_only=True)
class Walk:
    """What the steps hand on to each other."""

    stage: Stage
    asker: Desk = field(init=False)
    asked: Desk = field(init=False)
    form: tuple[Page, Form] = field(init=False)
    thread: str = ""
    thread_there: str = ""
    left_open: list[Closing] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.asker, self.asked = (Desk(one.host, one.desk_port) for one in (self.here, self.there))

    @property
    def here(self) -> RunningNode:
        """The node that asks."""
        return self.stage.node(ASKER)

    @property
    def there(self) -> RunningNode:
        """The node that is asked."""
        return self.stage.node(ASKED)


def expect(holds: object, code: str, **facts: object) -> None:
    """Raise Malformed(code) with what was seen, unless it holds."""
    if not holds:
        raise Malformed(code, **facts)


def _say_nothing(_text: str) -> None:
    """The check tells its steps itself."""


def made(walk: Walk) -> str:
    """Every node has a home, keys that only its user reads, a database and a card its own key signed."""
    if not all((node.path / inspector.DATABASE).exists() for node in walk.stage.nodes):
        stage.make(walk.stage, _say_nothing)
    for node in walk.stage.nodes:
        held = hold(node.path)
        expect(held.code == node.player.code, "card_of_another", node=held.code)
        keys = list((node.path / "keys").glob("*.seed"))
        expect(
            keys and all(key.stat().st_mode & 0o077 == 0 for key in keys),
            "keys_open_to_others",
            node=held.code,
        )
    return f"{len(walk.stage.nodes)} nodes"


def introduced(walk: Walk) -> str:
    """Each trusts the other by the very key of its card, and both books hold the agreement."""
    if not stage.is_made(walk.stage):
        stage.introduce(walk.stage, _say_nothing)
    for one, other in ((walk.here, walk.there), (walk.there, walk.here)):
        trusted = inspector.rows(
            one.path,
            "SELECT k.public FROM directory_nodekey k JOIN directory_node n ON n.id = k.node_id"
            " WHERE n.code = ? AND n.standing = 'trusted' AND k.use = 'node'",
            other.player.code,
        )
        shown = hold(other.path).node_key.public_bytes
        expect([bytes(key) for (key,) in trusted] == [shown], "not_trusted_by_card", node=other.player.code)
        held = inspector.rows(one.path, "SELECT code FROM agreements_agreement WHERE code = ?", MEMORANDUM)
        expect(held, "agreement_not_in_book", node=one.player.code)
    return MEMORANDUM


def up(walk: Walk) -> str:
    """Every node serves its desk and carries its post: each has greeted the others over pinned TLS."""
    stage.start(walk.stage, _say_nothing)
    until(lambda: all(map(_has_greeted, walk.stage.nodes)), "post_not_carried")
    return " ".join(node.url for node in walk.stage.nodes)


def _has_greeted(node: RunningNode) -> bool:
    [(silent,)] = inspector.rows(
        node.path,
        "SELECT count(*) FROM directory_node n LEFT JOIN mailroom_line l ON l.partner_id = n.id"
        " WHERE n.standing = 'trusted' AND l.last_through_at IS NULL",
    )
    return bool(silent == 0)


def signed_in(walk: Walk) -> str:
    """The officer at A signs in and her desk speaks Vietnamese."""
    desk = walk.asker.sign_in("linh", PASSWORD)
    expect(desk.language == "vi", "desk_in_other_language", language=desk.language)
    return "linh"


def told_who_reads(walk: Walk) -> str:
    """Before she sends, one sentence names the office that will read it, in her language, and no other."""
    page = walk.asker.get("/enquiries/ask")
    form = page.form("/enquiries/ask")
    asked = walk.asker.send(page, Form(action="/enquiries/ask/check", fields=form.fields), ENQUIRY)
    said = asked.tree.text()
    expect(asked.status == 200, "check_failed", status=asked.status)
    expect("nobody else" not in said, "told_in_english", said=said)
    name = walk.there.player.names["vi"]
    expect(name in said, "reader_not_named", office=name, said=said)
    for other in walk.stage.nodes:
        expect(other is walk.there or other.player.names["vi"] not in said, "other_reader_named", said=said)
    walk.form = page, form
    return next(one.text() for one in asked.tree.all("p") if name in one.text())


def asked(walk: Walk) -> str:
    """She sends the form and stands before a thread with a number. (B rests meanwhile: the parcel must wait.)"""
    walk.there.rest()
    thread = walk.asker.send(*walk.form, ENQUIRY | {"do": "send"})
    expect(thread.status == 200, "not_sent", status=thread.status, said=thread.complaints())
    walk.thread = thread.path
    number = thread.tree.first(class_="num")
    expect(number and thread.path != "/enquiries/ask", "no_number", page=thread.path)
    expect(ladder(thread.tree).get("queued") == "done", "not_queued", ladder=ladder(thread.tree))
    expect(NAME in thread.tree.text(), "name_not_as_written")
    return number.text() if number else ""


def sealed(walk: Walk) -> str:
    """What waits to travel is signed, opens for B alone, and shows neither name nor words; nor does anything at B.

    B's own records may know the name in its own script and readings: there the words of the enquiry are looked for.
    """
    here, there = hold(walk.here.path), hold(walk.there.path)
    parcel = until(partial(inspector.waiting, here), "nothing_waits")
    size = inspector.check_sealed(here, there, parcel, (NAME, WORDS))
    found = inspector.traces_in_bytes(inspector.files(there.path), (WORDS,))
    readable = inspector.files(there.path, but_database=True)
    readable |= {f"leaf {number}": body for number, body in enumerate(inspector.leaf_bodies(here))}
    found += inspector.traces_in_bytes(readable, (NAME, WORDS))
    expect(not found, "readable_before_it_came", where=found)
    return f"{size} bytes"


def received(walk: Walk) -> str:
    """B goes on; its signed receipt lights the third step of her ladder."""
    walk.there.go_on()
    _climbed(walk, "received")
    return "R1"


def _climbed(walk: Walk, step: str) -> None:
    def reached() -> dict[str, str] | None:
        now = ladder(walk.asker.get(f"{walk.thread}/news").tree)
        expect("failed" not in now.values(), "refused_on_the_way", ladder=now)
        return now if now.get(step) == "done" else None

    until(reached, f"not_{step}_in_time")


def on_their_desk(walk: Walk) -> str:
    """The officer at B finds it on his desk: in Chinese, with a clock, the subject as it was written."""
    walk.asked.sign_in("qin", PASSWORD)
    desk = walk.asked.get("/")
    expect(desk.language.lower().startswith("zh"), "desk_in_other_language", language=desk.language)
    row = next((one for one in desk.tree.all("li", class_="item") if NAME in one.text()), None)
    expect(row, "not_on_the_desk")
    assert row is not None  # said by the line above
    clock, link = row.first("time", class_="clock"), row.first("a")
    expect(clock and clock.attributes.get("datetime"), "no_clock", row=row.text())
    expect(row.first(lang="vi"), "subject_without_its_language", row=row.text())
    expect(walk.here.player.names["zh-hans"] in row.text(), "asker_not_named_in_chinese", row=row.text())
    walk.thread_there = link.attributes["href"] if link else ""
    return clock.text() if clock else ""


def opened(walk: Walk) -> str:
    """He opens it, and her ladder says so."""
    thread = walk.asked.get(walk.thread_there)
    expect(thread.status == 200, "thread_not_shown", status=thread.status)
    heading = thread.tree.first("h1")
    expect(heading and heading.text() == NAME, "other_subject", heading=heading.text() if heading else "")
    _climbed(walk, "opened")
    return "R2"


def answered(walk: Walk) -> str:
    """He answers with one of six buttons: coded fields, and his own words."""
    thread = walk.asked.get(walk.thread_there)
    offered = _buttons(thread)
    expect(offered[: len(BUTTONS)] == BUTTONS, "not_six_answers", offered=offered)
    after = walk.asked.send(thread, thread.form("/answer", answer="FULL"), ANSWER)
    expect(after.status == 200, "answer_not_sent", status=after.status, said=after.complaints())
    expect(ladder(after.tree).get("answered") == "done", "answer_not_noted", ladder=ladder(after.tree))
    return "FULL"


def _buttons(thread: Page) -> list[str]:
    controls = thread.tree.all("input", type="hidden")
    return [one.attributes["value"] for one in controls if one.attributes.get("name") == "answer"]


def came_back(walk: Walk) -> str:
    """The answer stands in her thread, its codes in both languages, his words as he wrote them."""
    _climbed(walk, "answered")
    page = walk.asker.get(walk.thread)
    said = page.tree.text()
    for language in ("vi", "zh-hans"):
        for word in (wording.field("identity_confirmed", language), wording.label("yes_no", "yes", language)):
            expect(word in said, "code_not_in_both_languages", language=language, word=word)
    for word in (NAME_THERE, WORDS_THERE):
        expect(
            any(word in one.text() for one in page.tree.all(lang="zh-hans")),
            "words_not_as_written",
            word=word,
        )
    return wording.label("responses", "FULL", "vi")


def closed(walk: Walk) -> str:
    """She closes with an outcome; both desks show it."""
    page = walk.asker.get(walk.thread)
    after = walk.asker.send(page, page.form("/close"), {"outcome": "identified"})
    expect(
        after.path == walk.thread and after.status == 200, "not_closed", page=after.path, status=after.status
    )
    _shows(after, "closed", "vi")
    until(lambda: _says(walk.asked.get(walk.thread_there), "outcome_given", "zh-hans"), "outcome_not_in_time")
    return "identified"


def _says(page: Page, state: str, language: str) -> bool:
    word = wording.label("enquiry_states", state, language)
    return any(one.text() == word for one in page.tree.all(class_="tag"))


def _shows(page: Page, state: str, language: str) -> None:
    tags = [one.text() for one in page.tree.all(class_="tag")]
    expect(_says(page, state, language), "other_state", wanted=state, tags=tags)


def proved(walk: Walk) -> str:
    """Both pair ledgers grow to the heads that were signed, and tell of the same parcels and receipts."""
    here, there = hold(walk.here.path), hold(walk.there.path)
    until(lambda: all(map(_settled, (here, there))), "ledger_not_settled")
    ours, theirs = inspector.check_pair_ledger(here, there), inspector.check_pair_ledger(there, here)
    levels = {leaf.facts["level"] for leaf in ours if leaf.kind == "receipt_received"}
    expect({"stored", "opened"} <= levels, "receipts_missing", levels=sorted(map(str, levels)))
    parcels, receipts = inspector.check_agree(ours, theirs)
    expect(parcels and receipts, "nothing_to_prove")
    return f"{parcels} parcels, {receipts} receipts, {len(ours)} + {len(theirs)} leaves"


def _settled(held: Held) -> bool:
    """Say whether every leaf has its place and nothing waits in the outbox."""
    waiting = inspector.rows(
        held.path,
        "SELECT (SELECT count(*) FROM audit_leaf WHERE place IS NULL)"
        " + (SELECT count(*) FROM mailroom_parcel WHERE in_outbox)",
    )
    return waiting == [(0,)]


def no_trace(walk: Walk) -> str:
    """No name stands in a log, in any file but the two databases, in a ledger, or on a command line.

    Of the nodes that were not asked, the regional centre among them, nothing holds it, the database neither.
    """
    found: dict[str, bytes] = {}
    for node in walk.stage.nodes:
        held = hold(node.path)
        found |= inspector.files(node.path, but_database=node in (walk.here, walk.there))
        found |= {
            f"{held.code} leaf {number}": body for number, body in enumerate(inspector.leaf_bodies(held))
        }
        found |= node.command_lines()
    shown = inspector.traces_in_bytes(found, (NAME, WORDS, NAME_THERE, WORDS_THERE))
    expect(not shown, "name_left_behind", where=shown)
    return f"{len(found)} places"


def with_the_centre(walk: Walk) -> str:
    """The third node is asked too, in working days: its officer finds it on her desk, opens it and answers."""
    page = walk.asker.get("/enquiries/ask")
    sent = walk.asker.send(page, page.form("/enquiries/ask"), ENQUIRY_TO_THE_CENTRE | {"do": "send"})
    expect(sent.status == 200, "not_sent", status=sent.status, said=sent.complaints())
    walk.thread = sent.path
    _climbed(walk, "received")
    centre = walk.stage.node(CENTRE)
    desk = Desk(centre.host, centre.desk_port)
    desk.sign_in(centre.player.people[0].username, PASSWORD)
    rows = desk.get("/").tree.all("li", class_="item")
    links = [row.first("a") for row in rows if NAME_FOR_THE_CENTRE in row.text()]
    expect(links and links[0], "not_on_the_desk")
    assert links[0] is not None  # said by the line above
    thread = desk.get(links[0].attributes["href"])
    _climbed(walk, "opened")
    after = desk.send(thread, thread.form("/answer", answer="FULL"), ANSWER)
    expect(after.status == 200, "answer_not_sent", status=after.status, said=after.complaints())
    _climbed(walk, "answered")
    return CENTRE


Step = Callable[[Walk], str]
STEPS: dict[str, Step] = {
    step.__name__: step
    for step in (
        made, introduced, up, signed_in, told_who_reads, asked, sealed, received, on_their_desk, opened, answered,
        came_back, closed, proved, no_trace, with_the_centre,
    )
}  # fmt: skip
