"""Starting and ending the simulator."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from .process import REPOSITORY, Simulator, running_simulator


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the simulator with options that it must not accept."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KSEF_SIMULATOR")}
    return subprocess.run(
        [sys.executable, "-m", "ksef_simulator", "--port", "0", *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_does_not_start_without_a_schema_and_says_so() -> None:
    ended = start()
    assert (ended.returncode, "--no-schema" in ended.stderr) == (1, True)


def test_it_does_not_start_with_a_schema_that_is_not_there(tmp_path: Path) -> None:
    ended = start("--schema", str(tmp_path / "none.xsd"))
    assert (ended.returncode, "There is no schema file" in ended.stderr) == (1, True)


def test_it_does_not_start_with_a_schema_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "bad.xsd").write_text("<schema/>")
    ended = start("--schema", str(tmp_path / "bad.xsd"))
    assert (ended.returncode, "cannot be used as a schema" in ended.stderr) == (1, True)


def test_it_says_which_port_is_taken(simulator: Simulator) -> None:
    ended = start("--no-schema", "--port", str(urlsplit(simulator.url).port))
    assert (ended.returncode, "is taken" in ended.stderr) == (1, True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_it_is_told_to(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ksef_simulator", "--port", "0", "--no-schema"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert " ready at " in process.stdout.readline()
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


def test_it_listens_on_this_machine_only(simulator: Simulator) -> None:
    address = urlsplit(simulator.url)
    assert address.hostname == "127.0.0.1"
    others = {
        info[4][0]
        for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        if not str(info[4][0]).startswith("127.")
    }
    for other in others:
        with pytest.raises(OSError), socket.create_connection((other, address.port), timeout=2):
            pass


def test_a_reset_forgets_everything_but_keeps_the_keys() -> None:
    with running_simulator() as simulator:
        keys = requests.get(f"{simulator.api_url}/security/public-key-certificates", timeout=10)
        simulator.lighthouse("FAILURE")
        simulator.fault(None, "rotate_keys")
        simulator.move_clock(86400)
        simulator.reset()
        again = requests.get(f"{simulator.api_url}/security/public-key-certificates", timeout=10)
        status = requests.get(f"{simulator.url}/status", timeout=10).json()
    assert (again.json(), status) == (keys.json(), {"status": "AVAILABLE"})
