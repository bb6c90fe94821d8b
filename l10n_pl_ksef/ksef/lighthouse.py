"""The Latarnia: KSeF's beacon that says whether KSeF works. It needs no login.

Source: the published C# client (``KSeF.Client.Core/Models/Lighthouse``); its addresses are
in ``environments``. An unknown state or category is kept as text, never guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from .deciphering import Answer
from .decoding import Fields, Unpromised
from .transport import Transport


class SystemState(Enum):
    """What the beacon says of KSeF as a whole."""

    AVAILABLE = "AVAILABLE"
    MAINTENANCE = "MAINTENANCE"  # announced unavailability, going on now
    FAILURE = "FAILURE"
    TOTAL_FAILURE = "TOTAL_FAILURE"
    UNKNOWN = "UNKNOWN"  # a word that is not in the list


@dataclass(frozen=True)
class Message:
    """One announcement. Those about one event share ``event_id``.

    ``category``: FAILURE, TOTAL_FAILURE, MAINTENANCE; ``type``: FAILURE_START, FAILURE_END,
    MAINTENANCE_ANNOUNCEMENT. Moments are aware UTC; ``end`` is None while it is not known.
    """

    id: str
    event_id: str
    category: str
    type: str
    title: str
    text: str
    start: datetime
    end: datetime | None
    version: int
    published: datetime


@dataclass(frozen=True)
class LighthouseStatus:
    """The present state and the announcements behind it."""

    state: SystemState
    messages: tuple[Message, ...] = ()


def status(transport: Transport, *, retries: int = 0) -> LighthouseStatus:
    """Ask the beacon how KSeF is now. Raises Unreachable, UnreadableAnswer, ApiError."""
    answer = _ask(transport, "lighthouse_status", "/status", retries)
    try:
        return status_from(answer.document())
    except Unpromised as error:
        raise answer.unreadable(str(error)) from None


def messages(transport: Transport, *, retries: int = 0) -> tuple[Message, ...]:
    """Ask the beacon for all announcements, past ones included. Raises like ``status``."""
    answer = _ask(transport, "lighthouse_messages", "/messages", retries)
    try:
        return messages_from(answer.document())
    except Unpromised as error:
        raise answer.unreadable(str(error)) from None


def _ask(transport: Transport, operation: str, path: str, retries: int) -> Answer:
    url = f"{transport.environment.lighthouse_url}{path}"
    return transport.request(operation, "GET", url, retries=retries)


def status_from(document: object) -> LighthouseStatus:
    """Read the answer of ``GET /status``; raises ``decoding.Unpromised``."""
    fields = Fields.of(document)
    word = fields.text("status")
    state = SystemState(word) if word in _STATES else SystemState.UNKNOWN
    return LighthouseStatus(
        state, tuple(_message_from(one) for one in fields.optional_list("messages"))
    )


def messages_from(document: object) -> tuple[Message, ...]:
    """Read the answer of ``GET /messages``; raises ``decoding.Unpromised``."""
    return tuple(_message_from(one) for one in Fields.list_of(document))


def _message_from(fields: Fields) -> Message:
    return Message(
        id=fields.text_or_number("id"),
        event_id=fields.text_or_number("eventId"),
        category=fields.text("category"),
        type=fields.text("type"),
        title=fields.text("title"),
        text=fields.text("text"),
        start=fields.moment("start"),
        end=fields.optional_moment("end", empty_is_none=True),
        version=fields.integer("version"),
        published=fields.moment("published"),
    )


_STATES = frozenset(state.value for state in SystemState)
