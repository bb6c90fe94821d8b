"""Suppliers' invoices from a package to draft bills, beside Odoo's own ``create`` in the same run.

Runs on the standard input of ``odoo shell`` in a database with the addon, with a running simulator
(see script/bench); commits, as fetching does, so the database should be one of its own. Plants
KSEF_BENCH_BILLS invoices of KSEF_BENCH_LINES lines from fifty suppliers that Odoo does not know,
and takes the time of the schedule that fetches them. Then bills are made of a hundred of them, the
very same hundred are created with ``create``, and so on in turns, each hundred in a transaction of
its own, so that whatever else the machine does hits both.
"""

import base64
import gc
import os
import sys
import time
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from itertools import islice
from pathlib import Path

import requests

from odoo import Command
from odoo.tools.misc import file_path

from odoo.addons.l10n_pl_ksef.ksef import fa3
from odoo.addons.l10n_pl_ksef.ksef.numbers import is_valid_nip

FOLDER = Path(file_path("l10n_pl_ksef")).parent / "benchmarks"
sys.path.insert(0, str(FOLDER))
import _invoices  # noqa: E402  its folder is known only now

BILLS = int(os.environ.get("KSEF_BENCH_BILLS", "2000"))
LINES = int(os.environ.get("KSEF_BENCH_LINES", "10"))
ALLOWED_RATIO = 1.3
ALLOWED_CALLS = 12
ALLOWED_GROWTH = 32
"""MB that the process may grow while it fetches and makes all of them."""
SUPPLIERS = 50
BATCH = 100
WARM_UP = 100
NIP = "5265877635"
PASSWORD = "Simulator-Password-1"
MANY = 1_000_000
CENT = Decimal("0.01")
TODAY = datetime.now(timezone.utc).date()
RATES = (fa3.RateCode.VAT_23, fa3.RateCode.VAT_8, fa3.RateCode.VAT_5)
PLAIN_FIELDS = ("ref", "invoice_date_due", "payment_reference")
PLAIN_LINE_FIELDS = ("name", "quantity", "price_unit", "discount")


# -- the simulator ------------------------------------------------------------------------


def control(path, body=None, method="POST"):
    url = f"{os.environ['KSEF_SIMULATOR_URL']}/_control/{path}"
    answer = requests.request(method, url, json=body, timeout=600)
    answer.raise_for_status()
    return answer.json()


def connect(env, company):
    """Give the company a certificate, press Connect, and fetch from today on."""
    pair = control("certificates", {"nip": NIP, "password": PASSWORD, "algorithm": "EC"})
    certificate = env["l10n_pl_ksef.certificate"]._import_pair(
        company, "authentication", pair["certificate"].encode(), pair["key"].encode(), PASSWORD
    )
    company.write(
        {
            "l10n_pl_ksef_environment": "simulator",
            "l10n_pl_ksef_auth_method": "certificate",
            "l10n_pl_ksef_auth_certificate_id": certificate.id,
            "l10n_pl_ksef_go_live_date": "2026-02-01",
            "l10n_pl_ksef_fetch_mode": "automatic",
            "l10n_pl_ksef_fetch_from": TODAY,
        }
    )
    env.cr.commit()
    company.action_l10n_pl_ksef_connect()
    env.cr.commit()


def plant(first, count):
    """Put invoices into KSeF as if the suppliers had sent them."""
    for start in range(first, first + count, BATCH):
        xmls = [fa3.write(document(n)) for n in range(start, min(start + BATCH, first + count))]
        control("plant", [{"content": base64.b64encode(xml).decode()} for xml in xmls])


def suppliers():
    """NIPs with right check digits that no other benchmark uses."""
    candidates = map(str, range(7_110_000_000, 7_120_000_000))
    return list(islice(filter(is_valid_nip, candidates), SUPPLIERS))


NIPS = suppliers()


def document(number):
    """An invoice of a supplier: three rates, a discount here and there, a bank account."""
    lines = [line(number, row) for row in range(LINES)]
    nets = {}
    for one in lines:
        nets[one.rate] = nets.get(one.rate, Decimal(0)) + one.net_amount
    totals = fa3.VatTotals.by_rate(
        {
            rate: fa3.Total(
                net=net, vat=(net * rate.percent / 100).quantize(CENT, rounding="ROUND_HALF_UP")
            )
            for rate, net in nets.items()
        }
    )
    supplier = number % SUPPLIERS
    return fa3.Invoice(
        generated_at=datetime.now(timezone.utc),
        seller=fa3.Seller(
            identity=fa3.Taxpayer(nip=NIPS[supplier], name=f"Dostawca {supplier} sp. z o.o."),
            address=fa3.Address(line1=f"ul. Polna {supplier}", line2="00-001 Warszawa"),
        ),
        buyer=fa3.Buyer(
            identity=fa3.Identity(nip=NIP, name="Kupujący sp. z o.o."),
            address=fa3.Address(line1="ul. Kwiatowa 1", line2="00-001 Warszawa"),
        ),
        issue_date=TODAY,
        number=f"FV/{number}",
        totals=totals,
        total=totals.net + totals.vat,
        lines=tuple(lines),
        payment=fa3.Payment(
            due_dates=(fa3.DueDate(due_on=TODAY),),
            form=fa3.PaymentForm.TRANSFER,
            bank_accounts=(
                fa3.BankAccount(number=f"{supplier:02}10901014000007121981{supplier:04}"),
            ),
        ),
    )


