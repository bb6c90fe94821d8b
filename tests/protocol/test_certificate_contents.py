"""What a certificate says of its owner."""

from __future__ import annotations

import pytest
from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from hypothesis import given, settings
from hypothesis import strategies as st

from ksef.certificates import Certificate, Purpose, read_certificate
from ksef.errors import CertificateProblem

from . import credentials as c
from .uploads import files, read


@pytest.mark.parametrize(
    ("serial_number", "nip", "pesel"),
    [
        ("PNOPL-90010112345", None, "90010112345"),
        ("PESEL:90010112345", None, "90010112345"),
        ("TINPL-5265877635", "5265877635", None),
        ("NIP 5265877635", "5265877635", None),
        ("PNODE-90010112345", None, None),
        ("IDCPL-ABC123456", None, None),
    ],
)
def test_the_identifiers_of_a_person(serial_number, nip, pesel):
    certificate = c.make_certificate(c.ec_key(), subject=c.person_name(serial_number))

    info = read_certificate(c.pem(certificate))

    assert (info.nip, info.pesel) == (nip, pesel)


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        (c.company_name(), "certificateSubject"),
        (c.person_name("PNOPL-90010112345"), "certificateSubject"),
        (c.person_name("PNODE-90010112345"), "certificateFingerprint"),
    ],
)
def test_who_cannot_be_found_in_the_subject_is_known_by_fingerprint(subject, kind):
    info = read_certificate(c.pem(c.make_certificate(c.ec_key(), subject=subject)))

    assert info.subject_identifier_type == kind


def test_another_nip_is_no_problem():
    certificate, key = files(subject=c.company_name("1111111111"))

    assert read(certificate, key).info.nip == "1111111111"


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        (0x01F20A5D352AE590, "01F20A5D352AE590"),
        (0xABC, "0000000000000ABC"),
        (0x1_0000_0000_0000_0000, "010000000000000000"),
    ],
)
def test_the_serial_number_as_in_kod_ii(serial, text):
    info = read_certificate(c.pem(c.make_certificate(c.ec_key(), serial=serial)))

    assert info.serial == text


def test_names_are_written_as_cryptography_writes_them():
    certificate = c.make_certificate(c.ec_key())

    info = read_certificate(c.pem(certificate))

    assert info.issuer == certificate.issuer.rfc4514_string()
    assert info.subject == (
        r"CN=Firma testowa,organizationIdentifier=VATPL-5265877635,O=Firma\, testowa,C=PL"
    )


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=16))
@settings(max_examples=60, deadline=None)
def test_any_common_name_is_written_so_that_it_can_be_read_back(text):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
    certificate = c.make_certificate(c.ec_key(), subject=name)

    written = read_certificate(c.der(certificate)).subject

    assert x509.Name.from_rfc4514_string(written) == name


def test_the_published_certificate_that_cryptography_refuses_is_read(shared_ksef):
    content = (shared_ksef / "vectors" / "kod2-certificate.der").read_bytes()

    info = read_certificate(content)

    assert info.serial == "01F20A5D352AE590"
    assert info.nip == "5265877635"
    assert info.purpose is Purpose.AUTHENTICATION
    assert info.key_type == "RSA-2048"
    assert Certificate.load(content).public_key().key_size == 2048


def test_the_key_of_a_certificate_that_nobody_can_use_is_refused_in_words():
    certificate = Certificate.load(c.der(c.make_certificate(c.edwards_key())))

    with pytest.raises(CertificateProblem, match="ED25519|unknown"):
        certificate.public_key()


@pytest.mark.parametrize("text", ["#x", " x", "x ", "a\0b", "a\\b", "a=b"])
def test_characters_with_a_meaning_are_escaped(text):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    written = read_certificate(c.der(c.make_certificate(c.ec_key(), subject=name))).subject

    assert x509.Name.from_rfc4514_string(written) == name


def test_the_fingerprint_is_that_of_the_der():
    certificate = c.make_certificate(c.ec_key())

    info = read_certificate(c.pem(certificate))

    assert info.fingerprint == certificate.fingerprint(hashes.SHA256()).hex().upper()
    assert pem.detect(c.pem(certificate))
