"""ksef-client, pointed at the simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ksef_client import KsefClient, KsefClientOptions, http
from simulator.process import Simulator


@pytest.fixture
def options(fresh_simulator: Simulator) -> KsefClientOptions:
    return KsefClientOptions(
        base_url=fresh_simulator.url,
        base_qr_url=fresh_simulator.url,
        base_lighthouse_url=fresh_simulator.url,
    )


@pytest.fixture
def client(options: KsefClientOptions) -> Iterator[KsefClient]:
    with KsefClient(options) as opened:
        yield opened


@pytest.fixture
def loopback_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ksef-client follow links to this machine, which it refuses for good reasons."""
    monkeypatch.setattr(http, "_validate_presigned_url_security", lambda options, url: None)
