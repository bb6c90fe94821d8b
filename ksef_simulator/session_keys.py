"""The symmetric key that a client makes for a session or an export, wrapped for KSeF."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from .api import Body
from .ciphers import IV_BYTES, KEY_BYTES
from .errors import withdrawn_key
from .world import KEY_ENCRYPTION, WORLD


@dataclass(frozen=True)
class SessionKey:
    """A key with its initialisation vector; ``key`` is None where it could not be unwrapped."""

    key: bytes | None
    iv: bytes


def read(request: web.Request, encryption: Body) -> SessionKey:
    """Unwrap the key of a request.

    :raises BadRequest: 21470 when it was wrapped for a key that is not in use (any more).
    """
    wrapped = encryption.octets("encryptedSymmetricKey")
    iv = encryption.octets("initializationVector", IV_BYTES)
    key_id = encryption.optional_text("publicKeyId", 44)
    service_key = request.app[WORLD].service_key(KEY_ENCRYPTION, key_id)
    if service_key is None:
        raise withdrawn_key(key_id)
    try:
        key = service_key.decrypt(wrapped)
    except ValueError:
        return SessionKey(None, iv)
    return SessionKey(key if len(key) == KEY_BYTES else None, iv)
