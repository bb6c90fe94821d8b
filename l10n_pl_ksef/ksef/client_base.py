"""What all groups of operations share: the login, and turning answers into values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from .answers import PublicKey, public_keys_from
from .deciphering import Answer
from .decoding import Unpromised
from .encryption import choose_public_key
from .errors import BadRequest
from .transport import Transport

Clock = Callable[[], datetime]
_T = TypeVar("_T")

_KEY_WITHDRAWN = 21470


class Operations:
    """A KSeF, as seen by one login. See ``client.Client`` for the arguments."""

    def __init__(
        self,
        transport: Transport,
        *,
        clock: Clock,
        access_token: str | None = None,
        read_retries: int = 0,
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._access_token = access_token
        self._read_retries = read_retries
        self._known_keys: tuple[PublicKey, ...] = ()

    def public_keys(self) -> tuple[PublicKey, ...]:
        """``GET /security/public-key-certificates``: ask for KSeF's keys, and remember them."""
        answer = self._transport.request(
            "public_keys",
            "GET",
            "/security/public-key-certificates",
            retries=self._read_retries,
        )
        self._known_keys = read(answer, public_keys_from)
        return self._known_keys

    def _with_key(self, usage: str, call: Callable[[PublicKey], _T]) -> _T:
        """Make a call that needs a key of KSeF; once more with new keys if it was withdrawn.

        Error 21470 is a refusal (HTTP 400), so the repetition repeats nothing done.
        """
        at = self._clock()
        if not any(key.serves(usage, at) for key in self._known_keys):
            self.public_keys()
        try:
            return call(choose_public_key(self._known_keys, usage, at))
        except BadRequest as error:
            if _KEY_WITHDRAWN not in error.codes:
                raise
        return call(choose_public_key(self.public_keys(), usage, at))


def read(answer: Answer, decode: Callable[[object], _T]) -> _T:
    """Decode an answer's JSON; raises UnreadableAnswer where it is not as promised."""
    try:
        return decode(answer.document())
    except Unpromised as error:
        raise answer.unreadable(str(error)) from None


def path(*parts: str) -> str:
    """Join the parts of an address, each made harmless."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)
