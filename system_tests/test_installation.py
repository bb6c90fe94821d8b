"""Installing the addon where invoices were posted before: nothing is marked, nothing is queued."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import DATABASE, Odoo, Simulator


@pytest.fixture
def odoo_with_old_invoices(simulator: Simulator) -> Iterator[Odoo]:
    work = Path(os.environ["KSEF_TEST_WORK_DIR"]) / "old"
    work.mkdir(parents=True, exist_ok=True)
    odoo = Odoo(work, simulator, f"{DATABASE}_old")
    odoo.shell("old_invoices.py")
    yield odoo
    odoo.drop()


def test_installing_marks_no_invoice_that_was_posted_before(odoo_with_old_invoices: Odoo) -> None:
    # given
    odoo = odoo_with_old_invoices
    assert odoo.execute("SELECT count(*) FROM account_move WHERE state = 'posted'") == [(3,)]
    # when
    odoo.install()
    # then
    marked = odoo.execute(
        "SELECT count(*) FROM account_move "
        "WHERE l10n_pl_ksef_state IS NOT NULL OR l10n_pl_ksef_required"
    )
    assert marked == [(0,)]
    assert odoo.execute("SELECT count(*) FROM l10n_pl_ksef_submission") == [(0,)]
