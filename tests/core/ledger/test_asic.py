"""A container is what ETSI says it is: each digest, the signature and the certificate hold, and any change is seen."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from datetime import UTC, datetime
from hashlib import sha256, sha512
from xml.etree import ElementTree as ET

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lienlac.core.envelope.keys import SigningKey
from lienlac.core.errors import Malformed
from lienlac.core.ledger import asic, linking

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
KEY = SigningKey(b"k" * 32)
CERTIFICATE = asic.self_signed("vn-tra-linh", KEY.public.public_bytes, KEY.sign, since=NOW)
SIGNER = asic.Signer(certificate=CERTIFICATE, sign=KEY.sign)
FILES = {"entry.jsonl": b'{"name":"\xc4\x90\xc3\xa0m"}\n', "more.jsonl": b""}
NAMES = {"ds": asic.DS, "xades": asic.XADES, "asic": asic.ASIC}


def made(files: dict[str, bytes] = FILES) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(asic.container(files, SIGNER, media_type="application/jsonl", at=NOW)))


def element(text: str, name: str) -> str:
    """Cut one element out of the text, as it is written there."""
    found = re.search(f"<{name}[ >].*</{name}>", text)
    assert found
    return found[0]


def digest(raw: bytes) -> str:
    return base64.b64encode(sha256(raw).digest()).decode()


def test_the_type_comes_first_plain_and_without_an_extra_field() -> None:
    first = made().infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert made().read("mimetype") == b"application/vnd.etsi.asic-e+zip"


@pytest.mark.parametrize("name", ["ds:SignedInfo", "xades:SignedProperties"])
def test_what_is_digested_is_written_in_its_canonical_form(name: str) -> None:
    """By the canonicaliser of the standard library: on one element alone C14N 2.0 gives what exclusive C14N gives."""
    text = element(made().read(asic.SIGNATURES).decode(), name)
    assert ET.canonicalize(text) == text


def test_each_reference_is_the_digest_of_what_it_names() -> None:
    archive = made()
    text = archive.read(asic.SIGNATURES).decode()
    root = ET.fromstring(text)
    told = {
        one.attrib["URI"]: one.findtext("ds:DigestValue", namespaces=NAMES)
        for one in root.iterfind(".//ds:Reference", NAMES)
    }
    properties = element(text, "xades:SignedProperties")
    assert told == {
        **{name: digest(archive.read(name)) for name in FILES},
        "#properties": digest(properties.encode()),
    }
    assert root.findtext(".//xades:CertDigest/ds:DigestValue", namespaces=NAMES) == digest(CERTIFICATE)
    assert root.findtext(".//xades:SigningTime", namespaces=NAMES) == "2026-11-22T10:00:00Z"


def test_the_signature_is_that_of_the_key_in_the_certificate() -> None:
    text = made().read(asic.SIGNATURES).decode()
    root = ET.fromstring(text)
    shown = x509.load_der_x509_certificate(
        base64.b64decode(root.findtext(".//ds:X509Certificate", namespaces=NAMES) or "")
    )
    key = shown.public_key()
    assert isinstance(key, Ed25519PublicKey)
    signature = base64.b64decode(root.findtext(".//ds:SignatureValue", namespaces=NAMES) or "")
    signed = element(text, "ds:SignedInfo").encode()
    key.verify(signature, signed)
    with pytest.raises(InvalidSignature):
        key.verify(signature, signed.replace(b"more", b"less"))


def test_the_certificate_is_signed_by_its_own_key_and_stays_the_same_key() -> None:
    shown = x509.load_der_x509_certificate(CERTIFICATE)
    shown.verify_directly_issued_by(shown)
    assert shown.public_key().public_bytes_raw() == KEY.public.public_bytes
    assert shown.subject.rfc4514_string() == "CN=vn-tra-linh"
    again = asic.self_signed("vn-tra-linh", KEY.public.public_bytes, KEY.sign, since=NOW)
    assert again == CERTIFICATE


def test_one_entry_more_is_linked_to_all_before_it() -> None:
    chain = linking.Chain()
    chain.add("a.asice", b"first")
    chain.add("b.asice", b"second")
    one = sha512(sha512(b"first").hexdigest().encode()).hexdigest()
    two = sha512((one + sha512(b"second").hexdigest()).encode()).hexdigest()
    assert chain.text().decode() == f"- - SHA-512\n{one} a.asice\n{two} b.asice\n"


def test_an_archive_follows_the_one_before() -> None:
    first = linking.Chain()
    first.add("a.asice", b"first")
    second = linking.following(first.text(), "one.zip")
    second.add("b.asice", b"second")
    head, line = second.text().decode().splitlines()
    assert head == f"{first.last} one.zip SHA-512"
    assert line.split()[0] == sha512((first.last + sha512(b"second").hexdigest()).encode()).hexdigest()


@pytest.mark.parametrize("text", [b"", b"- - SHA-512\n", b"- - MD5\n" + b"a" * 128 + b" x\n", b"\xff\n\xff"])
def test_what_is_no_linking_info_is_not_followed(text: bytes) -> None:
    with pytest.raises(Malformed, match="linking_info"):
        linking.following(text, "one.zip")
