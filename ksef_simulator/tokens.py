"""The JWTs that KSeF hands out: for an authentication under way, for access, for refreshing."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

import jwt

from .clock import Clock, stamp
from .errors import Unauthorized

OPERATION = "OperationToken"
ACCESS = "ContextToken"
REFRESH = "RefreshToken"
LIFETIMES = {
    OPERATION: timedelta(minutes=45),
    ACCESS: timedelta(minutes=15),
    REFRESH: timedelta(days=7),
}
_ISSUER = "ksef-simulator"


class TokenIssuer:
    """Issues tokens and reads them back, by the simulator's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._generation = dict.fromkeys(LIFETIMES, 0)

    def issue(self, kind: str, reference: str) -> tuple[dict[str, str], datetime]:
        """A new token for the login ``reference``: the API's TokenInfo, and the token's end."""
        now = self._clock.now()
        until = now + LIFETIMES[kind]
        claims = {
            "token-type": kind,
            "login": reference,
            "generation": self._generation[kind],
            "jti": secrets.token_hex(8),
            "iat": int(now.timestamp()),
            "exp": int(until.timestamp()),
            "iss": _ISSUER,
            "aud": _ISSUER,
        }
        token = jwt.encode(claims, self._secret, algorithm="HS256")
        return {"token": token, "validUntil": stamp(until)}, until

    def expire(self, kind: str) -> None:
        """Make every token of this kind that was issued until now invalid."""
        self._generation[kind] += 1

    def read(self, token: str, *kinds: str) -> str:
        """The reference of the login that ``token`` belongs to.

        :raises Unauthorized: when it is not ours, of another kind, or past its end.
        """
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                audience=_ISSUER,
                issuer=_ISSUER,
                # The end is judged by the simulator's clock, below.
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError as error:
            raise Unauthorized("Token jest nieprawidłowy.") from error
        kind = claims["token-type"]
        if kind not in kinds:
            raise Unauthorized("Token tego rodzaju nie uprawnia do tej operacji.")
        over = claims["exp"] <= self._clock.now().timestamp()
        if over or claims["generation"] < self._generation[kind]:
            raise Unauthorized("Token utracił ważność.")
        return str(claims["login"])
