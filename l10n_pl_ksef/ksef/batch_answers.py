"""What KSeF answers about batch sessions and attachments, as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .decoding import Fields, Unpromised

_METHODS = frozenset({"PUT", "POST"})
# Whatever KSeF may ask for, these belong to this side of the connection.
_OURS = frozenset({"authorization", "content-length", "cookie", "host", "transfer-encoding"})


@dataclass(frozen=True)
class PartUpload:
    """How and where one part is to be sent ("PartUploadRequest").

    The address lets anybody write there, so neither it nor the headers show in the repr.
    """

    ordinal: int
    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    def to_data(self) -> dict[str, object]:
        """The same as plain data, for the encrypted store."""
        return {
            "ordinalNumber": self.ordinal,
            "method": self.method,
            "url": self.url,
            "headers": dict(self.headers),
        }


@dataclass(frozen=True)
class OpenedBatch:
    """An open batch session ("OpenBatchSessionResponse")."""

    reference: str
    uploads: tuple[PartUpload, ...]


@dataclass(frozen=True)
class AttachmentConsent:
    """Whether the context may send invoices with attachments, and until when if that ends."""

    given: bool
    ends: datetime | None = None


def opened_batch_from(document: object) -> OpenedBatch:
    fields = Fields.of(document)
    return OpenedBatch(
        reference=fields.reference("referenceNumber"),
        uploads=part_uploads_from(fields.list("partUploadRequests")),
    )


def part_uploads_from(listed: tuple[Fields, ...]) -> tuple[PartUpload, ...]:
    """The uploads in the order of their ordinals, which must be 1, 2, 3 and so on."""
    uploads = tuple(sorted(map(_part_upload, listed), key=lambda upload: upload.ordinal))
    if [upload.ordinal for upload in uploads] != list(range(1, len(uploads) + 1)):
        raise Unpromised("partUploadRequests: ordinal numbers from 1 were expected")
    return uploads


def _part_upload(fields: Fields) -> PartUpload:
    method = fields.text("method").upper()
    if method not in _METHODS:
        raise Unpromised("partUploadRequests.method: PUT or POST was expected")
    headers = {name: value for name, value in fields.text_map("headers").items() if value}
    if any(name.lower() in _OURS for name in headers):
        raise Unpromised("partUploadRequests.headers: a header that is not KSeF's to set")
    return PartUpload(fields.integer("ordinalNumber"), method, fields.text("url"), headers)


def attachment_consent_from(document: object) -> AttachmentConsent:
    fields = Fields.of(document)
    return AttachmentConsent(
        given=fields.boolean("isAttachmentAllowed"),
        ends=fields.optional_moment("revokedDate"),
    )
