"""The log says what went wrong and where, and never whose name it was about."""

import io
import json
import logging
import logging.config

import pytest
from django.conf import settings
from django.test import Client
from django.urls import path

from lienlac.core.errors import Refused
from lienlac.site.logs import JsonFormatter, NamelessFormatter
from lienlac.site.urls import urlpatterns as desk

NAME = "Đàm Khánh Viễn"


def written(error: BaseException, formatter: logging.Formatter | None = None) -> str:
    """Return what a logger with our formatter writes of an error that was caught."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter or NamelessFormatter("%(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        raise error
    except type(error):
        logger.exception("a deed failed")
    return stream.getvalue()


def chained() -> BaseException:
    try:
        try:
            int(NAME)
        except ValueError as error:
            raise KeyError(NAME) from error
    except KeyError as error:
        return error


@pytest.mark.parametrize(
    "error", [ValueError(NAME), chained(), Refused("SG01", name=NAME)], ids=["plain", "chained", "ours"]
)
def test_no_exception_brings_a_name_into_the_log(error):
    assert NAME not in written(error)


@pytest.mark.parametrize(
    "error", [ValueError(NAME), chained(), Refused("SG01", name=NAME)], ids=["plain", "chained", "ours"]
)
def test_no_exception_brings_a_name_into_a_log_of_json_lines(error):
    text = written(error, JsonFormatter())
    assert NAME not in text


def test_a_json_line_says_when_where_and_what():
    told = json.loads(written(chained(), JsonFormatter()))
    assert set(told) == {"at", "level", "logger", "says", "error"}
    assert (told["level"], told["logger"], told["says"]) == ("ERROR", "test", "a deed failed")
    assert told["error"][0] == "ValueError"


def test_what_hangs_on_a_record_stays_out_of_a_json_line():
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Forbidden: %s", ("/post/",), None)
    record.request = NAME
    line = JsonFormatter().format(record)
    assert NAME not in line
    assert "\n" not in JsonFormatter().format(logging.makeLogRecord({"msg": "two\nlines"}))


def test_the_log_still_says_what_and_where():
    text = written(chained())
    assert "a deed failed" in text
    assert "ValueError" in text.split("KeyError")[0]  # the first cause first
    assert "test_logs.py" in text


def test_our_own_error_keeps_its_code():
    assert "SG01(name)" in written(Refused("SG01", name=NAME))


def test_every_handler_of_the_settings_writes_so():
    formatters = {handler["formatter"] for handler in settings.LOGGING["handlers"].values()}
    assert {settings.LOGGING["formatters"][name]["()"] for name in formatters} == {
        "lienlac.site.logs.NamelessFormatter"
    }


@pytest.mark.parametrize(("status", "told"), [(422, False), (403, True), (404, True), (500, True)])
def test_a_form_sent_back_is_no_trouble_of_the_node(status, told):
    record = logging.makeLogRecord({"name": "django.request", "status_code": status})
    filters = settings.LOGGING["filters"]
    made = logging.config.DictConfigurator({"version": 1}).configure_filter(
        dict(filters[settings.LOGGING["handlers"]["stderr"]["filters"][0]])
    )
    assert bool(made.filter(record)) is told
    assert made.filter(logging.makeLogRecord({"name": "lienlac.peer"}))


@pytest.mark.django_db
@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
def test_a_page_that_fails_shows_no_trace_and_no_name(settings, language):
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get("/fails")
    assert answer.status_code == 500
    for betrayal in ("Traceback", "ValueError", "test_logs", NAME):
        assert betrayal not in answer.content.decode()


def fails(request):
    raise ValueError(NAME)


urlpatterns = [path("fails", fails), *desk]
