"""Logins of a context: listing them, ending one of them."""

from __future__ import annotations

import pytest

from .process import Simulator
from .visitor import BUYER_NIP, NIP, Visitor, error_code


@pytest.fixture
def visitor(fresh_simulator: Simulator) -> Visitor:
    return Visitor(fresh_simulator).log_in(fresh_simulator.issue_certificate(NIP))


def test_another_login_of_the_context_can_be_ended(visitor: Visitor) -> None:
    other = Visitor(visitor.simulator).log_in(visitor.simulator.issue_certificate(NIP))
    path = f"/auth/sessions/{other.login_reference}"
    assert visitor.call("DELETE", path).status_code == 204
    answer = other.call("POST", "/auth/token/refresh", token=other.refresh_token)
    assert error_code(answer) == 21301
    listed = [item["referenceNumber"] for item in visitor.ask("GET", "/auth/sessions")["items"]]
    assert listed == [visitor.login_reference]


def test_another_taxpayers_login_cannot_be_ended(visitor: Visitor) -> None:
    simulator = visitor.simulator
    stranger = Visitor(simulator).log_in(simulator.issue_certificate(BUYER_NIP), BUYER_NIP)
    answer = stranger.call("DELETE", f"/auth/sessions/{visitor.login_reference}")
    assert error_code(answer) == 21405
    assert visitor.call("POST", "/auth/token/refresh", token=visitor.refresh_token).ok


def test_a_refresh_token_may_end_its_own_login(visitor: Visitor) -> None:
    answer = visitor.call("DELETE", "/auth/sessions/current", token=visitor.refresh_token)
    assert answer.status_code == 204


def test_a_login_tells_when_it_was_refreshed(visitor: Visitor) -> None:
    visitor.ask("POST", "/auth/token/refresh", token=visitor.refresh_token)
    item = visitor.ask("GET", "/auth/sessions")["items"][0]
    assert {"lastTokenRefreshDate", "refreshTokenValidUntil"} <= set(item)


def test_logins_come_in_pages(visitor: Visitor) -> None:
    token = visitor.simulator.issue_token(NIP)
    for _ in range(10):
        other = Visitor(visitor.simulator)
        other.started(other.send_token(token))
    page = visitor.ask("GET", "/auth/sessions?pageSize=10")
    headers = {"x-continuation-token": page["continuationToken"]}
    rest = visitor.ask("GET", "/auth/sessions?pageSize=10", headers=headers)
    assert (len(page["items"]), len(rest["items"])) == (10, 1)
