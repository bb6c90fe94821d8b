"""Encrypting documents and keys for KSeF."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given
from hypothesis import strategies as st

from ksef.answers import PublicKey
from ksef.encryption import (
    SYMMETRIC_KEY_ENCRYPTION,
    TOKEN_ENCRYPTION,
    SessionKey,
    choose_public_key,
    decrypt,
    encrypt,
    encrypt_document,
    encrypt_token,
    sha256_base64,
    wrap,
)
from ksef.errors import NoUsableKey

from . import credentials as c

OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
session_keys = st.builds(
    SessionKey, st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16)
)


def public_key(key=None, *, usage=SYMMETRIC_KEY_ENCRYPTION, start=-30, end=30, key_id="A" * 44):
    certificate = c.der(c.make_certificate(key or c.rsa_key()))
    return PublicKey(
        certificate=certificate,
        certificate_id="",
        key_id=key_id,
        valid_from=c.NOW + timedelta(days=start),
        valid_to=c.NOW + timedelta(days=end),
        usages=frozenset({usage}),
    )


@given(st.binary(max_size=2000), session_keys)
def test_what_was_encrypted_is_decrypted_again(content, key):
    assert decrypt(encrypt(content, key), key) == content


@given(st.binary(max_size=2000), session_keys)
def test_only_padding_is_added_and_no_iv(content, key):
    encrypted = encrypt(content, key)

    assert len(encrypted) == (len(content) // 16 + 1) * 16
    assert not encrypted.startswith(key.iv)


@given(st.binary(min_size=1, max_size=200), session_keys)
def test_a_document_comes_with_the_hashes_and_sizes_of_both_forms(content, key):
    document = encrypt_document(content, key)

    assert document.plain_size == len(content)
    assert document.encrypted_size == len(document.content)
    assert base64.b64decode(document.plain_hash) == hashlib.sha256(content).digest()
    assert base64.b64decode(document.encrypted_hash) == hashlib.sha256(document.content).digest()


def test_api_hashes_are_padded_base64():
    assert sha256_base64(b"") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@given(session_keys)
def test_a_session_key_survives_being_kept(key):
    assert SessionKey.from_bytes(key.to_bytes()) == key


@pytest.mark.parametrize("size", [0, 32, 47, 49])
def test_anything_but_48_bytes_is_no_session_key(size):
    with pytest.raises(ValueError, match="32 bytes"):
        SessionKey.from_bytes(b"x" * size)


def test_every_session_has_a_key_of_its_own():
    assert SessionKey.generate() != SessionKey.generate()


def test_a_session_key_does_not_show():
    assert repr(SessionKey(b"k" * 32, b"i" * 16)) == "SessionKey()"


def test_the_owner_of_the_public_key_unwraps_the_session_key():
    key = SessionKey.generate()

    wrapped = wrap(key, public_key())

    assert c.rsa_key().decrypt(wrapped.encrypted_key, OAEP) == key.key
    assert (wrapped.iv, wrapped.key_id) == (key.iv, "A" * 44)


def test_a_token_is_encrypted_with_the_time_of_its_challenge():
    encrypted = encrypt_token("token-ść", 1752236636015, public_key())

    assert c.rsa_key().decrypt(encrypted, OAEP) == "token-ść|1752236636015".encode()


@pytest.mark.parametrize("certificate", [b"", b"no certificate"])
def test_a_certificate_that_cannot_be_read_is_no_key(certificate):
    key = PublicKey(certificate, "", "broken", c.NOW, c.NOW, frozenset())

    with pytest.raises(NoUsableKey, match="broken"):
        wrap(SessionKey.generate(), key)


def test_a_key_that_cannot_encrypt_is_no_key():
    with pytest.raises(NoUsableKey):
        wrap(SessionKey.generate(), public_key(c.ec_key()))


def test_the_latest_of_the_valid_keys_is_chosen():
    keys = [
        public_key(key_id="old", start=-300),
        public_key(key_id="new", start=-2),
        public_key(key_id="future", start=1),
        public_key(key_id="over", start=-1, end=-0.5),
        public_key(key_id="token", start=-1, usage=TOKEN_ENCRYPTION),
    ]

    assert choose_public_key(keys, SYMMETRIC_KEY_ENCRYPTION, c.NOW).key_id == "new"
    assert choose_public_key(keys, TOKEN_ENCRYPTION, c.NOW).key_id == "token"


def test_without_a_fitting_key_nothing_is_chosen():
    with pytest.raises(NoUsableKey, match=TOKEN_ENCRYPTION):
        choose_public_key([public_key()], TOKEN_ENCRYPTION, c.NOW)


def test_keys_are_known_by_the_hash_of_their_public_part(shared_ksef):
    content = (shared_ksef / "vectors" / "test-symmetric.pem").read_bytes()
    certificate = x509.load_pem_x509_certificate(content)
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    assert sha256_base64(spki) == "tmtCidSRzR4fvNpLU5hMOM6FzamxJf0BBR8IkXIAwsY="
    assert sha256_base64(c.der(certificate)) == "sivtxip78UcnFLzXVsAz2FE1XIpLpySOZsn/f99fDmI="


@pytest.mark.parametrize("name", ["test-symmetric.pem", "test-token.pem"])
def test_the_published_keys_can_be_used(shared_ksef, name):
    certificate = x509.load_pem_x509_certificate((shared_ksef / "vectors" / name).read_bytes())
    key = PublicKey(c.der(certificate), "", "", c.NOW, c.NOW, frozenset())

    assert (
        len(wrap(SessionKey.generate(), key).encrypted_key) == certificate.public_key().key_size / 8
    )
