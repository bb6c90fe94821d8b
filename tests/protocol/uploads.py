"""The files people upload for a pair, and reading them."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from ksef.certificates import Purpose, read_pair
from ksef.errors import CertificateProblem

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
