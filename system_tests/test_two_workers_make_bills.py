"""Several processes make bills of the same documents at the same moment: each is made once."""

from __future__ import annotations

import base64
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from simulator.visitor import NIP, invoice_xml

PREFIX = "RACE"
SUPPLIERS = ("7110000016", "7110000022", "7110000039")
EACH = 50  # more than a slice: two workers are at the same suppliers
WORKERS = 3
START_SECONDS = 10.0


@pytest.fixture(scope="module")
def waiting(odoo):
    """Documents of suppliers that nobody knows, fetched and not understood yet."""
    odoo.execute(
        "UPDATE res_company "
        "SET l10n_pl_ksef_fetch_mode = 'automatic', l10n_pl_ksef_fetch_from = %s",
        datetime.now(timezone.utc).date(),
    )
    seeds = [
        {
            "content": base64.b64encode(invoice_xml(f"{PREFIX}-{nip}", nip, NIP)).decode(),
            "count": EACH,
        }
        for nip in SUPPLIERS
    ]
    planted = odoo.simulator.control("plant", seeds)
    odoo.shell("fetch_only.py")
    states = odoo.execute(
        "SELECT state FROM l10n_pl_ksef_received WHERE invoice_number LIKE %s", f"{PREFIX}%"
    )
    assert states == [("kept",)] * len(planted)
    return planted


def test_every_document_has_one_bill_and_every_supplier_one_contact(odoo, waiting):
    start = time.time() + START_SECONDS
    workers = [
        odoo._start_shell("make_bills.py", KSEF_SYSTEM_AT=start) for _worker in range(WORKERS)
    ]
    for worker in workers:
        worker.communicate(timeout=180)
        assert worker.returncode == 0, odoo.tail()
    odoo.shell("make_bills.py")

    made = odoo.execute("SELECT ref FROM account_move WHERE ref LIKE %s ORDER BY ref", f"{PREFIX}%")
    assert [ref for (ref,) in made] == sorted(one["invoice_number"] for one in waiting)
    contacts = odoo.execute(
        "SELECT vat, count(*) FROM res_partner WHERE vat = ANY(%s) GROUP BY vat ORDER BY vat",
        [f"PL{nip}" for nip in SUPPLIERS],
    )
    assert contacts == [(f"PL{nip}", 1) for nip in SUPPLIERS]
    states = odoo.execute(
        "SELECT DISTINCT state FROM l10n_pl_ksef_received WHERE invoice_number LIKE %s",
        f"{PREFIX}%",
    )
    assert states == [("billed",)]
