"""Operations of logging in (OpenAPI tags "Uwierzytelnianie", "Certyfikaty klucza publicznego")."""

from __future__ import annotations

from .answers import Challenge, LoginStatus, PublicKey, StartedLogin, Token, Tokens
from .client_base import Operations


class LoginOperations(Operations):
    """Challenge to tokens; see ``login.log_in`` for the whole way."""

    def challenge(self) -> Challenge:
        raise NotImplementedError

    def authenticate_by_signature(
        self, signed_request: bytes, *, verify_chain: bool = False
    ) -> StartedLogin:
        raise NotImplementedError

    def authenticate_by_token(
        self,
        challenge: Challenge,
        context_type: str,
        context_value: str,
        token: str,
    ) -> StartedLogin:
        raise NotImplementedError

    def authentication_status(self, reference: str, authentication_token: str) -> LoginStatus:
        raise NotImplementedError

    def redeem_tokens(self, authentication_token: str) -> Tokens:
        raise NotImplementedError

    def refresh_token(self, refresh_token: str) -> Token:
        raise NotImplementedError

    def end_current_login(self, refresh_token: str | None = None) -> None:
        raise NotImplementedError

    def public_keys(self) -> tuple[PublicKey, ...]:
        raise NotImplementedError
