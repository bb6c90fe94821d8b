"""The crash-safe order of sending, proven by killing real processes between its steps.

Each test kills the process at another step, lets time pass, starts a new process, and asks
KSeF (the simulator) what it holds: always exactly one document, with the bytes that were frozen.
"""

from __future__ import annotations

import pytest

SEND = "POST /v2/sessions/online/*/invoices"


@pytest.fixture
def invoice(odoo):
    yield odoo.new_invoice()
    odoo.let_go()


def held(odoo, invoice):
    name = odoo.invoice_name(invoice)
    return [one for one in odoo.simulator.invoices() if one["invoice_number"] == name]


def assert_in_ksef_once(odoo, invoice, *, offered=1):
    submission = odoo.submission(invoice)
    assert submission["state"] == "accepted"
    assert submission["has_upo"]
    [document] = held(odoo, invoice)
    assert document["number"] == submission["number"]
    assert document["hash"] == submission["sha256"]
    assert document["offered"] == offered


def test_nothing_happens_to_a_process_that_is_left_alone(odoo, invoice):
    odoo.shell("send.py", KSEF_SYSTEM_INVOICE=invoice)
    assert_in_ksef_once(odoo, invoice)


def test_killed_before_the_intent_was_committed(odoo, invoice):
    # given a process that dies while it writes "sending"
    odoo.hang_on("NEW.state = 'sending'")
    odoo.killed("send.py", odoo.is_hanging, KSEF_SYSTEM_INVOICE=invoice)
    odoo.let_go()
    # then the document is frozen and nothing was sent
    assert odoo.submission(invoice)["state"] == "ready"
    assert held(odoo, invoice) == []
    # and a new process sends it
    odoo.recover()
    assert_in_ksef_once(odoo, invoice)


def test_killed_after_ksef_took_it_and_before_the_answer_came(odoo, invoice):
    # given a KSeF that takes the document and answers too late for this process
    odoo.simulator.fault(SEND, "delay", seconds=30, when="after")
    odoo.killed("send.py", lambda: bool(held(odoo, invoice)), KSEF_SYSTEM_INVOICE=invoice)
    assert odoo.submission(invoice)["state"] == "sending"
    # when a new process asks
    odoo.recover()
    # then it was offered once only
    assert_in_ksef_once(odoo, invoice)


def test_killed_after_the_answer_and_before_it_was_written(odoo, invoice):
    odoo.hang_on("NEW.state = 'sent'")
    odoo.killed("send.py", odoo.is_hanging, KSEF_SYSTEM_INVOICE=invoice)
    odoo.let_go()
    assert odoo.submission(invoice)["state"] == "sending"
    odoo.recover()
    assert_in_ksef_once(odoo, invoice)


def test_killed_while_the_acceptance_was_written(odoo, invoice):
    odoo.hang_on("NEW.state = 'accepted' AND OLD.state != 'accepted'")
    odoo.killed("send.py", odoo.is_hanging, KSEF_SYSTEM_INVOICE=invoice)
    odoo.let_go()
    assert odoo.submission(invoice)["state"] == "sent"
    odoo.recover()
    assert_in_ksef_once(odoo, invoice)


def test_killed_while_the_receipt_was_written(odoo, invoice):
    odoo.hang_on("NEW.has_upo AND NOT coalesce(OLD.has_upo, false)")
    odoo.killed("send.py", odoo.is_hanging, KSEF_SYSTEM_INVOICE=invoice)
    odoo.let_go()
    assert odoo.submission(invoice)["state"] == "accepted"
    assert not odoo.submission(invoice)["has_upo"]
    odoo.recover()
    assert_in_ksef_once(odoo, invoice)


def test_killed_while_the_answer_was_lost_and_ksef_never_took_it(odoo, invoice):
    odoo.simulator.fault(SEND, "delay", seconds=3600)
    odoo.killed(
        "send.py",
        lambda: odoo.submission_state(invoice) == "sending",
        KSEF_SYSTEM_INVOICE=invoice,
    )
    assert held(odoo, invoice) == []
    odoo.recover()
    assert_in_ksef_once(odoo, invoice)


def test_two_processes_at_once_send_it_once(odoo, invoice):
    first = odoo._start_shell("send.py", KSEF_SYSTEM_INVOICE=invoice)
    second = odoo._start_shell("send.py", KSEF_SYSTEM_INVOICE=invoice)
    ends = [first.wait(120), second.wait(120)]
    assert 0 in ends, odoo.tail()
    odoo.recover()
    assert_in_ksef_once(odoo, invoice)
