"""What all groups of operations share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .transport import Transport

Clock = Callable[[], datetime]


class Operations:
    """See ``client.Client``."""

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
