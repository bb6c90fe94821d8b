"""Whether a login is let in: what KSeF thinks of a certificate or a token."""

from __future__ import annotations

from cryptography import x509

from . import authority
from .errors import BadRequest
from .logins import Challenge, Context, Login, Verdict
from .world import World


def method(world: World, certificate: x509.Certificate) -> str:
    """The way of logging in that a certificate stands for."""
    if world.authority.issued(certificate):
        return "InternalCertificate"
    organisations = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_IDENTIFIER)
    return "QualifiedSeal" if organisations else "QualifiedSignature"


def judge_certificate(world: World, certificate: x509.Certificate, whole_chain: bool) -> Verdict:
    """Whether a certificate is good for logging in right now."""
    now = world.clock.now()
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        return Verdict.of(460, "Nieważny certyfikat")
    if not world.authority.issued(certificate):
        if whole_chain or not authority.is_self_signed(certificate):
            return Verdict.of(460, "Niezaufany łańcuch certyfikatów")
        return Verdict()
    entry = world.register.of(certificate)
    status = entry.status(now) if entry is not None else "Active"
    if status in ("Revoked", "Blocked"):
        what = "odwołany" if status == "Revoked" else "zawieszony"
        return Verdict.of(460, f"Certyfikat {what}")
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    if not usage.digital_signature:
        return Verdict.of(460, "Niepoprawny certyfikat")
    if entry is not None:
        entry.last_used = now
    return Verdict()


def certificate_permissions(
    world: World, certificate: x509.Certificate, identifier_type: str, context: Context
) -> frozenset[str]:
    """What the holder of a certificate may do in a context.

    :raises BadRequest: 21406 when the subject should count and names nobody.
    """
    who = authority.identity(certificate)
    named = who.nip or who.pesel
    if identifier_type == "certificateSubject" and not named:
        raise BadRequest(21406, "Konflikt podpisu i typu uwierzytelnienia.")
    if identifier_type == "certificateFingerprint" and named:
        return frozenset()
    return world.grants.permissions(who.fingerprint, who.nip, context)


def judge_token(world: World, login: Login, text: str, used: Challenge) -> None:
    """Decide a login by KSeF token; ``text`` is what the caller encrypted."""
    # A KSeF token has bars of its own: the time stands after the last one.
    value, bar, time = text.rpartition("|")
    token = world.ksef_tokens.get(value)
    now = world.clock.now()
    if not bar or not time.isdecimal():
        login.verdict = Verdict.of(450, "Nieprawidłowe kodowanie tokena")
    elif int(time) != used.timestamp_ms:
        login.verdict = Verdict.of(450, "Nieprawidłowy czas tokena")
    elif token is None:
        login.verdict = Verdict.of(450, "Nieprawidłowy token")
    elif token.revoked:
        login.verdict = Verdict.of(450, "Token unieważniony")
    elif token.status(now) == "Pending":
        login.verdict = Verdict.of(450, "Token nieaktywny")
    elif token.context != login.context:
        login.verdict = Verdict.of(
            450, f"Token nie może być użyty w kontekście {login.context.value}"
        )
    else:
        login.permissions = token.permissions
        login.token_reference = token.reference
        login.holder = token.author
        token.last_used = now
