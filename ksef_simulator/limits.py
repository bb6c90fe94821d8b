"""The published limits on the number of calls, kept in sliding windows when asked for.

Counted for each pair of context and IP address. A caller that goes on calling while blocked is
blocked for longer each time.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .errors import TooManyRequests

WINDOWS = {"perSecond": 1, "perMinute": 60, "perHour": 3600}
WINDOW_NAMES = {"perSecond": "sekundę", "perMinute": "minutę", "perHour": "godzinę"}
UNLIMITED = -1
LONGEST_BLOCK = 3600


def _limit(second: int, minute: int, hour: int) -> dict[str, int]:
    return {"perSecond": second, "perMinute": minute, "perHour": hour}


PUBLISHED: dict[str, dict[str, int]] = {
    "onlineSession": _limit(10, 30, 120),
    "onlineSessionClose": _limit(20, 60, 240),
    "batchSession": _limit(10, 20, 60),
    "batchSessionClose": _limit(20, 40, 120),
    "invoiceSend": _limit(10, 30, 180),
    "invoiceStatus": _limit(30, 120, 1200),
    "sessionList": _limit(5, 10, 60),
    "sessionInvoiceList": _limit(10, 20, 200),
    "sessionMisc": _limit(10, 120, 1200),
    "invoiceMetadata": _limit(8, 16, 20),
    "invoiceExport": _limit(8, 16, 20),
    "invoiceExportStatus": _limit(10, 60, 600),
    "invoiceDownload": _limit(8, 16, 64),
    "collectiveIdentifier": _limit(20, 120, 240),
    "other": _limit(10, 30, 120),
    "anonymous": _limit(60, UNLIMITED, UNLIMITED),
    "global": _limit(75, UNLIMITED, UNLIMITED),
}


@dataclass
class _Counter:
    calls: deque[datetime] = field(default_factory=deque)
    blocked_until: datetime | None = None
    violated: datetime | None = None
    violations: int = 0


class Limits:
    """Counts calls and blocks callers, once it is told to."""

    def __init__(self) -> None:
        self.enforce = False
        self.values = {group: dict(limit) for group, limit in PUBLISHED.items()}
        self._counters: dict[tuple[str, str, str], _Counter] = {}

    def override(self, overrides: Mapping[str, Mapping[str, int]]) -> None:
        """Change some limits, such as ``{"invoiceSend": {"perHour": 5}}``.

        :raises ValueError: when there is no such limit.
        """
        for group, limit in overrides.items():
            if group not in self.values or not set(limit) <= set(WINDOWS):
                raise ValueError(f"There is no limit {group} {sorted(limit)}.")
            self.values[group].update(limit)

    def count(self, group: str, context: str, address: str, now: datetime) -> None:
        """Count one call.

        :raises TooManyRequests: when it is one too many.
        """
        if not self.enforce:
            return
        self._count("global", ("global", "", address), now)
        self._count(group, (group, "" if group == "anonymous" else context, address), now)

    def _count(self, group: str, key: tuple[str, str, str], now: datetime) -> None:
        counter = self._counters.setdefault(key, _Counter())
        while counter.calls and counter.calls[0] <= now - timedelta(hours=1):
            counter.calls.popleft()
        if counter.blocked_until is not None and now < counter.blocked_until:
            self._block(counter, "żądań", now, counter.blocked_until)
        for window, seconds in WINDOWS.items():
            most = self.values[group][window]
            recent = [call for call in counter.calls if call > now - timedelta(seconds=seconds)]
            if most != UNLIMITED and len(recent) >= most:
                free = recent[-most] + timedelta(seconds=seconds) if most else now
                what = f"{most} żądań na {WINDOW_NAMES[window]}"
                self._block(counter, what, now, max(free, now + timedelta(seconds=1)))
        counter.calls.append(now)

    def _block(self, counter: _Counter, what: str, now: datetime, free: datetime) -> None:
        if counter.violated is not None and counter.violated <= now - timedelta(hours=1):
            counter.violations = 0
        counter.violated = now
        counter.violations += 1
        longer = timedelta(seconds=min(2 ** (counter.violations - 1) - 1, LONGEST_BLOCK))
        counter.blocked_until = free + longer
        wait = math.ceil((counter.blocked_until - now).total_seconds())
        raise TooManyRequests(
            f"Przekroczono limit {what}. Spróbuj ponownie po {wait} sekundach.", wait
        )
