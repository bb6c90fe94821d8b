"""Issuing offline, in real processes that are killed or in each other's way.

The buyer may hold the document from the moment it was issued: whatever dies, there is one
document, its bytes stay, and KSeF gets it once.
"""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def offline_pair(odoo):
    odoo.shell("offline_pair.py")


@pytest.fixture
def invoice(odoo):
    yield odoo.new_invoice()
    odoo.let_go()


def in_ksef(odoo, invoice):
    name = odoo.invoice_name(invoice)
    return [one for one in odoo.simulator.invoices() if one["invoice_number"] == name]


def assert_in_ksef_once(odoo, invoice, sha256=None):
    submission = odoo.submission(invoice)
    assert submission["state"] == "accepted"
    [document] = in_ksef(odoo, invoice)
    assert document["mode"] == "Offline"
    assert document["offered"] == 1
    assert document["hash"] == submission["sha256"] == (sha256 or submission["sha256"])


def test_killed_right_after_freezing(odoo, invoice):
    # given a process that dies between freezing the document and issuing it
    odoo.hang_on("NEW.state = 'offline' AND OLD.state != 'offline'")
    odoo.killed("issue_offline.py", odoo.is_hanging, KSEF_SYSTEM_INVOICE=invoice)
    odoo.let_go()
    # then nobody holds anything, and nothing goes to KSeF by itself
    assert odoo.submission_state(invoice) is None
    odoo.recover()
    assert in_ksef(odoo, invoice) == []
    # and the next click issues it
    odoo.shell("issue_offline.py", KSEF_SYSTEM_INVOICE=invoice)
    odoo.recover()
    assert_in_ksef_once(odoo, invoice)


def test_killed_while_it_is_sent_later(odoo, invoice):
    odoo.shell("issue_offline.py", KSEF_SYSTEM_INVOICE=invoice)
    frozen = odoo.submission(invoice)["sha256"]
    odoo.simulator.fault("POST /v2/sessions/online/*/invoices", "delay", seconds=30, when="after")
    odoo.killed("schedules.py", lambda: bool(in_ksef(odoo, invoice)))
    assert odoo.submission(invoice)["state"] == "sending"
    odoo.recover()
    assert_in_ksef_once(odoo, invoice, frozen)


def test_two_people_at_once_issue_one_document(odoo, invoice):
    processes = [
        odoo._start_shell("issue_offline.py", KSEF_SYSTEM_INVOICE=invoice) for _person in range(2)
    ]
    ends = [process.wait(120) for process in processes]
    assert 0 in ends, odoo.tail()
    odoo.submission(invoice)  # raises unless there is one
    odoo.recover()
    assert_in_ksef_once(odoo, invoice)
