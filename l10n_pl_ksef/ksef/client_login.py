"""Operations of logging in (OpenAPI tags "Uzyskiwanie dostępu", "Aktywne sesje")."""

from __future__ import annotations

import base64

from .answers import (
    Challenge,
    LoginStatus,
    PublicKey,
    StartedLogin,
    Token,
    Tokens,
    challenge_from,
    login_status_from,
    refreshed_token_from,
    started_login_from,
    tokens_from,
)
from .client_base import Operations, path, read
from .context import Context
from .encryption import TOKEN_ENCRYPTION, encrypt_token


class LoginOperations(Operations):
    """Challenge to tokens, step by step; see ``login.log_in`` for the whole way."""

    def challenge(self) -> Challenge:
        """``POST /auth/challenge``: ask for a challenge; it lives for ten minutes."""
        answer = self._transport.request("challenge", "POST", "/auth/challenge")
        return read(answer, challenge_from)

    def authenticate_by_signature(
        self, signed_request: bytes, *, verify_chain: bool = False
    ) -> StartedLogin:
        """``POST /auth/xades-signature``: start a login with a signed ``AuthTokenRequest``.

        ``verify_chain`` makes a test environment judge the certificate like production.
        """
        answer = self._transport.request(
            "authenticate_by_signature",
            "POST",
            "/auth/xades-signature",
            expected=202,
            content=signed_request,
            content_type="application/xml",
            query={"verifyCertificateChain": "true"} if verify_chain else None,
        )
        return read(answer, started_login_from)

    def authenticate_by_token(
        self, challenge: Challenge, context: Context, token: str
    ) -> StartedLogin:
        """``POST /auth/ksef-token``: start a login with a KSeF token, encrypted for KSeF."""
        return self._with_key(
            TOKEN_ENCRYPTION,
            lambda key: self._authenticate_by_token(challenge, context, token, key),
        )

    def _authenticate_by_token(
        self, challenge: Challenge, context: Context, token: str, key: PublicKey
    ) -> StartedLogin:
        encrypted = encrypt_token(token, challenge.timestamp_ms, key)
        answer = self._transport.request(
            "authenticate_by_token",
            "POST",
            "/auth/ksef-token",
            expected=202,
            json={
                "challenge": challenge.value,
                "contextIdentifier": {"type": context.type, "value": context.value},
                "encryptedToken": base64.b64encode(encrypted).decode("ascii"),
                "publicKeyId": key.key_id,
            },
        )
        return read(answer, started_login_from)

    def authentication_status(self, reference: str, authentication_token: str) -> LoginStatus:
        """``GET /auth/{reference}``: how far a login is. See ``statuses.login_verdict``."""
        answer = self._transport.request(
            "authentication_status",
            "GET",
            path("auth", reference),
            bearer=authentication_token,
            retries=self._read_retries,
        )
        return read(answer, login_status_from)

    def redeem_tokens(self, authentication_token: str) -> Tokens:
        """``POST /auth/token/redeem``: fetch the tokens of a finished login; works once."""
        answer = self._transport.request(
            "redeem_tokens", "POST", "/auth/token/redeem", bearer=authentication_token
        )
        return read(answer, tokens_from)

    def refresh_token(self, refresh_token: str) -> Token:
        """``POST /auth/token/refresh``: a new access token; the refresh token stays good."""
        answer = self._transport.request(
            "refresh_token", "POST", "/auth/token/refresh", bearer=refresh_token
        )
        return read(answer, refreshed_token_from)

    def end_current_login(self, refresh_token: str | None = None) -> None:
        """``DELETE /auth/sessions/current``: make the refresh token worthless.

        Either token names the login; without ``refresh_token`` the client's access token
        does. Access tokens that were issued live on until their end.
        """
        self._transport.request(
            "end_current_login",
            "DELETE",
            "/auth/sessions/current",
            expected=204,
            bearer=refresh_token or self._access_token,
        )
