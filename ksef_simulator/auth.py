"""Logging in, staying logged in, and logging out: ``/auth``."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

from aiohttp import web
from cryptography import x509
from lxml import etree

from . import authority, tokens, xades
from .api import Body, caller, continuation, operation, page_size, page_start
from .clock import stamp, warsaw_day
from .errors import BadRequest, Gone, NotSupported, Unauthorized, invalid_input
from .exchange import PROCESS_STATUS
from .logins import METHOD_NAMES, STATUS_TEXTS, Challenge, Context, Login, Verdict
from .numbers import is_nip, reference_number
from .schemas import LOGIN_NAMESPACES
from .world import TOKEN_ENCRYPTION, WORLD, World

CHALLENGE_LIFETIME = timedelta(minutes=10)
STATUS_LIFETIME = timedelta(days=7)
CONTEXT_TYPES = ("Nip", "InternalId", "NipVatUe", "PeppolId")


@operation("POST", "/auth/challenge")
async def challenge(request: web.Request) -> web.Response:
    """Hand out a challenge."""
    world = request.app[WORLD]
    now = world.clock.now()
    made = Challenge(reference_number("CR", warsaw_day(now)), now)
    world.challenges[made.value] = made
    return web.json_response(
        {
            "challenge": made.value,
            "timestamp": stamp(now),
            "timestampMs": made.timestamp_ms,
            "clientIp": request.remote or "127.0.0.1",
        }
    )


@operation("POST", "/auth/xades-signature")
async def xades_signature(request: web.Request) -> web.Response:
    """Take a signed AuthTokenRequest."""
    world = request.app[WORLD]
    body = await request.read()
    if request.content_type != "application/xml":
        raise BadRequest(21001, "Nieczytelna treść.", ["Content-Type musi być application/xml."])
    document = xades.verify(body)
    context, identifier_type, challenge_text = _read_request(world, document.root)
    _use_challenge(world, challenge_text)
    whole_chain = request.query.get("verifyCertificateChain", "").lower() == "true"
    login = _start(
        request,
        context,
        subject=authority.identity(document.certificate).name,
        method=_method(world, document.certificate),
        document=body,
    )
    login.verdict = _judge_certificate(world, document.certificate, whole_chain)
    if login.verdict.code == 200:
        login.permissions = _permissions(world, document.certificate, identifier_type, context)
        if not login.permissions:
            login.verdict = Verdict.of(415)
    return _started(request, login)


@operation("POST", "/auth/ksef-token")
async def ksef_token(request: web.Request) -> web.Response:
    """Take an encrypted KSeF token."""
    world = request.app[WORLD]
    body = await Body.of(request)
    challenge_text = body.text("challenge", 36)
    context = _context(body.part("contextIdentifier"))
    encrypted = body.octets("encryptedToken")
    key_id = body.optional_text("publicKeyId", 44)
    if body.has("authorizationPolicy"):
        raise NotSupported("The simulator does not know authorization policies.")
    key = world.service_key(TOKEN_ENCRYPTION, key_id)
    if key is None:
        raise withdrawn_key(key_id)
    used = _use_challenge(world, challenge_text)
    login = _start(request, context, subject=context.value, method="Token", document=encrypted)
    try:
        text = key.decrypt(encrypted).decode("utf-8")
    except ValueError:
        login.verdict = Verdict.of(450, "Nieprawidłowe szyfrowanie tokena")
    else:
        _judge_token(world, login, text, used)
    return _started(request, login)


@operation("GET", "/auth/{reference:[^/]{36}}")
async def status(request: web.Request) -> web.Response:
    """How an authentication stands."""
    world = request.app[WORLD]
    login = caller(request, tokens.OPERATION)
    if login.reference != request.match_info["reference"]:
        raise _not_found(request.match_info["reference"])
    if world.clock.now() > login.started + STATUS_LIFETIME:
        raise Gone("Operacja wygasła i nie jest już dostępna.")
    return web.json_response(_describe(world, login))


@operation("POST", "/auth/token/redeem")
async def redeem(request: web.Request) -> web.Response:
    """Hand out the access and the refresh token, once."""
    world = request.app[WORLD]
    login = caller(request, tokens.OPERATION)
    now = world.clock.now()
    if login.redeemed:
        raise _not_authorised(
            f"Tokeny dla operacji uwierzytelniania {login.reference} zostały już pobrane."
        )
    verdict = login.status(now)
    if verdict.code != 200:
        raise _not_authorised(
            f"Status uwierzytelniania ({verdict.code}) nie pozwala na pobranie tokenów."
        )
    login.redeemed = True
    access, _ = world.tokens.issue(tokens.ACCESS, login.reference)
    renewal, login.refresh_valid_until = world.tokens.issue(tokens.REFRESH, login.reference)
    return web.json_response({"accessToken": access, "refreshToken": renewal})


@operation("POST", "/auth/token/refresh")
async def refresh(request: web.Request) -> web.Response:
    """Hand out another access token."""
    world = request.app[WORLD]
    login = caller(request, tokens.REFRESH)
    verdict = login.status(world.clock.now())
    if verdict.code != 200:
        raise _not_authorised(
            f"Status uwierzytelniania ({verdict.code}) nie pozwala na odświeżenie tokenu "
            "dostępowego."
        )
    if any(
        token.revoked and token.reference == login.token_reference
        for token in world.ksef_tokens.values()
    ):
        raise _not_authorised("Token KSeF został unieważniony.")
    access, _ = world.tokens.issue(tokens.ACCESS, login.reference)
    return web.json_response({"accessToken": access})


@operation("GET", "/auth/sessions")
async def sessions(request: web.Request) -> web.Response:
    """List the logins of this context that can still be refreshed."""
    world = request.app[WORLD]
    own = caller(request)
    size, start = page_size(request, 100), page_start(request)
    now = world.clock.now()
    active = [
        login
        for login in world.logins.values()
        if login.context == own.context
        and login.status(now).code == 200
        and (login.refresh_valid_until is None or login.refresh_valid_until > now)
    ]
    active.sort(key=lambda login: login.started, reverse=True)
    items = []
    for login in active[start : start + size]:
        item = _describe(world, login)
        item["referenceNumber"] = login.reference
        item["isCurrent"] = login is own
        items.append(item)
    answer: dict[str, object] = {"items": items}
    if token := continuation(start, size, len(active)):
        answer["continuationToken"] = token
    return web.json_response(answer)


@operation("DELETE", "/auth/sessions/current")
async def revoke_current(request: web.Request) -> web.Response:
    """End the caller's login: its refresh token no longer works, its access tokens live on."""
    caller(request, tokens.ACCESS, tokens.REFRESH).revoked = True
    return web.Response(status=204)


