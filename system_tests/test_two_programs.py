"""Two databases, each with its own Odoo, work for the same NIP at one KSeF, side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import DATABASE, Odoo

CHALLENGE = "POST /v2/auth/challenge"
REFRESH = "POST /v2/auth/token/refresh"
MANY = 1000
DUPLICATE = 440


@pytest.fixture(scope="module")
def neighbour(odoo, simulator) -> Iterator[Odoo]:
    """Another database of the same company, with a certificate and a master key of its own."""
    work = Path(os.environ["KSEF_TEST_WORK_DIR"]) / "neighbour"
    work.mkdir(parents=True, exist_ok=True)
    other = Odoo(work, simulator, f"{DATABASE}_neighbour")
    other.install()
    other.shell("prepare.py")
    odoo.shell("connect.py")
    yield other
    other.drop()


@pytest.fixture
def counted(simulator):
    """How often logins were begun and refreshed since the test began."""
    for match in (CHALLENGE, REFRESH):
        fault = {"match": match, "kind": "delay", "seconds": 0, "times": MANY}
        simulator.control("faults", [fault])

    def count():
        faults = simulator.control("faults", method="GET")
        return {fault["match"]: MANY - fault["times"] for fault in faults}

    yield count
    simulator.control("faults", method="DELETE")


def send(program: Odoo, invoice: int) -> dict:
    program.shell("send.py", KSEF_SYSTEM_INVOICE=invoice)
    program.shell("schedules.py")
    return program.submission(invoice)


def held(program: Odoo, name: str) -> list[dict]:
    return [one for one in program.simulator.invoices() if one["invoice_number"] == name]


def refusal(program: Odoo, invoice: int) -> tuple:
    [row] = program.execute(
        "SELECT refusal_code, duplicate_of, ksef_number FROM l10n_pl_ksef_submission "
        "WHERE move_id = %s",
        invoice,
    )
    return row


# --- logins -------------------------------------------------------------------------------


def test_each_has_a_login_of_its_own(odoo, neighbour):
    ours, theirs = odoo.shell("log_in.py"), neighbour.shell("log_in.py")

    assert ours.startswith("TOKEN") and theirs.startswith("TOKEN")
    assert ours != theirs


def test_when_one_connects_anew_the_login_of_the_other_goes_on(odoo, neighbour, counted):
    before = odoo.shell("log_in.py")

    assert "Connected" in neighbour.shell("connect.py")

    assert odoo.shell("log_in.py") == before
    odoo.execute("UPDATE l10n_pl_ksef_login SET access_valid_until = '2026-01-01'")
    assert odoo.shell("log_in.py").startswith("TOKEN")
    # the one challenge was the neighbour's: ours was refreshed
    assert counted() == {CHALLENGE: 1, REFRESH: 1}


# --- invoices -----------------------------------------------------------------------------


def test_both_send_at_the_same_time(odoo, neighbour):
    programs = {odoo: odoo.new_invoice("FV/A/0001"), neighbour: neighbour.new_invoice("FV/B/0001")}
    processes = [
        program._start_shell("send.py", KSEF_SYSTEM_INVOICE=invoice)
        for program, invoice in programs.items()
    ]
    for process in processes:
        process.communicate(timeout=120)

    for program, invoice in programs.items():
        program.shell("schedules.py")
        submission = program.submission(invoice)
        assert submission["state"] == "accepted"
        [document] = held(program, program.invoice_name(invoice))
        assert document["number"] == submission["number"]
        assert document["hash"] == submission["sha256"]


def test_the_invoice_of_one_is_never_taken_for_that_of_the_other(odoo, neighbour):
    # given the same number in both books, on different documents
    ours, theirs = odoo.new_invoice("FV/2026/77"), neighbour.new_invoice("FV/2026/77")
    accepted = send(odoo, ours)
    assert accepted["state"] == "accepted"
    # when the neighbour sends its own
    refused = send(neighbour, theirs)
    # then it is told that there is another one, and gets neither its number nor its receipt
    assert refused["state"] == "rejected"
    assert not refused["has_upo"]
    assert refused["sha256"] != accepted["sha256"]
    assert refusal(neighbour, theirs) == (DUPLICATE, accepted["number"], None)
    assert odoo.submission(ours) == accepted
    [document] = held(odoo, "FV/2026/77")
    assert document["hash"] == accepted["sha256"]


def test_a_duplicate_after_a_lost_answer_is_not_taken_for_ours_either(odoo, neighbour):
    # given a number that the other program has used
    theirs = send(neighbour, neighbour.new_invoice("FV/2026/78"))
    ours = odoo.new_invoice("FV/2026/78")
    # when the answer to our own document is lost
    odoo.simulator.fault("POST /v2/sessions/online/*/invoices", "drop_after")
    odoo.shell("send.py", KSEF_SYSTEM_INVOICE=ours)
    odoo.recover()
    # then it is a duplicate of theirs, and not accepted as theirs
    assert odoo.submission(ours)["state"] == "rejected"
    assert refusal(odoo, ours) == (DUPLICATE, theirs["number"], None)


# --- last, because the neighbour is gone then -----------------------------------------------


def test_when_one_disconnects_the_other_goes_on(odoo, neighbour, counted):
    neighbour.shell("disconnect.py")

    odoo.execute("UPDATE l10n_pl_ksef_login SET access_valid_until = '2026-01-01'")

    assert odoo.shell("log_in.py").startswith("TOKEN")
    assert counted() == {CHALLENGE: 0, REFRESH: 1}
    assert send(odoo, odoo.new_invoice("FV/A/0002"))["state"] == "accepted"
    assert neighbour.execute("SELECT 1 FROM l10n_pl_ksef_login") == []
