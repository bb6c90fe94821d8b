"""What the status beacon (Latarnia) says: set outright, or told by the events announced to it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .clock import stamp

STATUSES = ("AVAILABLE", "MAINTENANCE", "FAILURE", "TOTAL_FAILURE")
TYPES = {
    "MAINTENANCE": ("MAINTENANCE_ANNOUNCEMENT",),
    "FAILURE": ("FAILURE_START", "FAILURE_END"),
    "TOTAL_FAILURE": ("FAILURE_START", "FAILURE_END"),
}
TITLES = {
    "MAINTENANCE_ANNOUNCEMENT": "Planowana niedostępność KSeF",
    "FAILURE_START": "Awaria KSeF",
    "FAILURE_END": "Zakończenie awarii KSeF",
}


@dataclass(frozen=True)
class Message:
    """One announcement; a later version of it has the same ``id``."""

    id: str
    event: int
    category: str
    type: str
    title: str
    text: str
    start: datetime
    end: datetime | None
    version: int
    published: datetime

    def in_force(self, now: datetime) -> bool:
        """Whether the event goes on at the moment ``now``, as far as this message tells."""
        return self.start <= now and (self.end is None or now < self.end)

    def describe(self) -> dict[str, Any]:
        """The message as the beacon shows it."""
        return {
            "id": self.id,
            "eventId": self.event,
            "category": self.category,
            "type": self.type,
            "title": self.title,
            "text": self.text,
            "start": stamp(self.start),
            "end": stamp(self.end) if self.end else None,
            "version": self.version,
            "published": stamp(self.published),
        }


class Lighthouse:
    """The beacon. What was set outright counts before what was announced."""

    def __init__(self) -> None:
        self.keep_versions = False
        self._announced: list[Message] = []
        self._status: str | None = None
        self._messages: list[dict[str, Any]] = []

    def set(self, status: str, messages: list[dict[str, Any]]) -> None:
        """Say this and nothing else, until events are announced.

        :raises ValueError: when the beacon knows no such status.
        """
        if status not in STATUSES:
            raise ValueError(f"The beacon says one of {STATUSES}, not {status!r}.")
        self._status, self._messages = status, messages

    def announce(self, told: dict[str, Any], now: datetime) -> Message:
        """Publish a message about an event, new or known, or a new version of a message.

        ``told``: category, type, event (a number), id (of the message that this one replaces),
        start, end, published, title and text; what is missing is filled in.

        :raises ValueError: when it makes no sense, saying why.
        """
        earlier = self._latest(told["id"]) if told.get("id") else None
        category = told.get("category") or (earlier.category if earlier else "FAILURE")
        if category not in TYPES:
            raise ValueError(f"There is no category {category!r}; take one of {tuple(TYPES)}.")
        kind = told.get("type") or (earlier.type if earlier else TYPES[category][0])
        if kind not in TYPES[category]:
            raise ValueError(f"A message of {category} is one of {TYPES[category]}, not {kind!r}.")
        event = told.get("event") or (earlier.event if earlier else self._next_event())
        start = told.get("start") or (earlier.start if earlier else self._start(event) or now)
        ended = now if kind == "FAILURE_END" else None
        message = Message(
            id=earlier.id if earlier else str(told.get("id") or uuid.uuid4()),
            event=int(event),
            category=category,
            type=kind,
            title=str(told.get("title") or TITLES[kind]),
            text=str(told.get("text") or f"{TITLES[kind]} (symulator)."),
            start=start,
            end=told.get("end", earlier.end if earlier else ended),
            version=earlier.version + 1 if earlier else 1,
            published=told.get("published") or now,
        )
        self._status = None
        self._announced.append(message)
        return message

    def status(self, now: datetime) -> str:
        """How KSeF is at the moment ``now``."""
        if self._status is not None:
            return self._status
        going_on = {message.category for message in self._going_on(now)}
        return next((s for s in reversed(STATUSES) if s in going_on), STATUSES[0])

    def reasons(self, now: datetime) -> list[dict[str, Any]]:
        """The messages behind the status."""
        if self._status is not None:
            return self._messages
        return [message.describe() for message in self._going_on(now)]

    def messages(self, now: datetime) -> list[dict[str, Any]]:
        """Every message that has been published, in its latest version."""
        if self._status is not None:
            return self._messages
        return [message.describe() for message in self._published(now)]

    def _published(self, now: datetime) -> list[Message]:
        published = [message for message in self._announced if message.published <= now]
        if self.keep_versions:
            return published
        latest = {message.id: message for message in published}
        return list(latest.values())

    def _going_on(self, now: datetime) -> list[Message]:
        """Of each event the latest message, where the event goes on."""
        events = {message.event: message for message in self._published(now)}
        return [message for message in events.values() if message.in_force(now)]

    def _latest(self, message_id: str) -> Message | None:
        return next((m for m in reversed(self._announced) if m.id == message_id), None)

    def _next_event(self) -> int:
        return max((message.event for message in self._announced), default=0) + 1

    def _start(self, event: int) -> datetime | None:
        return next((m.start for m in self._announced if m.event == event), None)
