"""Whoever sends more than a request may have is refused before anything of it is kept, signed in or not."""

import asyncio
from dataclasses import replace

import pytest
from django.conf import settings
from django.urls import reverse

from lienlac import wording
from lienlac.apps.records.files import MOST_BYTES as MOST_OF_FILE
from lienlac.core.errors import Malformed
from lienlac.web.bodies import MOST_BYTES, Bounded
from lienlac.web.large_files import from_whom, knows_session


class Desk:
    """An application that takes the whole body in, as Django does."""

    def __init__(self):
        self.came, self.broke_off, self.asked = 0, False, False

    async def __call__(self, _scope, receive, send):
        self.asked = True
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                self.broke_off = True
                return
            self.came += len(event["body"])
            if not event["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})


def sent(desk, pieces, headers=()):
    """What the door says to a request whose body comes in these pieces; and how many of them it took."""
    told, left = [], list(pieces)

    async def receive():
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(event):
        told.append(event)

    asyncio.run(Bounded(desk)({"type": "http", "headers": list(headers)}, receive, send))
    return told, len(pieces) - len(left)


def test_more_than_a_request_may_have_is_refused_before_a_byte_is_read():
    desk = Desk()
    told, taken = sent(desk, [b"x"], [(b"Content-Length", str(MOST_BYTES + 1).encode())])
    assert (told[0]["status"], taken, desk.asked) == (413, 0, False)
    said = told[1]["body"].decode()
    assert "53 MB" in said, "a byte more than 52"
    assert "50 MB" in said, "what the forms say"


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_a_browser_is_told_on_a_page_in_its_officers_language(language):
    headers = [
        (b"content-length", str(MOST_BYTES + 1).encode()),
        (b"accept", b"text/html,application/xhtml+xml"),
        (b"cookie", f"other=1; {settings.LANGUAGE_COOKIE_NAME}={language}".encode()),
    ]
    told, _ = sent(Desk(), [b"x"], headers)
    said = told[1]["body"].decode()
    assert (told[0]["status"], dict(told[0]["headers"])[b"content-type"]) == (
        413,
        b"text/html; charset=utf-8",
    )
    assert f'<html lang="{language}"' in said
    assert wording.error(Malformed("file_too_big", size=MOST_BYTES + 1, limit=MOST_OF_FILE), language) in said


def test_a_body_that_does_not_say_how_long_it_is_is_broken_off_when_it_is_too_long():
    desk, piece = Desk(), b"x" * (MOST_BYTES // 2)
    told, taken = sent(desk, [piece] * 9)
    assert desk.broke_off
    assert not told
    assert taken == 3
    assert desk.came <= MOST_BYTES


@pytest.mark.parametrize("declared", [b"10", b"ten", b""])
def test_what_fits_goes_through(declared):
    desk = Desk()
    told, _ = sent(desk, [b"12345", b"67890"], [(b"content-length", declared)])
    assert (told[0]["status"], desk.came) == (200, 10)


LARGE = 60 * 1024 * 1024


def large(path, knows, settings, most_bytes=LARGE):
    """What the door says to a declared body of more than a request may have, and whether it asked the desk."""
    settings.NODE = replace(settings.NODE, most_bytes=most_bytes)
    desk, told = Desk(), []
    pieces = [b"x" * (LARGE // 4)] * 4

    async def receive():
        return {"type": "http.request", "body": pieces.pop(), "more_body": bool(pieces)}

    async def send(event):
        told.append(event)

    scope = {"type": "http", "path": path, "headers": [(b"content-length", str(LARGE).encode())]}
    asyncio.run(Bounded(desk, from_whom(knows))(scope, receive, send))
    return told[0]["status"], desk.came


def test_a_large_file_is_taken_where_the_operator_allows_it_from_whom_the_node_knows(settings):
    def known(_scope):
        return True

    def unknown(_scope):
        return False

    assert large(reverse("tray"), known, settings) == (200, LARGE)
    assert large(reverse("api-v1:put_file"), known, settings) == (200, LARGE)
    assert large(reverse("tray"), unknown, settings) == (413, 0), "a stranger fills no disk"
    assert large(reverse("desk"), known, settings) == (413, 0), "a page that takes no files"
    assert large(reverse("tray"), known, settings, most_bytes=5 * 1024 * 1024) == (413, 0)


@pytest.mark.django_db
def test_who_is_signed_in_is_known_by_the_session_and_nobody_else_is(client, world):
    client.force_login(world.officers["linh"])
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}".encode()
    assert knows_session({"headers": [(b"cookie", cookie)]})
    assert not knows_session({"headers": [(b"cookie", cookie + b"x")]})
    assert not knows_session({"headers": []})
