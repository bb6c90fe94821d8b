"""AES as KSeF uses it, and SHA-256 as it writes it."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_BYTES = 32
IV_BYTES = 16
BLOCK_BYTES = 16
_BLOCK_BITS = 8 * BLOCK_BYTES


def decrypt(content: bytes, key: bytes, iv: bytes) -> bytes:
    """AES-256-CBC with PKCS#7; the initialisation vector is not part of the content.

    :raises ValueError: when the content was not encrypted like this.
    """
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    padded = decryptor.update(content) + decryptor.finalize()
    unpadder = padding.PKCS7(_BLOCK_BITS).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def encrypt(content: bytes, key: bytes, iv: bytes) -> bytes:
    """The reverse of :func:`decrypt`."""
    padder = padding.PKCS7(_BLOCK_BITS).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    padded = padder.update(content) + padder.finalize()
    return encryptor.update(padded) + encryptor.finalize()


def sha256(content: bytes) -> str:
    """SHA-256 in padded base64, as the API writes it."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
