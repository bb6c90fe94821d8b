"""Switching to a new certificate in real processes: killed in between, and with a slow KSeF."""

from __future__ import annotations

CHALLENGE = "POST /v2/auth/challenge"
MANY = 1000


def newest(odoo) -> tuple:
    """State of the newest request, and whether the company logs in with what it brought."""
    [row] = odoo.execute(
        "SELECT e.state, c.l10n_pl_ksef_auth_certificate_id = e.certificate_id "
        "FROM l10n_pl_ksef_enrolment e JOIN res_company c ON c.id = e.company_id "
        "ORDER BY e.id DESC LIMIT 1"
    )
    return row


def mark(odoo) -> tuple:
    """What the settings show, read off the database: state and whether permissions are known."""
    [row] = odoo.execute("SELECT state, permissions IS NOT NULL FROM l10n_pl_ksef_login")
    return row


def test_killed_between_the_switch_and_the_login(odoo):
    # given a process that dies while it hands the trial login over
    odoo.shell("connect.py")
    odoo.shell("request_certificate.py")
    odoo.hang_on("NEW.credential_id IS DISTINCT FROM OLD.credential_id", "l10n_pl_ksef_login")
    odoo.killed("enrolments.py", odoo.is_hanging)
    odoo.let_go()
    # then the company is switched, and the request is known to be unfinished
    assert newest(odoo) == ("trying", True)
    # and the next run makes up for it
    odoo.shell("enrolments.py")
    assert newest(odoo) == ("issued", True)
    assert mark(odoo) == ("connected", True)
    assert odoo.shell("log_in.py").startswith("TOKEN")


def test_a_slow_login_is_gone_on_with_in_another_process(odoo):
    # given a KSeF that takes longer to check a login than a process waits
    simulator = odoo.simulator
    odoo.shell("request_certificate.py")
    simulator.control("processing", {"login_seconds": 600})
    fault = {"match": CHALLENGE, "kind": "delay", "seconds": 0, "times": MANY}
    simulator.control("faults", [fault])
    try:
        odoo.shell("enrolments.py")
        assert newest(odoo) == ("trying", False)
        assert mark(odoo)[0] == "connected"
        # when it is through
        simulator.control("clock", {"offset_seconds": 610})
        odoo.shell("enrolments.py")
        [left] = [one["times"] for one in simulator.control("faults", method="GET")]
    finally:
        simulator.control("processing", {"login_seconds": 0})
        simulator.control("clock", {"offset_seconds": 0})
        simulator.control("faults", method="DELETE")
    # then the same login went on and is the company's
    assert left == MANY - 1
    assert newest(odoo) == ("issued", True)
    assert mark(odoo) == ("connected", True)