@operation("DELETE", "/auth/sessions/{reference}")
async def revoke(request: web.Request) -> web.Response:
    """End another login of the same context."""
    own = caller(request)
    login = request.app[WORLD].logins.get(request.match_info["reference"])
    if login is None or login.context != own.context:
        raise invalid_input("Sesja uwierzytelnienia nie została znaleziona.")
    login.revoked = True
    return web.Response(status=204)


def withdrawn_key(key_id: str | None) -> BadRequest:
    """21470: the client encrypted for a key that is not in use (any more)."""
    return BadRequest(
        21470,
        "Przesłany identyfikator klucza jest nieznany lub wskazuje na wycofany klucz.",
        [f"Klucz o identyfikatorze {key_id} nie jest wspierany."],
    )


def _read_request(world: World, root: etree._Element) -> tuple[Context, str, str]:
    """Context, type of subject identifier and challenge of an AuthTokenRequest."""
    name = etree.QName(root)
    if name.namespace not in LOGIN_NAMESPACES:
        raise _not_by_schema(f"Nieznana przestrzeń nazw {name.namespace}.")
    # What was signed comes without its signature, as the enveloped-signature transform leaves it.
    signature = root.find(f"{xades.DS}Signature")
    if signature is not None:
        root.remove(signature)
    schema = world.schemas.login.get(str(name.namespace))
    if schema is not None and not schema.validate(root):
        raise _not_by_schema(str(schema.error_log.last_error))
    space = f"{{{name.namespace}}}"
    tags = [etree.QName(child).localname for child in root]
    if tags != ["Challenge", "ContextIdentifier", "SubjectIdentifierType"]:
        if "AuthorizationPolicy" in tags:
            raise NotSupported("The simulator does not know authorization policies.")
        raise _not_by_schema(f"Nieoczekiwane elementy: {', '.join(tags)}.")
    identifiers = root.findall(f"{space}ContextIdentifier/*")
    if len(identifiers) != 1:
        raise _not_by_schema("ContextIdentifier musi mieć jeden identyfikator.")
    context = Context(etree.QName(identifiers[0]).localname, (identifiers[0].text or "").strip())
    _demand_context(context)
    identifier_type = (root.findtext(f"{space}SubjectIdentifierType") or "").strip()
    if identifier_type not in ("certificateSubject", "certificateFingerprint"):
        raise _not_by_schema(f"Nieznany typ podmiotu {identifier_type!r}.")
    return context, identifier_type, (root.findtext(f"{space}Challenge") or "").strip()


def _context(part: Body) -> Context:
    context = Context(part.text("type"), part.text("value"))
    _demand_context(context)
    return context


def _demand_context(context: Context) -> None:
    if context.type not in CONTEXT_TYPES:
        raise invalid_input(f"Nieznany typ kontekstu {context.type!r}.")
    if context.type != "PeppolId" and not is_nip(context.nip):
        raise BadRequest(
            21117, "Nieprawidłowy identyfikator podmiotu dla wskazanego typu kontekstu."
        )


