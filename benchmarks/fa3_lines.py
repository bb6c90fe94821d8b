"""Whether building a document stays linear in the lines of the invoice.

Runs on the standard input of ``odoo shell`` in a database with the addon. Builds and checks the
FA(3) of an invoice of KSEF_BENCH_LINES lines and of one ten times as long, and tells what is said
of the long one when it is over KSeF's size limit.
"""

import gc
import os
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from odoo.tools.misc import file_path

FOLDER = Path(file_path("l10n_pl_ksef")).parent / "benchmarks"
sys.path.insert(0, str(FOLDER))
import _invoices  # noqa: E402  its folder is known only now

LINES = int(os.environ.get("KSEF_BENCH_LINES", "1000"))
ROUNDS = 3
ALLOWED_RATIO = 11
GENERATED_AT = datetime(2026, 2, 15, 9, 30, tzinfo=timezone.utc)


def seconds_to_build(env, move):
    """The best of some rounds, each from a cold cache; and what was found the last time."""
    times = []
    for _round in range(ROUNDS):
        env.invalidate_all()
        gc.collect()
        started = time.process_time()
        xml, findings = move._l10n_pl_ksef_xml(GENERATED_AT)
        times.append(time.process_time() - started)
    return min(times), xml, findings


def measured(env, company, lines):
    """Seconds, bytes and findings for an invoice of that many lines, which is undone again."""
    savepoint = env.cr.savepoint()
    try:
        move = _invoices.draft_invoices(env, company, 1, lines)
        move.action_post()
        env.flush_all()
        seconds, xml, findings = seconds_to_build(env, move)
    finally:
        savepoint.close(rollback=True)
    print(f"{lines:6} lines: {seconds * 1000:6.0f} ms, {len(xml) / 1e6:.2f} MB")
    return seconds, findings


def main(env):
    company = _invoices.polish_company(env)
    short, _findings = measured(env, company, LINES)
    long, findings = measured(env, company, 10 * LINES)
    print(f"ratio {long / short:.1f}, at most {ALLOWED_RATIO} wanted")
    for finding in findings:
        if finding.severity == "error":
            print(f"Said before it is sent: {finding.message}")
    env.cr.rollback()
    if long / short > ALLOWED_RATIO:
        sys.exit("Building is not linear in the lines.")


main(env)
