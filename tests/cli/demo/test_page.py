"""A page is read as a browser would read it: texts, forms, and what a form sends."""

from hypothesis import given
from hypothesis import strategies as st

from lienlac.cli.demo import page

FORM = """
<form action="/send"><input type="hidden" name="token" value="t"><input name="who" value="Đàm &amp; Viễn">
<input type="radio" name="why" value="a"><input type="radio" name="why" value="b" checked>
<input type="radio" name="untold" value="c"><input type="checkbox" name="box" value="on">
<select name="first"><option value="1">one<option value="2">two</select>
<select name="chosen"><option value="1">one</option><option value="2" selected>two</option></select>
<textarea name="text">as it
stands</textarea><button name="do" value="send">Send</button></form>
"""


def test_a_form_sends_what_a_browser_would_send():
    [form] = page.forms(page.read(FORM))
    assert form.action == "/send"
    assert form.fields == {
        "token": "t",
        "who": "Đàm & Viễn",
        "why": "b",
        "first": "1",
        "chosen": "2",
        "text": "as it\nstands",
    }


def test_text_is_read_across_tags_with_single_spaces():
    assert page.read("<p>one <b>two</b>\n three<br>four</p>").text() == "one two three four"


def test_elements_are_found_by_name_class_and_attribute():
    root = page.read('<ul><li class="item new" data-state="done">x</li><li class="item">y</li></ul>')
    assert [one.text() for one in root.all("li", class_="item")] == ["x", "y"]
    assert root.first(data_state="done") is root.first("li", class_="new")
    assert root.first("li", data_state="todo") is None


@given(st.text(alphabet='<>/="ab p\n&;'))
def test_no_markup_makes_it_raise(html):
    page.read(html).text()
