"""What the way in to every deed promises: it is done by POST, and its address is no dead end."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from lienlac.web.door import _page_above
from tests.web.enquiries.conftest import browser, jingxi, linh  # noqa: F401 (fixtures)

VALUES = {"int": 7, "slug": "start", "str": "x"}
PAGES = [
    ("/enquiries/7/answer", "/enquiries/7"),
    ("/enquiries/7/approve", "/enquiries/7"),
    ("/enquiries/ask/draft", "/enquiries/ask"),
    ("/enquiries/ask/draft/start/drop", "/enquiries/ask"),
    ("/enquiries/views/7/drop", "/enquiries/"),
    ("/enquiries/releases/7/return", "/enquiries/releases/7"),
    ("/candidates/7/verdict", "/candidates/7"),
    ("/candidates/7/hit/report", "/candidates/7/hit"),
    ("/candidates/files/7/approve", "/candidates/files/7"),
    ("/records/import/7/start", "/records/import/7"),
]


def deeds(root: URLResolver | None = None) -> Iterator[str]:
    """Walk the names of all deeds."""
    for one in (root or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from deeds(one)
        elif isinstance(one, URLPattern) and one.name and hasattr(one.callback, "by_post"):
            yield one.name


def address(name: str) -> str:
    [(_form, names)] = get_resolver().reverse_dict.getlist(name)[0][0]
    converters = get_resolver().reverse_dict.getlist(name)[0][3]
    told = {one: VALUES[type(converters[one]).__name__.removesuffix("Converter").lower()] for one in names}
    return reverse(name, kwargs=told)


@pytest.mark.parametrize("name", sorted(deeds()))
def test_above_every_deed_stands_a_page(name: str) -> None:
    assert not hasattr(resolve(_page_above(address(name))).func, "by_post")


@pytest.mark.parametrize(("deed", "page"), PAGES)
def test_the_page_above_a_deed_is_the_one_it_was_done_on(deed: str, page: str) -> None:
    assert hasattr(resolve(deed).func, "by_post")
    assert _page_above(deed) == page


@pytest.mark.django_db
def test_who_asks_for_a_deeds_address_is_led_to_its_page(linh) -> None:  # noqa: F811
    for deed, page in (one for one in PAGES if "releases" not in one[0]):
        answer = browser(linh).get(deed)
        assert (answer.status_code, answer.headers["Location"]) == (302, page)


@pytest.mark.django_db
def test_a_stranger_is_led_to_the_sign_in_and_no_other_method_does_a_deed(linh) -> None:  # noqa: F811
    assert Client().get("/enquiries/7/answer").headers["Location"].startswith(reverse("account_login"))
    assert browser(linh).put("/enquiries/7/answer").status_code == 405
