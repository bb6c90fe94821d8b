"""Operations of certificates (OpenAPI tag "Certyfikaty KSeF").

The data for a request, the request and the revocation want a login by signature: after one by
token KSeF answers 25001, 25002 or 403. Nothing that changes something is ever repeated here.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from .client_base import Operations, path, read
from .credential_answers import (
    KIND_OF_PURPOSE,
    CertificateQuota,
    EnrolmentStatus,
    ListedCertificate,
    RetrievedCertificate,
    RevocationReason,
    certificate_page_from,
    certificate_quota_from,
    enrolment_data_from,
    enrolment_reference_from,
    enrolment_status_from,
    retrieved_certificates_from,
)
from .x509 import Purpose

MOST_RETRIEVED = 10
_PAGE = 50
_MOST_PAGES = 20


class CertificateOperations(Operations):
    """Ask for certificates, fetch them, list them, revoke them."""

    def certificate_quota(self) -> CertificateQuota:
        """``GET /certificates/limits``: how many may still be asked for."""
        answer = self._transport.request(
            "certificate_quota",
            "GET",
            "/certificates/limits",
            bearer=self._access_token,
            retries=self._read_retries,
        )
        return read(answer, certificate_quota_from)

    def enrolment_data(self) -> dict[str, str]:
        """``GET /certificates/enrollments/data``: what a request must say of its holder.

        The attributes by the API's names, ready for ``csr.signing_request``.
        """
        answer = self._transport.request(
            "enrolment_data",
            "GET",
            "/certificates/enrollments/data",
            bearer=self._access_token,
            retries=self._read_retries,
        )
        return read(answer, enrolment_data_from)

    def request_certificate(self, name: str, purpose: Purpose, request: bytes) -> str:
        """``POST /certificates/enrollments``: hand a request over; returns its reference.

        ``name``: 5 to 100 letters, digits, spaces, hyphens and underscores; ``request``: PKCS#10
        in DER. Uses one request of the quota up. An error with ``may_have_acted`` leaves it open
        whether KSeF took it: look for ``name`` among ``certificates`` before asking again.
        """
        answer = self._transport.request(
            "request_certificate",
            "POST",
            "/certificates/enrollments",
            expected=202,
            bearer=self._access_token,
            json={
                "certificateName": name,
                "certificateType": KIND_OF_PURPOSE[purpose],
                "csr": base64.b64encode(request).decode("ascii"),
            },
        )
        return read(answer, enrolment_reference_from)

    def enrolment_status(self, reference: str) -> EnrolmentStatus:
        """``GET /certificates/enrollments/{reference}``: kept for 30 days, then Gone."""
        answer = self._transport.request(
            "enrolment_status",
            "GET",
            path("certificates", "enrollments", reference),
            bearer=self._access_token,
            retries=self._read_retries,
        )
        return read(answer, enrolment_status_from)

    def retrieve_certificates(self, serials: Sequence[str]) -> tuple[RetrievedCertificate, ...]:
        """``POST /certificates/retrieve``: the certificates with these serials, at most ten.

        Those that KSeF does not know, or that belong to somebody else, are missing.
        """
        if not 1 <= len(serials) <= MOST_RETRIEVED:
            raise ValueError(f"One to {MOST_RETRIEVED} serial numbers at a time.")
        answer = self._transport.request(
            "retrieve_certificates",
            "POST",
            "/certificates/retrieve",
            bearer=self._access_token,
            json={"certificateSerialNumbers": list(serials)},
            retries=self._read_retries,  # it only reads, in spite of its method
        )
        return read(answer, retrieved_certificates_from)

    def revoke_certificate(
        self, serial: str, reason: RevocationReason = RevocationReason.UNSPECIFIED
    ) -> None:
        """``POST /certificates/{serial}/revoke``: make a certificate useless for good.

        BadRequest 25008: there is none of the caller's; 25009: it is revoked or over already.
        """
        self._transport.request(
            "revoke_certificate",
            "POST",
            path("certificates", serial, "revoke"),
            expected=204,
            bearer=self._access_token,
            json={"revocationReason": reason.value},
        )

    def certificates(
        self, *, name: str | None = None, serial: str | None = None
    ) -> tuple[ListedCertificate, ...]:
        """``POST /certificates/query``, all pages: the caller's certificates, latest first.

        ``name``: part of a name; ``serial``: exactly this one.
        """
        criteria = {"name": name, "certificateSerialNumber": serial}
        found: list[ListedCertificate] = []
        for number in range(_MOST_PAGES):
            answer = self._transport.request(
                "certificates",
                "POST",
                "/certificates/query",
                bearer=self._access_token,
                query={"pageOffset": str(number), "pageSize": str(_PAGE)},
                json={key: value for key, value in criteria.items() if value is not None},
                retries=self._read_retries,  # a query in spite of its method
            )
            page = read(answer, certificate_page_from)
            found += page.items
            if not page.has_more:
                break
        return tuple(found)
