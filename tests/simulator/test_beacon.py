"""The status beacon."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from .process import Simulator

MESSAGE = {
    "id": "M/1",
    "eventId": 1,
    "category": "FAILURE",
    "type": "FAILURE_START",
    "title": "Awaria",
    "text": "Trwa awaria.",
    "start": "2026-01-01T10:00:00+01:00",
    "end": None,
    "version": 1,
    "published": "2026-01-01T10:00:00+01:00",
}


def ask(simulator: Simulator, path: str) -> object:
    return requests.get(f"{simulator.url}{path}", timeout=10).json()


def test_says_available_when_nothing_was_announced(fresh_simulator: Simulator) -> None:
    assert ask(fresh_simulator, "/status") == {"status": "AVAILABLE"}
    assert ask(fresh_simulator, "/messages") == []


def test_says_what_it_was_told_to_say(fresh_simulator: Simulator) -> None:
    fresh_simulator.lighthouse("FAILURE", [MESSAGE])
    assert ask(fresh_simulator, "/status") == {"status": "FAILURE", "messages": [MESSAGE]}
    assert ask(fresh_simulator, "/messages") == [MESSAGE]


def test_knows_no_other_words(fresh_simulator: Simulator) -> None:
    with pytest.raises(AssertionError, match="FINE"):
        fresh_simulator.lighthouse("FINE")


def announce(simulator: Simulator, **told: Any) -> dict[str, Any]:
    return dict(simulator.control("lighthouse/events", told))


def status(simulator: Simulator) -> Any:
    return ask(simulator, "/status")


def types(simulator: Simulator) -> list[tuple[str, int]]:
    listed: Any = ask(simulator, "/messages")
    return [(message["type"], message["version"]) for message in listed]


def test_a_failure_lasts_from_its_start_to_its_end(fresh_simulator: Simulator) -> None:
    started = announce(fresh_simulator, category="FAILURE")
    assert status(fresh_simulator) == {"status": "FAILURE", "messages": [started]}
    ended = announce(fresh_simulator, type="FAILURE_END", event=started["eventId"])
    assert status(fresh_simulator) == {"status": "AVAILABLE"}
    assert (ended["eventId"], ended["start"]) == (started["eventId"], started["start"])
    assert types(fresh_simulator) == [("FAILURE_START", 1), ("FAILURE_END", 1)]


def test_maintenance_comes_and_goes_by_the_clock(fresh_simulator: Simulator) -> None:
    now = datetime.now(timezone.utc)
    start, end = now + timedelta(hours=1), now + timedelta(hours=2)
    announce(
        fresh_simulator,
        category="MAINTENANCE",
        start=start.isoformat(timespec="seconds"),
        end=end.isoformat(timespec="seconds"),
    )
    told = []
    for hours in (0, 1.5, 2.5):
        fresh_simulator.move_clock(hours * 3600)
        told.append(status(fresh_simulator)["status"])
    assert told == ["AVAILABLE", "MAINTENANCE", "AVAILABLE"]


def test_a_message_is_replaced_by_its_next_version(fresh_simulator: Simulator) -> None:
    first = announce(fresh_simulator, category="FAILURE")
    second = announce(fresh_simulator, id=first["id"], end="2049-01-01T00:00:00+01:00")
    assert (second["version"], second["eventId"]) == (2, first["eventId"])
    assert ask(fresh_simulator, "/messages") == [second]


def test_replaced_versions_may_be_listed_as_well(fresh_simulator: Simulator) -> None:
    first = announce(fresh_simulator, category="FAILURE", all_versions=True)
    announce(fresh_simulator, id=first["id"], text="Trwają prace.")
    assert types(fresh_simulator) == [("FAILURE_START", 1), ("FAILURE_START", 2)]


def test_the_worst_of_several_events_counts(fresh_simulator: Simulator) -> None:
    for category in ("FAILURE", "TOTAL_FAILURE", "MAINTENANCE"):
        announce(fresh_simulator, category=category)
    told = status(fresh_simulator)
    assert (told["status"], len(told["messages"])) == ("TOTAL_FAILURE", 3)
    assert len({message["eventId"] for message in told["messages"]}) == 3


def test_a_message_is_silent_before_it_is_published(fresh_simulator: Simulator) -> None:
    announce(fresh_simulator, category="FAILURE", published="2049-01-01T00:00:00Z")
    assert (status(fresh_simulator)["status"], types(fresh_simulator)) == ("AVAILABLE", [])


@pytest.mark.parametrize(
    "told", [{"category": "STRIKE"}, {"category": "MAINTENANCE", "type": "FAILURE_END"}]
)
def test_an_event_that_makes_no_sense_is_refused(
    fresh_simulator: Simulator, told: dict[str, str]
) -> None:
    with pytest.raises(AssertionError, match="refused"):
        announce(fresh_simulator, **told)
