"""Operations of interactive sessions that change something (tag "Wysyłka interaktywna")."""

from __future__ import annotations

import base64

from .answers import (
    FA3,
    FormCode,
    OpenedSession,
    PublicKey,
    opened_session_from,
    reference_from,
)
from .client_base import Operations, path, read
from .encryption import SYMMETRIC_KEY_ENCRYPTION, EncryptedDocument, SessionKey, wrap


class SendingOperations(Operations):
    """Open a session, send one document, close the session. None is ever repeated here."""

    def open_interactive_session(
        self,
        session_key: SessionKey,
        form_code: FormCode = FA3,
        *,
        check_identifiers: bool = False,
    ) -> OpenedSession:
        """``POST /sessions/online``: open a session whose documents ``session_key`` encrypts.

        ``check_identifiers`` makes KSeF check NIP checksums outside production too.
        """
        return self._with_key(
            SYMMETRIC_KEY_ENCRYPTION,
            lambda key: self._open(session_key, form_code, check_identifiers, key),
        )

    def _open(
        self,
        session_key: SessionKey,
        form_code: FormCode,
        check_identifiers: bool,
        key: PublicKey,
    ) -> OpenedSession:
        wrapped = wrap(session_key, key)
        answer = self._transport.request(
            "open_interactive_session",
            "POST",
            "/sessions/online",
            expected=201,
            bearer=self._access_token,
            headers=_FEATURES if check_identifiers else None,
            json={
                "formCode": {
                    "systemCode": form_code.system_code,
                    "schemaVersion": form_code.schema_version,
                    "value": form_code.value,
                },
                "encryption": {
                    "encryptedSymmetricKey": _base64(wrapped.encrypted_key),
                    "initializationVector": _base64(wrapped.iv),
                    "publicKeyId": wrapped.key_id,
                },
            },
        )
        return read(answer, opened_session_from)

    def send_invoice(
        self,
        session_reference: str,
        document: EncryptedDocument,
        *,
        offline_mode: bool = False,
        hash_of_corrected: str | None = None,
    ) -> str:
        """``POST /sessions/online/{reference}/invoices``: hand over one document.

        Returns the reference under which to ask for its state. ``offline_mode``: it was
        issued offline; ``hash_of_corrected``: base64 SHA-256 of the refused document that
        this technical correction replaces.
        An error with ``may_have_acted`` leaves it open whether KSeF has the document: look
        for its hash among the session's invoices before doing anything else.
        """
        body: dict[str, object] = {
            "invoiceHash": document.plain_hash,
            "invoiceSize": document.plain_size,
            "encryptedInvoiceHash": document.encrypted_hash,
            "encryptedInvoiceSize": document.encrypted_size,
            "encryptedInvoiceContent": _base64(document.content),
            "offlineMode": offline_mode,
        }
        if hash_of_corrected is not None:
            body["hashOfCorrectedInvoice"] = hash_of_corrected
        answer = self._transport.request(
            "send_invoice",
            "POST",
            path("sessions", "online", session_reference, "invoices"),
            expected=202,
            bearer=self._access_token,
            json=body,
        )
        return read(answer, reference_from)

    def close_interactive_session(self, reference: str) -> None:
        """``POST /sessions/online/{reference}/close``: no more documents; make the UPO."""
        self._transport.request(
            "close_interactive_session",
            "POST",
            path("sessions", "online", reference, "close"),
            expected=204,
            bearer=self._access_token,
        )


_FEATURES = {"X-KSeF-Feature": "subject-identifier-validation"}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