def line(number, row):
    quantity = Decimal(1 + (row * 7 + number) % 5)
    price = Decimal("19.99") + row * Decimal("3.33")
    discount = (price / 10).quantize(CENT) if row % 4 == 3 else None
    return fa3.Line(
        number=row + 1,
        name=f"Produkt {(number + row) % 20}",
        unit="szt.",
        quantity=quantity,
        net_price=price,
        discount=discount,
        net_amount=(quantity * (price - (discount or 0))).quantize(CENT),
        rate=RATES[row % 3],
    )


def count_calls():
    """Let the simulator count them: a fault that does nothing, so many times."""
    control("faults", [{"match": "* /v2/**", "kind": "delay", "times": MANY, "seconds": 0}])


def calls_so_far():
    [left] = [fault["times"] for fault in control("faults", method="GET")]
    return MANY - left


# -- ours ---------------------------------------------------------------------------------


def fetch(env, wanted):
    """Run the schedule until so many documents are kept; seconds and calls to KSeF."""
    calls = calls_so_far()
    env["l10n_pl_ksef.cursor"].sudo().search([]).write({"next_look": False, "rest_until": False})
    env.cr.commit()
    received = env["l10n_pl_ksef.received"]
    started = time.perf_counter()
    while received.search_count([]) < wanted:
        env["res.company"]._cron_l10n_pl_ksef_fetch()
        env.cr.commit()
    return time.perf_counter() - started, calls_so_far() - calls


def make(env):
    """Make bills of the next hundred documents, as the other schedule does; the bills, seconds."""
    received = env["l10n_pl_ksef.received"]
    waiting = received.search([("state", "=", "kept")], order="id", limit=BATCH)
    env.invalidate_all()
    gc.collect()
    started = time.perf_counter()
    received._understand_waiting(limit=BATCH)
    env.cr.commit()
    elapsed = time.perf_counter() - started
    for document in waiting:
        if document.state != "billed":
            sys.exit(f"No bill was made of {document.ksef_number}: {document.problem}")
    return waiting.move_id, elapsed


def megabytes():
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


# -- Odoo's own ---------------------------------------------------------------------------


def plain_values(moves):
    """The same bills as anybody would create them, what was looked up for ours included."""
    return [
        {
            "move_type": move.move_type,
            "partner_id": move.partner_id.id,
            "journal_id": move.journal_id.id,
            "currency_id": move.currency_id.id,
            "partner_bank_id": move.partner_bank_id.id,
            # another day, so that nobody takes them for bills typed in by hand
            "invoice_date": move.invoice_date - timedelta(days=1),
            **{name: move[name] for name in PLAIN_FIELDS},
            "invoice_line_ids": [
                Command.create(
                    {
                        "account_id": one.account_id.id,
                        "product_uom_id": one.product_uom_id.id,
                        "tax_ids": [Command.set(one.tax_ids.ids)],
                        **{name: one[name] for name in PLAIN_LINE_FIELDS},
                    }
                )
                for one in move.invoice_line_ids
            ],
        }
        for move in moves
    ]


def create_plain(env, moves):
    """Create the same bills once more; seconds."""
    values = plain_values(moves)
    env.invalidate_all()
    gc.collect()
    started = time.perf_counter()
    env["account.move"].create(values)
    env.cr.commit()
    return time.perf_counter() - started


# -- the run ------------------------------------------------------------------------------


def in_turns(env, count):
    """Make bills of so many documents, and create the same; seconds of each."""
    ours = plain = 0.0
    for _turn in range(0, count, BATCH):
        bills, elapsed = make(env)
        ours += elapsed
        plain += create_plain(env, bills)
        env.cr.execute("ANALYZE account_move, account_move_line")
        env.cr.commit()
    return ours, plain


def main(env):
    company = _invoices.polish_company(env)
    env = env(context={"allowed_company_ids": company.ids})
    connect(env, company)
    count_calls()
    plant(0, WARM_UP)
    fetch(env, WARM_UP)
    in_turns(env, WARM_UP)
    plant(WARM_UP, BILLS)
    gc.collect()
    before = megabytes()
    fetched, calls = fetch(env, WARM_UP + BILLS)
    made, plain = in_turns(env, BILLS)
    growth = megabytes() - before
    ratio = (fetched + made) / plain
    print(f"{BILLS} bills of {LINES} lines, {len(NIPS)} suppliers:")
    print(f"  fetched by package        {fetched:8.1f} s, bills made of them {made:.1f} s")
    print(f"  Odoo's own create         {plain:8.1f} s")
    print(f"  ratio                     {ratio:8.2f}, at most {ALLOWED_RATIO} wanted")
    print(f"  calls to KSeF             {calls:8}, at most {ALLOWED_CALLS} wanted")
    print(f"  memory grew by            {growth:8.1f} MB, at most {ALLOWED_GROWTH} wanted")
    if ratio > ALLOWED_RATIO or calls > ALLOWED_CALLS or growth > ALLOWED_GROWTH:
        sys.exit("Receiving takes too much.")


main(env)
