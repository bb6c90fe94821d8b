"""How long the bytes of an FA(3) document take, beside Odoo's own KSeF module in the same run.

Runs on the standard input of ``odoo shell``, in any database with l10n_pl_ksef and l10n_pl_edi.
Makes its own invoices, times both on the same ones, prints the figures and undoes everything.
Set KSEF_BENCH_INVOICES and KSEF_BENCH_LINES for other sizes than 200 invoices of ten lines.
"""

import gc
import os
import time
from datetime import datetime, timezone

INVOICES = int(os.environ.get("KSEF_BENCH_INVOICES", "200"))
LINES = int(os.environ.get("KSEF_BENCH_LINES", "10"))
REQUIRED_RATIO = 30
ROUNDS = 5
MOMENT = datetime(2026, 2, 20, 9, 30, tzinfo=timezone.utc)
ISSUE_DAY = "2026-02-15"


def polish_company(env):
    """A company with l10n_pl's chart and everything both modules ask for."""
    company = env["res.company"].search([("chart_template", "=", "pl")], limit=1) or env.company
    poland = env.ref("base.pl")
    company.write(
        {
            "vat": "PL5265877635",
            "street": "ul. Kwiatowa 1",
            "zip": "00-001",
            "city": "Warszawa",
            "country_id": poland.id,
        }
    )
    if company.chart_template != "pl":
        company.currency_id = env.ref("base.PLN")
        env["account.chart.template"].try_loading("pl", company=company, install_demo=False)
    return company


def posted_invoices(env, company):
    """Ordinary invoices: products, three rates, a discount here and there, a bank account."""
    env = env(context={**env.context, "allowed_company_ids": company.ids, "tracking_disable": True})
    template = env["account.chart.template"].with_company(company)
    taxes = [template.ref(name) for name in ("vs_kraj_23", "vs_kraj_8", "vs_kraj_5")]
    products = env["product.product"].create(
        [
            {
                "name": f"Produkt {number}",
                "default_code": f"P{number:03}",
                "list_price": 10 + number,
            }
            for number in range(20)
        ]
    )
    buyers = env["res.partner"].create(
        [
            {
                "name": f"Nabywca {number} sp. z o.o.",
                "is_company": True,
                "vat": "PL1111111111",
                "street": f"ul. Polna {number}",
                "zip": "00-001",
                "city": "Warszawa",
                "country_id": env.ref("base.pl").id,
                "email": f"nabywca{number}@example.com",
            }
            for number in range(50)
        ]
    )
    bank = env["res.partner.bank"].create(
        {"acc_number": "73111111111111111111111111", "partner_id": company.partner_id.id}
    )
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": buyers[number % 50].id,
                "invoice_date": ISSUE_DAY,
                "partner_bank_id": bank.id,
                "invoice_line_ids": [
                    (0, 0, line(number, row, products, taxes)) for row in range(LINES)
                ],
            }
            for number in range(INVOICES)
        ]
    )
    moves.action_post()
    env.flush_all()
    return moves


def line(number, row, products, taxes):
    return {
        "product_id": products[(number + row) % 20].id,
        "quantity": 1 + (row * 7 + number) % 5,
        "price_unit": 19.99 + row * 3.33,
        "discount": 10.0 if row % 4 == 3 else 0.0,
        "tax_ids": [(6, 0, taxes[row % 3].ids)],
    }


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
    problems = [finding.message for finding in findings]
    assert document and not problems, problems


def upstream(move):
    move._l10n_pl_edi_render_xml()


def main(env):
    moves = posted_invoices(env, polish_company(env))
    ours(moves[0])
    upstream(moves[0])
    our_time = milliseconds(moves, ours, ROUNDS)
    build_time = milliseconds(moves, lambda move: move._l10n_pl_ksef_fa3_invoice(MOMENT), ROUNDS)
    upstream_time = milliseconds(moves, upstream, 1)
    ratio = upstream_time / our_time
    print(f"FA(3) bytes of {INVOICES} invoices of {LINES} lines, each:")
    print(
        f"  l10n_pl_ksef  {our_time:8.2f} ms  (XSD and rules checked;"
        f" the mapping alone {build_time:.2f} ms)"
    )
    print(f"  l10n_pl_edi   {upstream_time:8.2f} ms  (not checked)")
    print(f"  ratio         {ratio:8.1f}     (at least {REQUIRED_RATIO} wanted)")
    print("BENCH fa3_bytes", "ok" if ratio >= REQUIRED_RATIO else "too slow", f"{ratio:.1f}")
    env.cr.rollback()


main(env)
