"""Encrypting documents for KSeF and wrapping the key they are encrypted with."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class SessionKey:
    """The AES-256 key and IV of one session. Both are secret and do not show in the repr."""

    key: bytes = field(repr=False)
    iv: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> SessionKey:
        """Make a fresh random key and IV."""
        raise NotImplementedError

    def to_bytes(self) -> bytes:
        """Return the 48 bytes that go into the encrypted store."""
        return self.key + self.iv

    @classmethod
    def from_bytes(cls, stored: bytes) -> SessionKey:
        """Read what ``to_bytes`` wrote; raises ValueError for any other length."""
        raise NotImplementedError


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
    raise NotImplementedError


def sha256_base64(content: bytes) -> str:
    """Return the SHA-256 of ``content`` as padded base64, the form all API hashes have."""
    raise NotImplementedError
