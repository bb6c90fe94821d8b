"""Logging in, staying logged in, and logging out: ``/auth``."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

from aiohttp import web
from lxml import etree

from . import tokens, trust, xades
from .api import Body, caller, operation
from .auth_sessions import describe
from .authority import Holder
from .clock import stamp, warsaw_day
from .errors import (
    BadRequest,
    Gone,
    NotSupported,
    Unauthorized,
    invalid_input,
    withdrawn_key,
)
from .exchange import PROCESS_STATUS
from .logins import Challenge, Context, Login, Verdict
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
    certificate = document.certificate
    login = _start(
        request,
        context,
        holder=world.register.holder(certificate),
        method=trust.method(world, certificate),
        document=body,
    )
    login.certificate = certificate
    login.verdict = trust.judge_certificate(world, certificate, whole_chain)
    if login.verdict.code == 200:
        login.permissions = trust.certificate_permissions(
            world, certificate, identifier_type, context
        )
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
    nobody = Holder(context.type, context.value)
    login = _start(request, context, holder=nobody, method="Token", document=encrypted)
    try:
        text = key.decrypt(encrypted).decode("utf-8")
    except ValueError:
        login.verdict = Verdict.of(450, "Nieprawidłowe szyfrowanie tokena")
    else:
        trust.judge_token(world, login, text, used)
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
    return web.json_response(describe(world, login))


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
    login.refreshed_at = world.clock.now()
    access, _ = world.tokens.issue(tokens.ACCESS, login.reference)
    return web.json_response({"accessToken": access})


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
    request: web.Request, context: Context, holder: Holder, method: str, document: bytes
) -> Login:
    world = request.app[WORLD]
    now = world.clock.now()
    return Login(
        reference=reference_number("AU", warsaw_day(now)),
        context=context,
        holder=holder,
        method=method,
        started=now,
        decided_at=now + world.delays.login,
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
