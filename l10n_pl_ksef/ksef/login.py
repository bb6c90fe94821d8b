"""The whole way of logging in: challenge, proof, waiting for the verdict, tokens.

Source: ksef-docs ``uwierzytelnianie.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .answers import LoginStatus, StartedLogin, Token, Tokens
from .certificates import Pair
from .client import Client
from .context import Context
from .errors import LoginPending, LoginRefused
from .statuses import Verdict, login_verdict
from .xades import auth_token_request, sign

__all__ = [
    "CertificateCredential",
    "Context",
    "Credential",
    "Token",
    "TokenCredential",
    "Tokens",
    "log_in",
    "refresh",
    "resume",
    "start",
]

Clock = Callable[[], datetime]
Wait = Callable[[float], None]

# Seconds between the questions whether the login is through: about four in all.
PAUSES: tuple[float, ...] = (0.2, 0.3, 0.5, 1.0, 2.0)
_FIRST_FAILURE = 400


@dataclass(frozen=True)
class CertificateCredential:
    """Log in by signing with a certificate's private key."""

    pair: Pair


@dataclass(frozen=True)
class TokenCredential:
    """Log in with a KSeF token; it is a secret and does not show in the repr."""

    token: str = field(repr=False)


Credential = CertificateCredential | TokenCredential


def log_in(
    client: Client,
    credential: Credential,
    context: Context,
    *,
    clock: Clock,
    wait: Wait,
    pauses: Sequence[float] = PAUSES,
) -> Tokens:
    """Log in to ``context`` and return the tokens.

    ``wait`` sleeps for that many seconds (``time.sleep``, or nothing in a test); ``pauses``
    are the waits between questions, so their sum limits how long a person may have to wait.
    Raises LoginRefused; LoginPending where KSeF has not decided by then (its issuer may have
    to be asked: go on with ``resume`` from a scheduled action); and whatever ``Client`` raises.
    """
    started = start(client, credential, context, clock=clock)
    return resume(client, started.reference, started.token.value, wait=wait, pauses=pauses)


def resume(
    client: Client,
    reference: str,
    authentication_token: str,
    *,
    wait: Wait,
    pauses: Sequence[float] = PAUSES,
) -> Tokens:
    """Go on with a login that was left at ``LoginPending``. Raises like ``log_in``."""
    for pause in (*pauses, None):
        if _is_through(client.authentication_status(reference, authentication_token)):
            return client.redeem_tokens(authentication_token)
        if pause is not None:
            wait(pause)
    raise LoginPending(reference, authentication_token)


def refresh(client: Client, refresh_token: str) -> Token:
    """Return a new access token; raises LoginExpired or BadRequest where one must log in anew."""
    return client.refresh_token(refresh_token)


def start(
    client: Client, credential: Credential, context: Context, *, clock: Clock
) -> StartedLogin:
    """Begin a login; ``resume`` brings it to its end. Raises whatever ``Client`` raises."""
    challenge = client.challenge()
    if isinstance(credential, TokenCredential):
        return client.authenticate_by_token(challenge, context, credential.token)
    pair = credential.pair
    request = auth_token_request(challenge.value, context, pair.info.subject_identifier_type)
    return client.authenticate_by_signature(
        sign(request, pair.certificate, pair.private_key, clock=clock)
    )


def _is_through(status: LoginStatus) -> bool:
    """True when accepted, False while undecided; raises LoginRefused."""
    verdict = login_verdict(status.code)
    if verdict is Verdict.ACCEPTED:
        return True
    if verdict is Verdict.PENDING or status.code < _FIRST_FAILURE:
        return False
    raise LoginRefused(status.code, status.description, status.details)
