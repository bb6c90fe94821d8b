"""Certificates that KSeF issues: ``/certificates``."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from . import authority, csr
from .api import Body, caller, operation, query_number
from .clock import stamp, warsaw_day
from .errors import BadRequest, Gone, invalid_input, method_not_allowed
from .exchange import planned_status
from .logins import Login
from .numbers import reference_number
from .register import Enrollment, Entry, Register
from .statuses import Status
from .world import WORLD

NAME = re.compile(r"[a-zA-Z0-9_\- ąćęłńóśźżĄĆĘŁŃÓŚŹŻ]{5,100}")
SERIAL = re.compile(r"[0-9A-F]{16}")
KINDS = ("Authentication", "Offline")
STATUSES = ("Active", "Blocked", "Revoked", "Expired")
REASONS = ("Unspecified", "Superseded", "KeyCompromise")
MOST_RETRIEVED = 10
STATUS_LIFETIME = timedelta(days=30)


@operation("GET", "/certificates/limits")
async def limits(request: web.Request) -> web.Response:
    """How many certificates the caller may still ask for and have."""
    login, register = _settled(request)
    quota = register.quotas[login.holder.type]
    requests = max(quota.requests - register.requests(login.holder), 0)
    active = max(quota.active - register.active(login.holder, _now(request)), 0)
    return web.json_response(
        {
            "canRequest": bool(login.certificate and requests and active),
            "enrollment": {"remaining": requests, "limit": quota.requests},
            "certificate": {"remaining": active, "limit": quota.active},
        }
    )


@operation("GET", "/certificates/enrollments/data")
async def enrollment_data(request: web.Request) -> web.Response:
    """What a request for a certificate must say."""
    certificate = caller(request).certificate
    if certificate is None:
        raise BadRequest(
            25001,
            "Brak możliwości pobrania danych do CSR dla wykorzystanego sposobu uwierzytelnienia.",
        )
    return web.json_response(csr.enrollment_data(certificate))


@operation("POST", "/certificates/enrollments")
async def enrol(request: web.Request) -> web.Response:
    """Take a request for a certificate."""
    login, register = _settled(request)
    world, now = request.app[WORLD], _now(request)
    if login.certificate is None:
        raise BadRequest(
            25002,
            "Brak możliwości złożenia wniosku certyfikacyjnego dla wykorzystanego sposobu "
            "uwierzytelnienia.",
        )
    body = await Body.of(request)
    name = body.text("certificateName")
    if not NAME.fullmatch(name):
        raise invalid_input("Pole certificateName ma niedozwolone znaki albo długość.")
    kind = body.choice("certificateType", KINDS)
    valid_from = body.moment("validFrom") if body.has("validFrom") else None
    signing_request, key = csr.read(body.octets("csr"))
    csr.demand_subject(signing_request, csr.enrollment_data(login.certificate))
    _demand_quota(register, login, request)
    enrollment = Enrollment(
        reference=reference_number("EH", warsaw_day(now)),
        holder=login.holder,
        fingerprint=authority.fingerprint(login.certificate),
        name=name,
        kind=kind,
        subject=signing_request.subject,
        key=key,
        valid_from=valid_from,
        requested=now,
        decided_at=now + world.delays.enrollment,
        forced=planned_status(request, Status.of_enrollment),
    )
    register.enrol(enrollment)
    return web.json_response(
        {"referenceNumber": enrollment.reference, "timestamp": stamp(now)}, status=202
    )


@operation("GET", "/certificates/enrollments/{reference}")
async def enrollment_status(request: web.Request) -> web.Response:
    """How a request for a certificate stands."""
    login, register = _settled(request)
    reference = request.match_info["reference"]
    if len(reference) != 36:
        raise invalid_input("Numer referencyjny musi mieć 36 znaków.")
    enrollment = register.enrollments.get(reference)
    if enrollment is None or enrollment.holder != login.holder:
        raise BadRequest(
            25005, "Wniosek certyfikacyjny o podanym numerze referencyjnym nie istnieje."
        )
    if _now(request) > enrollment.requested + STATUS_LIFETIME:
        raise Gone("Operacja wygasła i nie jest już dostępna.")
    status = enrollment.status(_now(request))
    answer: dict[str, Any] = {
        "requestDate": stamp(enrollment.requested),
        "status": status.describe(),
    }
    if status.code == 200 and enrollment.serial is not None:
        answer["certificateSerialNumber"] = enrollment.serial
    return web.json_response(answer)


@operation("POST", "/certificates/retrieve")
async def retrieve(request: web.Request) -> web.Response:
    """Hand out the caller's certificates by their serial numbers."""
    login, register = _settled(request)
    serials = (await Body.of(request)).texts("certificateSerialNumbers")
    if not 1 <= len(serials) <= MOST_RETRIEVED:
        raise invalid_input(f"Można pobrać od 1 do {MOST_RETRIEVED} certyfikatów.")
    for serial in serials:
        _demand_serial(serial)
    own = {entry.serial: entry for entry in register.owned(login.holder)}
    found = [own[serial] for serial in dict.fromkeys(serials) if serial in own]
    return web.json_response({"certificates": [_retrieved(entry) for entry in found]})


