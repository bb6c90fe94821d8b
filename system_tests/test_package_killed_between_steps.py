"""A package survives the death of the process that sends it, at every step.

Each test kills the process elsewhere, lets time pass, starts a new process, and asks KSeF (the
simulator) what it holds: every document exactly once, offered once, with the bytes that were
frozen, and each with the number that Odoo shows.
"""

from __future__ import annotations

import pytest
from conftest import _wait_for

CLOSE = "POST /v2/sessions/batch/*/close"
SESSION = "l10n_pl_ksef_session"
COUNT = 4
TESTS = 12
SMALL = {"KSEF_SYSTEM_SMALL_PACKAGES": 1}


@pytest.fixture(scope="module")
def posted(odoo):
    """Posted invoices for all tests, made by one process; each takes some of its own."""
    said = odoo.shell("invoices.py", KSEF_SYSTEM_COUNT=COUNT * TESTS).splitlines()
    [line] = [line for line in said if line.startswith("INVOICES")]
    return [int(number) for number in line.split()[1:]]


@pytest.fixture
def invoices(odoo, posted):
    mine = [posted.pop(0) for _number in range(COUNT)]
    yield mine
    odoo.let_go()


def held(odoo, invoices):
    names = {odoo.invoice_name(invoice) for invoice in invoices}
    return [one for one in odoo.simulator.invoices() if one["invoice_number"] in names]


def states(odoo, invoices):
    return {odoo.submission_state(invoice) for invoice in invoices}


def packages(odoo, invoices):
    """State, parts sent and number of parts of the packages that these invoices were in."""
    return odoo.execute(
        "SELECT DISTINCT session.state, coalesce(parts_sent, 0), part_count, session.id "
        "FROM l10n_pl_ksef_session session "
        "JOIN l10n_pl_ksef_submission submission ON submission.session_id = session.id "
        "WHERE submission.move_id = ANY(%s) ORDER BY session.id",
        invoices,
    )


def assert_all_in_ksef_once(odoo, invoices):
    documents = {one["invoice_number"]: one for one in held(odoo, invoices)}
    assert len(held(odoo, invoices)) == len(invoices)
    for invoice in invoices:
        submission = odoo.submission(invoice)
        document = documents[odoo.invoice_name(invoice)]
        assert (submission["state"], submission["has_upo"]) == ("accepted", True)
        assert (document["number"], document["hash"], document["offered"]) == (
            submission["number"],
            submission["sha256"],
            1,
        )


def sending(invoices):
    """What a process is told that prepares and sends these."""
    return {**SMALL, "KSEF_SYSTEM_PREPARE": " ".join(map(str, invoices))}


def killed_and_followed(odoo, invoices, when):
    """Kill the process at that moment; what it had reached is the return value."""
    odoo.killed("schedules.py", when, **sending(invoices))
    odoo.let_go()
    odoo.simulator.control("faults", method="DELETE")  # what the dead process did not live to see
    reached = packages(odoo, invoices)
    return [package[:2] for package in reached]


def test_a_process_left_alone_sends_one_package_in_parts(odoo, invoices):
    odoo.shell("schedules.py", **sending(invoices))
    [(state, sent, parts, _number)] = packages(odoo, invoices)
    assert (state, sent) == ("closed", parts)
    assert parts > 3
    assert_all_in_ksef_once(odoo, invoices)


def test_killed_after_packing_and_before_ksef_heard_of_it(odoo, invoices):
    odoo.simulator.fault("POST /v2/sessions/batch", "delay", seconds=3600)
    reached = killed_and_followed(
        odoo,
        invoices,
        lambda: packages(odoo, invoices)[:1] and states(odoo, invoices) == {"sending"},
    )
    assert reached == [("opening", 0)]
    odoo.recover(**SMALL)
    assert_all_in_ksef_once(odoo, invoices)


def test_killed_after_ksef_opened_and_before_that_was_written(odoo, invoices):
    odoo.hang_on("NEW.state = 'open' AND OLD.state = 'opening'", SESSION)
    assert killed_and_followed(odoo, invoices, odoo.is_hanging) == [("opening", 0)]
    odoo.recover(**SMALL)
    assert_all_in_ksef_once(odoo, invoices)


