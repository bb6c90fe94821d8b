"""Fetching, proven by killing real processes between its steps.

Whatever step a process dies at, a new one brings everything, once: each document with the bytes
that KSeF holds, and one bill of it.
"""

from __future__ import annotations

import base64
import itertools
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from simulator.visitor import NIP, invoice_xml

SUPPLIER = "1111111111"
MANY = 130  # more than one slice
FEW = 3
EXPORT = "POST /v2/invoices/exports"
STATUS = "GET /v2/invoices/exports/*"
PART = "GET /storage/**"
ONE = "GET /v2/invoices/ksef/*"

_batches = itertools.count(1)


class Batch:
    """Documents of one test, told apart from those of the others by their numbers."""

    def __init__(self, odoo, count):
        self.odoo = odoo
        self.prefix = f"KILL-{next(_batches)}"
        xml = base64.b64encode(invoice_xml(self.prefix, SUPPLIER, NIP)).decode()
        self.planted = odoo.simulator.control("plant", [{"content": xml, "count": count}])

    def kept(self):
        """KSeF number and hash of what is here, as often as it is."""
        return self.odoo.execute(
            "SELECT ksef_number, sha256 FROM l10n_pl_ksef_received "
            "WHERE invoice_number LIKE %s AND genuine ORDER BY ksef_number",
            f"{self.prefix}/%",
        )

    def bills(self):
        return self.odoo.execute(
            "SELECT ref FROM account_move WHERE ref LIKE %s ORDER BY ref", f"{self.prefix}/%"
        )

    def assert_here_once(self):
        assert self.kept() == sorted((one["number"], one["hash"]) for one in self.planted)
        numbers = sorted(one["invoice_number"] for one in self.planted)
        assert [ref for (ref,) in self.bills()] == numbers


@pytest.fixture(scope="module", autouse=True)
def fetching(odoo):
    day = datetime.now(timezone.utc).date()
    odoo.execute(
        "UPDATE res_company "
        "SET l10n_pl_ksef_fetch_mode = 'automatic', l10n_pl_ksef_fetch_from = %s",
        day,
    )


@pytest.fixture
def many(odoo):
    yield Batch(odoo, MANY)
    odoo.let_go()
    odoo.simulator.control("faults", method="DELETE")


@pytest.fixture
def few(odoo):
    yield Batch(odoo, FEW)
    odoo.let_go()
    odoo.simulator.control("faults", method="DELETE")


def recover(odoo):
    odoo.let_go()
    odoo.simulator.control("faults", method="DELETE")
    odoo.shell("fetch_schedules.py")


def exports(odoo, state):
    return odoo.execute("SELECT 1 FROM l10n_pl_ksef_export WHERE state = %s", state)


def called(odoo, match):
    """Whether the request that a fault waits for has come."""
    planned = odoo.simulator.control("faults", method="GET")
    return not [fault for fault in planned if fault["match"] == match]


def test_nothing_happens_to_a_process_that_is_left_alone(odoo, many):
    odoo.shell("fetch.py")
    recover(odoo)
    many.assert_here_once()


def test_killed_while_the_answer_to_the_request_was_under_way(odoo, many):
    odoo.simulator.fault(EXPORT, "delay", seconds=30, when="after")
    odoo.killed("fetch.py", lambda: called(odoo, EXPORT))
    # then the intent and the key were written down before
    assert exports(odoo, "asking")
    recover(odoo)
    many.assert_here_once()
    assert not exports(odoo, "asking")


def test_killed_before_the_reference_was_written(odoo, many):
    odoo.hang_on("NEW.state = 'asked'", "l10n_pl_ksef_export")
    odoo.killed("fetch.py", odoo.is_hanging)
    recover(odoo)
    many.assert_here_once()


def test_killed_while_the_package_was_not_ready(odoo, many):
    odoo.simulator.fault(STATUS, "delay", seconds=30)
    odoo.killed("fetch.py", lambda: called(odoo, STATUS))
    assert exports(odoo, "asked")
    requested = len(odoo.execute("SELECT 1 FROM l10n_pl_ksef_export"))
    recover(odoo)
    many.assert_here_once()
    # and the same package was fetched
    assert len(odoo.execute("SELECT 1 FROM l10n_pl_ksef_export")) == requested


def test_killed_while_a_part_was_downloaded(odoo, many):
    odoo.simulator.fault(PART, "delay", seconds=30)
    odoo.killed("fetch.py", lambda: called(odoo, PART))
    recover(odoo)
    many.assert_here_once()


def test_killed_in_the_middle_of_the_documents(odoo, many):
    late = f"NEW.invoice_number = '{many.prefix}/{MANY - 5}'"
    odoo.hang_on(late, "l10n_pl_ksef_received", "INSERT")
    odoo.killed("fetch.py", odoo.is_hanging)
    # then the first slice is here and the cursor has not moved
    assert 0 < len(many.kept()) < MANY
    recover(odoo)
    many.assert_here_once()


def test_killed_while_the_cursor_moved(odoo, many):
    odoo.hang_on("NEW.position != OLD.position", "l10n_pl_ksef_cursor")
    odoo.killed("fetch.py", odoo.is_hanging)
    recover(odoo)
    many.assert_here_once()


def test_killed_while_bills_were_made(odoo, many):
    odoo.hang_on(f"NEW.ref = '{many.prefix}/{MANY - 5}'", "account_move", "INSERT")
    odoo.killed("fetch.py", odoo.is_hanging)
    assert len(many.kept()) == MANY
    recover(odoo)
    many.assert_here_once()


def test_killed_while_a_single_document_was_written(odoo, few):
    odoo.hang_on("NEW.genuine AND NOT coalesce(OLD.genuine, false)", "l10n_pl_ksef_received")
    odoo.killed("fetch.py", odoo.is_hanging)
    recover(odoo)
    few.assert_here_once()


def test_killed_while_a_single_document_was_under_way(odoo, few):
    odoo.simulator.fault(ONE, "delay", seconds=30)
    odoo.killed("fetch.py", lambda: called(odoo, ONE))
    recover(odoo)
    few.assert_here_once()


def test_killed_while_documents_were_announced(odoo, few):
    odoo.hang_on(f"NEW.invoice_number = '{few.prefix}/{FEW}'", "l10n_pl_ksef_received", "INSERT")
    odoo.killed("fetch.py", odoo.is_hanging)
    recover(odoo)
    few.assert_here_once()


def test_two_processes_at_once_bring_everything_once(odoo, many):
    first, second = odoo._start_shell("fetch.py"), odoo._start_shell("fetch.py")
    ends = [process.wait(120) for process in (first, second)]
    assert 0 in ends, odoo.tail()
    recover(odoo)
    many.assert_here_once()
