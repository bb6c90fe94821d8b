"""The signed login request, judged by verifiers that are not ours."""

from __future__ import annotations

import base64
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml import SignatureConfiguration
from signxml.xades import XAdESVerifier

from ksef.certificates import Certificate
from ksef.context import INTERNAL_ID, NIP_VAT_UE, PEPPOL_ID, Context
from ksef.xades import auth_token_request, sign

from . import credentials as c

CHALLENGE = "20260302-CR-226FB7B000-3ACF9BE4C0-10"
NAMES = {
    "a": "http://ksef.mf.gov.pl/auth/token/2.1",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
    "xades": "http://uri.etsi.org/01903/v1.3.2#",
}
KEYS = {"RSA": c.rsa_key, "EC": c.ec_key}
CONTEXTS = [
    Context.nip("5265877635"),
    Context(INTERNAL_ID, "5265877635-12345"),
    Context(NIP_VAT_UE, "5265877635-DE123456789"),
    Context(PEPPOL_ID, "PPL123456"),
]


@pytest.fixture(scope="module")
def schema(shared_ksef):
    """The official schema; two of its patterns have anchors, which XSD takes for characters."""
    content = (shared_ksef / "schemas" / "schemat_auth_v2-1.xsd").read_bytes()
    return etree.XMLSchema(
        etree.fromstring(content.replace(b'value="^P', b'value="P').replace(b'$"', b'"'))
    )


def signed(key, *, request=None, **more) -> bytes:
    pair = c.make_pair(key, **more)
    request = request or auth_token_request(CHALLENGE, CONTEXTS[0], "certificateSubject")
    return sign(request, pair.certificate, pair.private_key, clock=c.clock)


def verified(document: bytes):
    """What signxml saw: the data under each reference; raises when anything does not fit."""
    certificate = etree.fromstring(document).findtext(".//ds:X509Certificate", None, NAMES)
    pem = f"-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n"
    return XAdESVerifier().verify(
        document, x509_cert=pem, expect_references=2, expect_config=SignatureConfiguration()
    )


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.type)
@pytest.mark.parametrize("kind", ["certificateSubject", "certificateFingerprint"])
def test_the_request_is_valid_before_it_is_signed(schema, context, kind):
    schema.assertValid(etree.fromstring(auth_token_request(CHALLENGE, context, kind)))


def test_the_request_says_who_wants_in_where():
    root = etree.fromstring(auth_token_request(CHALLENGE, CONTEXTS[0], "certificateSubject"))

    assert root.findtext("a:Challenge", None, NAMES) == CHALLENGE
    assert root.findtext("a:ContextIdentifier/a:Nip", None, NAMES) == "5265877635"
    assert root.findtext("a:SubjectIdentifierType", None, NAMES) == "certificateSubject"


def test_another_way_of_naming_the_subject_is_refused():
    with pytest.raises(ValueError, match="byName"):
        auth_token_request(CHALLENGE, CONTEXTS[0], "byName")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("Nip", "PL5265877635"),
        ("Nip", "0265877635"),
        ("Nip", "5265877635\n"),
        ("InternalId", "5265877635"),
        ("Pesel", "90010112345"),
        ("Nip", "</Nip>"),
    ],
)
def test_a_context_has_the_form_of_the_schema(kind, value):
    with pytest.raises(ValueError, match="context"):
        Context(kind, value)


@pytest.mark.parametrize("kind", KEYS)
def test_signxml_accepts_the_signature(kind):
    document, properties = verified(signed(KEYS[kind]()))

    assert document.signed_xml.tag == f"{{{NAMES['a']}}}AuthTokenRequest"
    assert properties.signed_xml.tag == f"{{{NAMES['xades']}}}SignedProperties"


@pytest.mark.parametrize("kind", KEYS)
def test_xmlsec_accepts_the_signature(kind, tmp_path):
    assert xmlsec(signed(KEYS[kind]()), tmp_path)


