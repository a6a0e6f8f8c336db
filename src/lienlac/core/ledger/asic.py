"""ASiC-E containers with one XAdES signature (ETSI EN 319 162-1, EN 319 132-1), as courts know them.

    mimetype · the files · META-INF/manifest.xml · META-INF/signatures0.xml

The signature is Ed25519 (RFC 9231) by the node's key over exclusive canonical XML. Every element that is digested is
written here in its canonical form already, its namespaces with it, so that nothing has to be canonicalised. The
certificate is the node's own: whose key it is, the directory says, or the paper, as for every other word of a node.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

MIME_TYPE = "application/vnd.etsi.asic-e+zip"
SIGNATURES, MANIFEST = "META-INF/signatures0.xml", "META-INF/manifest.xml"
DS, XADES = "http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/01903/v1.3.2#"
ASIC, ODF = "http://uri.etsi.org/02918/v1.2.1#", "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
EDDSA = "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519"
PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"
NEVER_ENDS = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # RFC 5280, 4.1.2.5
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ED25519 = bytes.fromhex("300506032b6570")  # AlgorithmIdentifier of Ed25519, RFC 8410


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs containers: the act of signing, and the certificate (DER) of the key."""

    certificate: bytes
    sign: Callable[[bytes], bytes]


def self_signed(
    node: str,
    public: bytes,
    sign: Callable[[bytes], bytes],
    *,
    since: datetime,
    until: datetime | None = None,
) -> bytes:
    """Return a certificate (DER) in which a node's Ed25519 key (32 bytes) says its own name, and nobody else's word.

    The key may lie in a token that only signs: the certificate is drawn up with a key of the moment, whose
    signature the node's own then replaces.
    """
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, node)])
    drawn_up = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(Ed25519PublicKey.from_public_bytes(public))
        .serial_number(int.from_bytes(sha256(public).digest()[:16], "big") >> 1)
        .not_valid_before(since.astimezone(UTC))
        .not_valid_after((until or NEVER_ENDS).astimezone(UTC))
        .sign(Ed25519PrivateKey.generate(), None)
    )
    body = drawn_up.tbs_certificate_bytes
    raw = _der(0x30, body + _ED25519 + _der(0x03, b"\0" + sign(body)))
    return x509.load_der_x509_certificate(raw).public_bytes(Encoding.DER)


def _der(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def container(files: Mapping[str, bytes], signer: Signer, *, media_type: str, at: datetime) -> bytes:
    """Return a container of files, all of one type, whose names are letters, digits, dots and hyphens."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "mimetype", MIME_TYPE.encode(), at, zipfile.ZIP_STORED)
        for name, content in files.items():
            _put(archive, name, content, at)
        _put(archive, MANIFEST, _manifest(files, media_type).encode(), at)
        _put(archive, SIGNATURES, _signatures(files, signer, media_type, at).encode(), at)
    return written.getvalue()


def _put(
    archive: zipfile.ZipFile, name: str, content: bytes, at: datetime, how: int = zipfile.ZIP_DEFLATED
) -> None:
    entry = zipfile.ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
    entry.compress_type = how
    archive.writestr(entry, content)


def _manifest(files: Mapping[str, bytes], media_type: str) -> str:
    entries = {"/": MIME_TYPE, **dict.fromkeys(files, media_type)}
    lines = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in entries.items()
    )
    return (
        f'{HEAD}<manifest:manifest xmlns:manifest="{ODF}" manifest:version="1.2">{lines}</manifest:manifest>'
    )


def _signatures(files: Mapping[str, bytes], signer: Signer, media_type: str, at: datetime) -> str:
    properties = _properties(files, signer.certificate, media_type, at)
    info = _signed_info(files, properties)
    return (
        f'{HEAD}<asic:XAdESSignatures xmlns:asic="{ASIC}"><ds:Signature xmlns:ds="{DS}" Id="signature">{info}'
        f"<ds:SignatureValue>{_base64(signer.sign(info.encode()))}</ds:SignatureValue>"
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{_base64(signer.certificate)}</ds:X509Certificate>"
        f'</ds:X509Data></ds:KeyInfo><ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}"'
        f' Target="#signature">{properties}</xades:QualifyingProperties></ds:Object></ds:Signature>'
        "</asic:XAdESSignatures>"
    )


def _signed_info(files: Mapping[str, bytes], properties: str) -> str:
    """Return what is signed: the digests of the files and of the signature's own properties."""
    of_files = "".join(
        f'<ds:Reference Id="file-{number}" URI="{name}">{_digest(content)}</ds:Reference>'
        for number, (name, content) in enumerate(files.items())
    )
    return (
        f'<ds:SignedInfo xmlns:ds="{DS}"><ds:CanonicalizationMethod Algorithm="{C14N}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{EDDSA}"></ds:SignatureMethod>{of_files}'
        f'<ds:Reference Type="{PROPERTIES_TYPE}" URI="#properties"><ds:Transforms>'
        f'<ds:Transform Algorithm="{C14N}"></ds:Transform></ds:Transforms>{_digest(properties.encode())}'
        "</ds:Reference></ds:SignedInfo>"
    )


def _properties(files: Mapping[str, bytes], certificate: bytes, media_type: str, at: datetime) -> str:
    """Return when it was signed, with which certificate, and of what type the files are."""
    here = f' xmlns:ds="{DS}"'
    of_files = "".join(
        f'<xades:DataObjectFormat ObjectReference="#file-{number}"><xades:MimeType>{media_type}</xades:MimeType>'
        "</xades:DataObjectFormat>"
        for number in range(len(files))
    )
    return (
        f'<xades:SignedProperties xmlns:xades="{XADES}" Id="properties"><xades:SignedSignatureProperties>'
        f"<xades:SigningTime>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</xades:SigningTime>"
        f"<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>{_digest(certificate, here)}"
        "</xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties>"
        f"<xades:SignedDataObjectProperties>{of_files}</xades:SignedDataObjectProperties></xades:SignedProperties>"
    )


def _digest(content: bytes, here: str = "") -> str:
    """Return method and value; `here` declares their namespace where no element around them does."""
    return (
        f'<ds:DigestMethod{here} Algorithm="{SHA256}"></ds:DigestMethod>'
        f"<ds:DigestValue{here}>{_base64(sha256(content).digest())}</ds:DigestValue>"
    )


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
