"""Encrypting documents for KSeF and wrapping the key they are encrypted with.

Source: OpenAPI 2.9.0 ("EncryptionInfo", "SendInvoiceRequest"), ksef-docs
``bezpieczenstwo/klucze-publiczne-do-szyfrowania.md``. The guide's remark that the IV stands
before the ciphertext does not hold: it travels only with the wrapped key.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from .answers import PublicKey
from .errors import NoUsableKey

TOKEN_ENCRYPTION = "KsefTokenEncryption"
SYMMETRIC_KEY_ENCRYPTION = "SymmetricKeyEncryption"

_KEY_BYTES = 32
_IV_BYTES = 16
_BLOCK_BITS = 128


@dataclass(frozen=True)
class SessionKey:
    """The AES-256 key and IV of one session. Both are secret and do not show in the repr."""

    key: bytes = field(repr=False)
    iv: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != _KEY_BYTES or len(self.iv) != _IV_BYTES:
            raise ValueError("A session key has 32 bytes and its IV 16.")

    @classmethod
    def generate(cls) -> SessionKey:
        """Make a fresh random key and IV."""
        return cls(os.urandom(_KEY_BYTES), os.urandom(_IV_BYTES))

    def to_bytes(self) -> bytes:
        """Return the 48 bytes that go into the encrypted store."""
        return self.key + self.iv

    @classmethod
    def from_bytes(cls, stored: bytes) -> SessionKey:
        """Read what ``to_bytes`` wrote; raises ValueError for any other length."""
        return cls(stored[:_KEY_BYTES], stored[_KEY_BYTES:])


@dataclass(frozen=True)
class EncryptedDocument:
    """One encrypted file and what KSeF wants to know of it. Hashes are padded base64."""

    content: bytes = field(repr=False)
    plain_hash: str
    plain_size: int
    encrypted_hash: str
    encrypted_size: int


def encrypt_document(xml: bytes, session_key: SessionKey) -> EncryptedDocument:
    """Encrypt the exact bytes of a document (AES-256-CBC, PKCS#7, no IV in front)."""
    content = encrypt(xml, session_key)
    return EncryptedDocument(
        content=content,
        plain_hash=sha256_base64(xml),
        plain_size=len(xml),
        encrypted_hash=sha256_base64(content),
        encrypted_size=len(content),
    )


def encrypt(content: bytes, session_key: SessionKey) -> bytes:
    """AES-256-CBC with PKCS#7 padding; the IV is not part of the result."""
    padder = PKCS7(_BLOCK_BITS).padder()
    encryptor = _cipher(session_key).encryptor()
    return encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()


def decrypt(content: bytes, session_key: SessionKey) -> bytes:
    """Undo ``encrypt``; raises ValueError where key, IV or content do not fit."""
    decryptor = _cipher(session_key).decryptor()
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    padded = decryptor.update(content) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()


def _cipher(session_key: SessionKey) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(session_key.key), modes.CBC(session_key.iv))


@dataclass(frozen=True)
class WrappedKey:
    """A session key as KSeF takes it: encrypted for ``key_id``, with the bare IV."""

    encrypted_key: bytes = field(repr=False)
    iv: bytes = field(repr=False)
    key_id: str


def wrap(session_key: SessionKey, public_key: PublicKey) -> WrappedKey:
    """Encrypt a session key for KSeF (RSA-OAEP with SHA-256). Raises NoUsableKey."""
    return WrappedKey(encrypt_for(public_key, session_key.key), session_key.iv, public_key.key_id)


def encrypt_token(token: str, timestamp_ms: int, public_key: PublicKey) -> bytes:
    """Encrypt a KSeF token with its challenge's time, as ``POST /auth/ksef-token`` wants it."""
    return encrypt_for(public_key, f"{token}|{timestamp_ms}".encode())


def encrypt_for(public_key: PublicKey, secret: bytes) -> bytes:
    """RSA-OAEP, SHA-256 for the hash and for MGF1. Raises NoUsableKey for a key unlike RSA."""
    return _rsa_key(public_key).encrypt(
        secret,
        padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None),
    )


def _rsa_key(public_key: PublicKey) -> RSAPublicKey:
    try:
        # asn1crypto reads certificates whose other parts `cryptography` objects to.
        certificate = asn1_x509.Certificate.load(public_key.certificate)
        key = serialization.load_der_public_key(certificate.public_key.dump())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise NoUsableKey(public_key.key_id) from error
    if not isinstance(key, RSAPublicKey):
        raise NoUsableKey(public_key.key_id)
    return key


def choose_public_key(keys: Iterable[PublicKey], usage: str, at: datetime) -> PublicKey:
    """Return the key for ``usage`` that is valid ``at`` that moment, the latest one first.

    ``usage`` is ``TOKEN_ENCRYPTION`` or ``SYMMETRIC_KEY_ENCRYPTION``. Raises NoUsableKey.
    """
    fitting = [key for key in keys if key.serves(usage, at)]
    if not fitting:
        raise NoUsableKey(usage)
    return max(fitting, key=lambda key: key.valid_from)


def sha256_base64(content: bytes) -> str:
    """Return the SHA-256 of ``content`` as padded base64, the form all API hashes have."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
