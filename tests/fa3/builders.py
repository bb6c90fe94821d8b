"""Small invoices to start from; what a test is about it changes itself."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from ksef import fa3

SELLER = fa3.Seller(
    identity=fa3.Taxpayer(nip="5265877635", name="ABC AGD sp. z o.o."),
    address=fa3.Address(line1="ul. Kwiatowa 1 m. 2", line2="00-001 Warszawa"),
)
BUYER = fa3.Buyer(
    identity=fa3.Identity(nip="1111111111", name="F.H.U. Jan Kowalski"),
    address=fa3.Address(line1="ul. Polna 1", line2="00-001 Warszawa"),
)
EU_BUYER = fa3.Buyer(
    identity=fa3.Identity(eu_country="DE", eu_vat_number="999999999", name="EFG GmbH"),
    address=fa3.Address(country="DE", line1="Blumenstrasse 1", line2="10999 Berlin"),
)


def line(number: int = 1, net: str = "100.00", **changes: Any) -> fa3.Line:
    """One piece of something at 23 %."""
    settings: dict[str, Any] = {
        "name": "Refrigerator",
        "unit": "szt.",
        "quantity": Decimal(1),
        "net_price": Decimal(net),
        "net_amount": Decimal(net),
        "rate": fa3.RateCode.VAT_23,
    }
    return fa3.Line(number=number, **{**settings, **changes})


def invoice(**changes: Any) -> fa3.Invoice:
    """An invoice in PLN for 100.00 at 23 %, to which nothing can be objected."""
    settings: dict[str, Any] = {
        "generated_at": datetime(2026, 2, 15, 9, 30, tzinfo=timezone.utc),
        "seller": SELLER,
        "buyer": BUYER,
        "issue_date": date(2026, 2, 15),
        "number": "FV/2026/02/150",
        "totals": totals("100.00", "23.00"),
        "total": Decimal("123.00"),
        "lines": (line(),),
    }
    return fa3.Invoice(**{**settings, **changes})


def with_lines(count: int) -> fa3.Invoice:
    """An invoice with so many lines of 100.00 at 23 %."""
    return invoice(
        lines=tuple(line(number, uuid=f"{number:030}") for number in range(1, count + 1)),
        totals=totals(f"{100 * count}.00", f"{23 * count}.00"),
        total=Decimal(123 * count),
    )


def totals(net: str, vat: str, vat_pln: str | None = None) -> fa3.VatTotals:
    """Totals of an invoice that sells at 23 % only."""
    in_pln = None if vat_pln is None else Decimal(vat_pln)
    return fa3.VatTotals(standard=fa3.Total(net=Decimal(net), vat=Decimal(vat), vat_pln=in_pln))


def correction(**changes: Any) -> fa3.Invoice:
    """A correction by -10.00 net, to which nothing can be objected."""
    settings: dict[str, Any] = {
        "kind": fa3.InvoiceKind.CORRECTION,
        "number": "FK/2026/03/1",
        "issue_date": date(2026, 3, 15),
        "totals": totals("-10.00", "-2.30"),
        "total": Decimal("-12.30"),
        "lines": (line(net="-10.00"),),
        "correction": corrects(),
    }
    return invoice(**{**settings, **changes})


def corrects(**changes: Any) -> fa3.Correction:
    """What corrects the invoice of `invoice`."""
    original = fa3.CorrectedInvoice(
        issue_date=date(2026, 2, 15),
        number="FV/2026/02/150",
        ksef_number="5265877635-20260215-0100001AF629-AF",
    )
    settings: dict[str, Any] = {
        "reason": "Scratched door",
        "effect": fa3.CorrectionEffect.CORRECTION_DATE,
        "corrected": (original,),
    }
    return fa3.Correction(**{**settings, **changes})


def advance(**changes: Any) -> fa3.Invoice:
    """An advance invoice for 123.00 of an order for 1230.00, to which nothing can be objected."""
    order_line = fa3.OrderLine(
        number=1,
        name="Refrigerator",
        net_amount=Decimal("1000.00"),
        vat_amount=Decimal("230.00"),
        rate=fa3.RateCode.VAT_23,
    )
    settings: dict[str, Any] = {
        "kind": fa3.InvoiceKind.ADVANCE,
        "lines": (),
        "order": fa3.Order(total=Decimal("1230.00"), lines=(order_line,)),
    }
    return invoice(**{**settings, **changes})


def settlement(**changes: Any) -> fa3.Invoice:
    """An invoice that settles an advance, to which nothing can be objected."""
    settings: dict[str, Any] = {
        "kind": fa3.InvoiceKind.SETTLEMENT,
        "lines": (line(net="1000.00"),),
        "advance_invoices": (
            fa3.AdvanceInvoice(ksef_number="5265877635-20260215-0100001AF629-AF"),
        ),
    }
    return invoice(**{**settings, **changes})


def in_euro(**changes: Any) -> fa3.Invoice:
    """An invoice for 100.00 EUR at 23 %, to which nothing can be objected."""
    settings: dict[str, Any] = {
        "currency": "EUR",
        "totals": totals("100.00", "23.00", "97.75"),
        "lines": (line(exchange_rate=Decimal("4.2500")),),
    }
    return invoice(**{**settings, **changes})


def marked(base: fa3.Invoice, **marks: Any) -> fa3.Invoice:
    """``base`` with some of its annotations changed."""
    annotations = dataclasses.replace(base.annotations, **marks)
    return dataclasses.replace(base, annotations=annotations)


def findings(subject: fa3.Invoice, **circumstances: Any) -> dict[str, fa3.Finding]:
    """What checks find in an invoice, by code, apart from the schema."""
    found = fa3.check(fa3.write(subject), invoice=subject, **circumstances)
    return {finding.code: finding for finding in found if finding.code != "schema.missing"}