def xmlsec(document: bytes, folder) -> bool:
    program = shutil.which("xmlsec1")
    assert program, "xmlsec1 is needed for this test (Debian package xmlsec1)"
    path = folder / "signed.xml"
    path.write_bytes(document)
    command = [
        program,
        "--verify",
        "--insecure",
        "--id-attr:Id",
        "SignedProperties",
        str(path),
    ]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_xmlsec_tells_the_published_request_from_the_reformatted_one(shared_ksef, tmp_path):
    vectors = shared_ksef / "vectors"

    assert xmlsec((vectors / "auth-request-signed.xml").read_bytes(), tmp_path)
    reformatted = vectors / "auth-request-signed-then-reformatted.xml"
    assert not xmlsec(reformatted.read_bytes(), tmp_path)


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize(
    ("original", "changed"),
    [
        (b"5265877635</", b"1111111111</"),
        (CHALLENGE.encode(), CHALLENGE.replace("10", "11").encode()),
        (b"<xades:SigningTime>2026", b"<xades:SigningTime>2027"),
        (b"certificateSubject", b"certificateFingerprint"),
    ],
)
def test_no_signed_part_can_be_changed(kind, original, changed, tmp_path):
    document = signed(KEYS[kind]())
    assert original in document

    assert not xmlsec(document.replace(original, changed, 1), tmp_path)


def test_a_signature_of_elliptic_curves_is_r_and_s_side_by_side():
    key = c.ec_key()
    root = etree.fromstring(signed(key))

    value = base64.b64decode(root.findtext(".//ds:SignatureValue", None, NAMES))

    assert len(value) == 64


def test_r_and_s_keep_their_leading_zeros():
    key = c.ec_key()
    values = {
        len(
            base64.b64decode(
                etree.fromstring(signed(key)).findtext(".//ds:SignatureValue", None, NAMES)
            )
        )
        for _number in range(300)  # one in 128 starts with a zero byte
    }

    assert values == {64}


def test_the_certificate_is_named_by_digest_issuer_and_serial():
    pair = c.make_pair(c.rsa_key())
    root = etree.fromstring(signed(c.rsa_key()))
    cert = root.find(".//xades:SigningCertificate/xades:Cert", NAMES)

    assert cert.findtext(".//ds:X509IssuerName", None, NAMES) == pair.info.issuer
    assert cert.findtext(".//ds:X509SerialNumber", None, NAMES) == str(0x01F20A5D352AE590)
    assert cert.find(".//ds:DigestMethod", NAMES).get("Algorithm").endswith("#sha256")


def test_the_signing_time_is_a_minute_ago():
    root = etree.fromstring(signed(c.ec_key()))

    assert root.findtext(".//xades:SigningTime", None, NAMES) == "2026-03-02T11:59:00Z"


def test_the_signing_time_is_never_before_the_certificate():
    root = etree.fromstring(signed(c.ec_key(), not_before=c.NOW))

    assert root.findtext(".//xades:SigningTime", None, NAMES) == "2026-03-02T12:00:00Z"


def test_the_signed_request_without_its_signature_is_still_valid(schema):
    root = etree.fromstring(signed(c.ec_key()))

    root.remove(root.find("ds:Signature", NAMES))

    schema.assertValid(root)


def test_the_certificate_that_cryptography_refuses_can_stand_in_a_signature(shared_ksef):
    # Its key is not ours, so only the structure is looked at.
    content = (shared_ksef / "vectors" / "kod2-certificate.der").read_bytes()
    request = auth_token_request(CHALLENGE, CONTEXTS[0], "certificateSubject")

    document = sign(request, Certificate.load(content), c.rsa_key(), clock=c.clock)

    assert base64.b64encode(content) in document


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_whatever_text_stands_in_a_document_its_signature_holds(text):
    root = etree.Element("Document")
    root.text = text
    document = etree.tostring(root, encoding="UTF-8")

    assert verified(signed(c.ec_key(), request=document))
