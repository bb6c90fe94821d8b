"""One login for all workers and one key for all hosts, proven with real processes and commits."""

from __future__ import annotations

import time

import pytest

CHALLENGE = "POST /v2/auth/challenge"
REFRESH = "POST /v2/auth/token/refresh"
MANY = 1000
WORKERS = 4
START_SECONDS = 8.0


@pytest.fixture
def slow_login(odoo):
    """Logins and refreshes take a second each, so that all workers want one at the same time."""
    for match in (CHALLENGE, REFRESH):
        odoo.simulator.control(
            "faults", [{"match": match, "kind": "delay", "seconds": 1.0, "times": MANY}]
        )
    yield
    odoo.simulator.control("faults", method="DELETE")


@pytest.fixture
def data_of_another_host(odoo):
    """The configuration of a second server on the same database, with a folder of its own."""
    original = odoo.conf.read_text()
    folder = odoo.work / "other_host"
    folder.mkdir(exist_ok=True)
    odoo.conf.write_text(
        original.replace(f"data_dir = {odoo.work / 'data'}", f"data_dir = {folder}")
    )
    yield folder
    odoo.conf.write_text(original)


def calls(odoo, match):
    """How many of the requests were made that the fixture counts."""
    faults = odoo.simulator.control("faults", method="GET")
    [left] = [fault["times"] for fault in faults if fault["match"] == match]
    return MANY - left


def log_in_at_once(odoo):
    """What each of several processes says that ask for a client at the same moment."""
    start = time.time() + START_SECONDS
    processes = [odoo._start_shell("log_in.py", KSEF_SYSTEM_AT=start) for _worker in range(WORKERS)]
    return [process.communicate(timeout=120)[0].decode().strip() for process in processes]


def set_login(odoo, assignment):
    odoo.execute(f"UPDATE l10n_pl_ksef_login SET {assignment}")


def test_workers_that_find_no_login_make_one(odoo, slow_login):
    odoo.execute("DELETE FROM l10n_pl_ksef_login")

    said = log_in_at_once(odoo)

    assert len(set(said)) == 1, said
    assert said[0].startswith("TOKEN") and said[0].endswith("True")
    assert calls(odoo, CHALLENGE) == 1


def test_workers_that_find_the_access_token_over_refresh_it_once(odoo, slow_login):
    set_login(odoo, "access_valid_until = '2026-01-01'")

    said = log_in_at_once(odoo)

    assert len(set(said)) == 1, said
    assert said[0].startswith("TOKEN")
    assert (calls(odoo, CHALLENGE), calls(odoo, REFRESH)) == (0, 1)


def test_a_refusal_is_known_to_all_although_the_worker_rolled_back(odoo, slow_login):
    set_login(odoo, "access_valid_until = NULL, refresh_valid_until = NULL")
    refusal = {
        "title": "Forbidden",
        "status": 403,
        "detail": "Brak.",
        "reasonCode": "ip-not-allowed",
    }
    odoo.simulator.fault(CHALLENGE, "status", code=403, body=refusal)

    first = odoo.shell("log_in.py")
    before = calls(odoo, CHALLENGE)
    second = odoo.shell("log_in.py")

    assert first.startswith("ERROR Forbidden")
    assert second.startswith("ERROR LoginOnHold")
    assert calls(odoo, CHALLENGE) == before
    assert odoo.execute("SELECT state, refusals FROM l10n_pl_ksef_login") == [("error", 1)]
    set_login(odoo, "hold_until = NULL")


def test_a_second_host_makes_no_second_key(odoo, data_of_another_host):
    set_login(odoo, "hold_until = NULL")

    said = odoo.shell("log_in.py")

    assert said.startswith("ERROR VaultError")
    assert "master key" in said
    assert not list(data_of_another_host.glob("**/*.key"))


def test_a_copied_database_opens_nothing(odoo):
    [[uuid]] = odoo.execute("SELECT value FROM ir_config_parameter WHERE key = 'database.uuid'")
    odoo.execute(
        "UPDATE ir_config_parameter SET value = gen_random_uuid()::text WHERE key = 'database.uuid'"
    )
    try:
        said = odoo.shell("log_in.py")
    finally:
        odoo.execute("UPDATE ir_config_parameter SET value = %s WHERE key = 'database.uuid'", uuid)

    assert said.startswith("ERROR VaultError")
    assert "belong to another database" in said
