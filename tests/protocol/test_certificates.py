"""The files people upload for a pair, when they are good."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import serialization

from ksef.certificates import Pair

from . import credentials as c
from .uploads import KEYS, archive, files, read


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
