"""Unreachability as a switch."""

from __future__ import annotations

import pytest
import requests

from .process import Simulator
from .visitor import NIP, OpenSession, Visitor, invoice_xml


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


def reachable(visitor: Visitor, path: str = "/v2/rate-limits") -> bool:
    try:
        requests.get(visitor.simulator.url + path, timeout=10)
    except requests.ConnectionError:
        return False
    return True


def test_an_outage_drops_every_connection_until_it_is_over(visitor: Visitor) -> None:
    visitor.simulator.outage(on=True)
    assert [reachable(visitor) for _ in range(3)] == [False] * 3
    visitor.simulator.outage(on=False)
    assert reachable(visitor)


def test_an_outage_may_last_some_seconds_of_the_clock(visitor: Visitor) -> None:
    visitor.simulator.outage(seconds=60)
    assert not reachable(visitor)
    visitor.simulator.move_clock(61)
    assert reachable(visitor)


def test_nothing_happens_behind_an_outage(visitor: Visitor) -> None:
    session = OpenSession.of(visitor)
    visitor.simulator.outage(on=True)
    with pytest.raises(requests.ConnectionError):
        session.offer(invoice_xml())
    visitor.simulator.outage(on=False)
    assert session.status()["invoiceCount"] == 0


def test_an_outage_stops_downloads_too(visitor: Visitor) -> None:
    session = OpenSession.of(visitor)
    url = session.invoice(session.send(invoice_xml()))["upoDownloadUrl"]
    visitor.simulator.outage(on=True)
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=10)


def test_beacon_and_pages_stay_unless_they_are_named(visitor: Visitor) -> None:
    page = "/invoice/1/01-01-2026/x"
    visitor.simulator.outage(on=True)
    assert reachable(visitor, "/status") and reachable(visitor, page)
    visitor.simulator.outage(on=True, parts=["beacon", "pages"])
    assert not reachable(visitor, "/status") and not reachable(visitor, page)
    assert reachable(visitor)


def test_the_control_plane_tells_of_an_outage(fresh_simulator: Simulator) -> None:
    assert fresh_simulator.control("outage", method="GET") == {
        "on": False,
        "parts": [],
        "until": None,
    }
    fresh_simulator.outage(on=True)
    assert fresh_simulator.control("outage", method="GET")["on"] is True


@pytest.mark.parametrize("body", [{}, {"on": True, "parts": ["moon"]}])
def test_a_switch_that_makes_no_sense_is_explained(
    fresh_simulator: Simulator, body: dict[str, object]
) -> None:
    answer = requests.post(f"{fresh_simulator.url}/_control/outage", json=body, timeout=10)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def test_a_reset_ends_an_outage(visitor: Visitor) -> None:
    visitor.simulator.outage(on=True)
    visitor.simulator.reset()
    assert reachable(visitor)
