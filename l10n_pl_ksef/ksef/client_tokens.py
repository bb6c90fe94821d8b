"""Operations of KSeF tokens (OpenAPI tag "Tokeny KSeF").

Making one wants a login by signature. Every token ends on 31 December 2026 at the latest.
"""

from __future__ import annotations

from collections.abc import Sequence

from .client_base import Operations, path, read
from .credential_answers import (
    MadeToken,
    TokenInfo,
    made_token_from,
    token_info_from,
    token_page_from,
)

_PAGE = 100
_MOST_PAGES = 20


class TokenOperations(Operations):
    """Make tokens, list them, revoke them."""

    def make_token(self, description: str, permissions: Sequence[str]) -> MadeToken:
        """``POST /tokens``: a new token with some of the caller's own permissions.

        ``description``: 5 to 256 characters. KSeF tells the token this once; it works as soon as
        ``token_info`` says Active.
        """
        answer = self._transport.request(
            "make_token",
            "POST",
            "/tokens",
            expected=202,
            bearer=self._access_token,
            json={"description": description, "permissions": list(permissions)},
        )
        return read(answer, made_token_from)

    def token_info(self, reference: str) -> TokenInfo:
        """``GET /tokens/{reference}``: how a token stands."""
        answer = self._transport.request(
            "token_info",
            "GET",
            path("tokens", reference),
            bearer=self._access_token,
            retries=self._read_retries,
        )
        return read(answer, token_info_from)

    def tokens(self) -> tuple[TokenInfo, ...]:
        """``GET /tokens``, all pages: the tokens that the caller may see, newest first."""
        found: list[TokenInfo] = []
        continuation: str | None = None
        for _number in range(_MOST_PAGES):
            answer = self._transport.request(
                "tokens",
                "GET",
                "/tokens",
                bearer=self._access_token,
                query={"pageSize": str(_PAGE)},
                headers=None if continuation is None else {"x-continuation-token": continuation},
                retries=self._read_retries,
            )
            page = read(answer, token_page_from)
            found += page.items
            continuation = page.continuation_token
            if continuation is None:
                break
        return tuple(found)

    def revoke_token(self, reference: str) -> None:
        """``DELETE /tokens/{reference}``: make a token useless for good."""
        self._transport.request(
            "revoke_token",
            "DELETE",
            path("tokens", reference),
            expected=204,
            bearer=self._access_token,
        )
