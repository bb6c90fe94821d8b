"""Unreachability as a switch: while it is on, every connection is dropped without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

PARTS = {
    "api": ("/v2/", "/storage/"),
    "beacon": ("/status", "/messages"),
    "pages": ("/invoice/", "/certificate/"),
}
FOR_EVER = timedelta(days=36500)


class Outage:
    """Which parts of KSeF cannot be reached, and until when."""

    def __init__(self) -> None:
        self.parts: tuple[str, ...] = ()
        self.until: datetime | None = None

    def begin(self, now: datetime, seconds: float | None, parts: Sequence[str] | None) -> None:
        """Drop connections to ``parts`` (the API if nothing is said), for ever or so long.

        :raises ValueError: when there is no such part.
        """
        chosen = tuple(parts or ("api",))
        if not set(chosen) <= set(PARTS):
            raise ValueError(f"The parts of the simulator are {tuple(PARTS)}, not {chosen}.")
        self.parts = chosen
        self.until = now + (FOR_EVER if seconds is None else timedelta(seconds=seconds))

    def end(self) -> None:
        """Let everybody in again."""
        self.until = None

    def covers(self, path: str, now: datetime) -> bool:
        """Whether a request to ``path`` is dropped at the moment ``now``."""
        if self.until is None or now >= self.until:
            return False
        return any(path.startswith(start) for part in self.parts for start in PARTS[part])
