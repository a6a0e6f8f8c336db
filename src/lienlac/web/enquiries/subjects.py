"""What an enquiry is about, in a word: the name, the document, the plate as it was written."""

from __future__ import annotations

from lienlac.apps.enquiries.models import Enquiry

SUBJECT_FIELDS = ("subject_name", "document_number", "plate", "compound_place", "account")


def subject_of(enquiry: Enquiry) -> tuple[str, str]:
    """Return the subject and the language it is written in ("" when it is a number)."""
    for name in SUBJECT_FIELDS:
        if value := enquiry.body.get(name):
            language = enquiry.body.get("subject_name_language", "") if name == "subject_name" else ""
            return str(value), str(language)
    return enquiry.number, ""