@operation("POST", "/certificates/{serial}/revoke")
async def revoke(request: web.Request) -> web.Response:
    """Revoke one of the caller's certificates."""
    login, register = _settled(request)
    if login.certificate is None:
        raise method_not_allowed("Token")
    serial = request.match_info["serial"]
    _demand_serial(serial)
    if await request.read():
        body = await Body.of(request)
        if body.has("revocationReason"):
            body.choice("revocationReason", REASONS)
    entry = register.find(serial)
    if entry is None or not entry.internal or entry.holder != login.holder:
        raise BadRequest(25008, "Certyfikat o podanym numerze seryjnym nie istnieje.")
    now = _now(request)
    if entry.status(now) != "Active":
        raise BadRequest(
            25009,
            "Nie można odwołać wskazanego certyfikatu, ponieważ jest już odwołany, zablokowany "
            "lub nieważny.",
        )
    entry.revoke(now, request.app[WORLD].delays.revocation)
    return web.Response(status=204)


@operation("POST", "/certificates/query")
async def query(request: web.Request) -> web.Response:
    """List the caller's certificates, the latest request first."""
    login, register = _settled(request)
    body = await Body.of(request) if await request.read() else Body({})
    size = query_number(request, "pageSize", 10, 10, 50)
    offset = query_number(request, "pageOffset", 0, 0, 10**6)
    now = _now(request)
    found = [entry for entry in register.owned(login.holder) if _wanted(entry, body, now)]
    page = found[offset * size : (offset + 1) * size]
    return web.json_response(
        {
            "certificates": [_listed(entry, entry.status(now)) for entry in page],
            "hasMore": (offset + 1) * size < len(found),
        }
    )


def _settled(request: web.Request) -> tuple[Login, Register]:
    login, register = caller(request), request.app[WORLD].register
    register.settle(_now(request))
    return login, register


def _now(request: web.Request) -> datetime:
    return request.app[WORLD].clock.now()


def _demand_quota(register: Register, login: Login, request: web.Request) -> None:
    quota = register.quotas[login.holder.type]
    if register.requests(login.holder) >= quota.requests:
        raise BadRequest(25006, "Osiągnięto limit możliwych do złożenia wniosków certyfikacyjnych.")
    if register.active(login.holder, _now(request)) >= quota.active:
        raise BadRequest(25007, "Osiągnięto limit dopuszczalnej liczby posiadanych certyfikatów.")


def _demand_serial(serial: str) -> None:
    if not SERIAL.fullmatch(serial):
        raise invalid_input(f"{serial!r} nie jest numerem seryjnym certyfikatu.")


def _wanted(entry: Entry, body: Body, now: datetime) -> bool:
    after = body.moment("expiresAfter") if body.has("expiresAfter") else None
    kind = body.choice("type", KINDS) if body.has("type") else entry.kind
    status = body.choice("status", STATUSES) if body.has("status") else entry.status(now)
    return (
        body.optional_text("certificateSerialNumber") in (None, entry.serial)
        and (body.optional_text("name") or "") in entry.name
        and kind == entry.kind
        and status == entry.status(now)
        and (after is None or entry.certificate.not_valid_after_utc > after)
    )


def _retrieved(entry: Entry) -> dict[str, Any]:
    der = entry.certificate.public_bytes(serialization.Encoding.DER)
    return {
        "certificate": base64.b64encode(der).decode("ascii"),
        "certificateName": entry.name,
        "certificateSerialNumber": entry.serial,
        "certificateType": entry.kind,
    }


def _listed(entry: Entry, status: str) -> dict[str, Any]:
    listed = {
        "certificateSerialNumber": entry.serial,
        "name": entry.name,
        "type": entry.kind,
        "commonName": _common_name(entry.certificate),
        "status": status,
        "subjectIdentifier": entry.holder.describe(),
        "validFrom": stamp(entry.certificate.not_valid_before_utc),
        "validTo": stamp(entry.certificate.not_valid_after_utc),
        "requestDate": stamp(entry.requested),
    }
    if entry.last_used is not None:
        listed["lastUseDate"] = stamp(entry.last_used)
    return listed


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""
