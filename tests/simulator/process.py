"""Runs the simulator as a process of its own and speaks to its control plane."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED_KSEF = REPOSITORY.parent / "shared" / "ksef"
FA3_SCHEMA = SHARED_KSEF / "schemas" / "fa3" / "schemat.xsd"
AUTH_SCHEMA = SHARED_KSEF / "schemas" / "schemat_auth_v2-1.xsd"
TIMEOUT = 30


@dataclass(frozen=True)
class IssuedCertificate:
    """A pair as the simulator hands it out."""

    certificate: bytes
    key: bytes
    serial: str
    password: str


class Simulator:
    """A running simulator: ``url`` is its root, ``api_url`` that of the API."""

    def __init__(self, url: str, process_id: int) -> None:
        self.url = url
        self.api_url = f"{url}/v2"
        self.process_id = process_id

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """Call the control plane and give back its JSON answer."""
        response = requests.request(
            method, f"{self.url}/_control/{path}", json=body, timeout=TIMEOUT
        )
        if not response.ok:
            raise AssertionError(f"The control plane refused {path}: {response.text}")
        return response.json()

    def reset(self) -> None:
        """Make the simulator forget everything."""
        self.control("reset", {})

    def issue_certificate(
        self,
        nip: str | None = None,
        purpose: str = "authentication",
        password: str = "Simulator-Password-1",
        algorithm: str = "EC",
        **more: Any,
    ) -> IssuedCertificate:
        """Have a certificate issued. ``more``: pesel, valid_from, valid_to, self_signed,
        permissions, name."""
        issued = self.control(
            "certificates",
            {"nip": nip, "purpose": purpose, "password": password, "algorithm": algorithm, **more},
        )
        return IssuedCertificate(
            issued["certificate"].encode(), issued["key"].encode(), issued["serial"], password
        )

    def issue_token(self, nip: str, permissions: Sequence[str] | None = None) -> str:
        """Have a KSeF token issued; without permissions named it has all of them."""
        return str(self.control("tokens", {"nip": nip, "permissions": permissions})["token"])

    def fault(self, match: str | None, kind: str, times: int | None = 1, **more: Any) -> None:
        """Plan one fault, such as ``fault("POST /v2/sessions/online", "status", code=503)``."""
        self.control("faults", [{"match": match, "kind": kind, "times": times, **more}])

    def clear_faults(self) -> None:
        """Forget the faults that have not come yet."""
        self.control("faults", method="DELETE")

    def move_clock(self, offset_seconds: float) -> None:
        """Set how far the simulator's clock is ahead of the real one."""
        self.control("clock", {"offset_seconds": offset_seconds})

    def outage(
        self,
        on: bool | None = None,
        seconds: float | None = None,
        parts: Sequence[str] | None = None,
    ) -> None:
        """Make KSeF unreachable, or reachable again."""
        self.control("outage", {"on": on, "seconds": seconds, "parts": parts})

    def lighthouse(self, status: str, messages: Sequence[Mapping[str, Any]] = ()) -> None:
        """Say what the status beacon says."""
        self.control("lighthouse", {"status": status, "messages": list(messages)})

    def enforce_limits(self, overrides: Mapping[str, Any] | None = None) -> None:
        """Turn the published limits on, some of them perhaps changed."""
        self.control("limits", {"enforce": True, "overrides": dict(overrides or {})})

    def processing(self, seconds: float) -> None:
        """Say how long an invoice stays at 100 and 150."""
        self.control("processing", {"seconds": seconds})

    def plant_invoice(self, xml: bytes) -> dict[str, Any]:
        """Put an invoice in as if its seller had sent it."""
        response = requests.post(
            f"{self.url}/_control/invoices",
            data=xml,
            headers={"Content-Type": "application/xml"},
            timeout=TIMEOUT,
        )
        if not response.ok:
            raise AssertionError(f"The simulator did not take the invoice: {response.text}")
        return dict(response.json())

    def plant(self, xml: bytes, **more: Any) -> list[dict[str, Any]]:
        """Put in one document or (``count``) many; ``more`` as the control plane takes it."""
        content = base64.b64encode(xml).decode()
        return list(self.control("plant", [{"content": content, **more}]))

    def invoices(self) -> list[dict[str, Any]]:
        """Everything that the simulator holds, and how often each was offered."""
        return list(self.control("invoices", method="GET"))


def schema_options() -> list[str]:
    """Command line options that name the XSDs, from the environment or the reference data."""
    chosen = os.environ.get("KSEF_SIMULATOR_SCHEMA") or (FA3_SCHEMA if FA3_SCHEMA.exists() else "")
    options = ["--schema", str(chosen)] if chosen else ["--no-schema"]
    if AUTH_SCHEMA.exists():
        options += ["--auth-schema", str(AUTH_SCHEMA)]
    return options


@contextmanager
def running_simulator(record: Path | None = None, *more: str) -> Iterator[Simulator]:
    """Start a simulator on a free port, and end it when the block is left."""
    command = [sys.executable, "-m", "ksef_simulator", "--port", "0", *schema_options(), *more]
    if record is not None:
        command += ["--record", str(record)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if " ready at " not in line:
                raise RuntimeError(f"The simulator did not start; it said {line!r}.")
            url = line.split(" ready at ")[1].split()[0]
            yield Simulator(url, process.pid)
        finally:
            process.terminate()
            process.wait(TIMEOUT)
