"""What KSeF answers, as typed values, and the pure functions that read them.

Each ``*_from`` function takes the decoded JSON of an answer and returns data or raises
``decoding.Unpromised``. Names in quotes are those of OpenAPI 2.9.0. All moments are aware.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .decoding import Fields
from .statuses import Verdict, invoice_verdict, session_verdict


@dataclass(frozen=True)
class FormCode:
    """Schema of the invoices of a session ("FormCode")."""

    system_code: str
    schema_version: str
    value: str


FA3 = FormCode("FA (3)", "1-0E", "FA")


@dataclass(frozen=True)
class Token:
    """A JWT and its end. The value is a secret: it does not show in the repr."""

    value: str = field(repr=False)
    valid_until: datetime


@dataclass(frozen=True)
class Tokens:
    """What a finished login gives ("AuthenticationTokensResponse")."""

    access: Token
    refresh: Token


@dataclass(frozen=True)
class Challenge:
    """A challenge, valid for ten minutes ("AuthenticationChallengeResponse").

    ``timestamp_ms`` is what a KSeF token is encrypted with.
    """

    value: str
    timestamp: datetime
    timestamp_ms: int
    client_ip: str


@dataclass(frozen=True)
class StartedLogin:
    """A login under way ("AuthenticationInitResponse"); ``token`` asks for its progress."""

    reference: str
    token: Token


@dataclass(frozen=True)
class LoginStatus:
    """How far a login is ("AuthenticationOperationStatusResponse"). See statuses.login_verdict."""

    code: int
    description: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublicKey:
    """A key of KSeF for encrypting towards it ("PublicKeyCertificate").

    ``certificate`` is DER; ``usages`` hold ``KsefTokenEncryption``, ``SymmetricKeyEncryption``.
    """

    certificate: bytes = field(repr=False)
    certificate_id: str
    key_id: str
    valid_from: datetime
    valid_to: datetime
    usages: frozenset[str]

    def serves(self, usage: str, at: datetime) -> bool:
        """Tell whether the key is for ``usage`` and valid ``at`` that moment."""
        return usage in self.usages and self.valid_from <= at < self.valid_to


@dataclass(frozen=True)
class OpenedSession:
    """An open interactive session ("OpenOnlineSessionResponse")."""

    reference: str
    valid_until: datetime


@dataclass(frozen=True)
class UpoPage:
    """One page of a session's UPO ("UpoPageResponse"); the link needs no login and expires."""

    reference: str
    url: str = field(repr=False)
    url_expires: datetime


@dataclass(frozen=True)
class SessionStatus:
    """State of a session ("SessionStatusResponse"). Counts are None until KSeF has them."""

    code: int
    description: str
    details: tuple[str, ...]
    created: datetime
    updated: datetime
    valid_until: datetime | None = None
    upo_pages: tuple[UpoPage, ...] = ()
    invoice_count: int | None = None
    successful_count: int | None = None
    failed_count: int | None = None

    @property
    def verdict(self) -> Verdict:
        return session_verdict(self.code)


@dataclass(frozen=True)
class InvoiceStatus:
    """State of one invoice in a session ("SessionInvoiceStatusResponse").

    ``invoice_hash`` is base64 as KSeF gives it, '' where it gives none. ``received`` is
    "invoicingDate" (the day of receipt, in Warsaw, counts), ``acquisition_date`` when the KSeF
    number was given.
    """

    code: int
    description: str
    details: tuple[str, ...]
    extensions: Mapping[str, str | None]
    reference: str
    ordinal: int
    invoice_hash: str
    received: datetime
    ksef_number: str | None = None
    invoice_number: str | None = None
    file_name: str | None = None
    acquisition_date: datetime | None = None
    permanent_storage_date: datetime | None = None
    invoicing_mode: str | None = None
    upo_url: str | None = field(default=None, repr=False)
    upo_url_expires: datetime | None = None

    @property
    def verdict(self) -> Verdict:
        return invoice_verdict(self.code)

    @property
    def explanation(self) -> str:
        """KSeF's own words as one string."""
        return " ".join(part for part in (self.description, *self.details) if part)

    @property
    def original_session_reference(self) -> str | None:
        """Code 440: the session in which the invoice that stands in the way was sent."""
        return self.extensions.get("originalSessionReferenceNumber")

    @property
    def original_ksef_number(self) -> str | None:
        """Code 440: the KSeF number of the invoice that stands in the way."""
        return self.extensions.get("originalKsefNumber")


@dataclass(frozen=True)
class InvoicePage:
    """One page of a session's invoices; None as token means that it was the last."""

    items: tuple[InvoiceStatus, ...]
    continuation_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SessionLimits:
    """Sizes in MB (10^6 bytes) and number of invoices that one session may carry."""

    max_invoice_mb: int
    max_invoice_with_attachment_mb: int
    max_invoices: int


@dataclass(frozen=True)
class ContextLimits:
    """ "EffectiveContextLimits"."""

    online: SessionLimits
    batch: SessionLimits
    collective_identifier_invoices: int


@dataclass(frozen=True)
class Permission:
    """One permission of our own ("PersonalPermission")."""

    scope: str
    active: bool
    description: str


@dataclass(frozen=True)
class Permissions:
    """What the login may do in its context, owner's permissions included."""

    granted: tuple[Permission, ...]
    owner: frozenset[str]

    @property
    def scopes(self) -> frozenset[str]:
        """All that are in force, such as ``InvoiceWrite``."""
        return self.owner | {one.scope for one in self.granted if one.active}


# --- reading ------------------------------------------------------------------------------


def token_from(fields: Fields) -> Token:
    return Token(fields.text("token"), fields.moment("validUntil"))


