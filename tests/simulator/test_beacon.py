"""The status beacon."""

from __future__ import annotations

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
