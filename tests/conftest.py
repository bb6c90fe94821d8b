"""Fixtures that every test outside Odoo may use: the simulator and the reference data."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
for folder in (REPOSITORY / "l10n_pl_ksef", REPOSITORY, REPOSITORY / "tests"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from simulator import contract  # noqa: E402
from simulator.process import SHARED_KSEF, Simulator, running_simulator  # noqa: E402


@pytest.fixture(scope="session")
def shared_ksef() -> Path:
    """The folder of official schemas, examples and vectors, which is not part of the project."""
    if not SHARED_KSEF.is_dir():
        pytest.skip(f"The official KSeF reference data are not at {SHARED_KSEF}.")
    return SHARED_KSEF


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One simulator process for the whole session; call ``simulator.reset()`` where it matters.

    At the end every answer that it gave to any test is checked against the API's description.
    """
    record = tmp_path_factory.mktemp("simulator") / "exchanges.jsonl"
    with running_simulator(record) as running:
        yield running
    if not contract.OPENAPI.exists():
        warnings.warn(contract.NO_DESCRIPTION, stacklevel=1)
        return
    problems = contract.check(record)
    if problems:
        pytest.fail("Answers that do not fit the API:\n" + "\n".join(problems[:50]), pytrace=False)


@pytest.fixture
def fresh_simulator(simulator: Simulator) -> Simulator:
    """The session's simulator, with nothing in its memory."""
    simulator.reset()
    return simulator
