"""An officer's browser without a window: cookies, forms, redirects. It speaks to 127.0.0.1 under the desk's own name,
since not every resolver knows `*.localhost`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3

from lienlac.cli.demo import page as pages
from lienlac.cli.demo.page import Form, Tag
from lienlac.core.errors import Malformed, Unavailable

ANSWERS_WITHIN_S = 30.0
SHOWN_WITHIN_S = 15.0
LOOK_EVERY_S = 0.05
MAX_REDIRECTS = 5

Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the desk answered."""

    status: int
    path: str
    html: str
    tree: Tag = field(repr=False)

    @property
    def language(self) -> str:
        """Return the language that the page says it is in."""
        root = self.tree.first("html")
        return root.attributes.get("lang", "") if root else ""

    def form(self, action: str = "", **fields: str) -> Form:
        """Return the form that goes to `action` and holds these values; Malformed('no_such_form') when none does."""
        for form in pages.forms(self.tree):
            fits = all(form.fields.get(name) == value for name, value in fields.items())
            if fits and form.action.endswith(action):
                return form
        raise Malformed("no_such_form", page=self.path, status=self.status, form=action, **fields)

    def complaints(self) -> list[str]:
        """Return what the page says is wrong with what was filled in."""
        marked = [*self.tree.all(class_="bad"), *self.tree.all(class_="notice--red")]
        return [one.text() for one in marked]


class Desk:
    """One browser at one node."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = f"{host}:{port}", port
        self.cookies: dict[str, str] = {}
        self.http = urllib3.HTTPConnectionPool(
            "127.0.0.1", port, maxsize=2, timeout=ANSWERS_WITHIN_S, retries=False
        )

    def get(self, path: str) -> Page:
        """Return a page."""
        return self._follow("GET", path, None)

    def send(self, page: Page, form: Form, values: Mapping[str, str]) -> Page:
        """Send a form of a page with these values in place of its own; return where it leads."""
        return self._follow("POST", urljoin(page.path, form.action or page.path), {**form.fields, **values})

    def sign_in(self, username: str, password: str) -> Page:
        """Sign in; return the page behind the door. Malformed('not_let_in') when it does not open."""
        door = self.get("/account/login/")
        inside = self.send(door, door.form(login=""), {"login": username, "password": password})
        if inside.path.startswith("/account/") or inside.status != 200:
            raise Malformed("not_let_in", user=username, status=inside.status, said=inside.complaints())
        return inside

    def as_sent(self, path: str) -> urllib3.BaseHTTPResponse:
        """Return the answer to a GET as it came over the wire, compressed if the desk compressed it."""
        return self._request("GET", path, None, {"Accept-Encoding": "gzip"}, decode_content=False)

    def stream(self, path: str, *, within_s: float) -> urllib3.BaseHTTPResponse:
        """Return an answer that comes in pieces (events), on a connection of its own; close it afterwards."""
        return self._request("GET", path, None, {}, preload_content=False, timeout=within_s)

    def _follow(self, method: str, path: str, values: dict[str, str] | None) -> Page:
        for _ in range(MAX_REDIRECTS):
            answer = self._request(method, path, values, {})
            if answer.status not in (301, 302, 303):
                html = answer.data.decode(errors="replace")
                return Page(status=answer.status, path=path, html=html, tree=pages.read(html))
            path, method, values = self._here(urljoin(path, answer.headers["location"])), "GET", None
        raise Malformed("led_in_circles", page=path)

    def _here(self, address: str) -> str:
        parts = urlsplit(address)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _request(
        self, method: str, path: str, values: dict[str, str] | None, more: dict[str, str], **how: Any
    ) -> urllib3.BaseHTTPResponse:
        headers = {"Host": self.host, "Origin": f"http://{self.host}", "Cookie": self._cookie_line(), **more}
        body = urlencode(values).encode() if values is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = self.http.request(method, path, body=body, headers=headers, redirect=False, **how)
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(
                "desk_silent", desk=self.host, page=path, detail=type(error).__name__
            ) from error
        for line in answer.headers.getlist("set-cookie"):
            self._keep(line)
        return answer

    def _cookie_line(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def until(question: Callable[[], Answer | None], code: str, within_s: float = SHOWN_WITHIN_S) -> Answer:
    """Ask again and again until there is an answer; Unavailable(code) when none comes in time."""
    ends = time.monotonic() + within_s
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > ends:
            raise Unavailable(code, waited_s=within_s)
        time.sleep(LOOK_EVERY_S)


def ladder(tree: Tag) -> dict[str, str]:
    """Return the delivery ladder as code -> state (done, now, todo, failed)."""
    return {
        step.attributes["data-step"]: step.attributes.get("data-state", "")
        for step in tree.all("li")
        if "data-step" in step.attributes
    }
