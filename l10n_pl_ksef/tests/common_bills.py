"""What the tests of bills from KSeF share: documents that a supplier sends, and their bills."""

from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal
from itertools import count

from ..ksef import fa3
from ..ksef.numbers import checksum
from .common import KsefTestCase

SUPPLIER_NIP = "1111111111"
OTHER_NIP = "9999999999"
OWN_NIP = "5265877635"
D = Decimal
_SERIAL = count(1)


def ksef_number(nip=SUPPLIER_NIP, day="20261103", serial=None):
    """Give a KSeF number with its right checksum, another one each time."""
    data = f"{nip}-{day}-{serial or next(_SERIAL):012X}"
    return f"{data}-{checksum(data)}"


def sold(net="100.00", rate=fa3.RateCode.VAT_23, number=1, **values):
    """Give one line; quantity 1 and the price that goes with it unless told."""
    net = D(net)
    wanted = {
        "name": "towar",
        "unit": "szt.",
        "quantity": D(1),
        "net_price": net,
        "net_amount": net,
        "rate": rate,
    }
    return fa3.Line(number=number, **{**wanted, **values})


def totals_of(lines):
    """Count P_13 and P_14 as a seller does: net values first, VAT of their sums."""
    nets = {}
    for line in lines:
        nets[line.rate] = nets.get(line.rate, D(0)) + line.net_amount
    by_rate = {}
    for rate, net in nets.items():
        vat = rate.percent and (net * rate.percent / 100).quantize(D("0.01"), "ROUND_HALF_UP")
        by_rate[rate] = fa3.Total(net=net, vat=vat or None)
    return fa3.VatTotals.by_rate(by_rate)


class BillTestCase(KsefTestCase):
    """The company of the tests buys; ``supplier``: who sells, unknown to Odoo at first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner"].search([("vat", "like", SUPPLIER_NIP)]).vat = False
        cls.purchase_23 = cls._purchase_tax("vz_kraj_23")
        cls.purchase_8 = cls._purchase_tax("vz_kraj_8")
        cls.purchase_5 = cls._purchase_tax("vz_kraj_5")
        cls.seller = fa3.Seller(
            identity=fa3.Taxpayer(nip=SUPPLIER_NIP, name="Hurtownia Nowak sp. z o.o."),
            address=fa3.Address(line1="ul. Sadowa 1 lok. 3", line2="00-002 Kraków"),
            contacts=(fa3.Contact(email="biuro@nowak.pl", phone="555777999"),),
        )
        cls.us = fa3.Buyer(
            identity=fa3.Identity(nip=OWN_NIP, name="ABC AGD sp. z o.o."),
            address=fa3.Address(line1="ul. Kwiatowa 1 m. 2", line2="00-001 Warszawa"),
        )

    @classmethod
    def _purchase_tax(cls, template_name):
        return cls.env["account.chart.template"].with_company(cls.env.company).ref(template_name)

    @classmethod
    def _told(cls, *lines, **values):
        """Give an `fa3.Invoice` of 2 November 2026 that sells these lines to us."""
        lines = lines or (sold(),)
        totals = values.pop("totals", None) or totals_of(lines)
        return fa3.Invoice(
            **{
                "generated_at": datetime(2026, 11, 2, 9, 30, tzinfo=timezone.utc),
                "seller": cls.seller,
                "buyer": cls.us,
                "issue_date": date(2026, 11, 2),
                "number": "FV/2026/11/7",
                "lines": lines,
                "totals": totals,
                "total": totals.net + totals.vat,
                **values,
            }
        )

    @classmethod
    def _keep(cls, invoice, number=None, role="subject2", company=None, **metadata):
        """Keep a document as fetching does, without making a bill of it."""
        xml = invoice if isinstance(invoice, bytes) else fa3.write(invoice)
        told = invoice if isinstance(invoice, fa3.Invoice) else fa3.read(xml)
        return cls.env["l10n_pl_ksef.received"]._keep(
            company or cls.company,
            [
                (
                    xml,
                    {
                        "ksefNumber": number or ksef_number(told.seller.identity.nip),
                        "invoiceNumber": told.number,
                        "issueDate": told.issue_date.isoformat(),
                        "seller": {"nip": told.seller.identity.nip},
                        **metadata,
                    },
                )
            ],
            role=role,
        )

    @classmethod
    def _receive(cls, *lines, **values):
        """Let a supplier's document come in; give what was kept of it."""
        kept = {
            name: values.pop(name)
            for name in ("number_in_ksef", "role", "company")
            if name in values
        }
        received = cls._keep(
            cls._told(*lines, **values),
            number=kept.get("number_in_ksef"),
            role=kept.get("role", "subject2"),
            company=kept.get("company"),
        )
        cls.env["l10n_pl_ksef.bill"]._make(received)
        return received

    @classmethod
    def _bill(cls, *lines, **values):
        """Let a supplier's document come in; give the bill made of it."""
        received = cls._receive(*lines, **values)
        if received.state != "billed":
            raise AssertionError(f"No bill was made: {received.state}, {received.problem}")
        return received.move_id

    @classmethod
    def _party(cls, nip=OTHER_NIP, name="Inny Dostawca", **values):
        return replace(cls.seller, identity=fa3.Taxpayer(nip=nip, name=name), **values)

    def _alerts(self, bill):
        """The sentences of the banners, by their keys."""
        return {
            key: alert["message"]
            for key, alert in bill._get_alerts().items()
            if key.startswith("l10n_pl_ksef")
        }

    def assertComesTo(self, bill, net, vat, gross):
        """Assert the totals of a bill to the grosz, also that its banner agrees."""
        self.assertEqual(
            [
                f"{amount:.2f}"
                for amount in (bill.amount_untaxed, bill.amount_tax, bill.amount_total)
            ],
            [net, vat, gross],
        )
        self.assertNotIn("l10n_pl_ksef_totals", self._alerts(bill))
