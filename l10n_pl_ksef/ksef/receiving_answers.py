"""What KSeF answers when documents are looked for and fetched, as typed values.

Names in quotes are those of OpenAPI 2.9.0. Moments that cursors are made of stay texts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from .decoding import Fields, Unpromised
from .fetching import Position, Reach
from .received_metadata import ReceivedMetadata

ZIP = "Zip"
TAR_GZ = "TarGz"
MOST_PARTS = 1000


@dataclass(frozen=True)
class MetadataPage:
    """One page of a list of invoices ("QueryInvoicesMetadataResponse")."""

    invoices: tuple[ReceivedMetadata, ...]
    has_more: bool
    truncated: bool
    mark: Position | None

    @property
    def reach(self) -> Reach:
        """How far the list goes, for a cursor, once its last page is reached."""
        last = self.invoices[-1].permanent_storage_text if self.invoices else None
        return Reach(self.mark, self.truncated, Position(last) if last else None)


class ExportState(Enum):
    """What to make of an export's status code."""

    PENDING = "pending"
    READY = "ready"
    EXPIRED = "expired"  # was ready, kept no longer: request another one
    NOTHING_NEW = "nothing_new"  # the range begins after what KSeF knows to be complete
    FAILED = "failed"  # request another one
    UNKNOWN = "unknown"  # not in the table: keep asking


_STATES = {
    100: ExportState.PENDING,
    200: ExportState.READY,
    210: ExportState.EXPIRED,
    415: ExportState.FAILED,
    420: ExportState.NOTHING_NEW,
    500: ExportState.FAILED,
    550: ExportState.FAILED,
}


@dataclass(frozen=True)
class PackagePart:
    """One encrypted file of a package ("InvoicePackagePart"). Hashes are base64 SHA-256."""

    number: int
    url: str = field(repr=False)
    plain_size: int
    plain_hash: str
    encrypted_size: int
    encrypted_hash: str
    link_expires: datetime


@dataclass(frozen=True)
class ExportPackage:
    """A finished package ("InvoicePackage"): sizes in bytes, before encryption."""

    invoice_count: int
    size: int
    parts: tuple[PackagePart, ...]
    compression: str
    reach: Reach


@dataclass(frozen=True)
class ExportStatus:
    """How an export stands ("InvoiceExportStatusResponse")."""

    code: int
    description: str
    details: tuple[str, ...]
    package: ExportPackage | None

    @property
    def state(self) -> ExportState:
        """What to make of the code; any unlisted code is UNKNOWN."""
        return _STATES.get(self.code, ExportState.UNKNOWN)

    @property
    def explanation(self) -> str:
        """KSeF's own words as one string."""
        return " ".join(part for part in (self.description, *self.details) if part)


def metadata_page_from(document: object) -> MetadataPage:
    """Read the answer of ``POST /invoices/query/metadata``."""
    fields = Fields.of(document)
    return MetadataPage(
        invoices=tuple(ReceivedMetadata.read(one) for one in fields.mappings("invoices")),
        has_more=fields.boolean("hasMore"),
        truncated=fields.boolean("isTruncated"),
        mark=_position(fields, "permanentStorageHwmDate"),
    )


def export_status_from(document: object) -> ExportStatus:
    """Read the answer of ``GET /invoices/exports/{reference}``."""
    fields = Fields.of(document)
    status = fields.fields("status")
    told = fields.optional_fields("package")
    answer = ExportStatus(
        code=status.integer("code"),
        description=status.optional_text("description") or "",
        details=status.texts("details"),
        package=None if told is None else _package(told),
    )
    if answer.state is ExportState.READY and answer.package is None:
        raise Unpromised("package: an object was expected")
    return answer


def _package(fields: Fields) -> ExportPackage:
    parts = tuple(sorted(map(_part, fields.list("parts")), key=lambda part: part.number))
    if [part.number for part in parts] != list(range(1, len(parts) + 1)):
        raise Unpromised("parts: numbers from one, without gaps, were expected")
    if len(parts) > MOST_PARTS:
        raise Unpromised("parts: far too many")
    return ExportPackage(
        invoice_count=fields.integer("invoiceCount"),
        size=fields.integer("size"),
        parts=parts,
        compression=fields.optional_text("compressionType") or ZIP,
        reach=Reach(
            mark=_position(fields, "permanentStorageHwmDate"),
            truncated=fields.boolean("isTruncated"),
            last=_position(fields, "lastPermanentStorageDate"),
        ),
    )


def _part(fields: Fields) -> PackagePart:
    return PackagePart(
        number=fields.integer("ordinalNumber"),
        url=fields.text("url"),
        plain_size=fields.integer("partSize"),
        plain_hash=fields.text("partHash"),
        encrypted_size=fields.integer("encryptedPartSize"),
        encrypted_hash=fields.text("encryptedPartHash"),
        link_expires=fields.moment("expirationDate"),
    )


def _position(fields: Fields, name: str) -> Position | None:
    text = fields.optional_text(name)
    try:
        return Position(text) if text else None
    except ValueError:
        raise Unpromised(f"{name}: a date and time with an offset was expected") from None
