"""The other half of script/demo: suppliers' invoices come in from KSeF as draft bills.

Runs in ``odoo shell`` (which gives ``env``) after ``demo_job.py``, which connects the company. The
suppliers exist in the simulator only: Odoo meets them through their invoices.
"""

import os
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo.addons.l10n_pl_ksef.ksef import fa3

sys.path.insert(0, os.environ["KSEF_DEMO_SCRIPTS"])
from demo_tools import control, say

NOW = datetime.now(timezone.utc)
TODAY = NOW.astimezone(ZoneInfo("Europe/Warsaw")).date()


def supplier(nip, name, street, city):
    return fa3.Seller(
        identity=fa3.Taxpayer(nip=nip, name=name),
        address=fa3.Address(line1=street, line2=city),
    )


TIMBER = supplier("5555555555", "Tartak Dębowy Gaj sp. z o.o.", "ul. Leśna 3", "19-300 Ełk")
SCHOOL = supplier("7777777777", "Szkoła Rzemiosła Ewa Nowak", "ul. Szkolna 8", "90-001 Łódź")


def buyer(company):
    return fa3.Buyer(
        identity=fa3.Identity(nip=company.vat.removeprefix("PL"), name=company.name),
        address=fa3.Address(line1=company.street, line2=f"{company.zip} {company.city}"),
    )


def line(number, name, unit, quantity, price, rate):
    return fa3.Line(
        number=number,
        name=name,
        unit=unit,
        quantity=Decimal(quantity),
        net_price=Decimal(price),
        net_amount=(Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01")),
        rate=rate,
    )


def document(company, seller, number, lines, **more):
    """An invoice of today; VAT is counted from the sum of each rate."""
    nets = {}
    for one in lines:
        nets[one.rate] = nets.get(one.rate, Decimal(0)) + one.net_amount
    totals = {rate: fa3.Total(net=net, vat=vat_of(rate, net)) for rate, net in nets.items()}
    return fa3.Invoice(
        generated_at=NOW,
        seller=seller,
        buyer=buyer(company),
        issue_date=TODAY,
        number=number,
        lines=tuple(lines),
        totals=fa3.VatTotals.by_rate(totals),
        total=sum((total.net + (total.vat or 0) for total in totals.values()), Decimal(0)),
        **more,
    )


def vat_of(rate, net):
    if rate is fa3.RateCode.EXEMPT:
        return None
    return (net * Decimal(rate.value) / 100).quantize(Decimal("0.01"))


def payment(account):
    return fa3.Payment(
        form=fa3.PaymentForm.TRANSFER,
        due_dates=(fa3.DueDate(due_on=TODAY + timedelta(days=14)),),
        bank_accounts=(fa3.BankAccount(number=account),),
    )


def documents(company):
    """A purchase, a course without VAT, and a credit note for a part of the purchase."""
    mark = NOW.strftime("%H%M%S")
    timber = document(
        company,
        TIMBER,
        f"FV/{TODAY:%Y/%m}/{mark}",
        [
            line(1, "Deska dębowa 32 mm", "m2", "18.5", "164.90", fa3.RateCode.VAT_23),
            line(2, "Klej stolarski D3", "kg", "6", "21.35", fa3.RateCode.VAT_23),
        ],
        payment=payment("61109010140000071219812874"),
    )
    course = document(
        company,
        SCHOOL,
        f"{mark}/{TODAY:%Y}",
        [line(1, "Kurs lakierowania", "os.", "2", "640.00", fa3.RateCode.EXEMPT)],
        annotations=fa3.Annotations(exemption=fa3.Exemption(act="art. 43 ust. 1 pkt 26 ustawy")),
        payment=payment("27114020040000300201355387"),
    )
    planted = plant([timber, course])
    correction = document(
        company,
        TIMBER,
        f"KOR/{TODAY:%Y/%m}/{mark}",
        [line(1, "Deska dębowa 32 mm", "m2", "-2", "164.90", fa3.RateCode.VAT_23)],
        kind=fa3.InvoiceKind.CORRECTION,
        correction=fa3.Correction(
            reason="Zwrot uszkodzonych desek",
            effect=fa3.CorrectionEffect.CORRECTION_DATE,
            corrected=(
                fa3.CorrectedInvoice(
                    issue_date=TODAY, number=timber.number, ksef_number=planted[0]["number"]
                ),
            ),
        ),
    )
    return planted + plant([correction])


def plant(invoices):
    return control("plant", [{"xml": fa3.write(one).decode()} for one in invoices])


def table(bills):
    say(f"{'Bill':<22}{'Supplier':<32}{'KSeF number':<38}{'Total':>12}")
    for bill in bills:
        total = f"{bill.amount_total_signed * -1:,.2f} {bill.currency_id.name}"
        say(f"{bill.ref:<22}{bill.partner_id.name:<32}{bill.l10n_pl_ksef_number:<38}{total:>12}")


def main():
    company = env.ref("base.main_company")
    planted = documents(company)
    told = company.action_l10n_pl_ksef_fetch()
    env.cr.commit()
    numbers = [one["number"] for one in planted]
    received = env["l10n_pl_ksef.received"].search([("ksef_number", "in", numbers)], order="id")
    without = received.filtered(lambda one: not one.move_id)
    if len(received) != len(numbers) or without:
        for one in without:
            say(f"{one.invoice_number}: {one.state}: {one.problem or '-'}")
        sys.exit(f"Only {len(received - without)} of {len(numbers)} became bills: {told}")
    table(received.move_id)
    say()
    say("They are drafts: Invoicing, Vendors, Bills shows them, to be looked at and confirmed.")


main()
