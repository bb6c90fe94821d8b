"""Fixtures that speak to the simulator through the protocol layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone

import pytest
from simulator.process import Simulator

from ksef.certificates import Pair, Purpose, read_pair
from ksef.client import Client
from ksef.environments import environment
from ksef.login import CertificateCredential, Context, log_in
from ksef.transport import Transport

from .credentials import NIP
from .sessions import Session


def real_clock() -> datetime:
    return datetime.now(timezone.utc)


@pytest.fixture
def ksef(simulator: Simulator) -> Iterator[Simulator]:
    """A simulator without memory of other tests, its clock right."""
    simulator.reset()
    simulator.clear_faults()
    simulator.move_clock(0)
    yield simulator
    simulator.clear_faults()
    simulator.move_clock(0)


@pytest.fixture
def anonymous(ksef: Simulator) -> Client:
    """A client that is not logged in."""
    return Client(Transport(environment("simulator", ksef.url), timeout=10), clock=real_clock)


@pytest.fixture
def pair_of(ksef: Simulator) -> Callable[..., Pair]:
    """Makes a pair the way a person gets one: issued, downloaded, read with its password."""

    def make(nip: str = NIP, **more: object) -> Pair:
        issued = ksef.issue_certificate(nip, **more)
        return read_pair(
            issued.certificate,
            issued.key,
            issued.password,
            purpose=Purpose.AUTHENTICATION,
            at=real_clock(),
            allow_self_signed=True,
        )

    return make


@pytest.fixture
def client(anonymous: Client, pair_of: Callable[..., Pair]) -> Client:
    """A client logged in as the owner of ``NIP``."""
    tokens = log_in(
        anonymous,
        CertificateCredential(pair_of()),
        Context.nip(NIP),
        clock=real_clock,
        wait=lambda _seconds: None,
    )
    return anonymous.with_access_token(tokens.access.value)


@pytest.fixture
def session(client: Client) -> Session:
    """An open interactive session."""
    return Session(client)