def _use_challenge(world: World, value: str) -> Challenge:
    used = world.challenges.pop(value, None)
    if used is None or world.clock.now() > used.issued + CHALLENGE_LIFETIME:
        raise BadRequest(21111, "Nieprawidłowe wyzwanie autoryzacyjne.")
    return used


def _start(
    request: web.Request, context: Context, subject: str, method: str, document: bytes
) -> Login:
    world = request.app[WORLD]
    now = world.clock.now()
    return Login(
        reference=reference_number("AU", warsaw_day(now)),
        context=context,
        subject=subject,
        method=method,
        started=now,
        decided_at=now + world.login_delay,
        verdict=Verdict(),
        document_hash=base64.b64encode(hashlib.sha256(document).digest()).decode("ascii"),
    )


def _started(request: web.Request, login: Login) -> web.Response:
    world = request.app[WORLD]
    fault = request.get(PROCESS_STATUS)
    if fault is not None:
        details = fault.options.get("details")
        code = int(fault.options.get("code", 500))
        login.verdict = Verdict(code, tuple(details)) if details else Verdict.of(code)
    world.logins[login.reference] = login
    token, _ = world.tokens.issue(tokens.OPERATION, login.reference)
    return web.json_response(
        {"referenceNumber": login.reference, "authenticationToken": token}, status=202
    )


def _method(world: World, certificate: x509.Certificate) -> str:
    if world.authority.issued(certificate):
        return "InternalCertificate"
    organisations = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_IDENTIFIER)
    return "QualifiedSeal" if organisations else "QualifiedSignature"


def _judge_certificate(world: World, certificate: x509.Certificate, whole_chain: bool) -> Verdict:
    now = world.clock.now()
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        return Verdict.of(460, "Nieważny certyfikat")
    if not world.authority.issued(certificate):
        if whole_chain or not authority.is_self_signed(certificate):
            return Verdict.of(460, "Niezaufany łańcuch certyfikatów")
        return Verdict()
    if authority.fingerprint(certificate) in world.grants.revoked:
        return Verdict.of(460, "Certyfikat odwołany")
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    if not usage.digital_signature:
        return Verdict.of(460, "Niepoprawny certyfikat")
    return Verdict()


def _permissions(
    world: World, certificate: x509.Certificate, identifier_type: str, context: Context
) -> frozenset[str]:
    who = authority.identity(certificate)
    named = who.nip or who.pesel
    if identifier_type == "certificateSubject" and not named:
        raise BadRequest(21406, "Konflikt podpisu i typu uwierzytelnienia.")
    if identifier_type == "certificateFingerprint" and named:
        return frozenset()
    return world.grants.permissions(who.fingerprint, who.nip, context)


def _judge_token(world: World, login: Login, text: str, used: Challenge) -> None:
    # A KSeF token has bars of its own: the time stands after the last one.
    value, bar, time = text.rpartition("|")
    token = world.ksef_tokens.get(value)
    if not bar or not time.isdecimal():
        login.verdict = Verdict.of(450, "Nieprawidłowe kodowanie tokena")
    elif int(time) != used.timestamp_ms:
        login.verdict = Verdict.of(450, "Nieprawidłowy czas tokena")
    elif token is None:
        login.verdict = Verdict.of(450, "Nieprawidłowy token")
    elif token.revoked:
        login.verdict = Verdict.of(450, "Token unieważniony")
    elif token.context != login.context:
        login.verdict = Verdict.of(
            450, f"Token nie może być użyty w kontekście {login.context.value}"
        )
    else:
        login.permissions = token.permissions
        login.token_reference = token.reference


def _describe(world: World, login: Login) -> dict[str, object]:
    verdict = login.status(world.clock.now())
    category, code, name = METHOD_NAMES[login.method]
    status: dict[str, object] = {
        "code": verdict.code,
        "description": STATUS_TEXTS.get(verdict.code, f"Nieznany błąd ({verdict.code})"),
    }
    if verdict.details:
        status["details"] = list(verdict.details)
    described: dict[str, object] = {
        "startDate": stamp(login.started),
        "authenticationMethod": login.method,
        "authenticationMethodInfo": {"category": category, "code": code, "displayName": name},
        "status": status,
        "isTokenRedeemed": login.redeemed,
    }
    if login.refresh_valid_until is not None:
        described["refreshTokenValidUntil"] = stamp(login.refresh_valid_until)
    return described


def _not_by_schema(detail: str) -> BadRequest:
    return BadRequest(21401, "Dokument nie jest zgodny ze schemą (xsd).", [detail])


def _not_authorised(detail: str) -> BadRequest:
    return BadRequest(21301, "Brak autoryzacji.", [detail])


def _not_found(reference: str) -> BadRequest | Unauthorized:
    return BadRequest(
        21304,
        "Brak uwierzytelnienia.",
        [f"Operacja uwierzytelniania o numerze referencyjnym {reference} nie została znaleziona."],
    )