def test_killed_when_half_the_parts_were_sent(odoo, invoices):
    odoo.hang_on("NEW.parts_sent = 3 AND OLD.parts_sent = 2", SESSION)
    assert killed_and_followed(odoo, invoices, odoo.is_hanging) == [("open", 2)]
    [before] = packages(odoo, invoices)
    odoo.recover(**SMALL)
    assert_all_in_ksef_once(odoo, invoices)
    # the same package went on: its archive was built again to the byte
    [after] = packages(odoo, invoices)
    assert after[3] == before[3]


def test_killed_before_the_intent_to_close_was_written(odoo, invoices):
    odoo.hang_on("NEW.state = 'closing' AND OLD.state = 'open'", SESSION)
    [(state, sent)] = killed_and_followed(odoo, invoices, odoo.is_hanging)
    assert state == "open"
    assert held(odoo, invoices) == []
    odoo.recover(**SMALL)
    assert_all_in_ksef_once(odoo, invoices)


def test_killed_after_ksef_took_the_package_and_before_the_answer_came(odoo, invoices):
    odoo.simulator.fault(CLOSE, "delay", seconds=30, when="after")
    [(state, _sent)] = killed_and_followed(odoo, invoices, lambda: bool(held(odoo, invoices)))
    assert state == "closing"
    assert states(odoo, invoices) == {"sending"}
    odoo.recover(**SMALL)
    assert_all_in_ksef_once(odoo, invoices)


def test_killed_while_closing_never_reached_ksef(odoo, invoices):
    odoo.simulator.fault(CLOSE, "delay", seconds=3600)
    [(state, _sent)] = killed_and_followed(
        odoo, invoices, lambda: [one[0] for one in packages(odoo, invoices)] == ["closing"]
    )
    assert state == "closing"
    assert held(odoo, invoices) == []
    odoo.recover(**SMALL)
    assert_all_in_ksef_once(odoo, invoices)


def test_killed_after_the_answer_and_before_it_was_written(odoo, invoices):
    odoo.hang_on("NEW.state = 'processing' AND OLD.state = 'closing'", SESSION)
    [(state, _sent)] = killed_and_followed(odoo, invoices, odoo.is_hanging)
    assert state == "closing"
    odoo.recover(**SMALL)
    assert_all_in_ksef_once(odoo, invoices)


def test_killed_when_half_the_numbers_were_written(odoo, invoices):
    third = f"NEW.move_id = {invoices[2]}"
    odoo.hang_on(f"NEW.state = 'accepted' AND OLD.state != 'accepted' AND {third}")
    killed_and_followed(odoo, invoices, odoo.is_hanging)
    assert states(odoo, invoices) == {"accepted", "sent"}
    odoo.recover(**SMALL)
    assert_all_in_ksef_once(odoo, invoices)


def test_killed_when_half_the_receipts_were_written(odoo, invoices):
    third = f"NEW.move_id = {invoices[2]}"
    odoo.hang_on(f"NEW.has_upo AND NOT coalesce(OLD.has_upo, false) AND {third}")
    killed_and_followed(odoo, invoices, odoo.is_hanging)
    assert [odoo.submission(one)["has_upo"] for one in invoices] == [True, True, False, False]
    odoo.recover(**SMALL)
    assert_all_in_ksef_once(odoo, invoices)


def test_two_processes_at_once_send_each_document_once(odoo, invoices):
    both = [odoo._start_shell("schedules.py", **sending(invoices)) for _number in range(2)]
    ends = [process.wait(120) for process in both]
    assert 0 in ends, odoo.tail()
    odoo.recover(**SMALL)
    assert_all_in_ksef_once(odoo, invoices)


def test_a_worker_whose_turn_another_one_took_offers_nothing_twice(odoo, invoices):
    # given a process whose call to close the package takes very long to reach KSeF
    odoo.simulator.fault(CLOSE, "delay", seconds=15)
    slow = odoo._start_shell("schedules.py", **sending(invoices))
    _wait_for(lambda: [one[0] for one in packages(odoo, invoices)] == ["closing"], "the slow one")
    # when its turn is over, and another process has the package taken meanwhile
    odoo.recover(**SMALL)
    assert_all_in_ksef_once(odoo, invoices)
    # then the call that arrives late changes nothing
    assert slow.wait(120) == 0, odoo.tail()
    assert_all_in_ksef_once(odoo, invoices)
