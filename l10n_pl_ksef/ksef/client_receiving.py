"""Operations that look for documents and fetch them in packages (tag "Pobieranie faktur").

All need InvoiceRead.
"""

from __future__ import annotations

import base64
import hmac
from typing import IO

from .answers import PublicKey, reference_from
from .client_base import Operations, path, read
from .encryption import SYMMETRIC_KEY_ENCRYPTION, SessionKey, wrap
from .fetching import Window
from .package_problems import BrokenPackage, PackageProblem
from .receiving_answers import (
    TAR_GZ,
    ExportStatus,
    MetadataPage,
    PackagePart,
    export_status_from,
    metadata_page_from,
)
from .transport import MEGABYTE

LARGEST_PAGE = 250
# A part has 50 MB before encryption; more than this is not what KSeF promises.
LARGEST_PART = 64 * MEGABYTE
LARGEST_DOCUMENT = 10 * MEGABYTE  # 3 MB are allowed today
_LARGEST_LIST = 8 * MEGABYTE


class ReceivingOperations(Operations):
    """Look, request a package, ask how it stands, download its parts."""

    def query_metadata(
        self, subject: str, window: Window, *, page: int = 0, page_size: int = LARGEST_PAGE
    ) -> MetadataPage:
        """``POST /invoices/query/metadata``: one page of what was stored in ``window``.

        ``subject``: Subject1, Subject2, Subject3 or SubjectAuthorized. Ascending by permanent
        storage and only up to KSeF's high water mark, so that nothing can come in behind.
        BadRequest 21183: the window begins after that mark, there is nothing yet.
        """
        answer = self._transport.request(
            "query_metadata",
            "POST",
            "/invoices/query/metadata",
            bearer=self._access_token,
            query={"sortOrder": "Asc", "pageOffset": str(page), "pageSize": str(page_size)},
            json=_filters(subject, window),
            retries=self._read_retries,  # a query in spite of its method
            max_bytes=_LARGEST_LIST,
        )
        return read(answer, metadata_page_from)

    def document_by_number(self, ksef_number: str) -> bytes:
        """``GET /invoices/ksef/{number}``: a document, byte for byte, whatever it holds.

        Unlike ``invoice_by_number`` nothing is parsed, because a document that must not be read
        is still to be kept. Its SHA-256 is checked where KSeF sends one.
        BadRequest 21165: not there yet, ask later; 21164: there is none.
        """
        answer = self._transport.request(
            "document_by_number",
            "GET",
            path("invoices", "ksef", ksef_number),
            bearer=self._access_token,
            retries=self._read_retries,
            max_bytes=LARGEST_DOCUMENT,
        )
        return answer.content()

    def start_export(
        self, subject: str, window: Window, key: SessionKey, *, compression: str = TAR_GZ
    ) -> str:
        """``POST /invoices/exports``: have everything of ``window`` packed, encrypted by ``key``.

        Returns the reference to ask by. Never repeated here: an answer that got lost leaves a
        package at KSeF that nobody fetches, and 20 may be requested in an hour.
        BadRequest 21182: as many are being made as may be; 21181: not in this context.
        """
        return self._with_key(
            SYMMETRIC_KEY_ENCRYPTION,
            lambda public_key: self._start(subject, window, key, compression, public_key),
        )

    def _start(
        self,
        subject: str,
        window: Window,
        key: SessionKey,
        compression: str,
        public_key: PublicKey,
    ) -> str:
        wrapped = wrap(key, public_key)
        answer = self._transport.request(
            "start_export",
            "POST",
            "/invoices/exports",
            expected=201,
            bearer=self._access_token,
            json={
                "encryption": {
                    "encryptedSymmetricKey": base64.b64encode(wrapped.encrypted_key).decode(),
                    "initializationVector": base64.b64encode(wrapped.iv).decode(),
                    "publicKeyId": wrapped.key_id,
                },
                "filters": _filters(subject, window),
                "compressionType": compression,
            },
        )
        return read(answer, reference_from)

    def export_status(self, reference: str) -> ExportStatus:
        """``GET /invoices/exports/{reference}``: how it stands; once done, fresh links.

        Gone: asked for more than seven days ago. BadRequest 21175: KSeF knows no such export.
        """
        answer = self._transport.request(
            "export_status",
            "GET",
            path("invoices", "exports", reference),
            bearer=self._access_token,
            retries=self._read_retries,
        )
        return read(answer, export_status_from)

    def download_part(self, part: PackagePart, sink: IO[bytes]) -> None:
        """Write one encrypted part to ``sink`` piece by piece: no login, no limit of calls.

        Its SHA-256 must be the one that the package announced and, where the storage tells one,
        that of ``x-ms-meta-hash``; else BrokenPackage. A link that is over: Forbidden.
        """
        most = min(part.encrypted_size, LARGEST_PART)
        got = self._transport.download("download_part", part.url, sink, max_bytes=most)
        found = base64.b64encode(got.sha256)
        for promised in (part.encrypted_hash, got.headers.get("x-ms-meta-hash")):
            if promised is not None and not hmac.compare_digest(promised.encode(), found):
                raise BrokenPackage(PackageProblem.PART_HASH, {"part": part.number})


def _filters(subject: str, window: Window) -> dict[str, object]:
    span: dict[str, object] = {
        "dateType": "PermanentStorage",
        "from": window.start.text,
        "restrictToPermanentStorageHwmDate": True,
    }
    if window.end is not None:
        span["to"] = window.end.text
    return {"subjectType": subject, "dateRange": span}
