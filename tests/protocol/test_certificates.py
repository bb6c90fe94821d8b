"""The files people upload, and what is wrong with them."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from asn1crypto import keys, pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st

from ksef.certificates import Certificate, Pair, Purpose, read_certificate, read_pair
from ksef.errors import CertificateProblem, Problem
from ksef.problems import TEMPLATES

from . import credentials as c

KEYS = {"EC P-256": c.ec_key, "RSA-2048": c.rsa_key}


def read(certificate, key, password=c.PASSWORD, **more):
    arguments = {
        "purpose": Purpose.AUTHENTICATION,
        "at": c.NOW,
        "allow_self_signed": False,
        **more,
    }
    return read_pair(certificate, key, password, **arguments)


def problem_of(*arguments, **more):
    with pytest.raises(CertificateProblem) as caught:
        read(*arguments, **more)
    return caught.value


def files(key=None, **more):
    key = c.ec_key() if key is None else key
    return c.pem(c.make_certificate(key, **more)), c.key_file(key)


def request_file(key):
    builder = x509.CertificateSigningRequestBuilder().subject_name(c.company_name())
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def archive(key, certificate, password=c.PASSWORD):
    protection = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"KSeF", key, certificate, None, protection)


# --- files that are good ------------------------------------------------------------------


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("encoding", ["PEM", "DER"])
def test_certificate_and_encrypted_key_are_read_in_either_encoding(kind, encoding):
    key = KEYS[kind]()
    certificate = c.make_certificate(key)
    content = c.pem(certificate) if encoding == "PEM" else c.der(certificate)

    pair = read(content, c.key_file(key, encoding=encoding))

    assert pair.info.key_type == kind
    assert pair.private_key.private_numbers() == key.private_numbers()


@pytest.mark.parametrize("encoding", ["PEM", "DER"])
def test_a_key_without_password_needs_none(encoding):
    certificate, _key = files()

    assert read(certificate, c.key_file(c.ec_key(), None, encoding=encoding), None)


def test_a_password_that_is_not_needed_does_no_harm():
    certificate, _key = files()

    assert read(certificate, c.key_file(c.ec_key(), None), c.PASSWORD)


@pytest.mark.parametrize("key", [c.ec_key(), c.rsa_key()], ids=["SEC 1", "PKCS#1"])
def test_a_key_in_the_older_formats_of_openssl_is_read(key):
    protection = serialization.BestAvailableEncryption(c.PASSWORD.encode())
    traditional = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, protection
    )

    assert read(c.pem(c.make_certificate(key)), traditional)


def test_a_file_saved_by_a_text_editor_of_windows_is_read():
    certificate, key = files()
    saved = b"\xef\xbb\xbf" + certificate.replace(b"\n", b"\r\n")

    assert read(saved, key.replace(b"\n", b"\r\n"))


def test_the_bare_base64_of_the_api_is_read():
    certificate = base64.b64encode(c.der(c.make_certificate(c.ec_key())))

    assert read(certificate, c.key_file(c.ec_key()))


@pytest.mark.parametrize("given_as", ["certificate", "key", "both"])
def test_one_archive_holds_both(given_as):
    both = archive(c.ec_key(), c.make_certificate(c.ec_key()))

    pair = read(
        both if given_as != "key" else b"",
        both if given_as != "certificate" else b"",
    )

    assert pair.info.nip == c.NIP


def test_an_archive_as_the_key_beside_the_certificate():
    certificate = c.make_certificate(c.rsa_key())

    assert read(c.pem(certificate), archive(c.rsa_key(), certificate))


def test_one_text_file_holds_both():
    certificate, key = files()

    assert read(certificate + key, b"")


def test_in_a_chain_the_certificate_of_the_key_is_found():
    other = c.pem(c.make_certificate(c.ec_key(number=1), subject=c.company_name("1111111111")))
    certificate, key = files()

    assert read(other + certificate, key).info.nip == c.NIP


def test_a_pair_survives_being_kept():
    pair = read(*files())

    restored = Pair.restore(pair.certificate.der, pair.private_key_der())

    assert restored.info == pair.info
    assert restored.private_key.private_numbers() == pair.private_key.private_numbers()


def test_nothing_secret_shows():
    pair = read(*files())

    number = str(pair.private_key.private_numbers().private_value)
    assert number not in repr(pair)
    assert "EllipticCurvePrivateKey" not in repr(pair)


# --- files that are not -------------------------------------------------------------------


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("encoding", ["PEM", "DER"])
def test_a_wrong_password(kind, encoding):
    key = KEYS[kind]()
    content = c.key_file(key, encoding=encoding)

    problem = problem_of(c.pem(c.make_certificate(key)), content, "not the password").problem

    assert problem is Problem.WRONG_PASSWORD


@pytest.mark.parametrize("password", [None, ""])
@pytest.mark.parametrize("encoding", ["PEM", "DER"])
def test_a_missing_password(password, encoding):
    key = c.key_file(c.ec_key(), encoding=encoding)

    assert problem_of(files()[0], key, password).problem is Problem.PASSWORD_MISSING


@pytest.mark.parametrize(
    ("password", "expected"),
    [("wrong", Problem.WRONG_PASSWORD), (None, Problem.PASSWORD_MISSING)],
)
def test_the_password_of_an_archive(password, expected):
    both = archive(c.ec_key(), c.make_certificate(c.ec_key()))

    assert problem_of(b"", both, password).problem is expected


def test_swapped_files():
    certificate, key = files()

    assert problem_of(key, certificate).problem is Problem.FILES_SWAPPED


def test_the_application_in_der_given_as_the_certificate():
    der = base64.b64decode(b"".join(request_file(c.ec_key()).splitlines()[1:-1]))

    assert problem_of(der, files()[1]).problem is Problem.REQUEST_GIVEN_AS_CERTIFICATE


def test_swapped_files_in_der():
    certificate = c.der(c.make_certificate(c.ec_key()))

    problem = problem_of(c.key_file(c.ec_key(), encoding="DER"), certificate).problem

    assert problem is Problem.FILES_SWAPPED


def test_the_certificate_given_twice():
    certificate, _key = files()

    assert problem_of(certificate, certificate).problem is Problem.CERTIFICATE_GIVEN_AS_KEY


def test_the_key_given_twice():
    _certificate, key = files()

    assert problem_of(key, key).problem is Problem.KEY_GIVEN_AS_CERTIFICATE


def test_the_application_given_as_the_certificate():
    _certificate, key = files()

    problem = problem_of(request_file(c.ec_key()), key).problem

    assert problem is Problem.REQUEST_GIVEN_AS_CERTIFICATE


@pytest.mark.parametrize("content", [b"", b" \r\n"])
def test_a_missing_certificate_file(content):
    assert problem_of(content, files()[1]).problem is Problem.NO_CERTIFICATE_FILE


@pytest.mark.parametrize("content", [b"", b" \r\n"])
def test_a_missing_key_file(content):
    assert problem_of(files()[0], content).problem is Problem.NO_KEY_FILE


NEITHER = [b"%PDF-1.7 ...", b"Zosia", b"\x30\x03\x02\x01\x05", b"\x00" * 100, b"MAMA"]


@pytest.mark.parametrize("content", NEITHER)
def test_a_file_without_certificate(content):
    assert problem_of(content, files()[1]).problem is Problem.NO_CERTIFICATE_IN_FILE


@pytest.mark.parametrize("content", NEITHER)
def test_a_file_without_key(content):
    assert problem_of(files()[0], content).problem is Problem.NO_KEY_IN_FILE


def test_a_key_of_another_certificate():
    certificate, _key = files(c.ec_key(), serial=0xABC)

    error = problem_of(certificate, c.key_file(c.ec_key(number=1)))

    assert error.problem is Problem.KEY_MISMATCH
    assert "0000000000000ABC" in error.message


def test_a_key_of_another_kind_than_the_certificate():
    assert problem_of(files()[0], c.key_file(c.rsa_key())).problem is Problem.KEY_MISMATCH


def test_an_authentication_certificate_given_for_offline():
    error = problem_of(*files(), purpose=Purpose.OFFLINE)

    assert error.problem is Problem.AUTHENTICATION_GIVEN_FOR_OFFLINE


def test_an_offline_certificate_given_for_authentication():
    error = problem_of(*files(usage=c.CONTENT_COMMITMENT))

    assert error.problem is Problem.OFFLINE_GIVEN_FOR_AUTHENTICATION


def test_an_offline_certificate_given_for_offline_is_right():
    assert read(*files(usage=c.CONTENT_COMMITMENT), purpose=Purpose.OFFLINE)


@pytest.mark.parametrize("usage", [None, c.DIGITAL_SIGNATURE + c.CONTENT_COMMITMENT])
def test_a_certificate_that_names_neither_kind_may_log_in_but_not_sign_links(usage):
    certificate, key = files(usage=usage)

    assert read(certificate, key).info.purpose is None
    refused = problem_of(certificate, key, purpose=Purpose.OFFLINE)
    assert refused.problem is Problem.AUTHENTICATION_GIVEN_FOR_OFFLINE


def test_a_certificate_that_is_not_valid_yet():
    error = problem_of(*files(not_before=c.NOW + timedelta(hours=12)))

    assert error.problem is Problem.NOT_YET_VALID
    assert "2026-03-03" in error.message  # the day in Warsaw


def test_an_expired_certificate():
    error = problem_of(*files(not_after=c.NOW - timedelta(seconds=1)))

    assert error.problem is Problem.EXPIRED
    assert "2026-03-02" in error.message


def test_a_self_signed_certificate_outside_test():
    assert problem_of(*files(self_signed=True)).problem is Problem.SELF_SIGNED


def test_a_self_signed_certificate_in_test():
    assert read(*files(self_signed=True), allow_self_signed=True).info.self_signed


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (c.rsa_key(1024), "RSA-1024"),
        (c.ec_key("secp384r1"), "EC P-384"),
        (c.edwards_key(), "ED25519"),
    ],
    ids=["RSA-1024", "P-384", "Ed25519"],
)
def test_a_key_that_ksef_does_not_take(key, name):
    error = problem_of(c.pem(c.make_certificate(key)), c.key_file(key))

    assert error.problem is Problem.UNSUPPORTED_KEY
    assert error.values["key_type"] == name


def test_a_file_that_is_too_large():
    error = problem_of(b"\x30" * 65_537, files()[1])

    assert error.problem is Problem.FILE_TOO_LARGE
    assert error.values["size"] == 65_537


def test_a_damaged_certificate():
    der = bytearray(c.der(c.make_certificate(c.ec_key())))
    position = der.index(b"\x17\x0d")  # the validity's first UTCTime
    der[position + 2 : position + 6] = b"XXXX"

    assert problem_of(bytes(der), files()[1]).problem is Problem.UNREADABLE_CERTIFICATE


def test_a_certificate_cut_off():
    certificate, key = files()

    assert problem_of(certificate[:200], key).problem is Problem.UNREADABLE_CERTIFICATE


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("CERTIFICATE", Problem.UNREADABLE_CERTIFICATE),
        ("PRIVATE KEY", Problem.KEY_GIVEN_AS_CERTIFICATE),
        ("SOMETHING ELSE", Problem.NO_CERTIFICATE_IN_FILE),
    ],
)
def test_a_text_file_that_was_damaged_still_says_what_it_was_meant_to_be(label, expected):
    damaged = f"-----BEGIN {label}-----\nZ%%Z\n".encode()

    assert problem_of(damaged, files()[1]).problem is expected


def test_a_key_of_which_only_the_first_line_is_left():
    damaged = b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"

    assert problem_of(files()[0], damaged).problem is Problem.UNREADABLE_KEY


def test_a_key_for_ssh_is_of_a_kind_that_cannot_be_read():
    key = c.rsa_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )

    problem = problem_of(c.pem(c.make_certificate(c.rsa_key())), key).problem

    assert problem is Problem.UNREADABLE_KEY


def test_an_archive_of_certificates_only():
    certificate = c.make_certificate(c.ec_key())
    content = pkcs12.serialize_key_and_certificates(
        b"KSeF", None, None, [certificate], serialization.NoEncryption()
    )

    assert problem_of(c.pem(certificate), content, None).problem is Problem.NO_KEY_IN_FILE


def test_a_key_alone_is_not_enough():
    assert problem_of(b"", files()[1]).problem is Problem.NO_CERTIFICATE_FILE


def test_a_damaged_key():
    lines = c.key_file(c.ec_key()).splitlines()
    damaged = b"\n".join([lines[0], *lines[2:]])

    assert problem_of(files()[0], damaged).problem is Problem.UNREADABLE_KEY


def test_a_key_whose_opening_would_take_hours():
    content = c.key_file(c.ec_key(), encoding="DER")
    envelope = keys.EncryptedPrivateKeyInfo.load(content)
    derivation = envelope["encryption_algorithm"]["parameters"]["key_derivation_func"]
    derivation["parameters"]["iteration_count"] = 2**31 - 1

    error = problem_of(files()[0], envelope.dump(force=True))

    assert error.problem is Problem.UNREADABLE_KEY
    assert "iterations" in error.message


GOOD_FILES = (
    "certificate",
    "certificate in DER",
    "key",
    "key without password",
    "archive",
)
changes = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=3)
uploads = st.tuples(st.sampled_from(GOOD_FILES), changes, st.floats(0, 1))


def good_file(name):
    certificate = c.make_certificate(c.ec_key())
    return {
        "certificate": lambda: c.pem(certificate),
        "certificate in DER": lambda: c.der(certificate),
        "key": lambda: c.key_file(c.ec_key()),
        "key without password": lambda: c.key_file(c.ec_key(), None),
        "archive": lambda: archive(c.ec_key(), certificate),
    }[name]()


def damaged(upload):
    name, changed, kept = upload
    content = bytearray(good_file(name))
    for position, value in changed:
        content[int(position * len(content))] = value
    return bytes(content[: round(kept * len(content))])


@settings(max_examples=100, deadline=None)
@given(uploads, uploads)
def test_whatever_is_uploaded_the_answer_is_a_pair_or_a_sentence(certificate, key):
    try:
        read(damaged(certificate), damaged(key))
    except CertificateProblem as error:
        assert error.message


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_no_certificate(content):
    with pytest.raises(CertificateProblem):
        read_certificate(content)


def test_every_problem_has_a_sentence_with_places_for_its_values():
    values = {
        "size": 1,
        "limit": 1,
        "reason": "x",
        "subject": "x",
        "serial": "x",
        "key_type": "x",
        "not_before": "x",
        "not_after": "x",
    }

    assert set(TEMPLATES) == set(Problem)
    assert all((template % values).endswith(".") for template in TEMPLATES.values())


# --- what a certificate says --------------------------------------------------------------


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
