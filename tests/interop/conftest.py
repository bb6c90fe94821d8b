"""ksef-client, pointed at the simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ksef_client import KsefClient, KsefClientOptions
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
