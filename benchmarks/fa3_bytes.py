"""How long the bytes of an FA(3) document take, beside Odoo's own KSeF module in the same run.

Runs on the standard input of ``odoo shell`` (see script/bench), in any database that has
l10n_pl_ksef and l10n_pl_edi. Makes its own invoices, times both on the same ones, prints the
figures and undoes everything. KSEF_BENCH_INVOICES and KSEF_BENCH_LINES ask for other sizes than
200 invoices of ten lines.
"""

import gc
import os
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from odoo.tools.misc import file_path

sys.path.insert(0, str(Path(file_path("l10n_pl_ksef")).parent / "benchmarks"))
import _invoices

INVOICES = int(os.environ.get("KSEF_BENCH_INVOICES", "200"))
LINES = int(os.environ.get("KSEF_BENCH_LINES", "10"))
REQUIRED_RATIO = 30
ROUNDS = 5
MOMENT = datetime(2026, 2, 20, 9, 30, tzinfo=timezone.utc)


def milliseconds(moves, work, rounds):
    """The best of several rounds, each from an empty cache, for one invoice."""
    best = None
    for _round in range(rounds):
        moves.env.invalidate_all()
        gc.collect()
        started = time.perf_counter()
        for move in moves:
            work(move)
        elapsed = (time.perf_counter() - started) / len(moves) * 1000
        best = elapsed if best is None else min(best, elapsed)
    return best


def ours(move):
    document, findings = move._l10n_pl_ksef_xml(MOMENT)
    if findings or not document:
        raise AssertionError([finding.message for finding in findings])


def mapping_alone(move):
    move._l10n_pl_ksef_fa3_invoice(MOMENT)


def upstream(move):
    move._l10n_pl_edi_render_xml()


def main(env):
    moves = _invoices.draft_invoices(env, _invoices.polish_company(env), INVOICES, LINES)
    moves.action_post()
    env.flush_all()
    for work in (ours, upstream):
        work(moves[0])
    our_time = milliseconds(moves, ours, ROUNDS)
    mapping_time = milliseconds(moves, mapping_alone, ROUNDS)
    upstream_time = milliseconds(moves, upstream, 1)
    env.cr.rollback()
    ratio = upstream_time / our_time
    print(f"FA(3) bytes of {INVOICES} invoices of {LINES} lines, for each:")
    print(
        f"  l10n_pl_ksef {our_time:8.2f} ms, with XSD and rules (the mapping {mapping_time:.2f} ms)"
    )
    print(f"  l10n_pl_edi  {upstream_time:8.2f} ms, unchecked")
    print(f"  ratio        {ratio:8.1f}, at least {REQUIRED_RATIO} wanted")
    if ratio < REQUIRED_RATIO:
        sys.exit("The documents take too long.")


main(env)
