"""The status beacon."""

from __future__ import annotations

import requests
from simulator.process import Simulator


def test_says_available_when_nothing_was_announced(fresh_simulator: Simulator) -> None:
    answer = requests.get(f"{fresh_simulator.url}/status", timeout=10)
    assert answer.json() == {"status": "AVAILABLE"}
