"""Operations of interactive sessions that change something."""

from __future__ import annotations

from .answers import FA3, FormCode, OpenedSession
from .client_base import Operations
from .encryption import EncryptedDocument, SessionKey


class SendingOperations(Operations):
    """Open a session, send one document, close the session."""

    def open_interactive_session(
        self,
        session_key: SessionKey,
        form_code: FormCode = FA3,
        *,
        check_identifiers: bool = False,
    ) -> OpenedSession:
        raise NotImplementedError

    def send_invoice(
        self,
        session_reference: str,
        document: EncryptedDocument,
        *,
        offline_mode: bool = False,
        hash_of_corrected: str | None = None,
    ) -> str:
        raise NotImplementedError

    def close_interactive_session(self, reference: str) -> None:
        raise NotImplementedError
