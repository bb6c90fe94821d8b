"""What KSeF answers about certificates and tokens, as typed values.

Like ``answers``: each ``*_from`` takes decoded JSON and returns data or raises
``decoding.Unpromised``. Names in quotes are those of OpenAPI 2.9.0. All moments are aware UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from .csr import ATTRIBUTES
from .decoding import Fields, Unpromised
from .statuses import Verdict, enrolment_verdict
from .x509 import Purpose

_SERIAL = re.compile(r"[0-9A-F]{16}")
_LONGEST_TOKEN = 160


class RevocationReason(Enum):
    """Why a certificate is revoked ("CertificateRevocationReason")."""

    UNSPECIFIED = "Unspecified"
    SUPERSEDED = "Superseded"
    KEY_COMPROMISE = "KeyCompromise"


KIND_OF_PURPOSE = {Purpose.AUTHENTICATION: "Authentication", Purpose.OFFLINE: "Offline"}
_PURPOSE_OF_KIND = {kind: purpose for purpose, kind in KIND_OF_PURPOSE.items()}


@dataclass(frozen=True)
class CertificateQuota:
    """What is left of the caller's quotas ("CertificateLimitsResponse").

    ``requests``: requests that may still be made, altogether; ``certificates``: valid ones that
    the caller may still have. ``can_request`` is KSeF's own verdict.
    """

    can_request: bool
    requests: int
    requests_limit: int
    certificates: int
    certificates_limit: int


@dataclass(frozen=True)
class EnrolmentStatus:
    """How a request stands ("CertificateEnrollmentStatusResponse"). ``serial`` once issued."""

    code: int
    description: str
    details: tuple[str, ...]
    serial: str | None

    @property
    def verdict(self) -> Verdict:
        return enrolment_verdict(self.code)

    @property
    def explanation(self) -> str:
        """KSeF's own words as one string."""
        return " ".join(part for part in (self.description, *self.details) if part)


@dataclass(frozen=True)
class RetrievedCertificate:
    """An issued certificate ("RetrieveCertificatesListItem"); ``der`` as it is."""

    der: bytes = field(repr=False)
    name: str
    serial: str
    purpose: Purpose | None


@dataclass(frozen=True)
class ListedCertificate:
    """A certificate in KSeF's own list ("CertificateListItem").

    ``status`` is KSeF's word: Active, Blocked, Revoked or Expired; ``purpose`` is None for a kind
    that is not known here.
    """

    serial: str
    name: str
    purpose: Purpose | None
    common_name: str
    status: str
    valid_from: datetime
    valid_to: datetime
    requested: datetime
    last_used: datetime | None


@dataclass(frozen=True)
class CertificatePage:
    """One page of KSeF's list."""

    items: tuple[ListedCertificate, ...]
    has_more: bool


@dataclass(frozen=True)
class MadeToken:
    """A KSeF token, told only once ("GenerateTokenResponse"). The value is a secret."""

    reference: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class TokenInfo:
    """A KSeF token as it is listed ("QueryTokensResponseItem", "TokenStatusResponse").

    ``status`` is KSeF's word: Pending, Active, Revoking, Revoked or Failed.
    """

    reference: str
    description: str
    permissions: tuple[str, ...]
    created: datetime
    status: str
    last_used: datetime | None
    details: tuple[str, ...]


@dataclass(frozen=True)
class TokenPage:
    """One page of tokens; pass ``continuation_token`` on until it is None."""

    items: tuple[TokenInfo, ...]
    continuation_token: str | None


def certificate_quota_from(document: object) -> CertificateQuota:
    fields = Fields.of(document)
    requests, certificates = fields.fields("enrollment"), fields.fields("certificate")
    return CertificateQuota(
        can_request=fields.boolean("canRequest"),
        requests=requests.integer("remaining"),
        requests_limit=requests.integer("limit"),
        certificates=certificates.integer("remaining"),
        certificates_limit=certificates.integer("limit"),
    )


def enrolment_data_from(document: object) -> dict[str, str]:
    """The attributes that a request must have, by the API's names, in the API's order."""
    fields = Fields.of(document)
    fields.text("commonName")
    fields.text("countryName")
    found = {name: fields.optional_text(name) for name in ATTRIBUTES}
    return {name: value for name, value in found.items() if value}


def enrolment_reference_from(document: object) -> str:
    return Fields.of(document).reference("referenceNumber")


def enrolment_status_from(document: object) -> EnrolmentStatus:
    fields = Fields.of(document)
    status = fields.fields("status")
    return EnrolmentStatus(
        code=status.integer("code"),
        description=status.text("description"),
        details=status.texts("details"),
        serial=_optional_serial(fields),
    )


def retrieved_certificates_from(document: object) -> tuple[RetrievedCertificate, ...]:
    return tuple(
        RetrievedCertificate(
            der=item.base64("certificate"),
            name=item.text("certificateName"),
            serial=_serial(item),
            purpose=_PURPOSE_OF_KIND.get(item.text("certificateType")),
        )
        for item in Fields.of(document).list("certificates")
    )


def certificate_page_from(document: object) -> CertificatePage:
    fields = Fields.of(document)
    return CertificatePage(
        items=tuple(_listed(item) for item in fields.list("certificates")),
        has_more=fields.boolean("hasMore"),
    )


def _listed(item: Fields) -> ListedCertificate:
    return ListedCertificate(
        serial=_serial(item),
        name=item.text("name"),
        purpose=_PURPOSE_OF_KIND.get(item.text("type")),
        common_name=item.text("commonName"),
        status=item.text("status"),
        valid_from=item.moment("validFrom"),
        valid_to=item.moment("validTo"),
        requested=item.moment("requestDate"),
        last_used=item.optional_moment("lastUseDate"),
    )


def made_token_from(document: object) -> MadeToken:
    fields = Fields.of(document)
    value = fields.text("token")
    if not 0 < len(value) <= _LONGEST_TOKEN:
        raise Unpromised("token: a token was expected")
    return MadeToken(fields.reference("referenceNumber"), value)


def token_info_from(document: object) -> TokenInfo:
    return _token_info(Fields.of(document))


def token_page_from(document: object) -> TokenPage:
    fields = Fields.of(document)
    return TokenPage(
        items=tuple(_token_info(item) for item in fields.list("tokens")),
        continuation_token=fields.optional_text("continuationToken") or None,
    )


def _token_info(fields: Fields) -> TokenInfo:
    return TokenInfo(
        reference=fields.reference("referenceNumber"),
        description=fields.text("description"),
        permissions=fields.texts("requestedPermissions", required=True),
        created=fields.moment("dateCreated"),
        status=fields.text("status"),
        last_used=fields.optional_moment("lastUseDate"),
        details=fields.texts("statusDetails"),
    )


def _serial(fields: Fields) -> str:
    serial = _optional_serial(fields)
    if serial is None:
        raise Unpromised("certificateSerialNumber: 16 hexadecimal digits were expected")
    return serial


def _optional_serial(fields: Fields) -> str | None:
    serial = fields.optional_text("certificateSerialNumber")
    if serial is not None and not _SERIAL.fullmatch(serial):
        raise Unpromised("certificateSerialNumber: 16 hexadecimal digits were expected")
    return serial
