"""The official schema and the official examples, where they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from ksef import fa3

EXAMPLES = tuple(f"{number:02}" for number in range(1, 27))


@pytest.fixture(scope="session")
def official_schema(shared_ksef: Path) -> Path:
    """The official XSD, which checks use from now on."""
    path = shared_ksef / "schemas" / "fa3" / "schemat.xsd"
    fa3.schema.use(path)
    return path


@pytest.fixture(params=EXAMPLES)
def example(request: pytest.FixtureRequest, shared_ksef: Path) -> bytes:
    """One official example after the other."""
    return (shared_ksef / "examples" / "fa3" / f"FA_3_Przyklad_{request.param}.xml").read_bytes()
