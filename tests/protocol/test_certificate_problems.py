"""The files people upload for a pair, and what is wrong with them."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from asn1crypto import keys
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st

from ksef.certificates import Purpose, read_certificate
from ksef.errors import CertificateProblem, Problem
from ksef.problems import TEMPLATES

from . import credentials as c
from .uploads import KEYS, archive, files, problem_of, read, request_file


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
