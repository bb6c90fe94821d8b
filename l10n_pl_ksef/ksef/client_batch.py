"""Operations of batch sessions (tag "Wysyłka wsadowa"), and the consent to attachments."""

from __future__ import annotations

import base64

from .answers import FA3, FormCode, PublicKey
from .batch_answers import (
    AttachmentConsent,
    OpenedBatch,
    PartUpload,
    attachment_consent_from,
    opened_batch_from,
)
from .client_base import Operations, path, read
from .encryption import SYMMETRIC_KEY_ENCRYPTION, SessionKey, wrap
from .packages import Package


class BatchOperations(Operations):
    """Open a batch session, send its parts, close it.

    KSeF looks at a package when its session is closed, and at no other one: until then nothing
    is taken, so opening and uploading may be repeated. Closing may not.
    """

    def open_batch_session(
        self,
        session_key: SessionKey,
        package: Package,
        form_code: FormCode = FA3,
        *,
        offline_mode: bool = False,
    ) -> OpenedBatch:
        """``POST /sessions/batch``: announce ``package``, which ``session_key`` encrypts.

        ``offline_mode`` holds for all its documents. The answer tells how to send each part;
        there are 20 minutes for that, times the number of parts.
        """
        opened = self._with_key(
            SYMMETRIC_KEY_ENCRYPTION,
            lambda key: self._open_batch(session_key, package, form_code, offline_mode, key),
        )
        return opened

    def _open_batch(
        self,
        session_key: SessionKey,
        package: Package,
        form_code: FormCode,
        offline_mode: bool,
        key: PublicKey,
    ) -> OpenedBatch:
        wrapped = wrap(session_key, key)
        answer = self._transport.request(
            "open_batch_session",
            "POST",
            "/sessions/batch",
            expected=201,
            bearer=self._access_token,
            json={
                "formCode": {
                    "systemCode": form_code.system_code,
                    "schemaVersion": form_code.schema_version,
                    "value": form_code.value,
                },
                "batchFile": _announced(package),
                "encryption": {
                    "encryptedSymmetricKey": _base64(wrapped.encrypted_key),
                    "initializationVector": _base64(wrapped.iv),
                    "publicKeyId": wrapped.key_id,
                },
                "offlineMode": offline_mode,
            },
        )
        opened = read(answer, opened_batch_from)
        if len(opened.uploads) != len(package.parts):
            raise answer.unreadable("not as many uploads as the package has parts")
        return opened

    def upload_part(self, upload: PartUpload, content: bytes) -> None:
        """Send one encrypted part as KSeF told, without a login; repeating it does no harm.

        Raises Unreachable (NOT_SENT) for an address that is not the environment's, Forbidden
        when the time is over.
        """
        self._transport.request(
            "upload_part",
            upload.method,
            upload.url,
            expected=201,
            content=content,
            headers=upload.headers,
        )

    def close_batch_session(self, reference: str) -> None:
        """``POST /sessions/batch/{reference}/close``: every part is there; take the package.

        An error with ``may_have_acted`` leaves it open whether KSeF takes it: ask for the
        session's status. BadRequest 21208: too late, nothing is taken; 21205, 21157: a part is
        missing or has another size; 21180: it is closed, or over, already.
        """
        self._transport.request(
            "close_batch_session",
            "POST",
            path("sessions", "batch", reference, "close"),
            expected=204,
            bearer=self._access_token,
        )

    def attachment_consent(self) -> AttachmentConsent:
        """``GET /permissions/attachments/status``. Needs CredentialsRead or CredentialsManage."""
        answer = self._transport.request(
            "attachment_consent",
            "GET",
            "/permissions/attachments/status",
            bearer=self._access_token,
            retries=self._read_retries,
        )
        return read(answer, attachment_consent_from)


def _announced(package: Package) -> dict[str, object]:
    return {
        "fileSize": package.size,
        "fileHash": package.hash,
        "compressionType": package.compression,
        "fileParts": [
            {
                "ordinalNumber": part.ordinal,
                "fileSize": part.encrypted_size,
                "fileHash": part.encrypted_hash,
            }
            for part in package.parts
        ],
    }


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
