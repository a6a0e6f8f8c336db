"""What officers of these tests do at the desk: ask, be asked, read a page."""

import re

from django.urls import reverse
from django.utils import timezone

from lienlac.apps.enquiries.models import Addressee
from tests.apps.enquiries.bodies import BODIES
from tests.apps.enquiries.world import AGREEMENT, THEIRS

QUESTION = {
    "subject": "Đàm Khánh Viễn",
    "why": "drugs",
    "deadline": "U1",
    "desk": THEIRS,
    "agreement": AGREEMENT,
    "why_there": "crossed_at_your_gate",
    "place": "Trà Lĩnh",
    "matter_date": "2026-11-20",
    "link": "suspect",
    "evaluation_source": "B",
    "evaluation_information": "2",
}
LANGUAGES = ("vi", "lo", "zh-hans", "km", "th", "my", "en")


def send(client, **changes):
    return client.post(reverse("ask"), QUESTION | {"do": "send"} | changes)


def asked(client, **changes):
    answer = send(client, **changes)
    assert answer.status_code == 302, re.findall(r'class="bad">.*?</p>', answer.content.decode(), re.S)
    return Addressee.objects.select_related("enquiry").latest("pk")


def came(jingxi, kind="VER_ID", **changes):
    arrival = jingxi.say(kind, BODIES[kind] | changes, now=timezone.now())
    assert arrival.state == "stored", arrival.reason
    return Addressee.objects.select_related("enquiry").get(enquiry__message_id=arrival.message.message_id)


def text(answer):
    return answer.content.decode()


def thread(client, row):
    return client.get(reverse("thread", args=[row.pk]))