def tokens_from(document: object) -> Tokens:
    fields = Fields.of(document)
    return Tokens(
        access=token_from(fields.fields("accessToken")),
        refresh=token_from(fields.fields("refreshToken")),
    )


def refreshed_token_from(document: object) -> Token:
    return token_from(Fields.of(document).fields("accessToken"))


def challenge_from(document: object) -> Challenge:
    fields = Fields.of(document)
    return Challenge(
        value=fields.text("challenge"),
        timestamp=fields.moment("timestamp"),
        timestamp_ms=fields.integer("timestampMs"),
        client_ip=fields.text("clientIp"),
    )


def started_login_from(document: object) -> StartedLogin:
    fields = Fields.of(document)
    return StartedLogin(
        reference=fields.reference("referenceNumber"),
        token=token_from(fields.fields("authenticationToken")),
    )


def login_status_from(document: object) -> LoginStatus:
    status = Fields.of(document).fields("status")
    return LoginStatus(
        code=status.integer("code"),
        description=status.text("description"),
        details=status.texts("details"),
    )


def public_keys_from(document: object) -> tuple[PublicKey, ...]:
    return tuple(_public_key_from(item) for item in Fields.list_of(document))


def _public_key_from(fields: Fields) -> PublicKey:
    return PublicKey(
        certificate=fields.base64("certificate"),
        certificate_id=fields.text("certificateId"),
        key_id=fields.text("publicKeyId"),
        valid_from=fields.moment("validFrom"),
        valid_to=fields.moment("validTo"),
        usages=frozenset(fields.texts("usage", required=True)),
    )


def opened_session_from(document: object) -> OpenedSession:
    fields = Fields.of(document)
    return OpenedSession(fields.reference("referenceNumber"), fields.moment("validUntil"))


def reference_from(document: object) -> str:
    return Fields.of(document).reference("referenceNumber")


def session_status_from(document: object) -> SessionStatus:
    fields = Fields.of(document)
    status = fields.fields("status")
    upo = fields.optional_fields("upo")
    return SessionStatus(
        code=status.integer("code"),
        description=status.text("description"),
        details=status.texts("details"),
        created=fields.moment("dateCreated"),
        updated=fields.moment("dateUpdated"),
        valid_until=fields.optional_moment("validUntil"),
        upo_pages=tuple(_upo_page_from(page) for page in upo.list("pages")) if upo else (),
        invoice_count=fields.optional_integer("invoiceCount"),
        successful_count=fields.optional_integer("successfulInvoiceCount"),
        failed_count=fields.optional_integer("failedInvoiceCount"),
    )


def _upo_page_from(fields: Fields) -> UpoPage:
    return UpoPage(
        reference=fields.reference("referenceNumber"),
        url=fields.text("downloadUrl"),
        url_expires=fields.moment("downloadUrlExpirationDate"),
    )


def invoice_status_from(document: object) -> InvoiceStatus:
    return _invoice_status(Fields.of(document))


def invoice_page_from(document: object) -> InvoicePage:
    fields = Fields.of(document)
    return InvoicePage(
        items=tuple(_invoice_status(item) for item in fields.list("invoices")),
        continuation_token=fields.optional_text("continuationToken") or None,
    )


def _invoice_status(fields: Fields) -> InvoiceStatus:
    status = fields.fields("status")
    return InvoiceStatus(
        code=status.integer("code"),
        description=status.text("description"),
        details=status.texts("details"),
        extensions=status.text_map("extensions"),
        reference=fields.reference("referenceNumber"),
        ordinal=fields.integer("ordinalNumber"),
        # Required by the schema, yet missing in the document's own example of a duplicate.
        invoice_hash=fields.optional_text("invoiceHash") or "",
        received=fields.moment("invoicingDate"),
        ksef_number=fields.optional_text("ksefNumber"),
        invoice_number=fields.optional_text("invoiceNumber"),
        file_name=fields.optional_text("invoiceFileName"),
        acquisition_date=fields.optional_moment("acquisitionDate"),
        permanent_storage_date=fields.optional_moment("permanentStorageDate"),
        invoicing_mode=fields.optional_text("invoicingMode"),
        upo_url=fields.optional_text("upoDownloadUrl"),
        upo_url_expires=fields.optional_moment("upoDownloadUrlExpirationDate"),
    )


def context_limits_from(document: object) -> ContextLimits:
    fields = Fields.of(document)
    return ContextLimits(
        online=_session_limits_from(fields.fields("onlineSession")),
        batch=_session_limits_from(fields.fields("batchSession")),
        collective_identifier_invoices=fields.fields("collectiveIdentifier").integer("maxInvoices"),
    )


def _session_limits_from(fields: Fields) -> SessionLimits:
    return SessionLimits(
        max_invoice_mb=fields.integer("maxInvoiceSizeInMB"),
        max_invoice_with_attachment_mb=fields.integer("maxInvoiceWithAttachmentSizeInMB"),
        max_invoices=fields.integer("maxInvoices"),
    )


@dataclass(frozen=True)
class PermissionPage:
    """One page of "QueryPersonalPermissionsResponse"."""

    granted: tuple[Permission, ...]
    owner: frozenset[str]
    has_more: bool


def permission_page_from(document: object) -> PermissionPage:
    fields = Fields.of(document)
    return PermissionPage(
        granted=tuple(_permission_from(item) for item in fields.list("permissions")),
        owner=frozenset(fields.texts("ownerPermissions")),
        has_more=fields.boolean("hasMore"),
    )


def _permission_from(fields: Fields) -> Permission:
    return Permission(
        scope=fields.text("permissionScope"),
        active=fields.text("permissionState") == "Active",
        description=fields.text("description"),
    )
