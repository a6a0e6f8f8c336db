"""A second person consents to the whole of what will be sent: whatever is changed afterwards has no consent."""

from dataclasses import replace
from hashlib import sha256

import pytest

from lienlac.apps.enquiries import actions, consents, rules, texts
from lienlac.apps.enquiries.models import Addressee, Approval, Enquiry, Review
from lienlac.apps.mailroom.models import File
from lienlac.core.errors import Refused
from lienlac.core.policy import decide
from tests.apps.enquiries.releasing import draft
from tests.apps.enquiries.test_attachments import PDF as DECISION
from tests.apps.enquiries.test_attachments import TRAY, put
from tests.apps.enquiries.world import NOW

CHANGES = {
    "a field": lambda row: Enquiry.objects.update(body={**row.body, "subject_name": "Ai khác"}),
    "a field that stays": lambda row: Enquiry.objects.update(own_body={"note_to_file": "Khác."}),
    "the addressee": lambda row: Addressee.objects.update(office="vn-tra-linh"),
    "the agreement": lambda row: Enquiry.objects.update(agreement="ANOTHER"),
    "the restrictions": lambda row: Enquiry.objects.update(handling=["H2"]),
    "the content of a file": lambda row: File.objects.update(sha256="f" * 64),
    "the name of a file": lambda row: File.objects.update(name="khác.pdf"),
    "a file less": lambda row: File.objects.all().delete(),
}


@pytest.fixture
def consented(linh, bang, jingxi):
    """An enquiry with the file of the decision that Linh wrote and Bằng has consented to."""
    put(linh, content=DECISION)
    enquiry = actions.ask(linh, replace(locate(), tray=TRAY), now=NOW)
    consents.give(bang, texts.of_enquiry(enquiry), now=NOW)
    return enquiry


def locate(**changes):
    return draft("LOCATE", decision_copy=sha256(DECISION).hexdigest(), **changes)


def codes_of(enquiry, linh):
    enquiry = Enquiry.objects.get(pk=enquiry.pk)
    text = texts.of_enquiry(enquiry)
    before = actions.asking.as_draft(enquiry)
    case = rules.case_to_ask(linh, before, before.body, consented=consents.to(text), now=NOW)
    return {one.code for one in decide(case).findings}


def test_a_consent_to_the_text_as_it_is_counts(consented, linh):
    assert "second_person_approved" in codes_of(consented, linh)


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_after_the_consent_makes_it_void(what, consented, linh):
    CHANGES[what](consented)
    assert "second_person_missing" in codes_of(consented, linh)


def test_who_consented_may_consent_anew_to_the_changed_text(consented, linh, bang):
    CHANGES["a field"](consented)
    enquiry = Enquiry.objects.get(pk=consented.pk)
    consents.give(bang, texts.of_enquiry(enquiry), now=NOW)
    assert Approval.objects.count() == 1
    assert "second_person_approved" in codes_of(enquiry, linh)


def test_an_edit_leaves_no_consent_behind(consented, linh, jingxi):
    actions.edit(linh, consented, locate(subject_name="Đàm Khánh Viên"), now=NOW)
    assert not Approval.objects.exists()
    assert jingxi.hears() == []


def test_who_consented_to_a_flash_does_not_judge_it(linh, bang, diep, jingxi):
    actions.ask(linh, draft(urgency="U0", purpose="PROTECT_VICTIM"), now=NOW)
    review = Review.objects.get()
    text = texts.of_message(review.addressee, review.message_id)
    consents.give(bang, text, now=NOW)
    with pytest.raises(Refused, match="reviewer_has_approved"):
        actions.review_text(bang, review, "justified", "Đúng.", now=NOW)
    actions.review_text(diep, review, "justified", "Đúng.", now=NOW)
