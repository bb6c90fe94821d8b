"""Requests for certificates, read by a library that did not write them."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ksef.csr import ATTRIBUTES, signing_request

SUBJECT = {
    "commonName": "Zażółć sp. z o.o.",
    "countryName": "PL",
    "organizationName": "Zażółć sp. z o.o.",
    "organizationIdentifier": "VATPL-5265877635",
}


def read(subject):
    return x509.load_der_x509_csr(signing_request(subject).der)


def told(request):
    return {attribute.oid.dotted_string: str(attribute.value) for attribute in request.subject}


def test_the_request_says_exactly_what_was_asked_for():
    request = read(SUBJECT)

    assert told(request) == {ATTRIBUTES[name]: value for name, value in SUBJECT.items()}
    assert not list(request.attributes)


def test_the_key_is_of_curve_p256_and_signs_the_request():
    made = signing_request(SUBJECT)
    request = x509.load_der_x509_csr(made.der)

    assert request.is_signature_valid
    assert isinstance(request.signature_hash_algorithm, hashes.SHA256)
    assert isinstance(made.private_key.curve, ec.SECP256R1)
    assert request.public_key() == made.private_key.public_key()


def test_every_request_has_a_key_of_its_own():
    first, second = signing_request(SUBJECT), signing_request(SUBJECT)

    assert first.private_key_der() != second.private_key_der()


def test_every_attribute_of_the_api_can_be_told():
    subject = {name: "PL" if name == "countryName" else "Ćwik" for name in ATTRIBUTES}

    assert told(read(subject)) == {ATTRIBUTES[name]: value for name, value in subject.items()}


@pytest.mark.filterwarnings("ignore:Attribute's length")
def test_a_name_longer_than_the_standard_allows_is_told_in_full():
    long_name = "Przedsiębiorstwo " * 8

    assert long_name in told(read({**SUBJECT, "commonName": long_name})).values()


def test_an_attribute_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="emailAddress"):
        signing_request({**SUBJECT, "emailAddress": "a@b.pl"})


def test_the_key_shows_in_no_repr():
    made = signing_request(SUBJECT)

    assert "private_key" not in repr(made)
    assert made.private_key_der().hex() not in repr(made)
