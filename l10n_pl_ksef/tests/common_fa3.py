"""What the tests of the mapping to FA(3) share."""

import base64
from collections import defaultdict
from datetime import datetime, time, timezone
from decimal import Decimal

from ..ksef import fa3
from ..ksef.encryption import sha256_base64
from ..ksef.numbers import checksum
from ..models.fa3_problems import NotExpressible
from .common import GENERATED_AT, SELLER_NIP, KsefTestCase

CENT = Decimal("0.01")
NOON = time(12)
KSEF_NUMBER = "5265877635-20250826-0100001AF629-AF"


def money(number):
    """A float of Odoo that is an amount, as a `Decimal` of two decimals."""
    return Decimal(f"{number:.2f}")


class Fa3TestCase(KsefTestCase):
    """Builds documents and compares them with the ledger and with Odoo's own tax engine."""

    def _told(self, move, generated_at=GENERATED_AT):
        """Give the `fa3.Invoice` of ``move``, after reading it back from its bytes."""
        invoice = move._l10n_pl_ksef_fa3_invoice(generated_at)
        self.assertEqual(fa3.read(fa3.write(invoice)), invoice, "what is written is what is meant")
        return invoice

    def _refusals(self, move, generated_at=GENERATED_AT):
        """Give the sentences, by code, why ``move`` cannot be told."""
        with self.assertRaises(NotExpressible) as caught:
            move._l10n_pl_ksef_fa3_invoice(generated_at)
        findings = caught.exception.findings
        sentences = self.env["account.move"]._l10n_pl_ksef_findings_text(findings)
        return {
            finding.code.removeprefix("odoo."): sentence
            for finding, sentence in zip(findings, sentences, strict=True)
        }

    def assertRefused(self, move, code, *words, generated_at=GENERATED_AT):
        """Assert one refusal, of that code, whose sentence has all these words."""
        refusals = self._refusals(move, generated_at)
        self.assertEqual(list(refusals), [code])
        for word in words:
            self.assertIn(word, refusals[code])

    def assertTellsTheLedger(self, move):
        """Assert that every amount of the document is the ledger's, to the grosz."""
        invoice = self._told(move)
        sign = -1  # what the seller credits is what the buyer is charged
        goods = move.line_ids.filtered(lambda line: line.display_type == "product")
        taxes = move.line_ids.filtered(lambda line: line.display_type == "tax")
        net, vat, vat_pln = defaultdict(Decimal), defaultdict(Decimal), defaultdict(Decimal)
        for line in goods:
            net[line.tax_ids.l10n_pl_ksef_rate_code] += sign * money(line.amount_currency)
        for line in taxes:
            vat[line.tax_line_id.l10n_pl_ksef_rate_code] += sign * money(line.amount_currency)
            vat_pln[line.tax_line_id.l10n_pl_ksef_rate_code] += sign * money(line.balance)
        for code in net:
            total = invoice.totals.of(fa3.RateCode(code))
            self.assertEqual(total.net, net[code])
            if fa3.RateCode(code).percent:
                self.assertEqual(total.vat, vat[code])
                self.assertEqual(
                    total.vat_pln, vat_pln[code] if move.currency_id.name != "PLN" else None
                )
        self.assertEqual(invoice.totals.net, sum(net.values()))
        self._assert_total(move, invoice)
        self._assert_lines(move, invoice, goods)
        self._assert_as_odoo_counts(move, invoice)
        return invoice

    def _assert_total(self, move, invoice):
        sign = -1 if move.move_type == "out_refund" else 1
        owed = sign * money(move.amount_total)
        settlement = invoice.settlement
        beside = Decimal(0)
        if settlement:
            beside = (settlement.charges_total or 0) - (settlement.deductions_total or 0)
        self.assertEqual(invoice.total, invoice.totals.net + invoice.totals.vat)
        self.assertEqual(invoice.total + beside, owed)

    def _assert_lines(self, move, invoice, goods):
        self.assertEqual(len(invoice.lines), len(goods), "no line ever disappears")
        self.assertEqual([line.number for line in invoice.lines], list(range(1, len(goods) + 1)))
        by_rate = defaultdict(Decimal)
        half = Decimal(repr(move.currency_id.rounding)) * (len(goods) + 2) / 2
        for line in invoice.lines:
            by_rate[line.rate] += line.net_amount
            price = line.gross_price if line.net_price is None else line.net_price
            value = line.gross_amount if line.net_price is None else line.net_amount
            counted = line.quantity * (price - (line.discount or 0))
            self.assertLessEqual(abs(counted - value), half, line.name)
        for rate, value in by_rate.items():
            self.assertEqual(invoice.totals.of(rate).net, value)

    def _assert_as_odoo_counts(self, move, invoice):
        """Odoo's own way from lines to totals, independent of the journal items' amounts."""
        sign = -1 if move.move_type == "out_refund" else 1
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        engine = self.env["account.tax"]

        def by_rate(base_line, _tax_data):
            if base_line["special_type"]:
                return None
            return base_line["tax_ids"].l10n_pl_ksef_rate_code

        aggregated = engine._aggregate_base_lines_aggregated_values(
            engine._aggregate_base_lines_tax_details(base_lines, by_rate)
        )
        for code, values in aggregated.items():
            if not code:
                continue
            total = invoice.totals.of(fa3.RateCode(code))
            self.assertEqual(total.net, sign * money(values["total_excluded_currency"]))
            if fa3.RateCode(code).percent:
                self.assertEqual(total.vat, sign * money(values["tax_amount_currency"]))

    @classmethod
    def _freeze(cls, move, number=None):
        """Keep the document of ``move`` as one that KSeF took, under ``number``.

        The checksum of the number is put right.
        """
        made_at = datetime.combine(move.invoice_date, NOON, timezone.utc)
        document = fa3.write(move._l10n_pl_ksef_fa3_invoice(made_at))
        number = number or f"{SELLER_NIP}-{move.invoice_date:%Y%m%d}-{move.id:012X}-00"
        cls.env["l10n_pl_ksef.submission"].sudo().create(
            {
                "move_id": move.id,
                "company_id": move.company_id.id,
                "connection_company_id": move.company_id.id,
                "environment": "test",
                "state": "accepted",
                "invoice_number": move.name,
                "seller_nip": move._l10n_pl_ksef_seller_nip(),
                "issue_date": move.invoice_date,
                "generated_at": made_at.replace(tzinfo=None),
                "document": base64.b64encode(document),
                "sha256": sha256_base64(document),
                "ksef_number": f"{number[:32]}-{checksum(number[:32])}",
            }
        )
        return move
