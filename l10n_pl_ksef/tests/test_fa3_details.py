"""Periods, documents, settlement, transport, payment, attachments: one feature, one test."""

from datetime import date, datetime, timezone
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ..ksef import fa3
from .common_details import DetailsTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3Details(DetailsTestCase):
    def test_given_a_period_when_told_then_it_takes_the_place_of_the_day(self):
        told = self._told_of(
            taxable_supply_date="2026-01-31",
            l10n_pl_ksef_fa3_period_start="2026-01-01",
            l10n_pl_ksef_fa3_period_end="2026-01-31",
        )
        self.assertEqual(told.period, fa3.Period(start=date(2026, 1, 1), end=date(2026, 1, 31)))
        self.assertIsNone(told.sale_date)

    def test_given_half_a_period_when_told_then_it_is_refused(self):
        for days in (("2026-01-01", False), (False, "2026-01-01"), ("2026-01-02", "2026-01-01")):
            with self.subTest(days=days):
                invoice = self._invoice(
                    l10n_pl_ksef_fa3_period_start=days[0], l10n_pl_ksef_fa3_period_end=days[1]
                )
                self.assertRefused(invoice, "invoice.period", invoice.name)

    def test_given_a_simplified_invoice_when_it_is_for_too_much_then_it_is_refused(self):
        euro = self._euro().id
        for price, currency, fits in (
            (365.85, self.company.currency_id.id, True),
            (365.86, self.company.currency_id.id, False),
            (81.30, euro, True),
            (81.31, euro, False),
        ):
            with self.subTest(price=price, fits=fits):
                invoice = self._invoice(
                    self._line(price), currency_id=currency, l10n_pl_ksef_fa3_simplified="totals"
                )
                if fits:
                    self.assertEqual(self._told(invoice).kind, fa3.InvoiceKind.SIMPLIFIED)
                else:
                    self.assertRefused(invoice, "simplified.limit", invoice.name, "450 PLN")

    def test_given_a_simplified_invoice_when_told_then_its_buyer_is_a_number(self):
        told = self._told_of(l10n_pl_ksef_fa3_simplified="rates")
        self.assertEqual(told.buyer, fa3.Buyer(identity=fa3.Identity(nip="1111111111")))
        self.assertEqual(told.totals, fa3.VatTotals())
        self.assertEqual(told.lines, (fa3.Line(number=1, name="towar", rate=fa3.RateCode.VAT_23),))

    def test_given_a_place_of_the_company_when_an_invoice_is_made_then_it_is_proposed(self):
        self.company.l10n_pl_ksef_issue_place = "Warszawa"
        self.assertEqual(self._told_of().issue_place, "Warszawa")

    def test_given_documents_in_the_list_when_told_then_each_is_where_it_belongs(self):
        told = self._told_of(
            self._line(),
            self._line(),
            ref="ZAM/1",
            l10n_pl_ksef_fa3_detail_ids=self._rows(
                {"kind": "warehouse", "text": "WZ/1"},
                {"kind": "warehouse", "text": "WZ/2"},
                {"kind": "order", "text": "ZAM/2", "date": "2026-01-05"},
                {"kind": "contract", "text": "U/1", "date": "2026-01-01"},
                {"kind": "batch", "text": "P/1"},
                {"kind": "note", "label": "Uwaga", "text": "kruche"},
            ),
        )
        self.assertEqual(told.warehouse_documents, ("WZ/1", "WZ/2"))
        self.assertEqual(
            told.terms.orders,
            (
                fa3.PurchaseOrder(ordered_on=date(2026, 1, 5), number="ZAM/2"),
                fa3.PurchaseOrder(number="ZAM/1"),
            ),
        )
        self.assertEqual(
            told.terms.contracts, (fa3.Contract(signed_on=date(2026, 1, 1), number="U/1"),)
        )
        self.assertEqual(told.terms.batch_numbers, ("P/1",))
        self.assertEqual(told.notes, (fa3.Note(key="Uwaga", value="kruche"),))

    def test_given_a_note_on_a_line_when_told_then_it_has_its_number(self):
        invoice = self._invoice(self._line(), self._line(name="drugi"))
        invoice.l10n_pl_ksef_fa3_detail_ids = self._rows(
            {
                "label": "Seria",
                "text": "A1",
                "line_id": invoice.invoice_line_ids.filtered(lambda one: one.name == "drugi").id,
            }
        )
        self.assertEqual(
            self._told(invoice).notes, (fa3.Note(line_number=2, key="Seria", value="A1"),)
        )

    def test_given_a_row_that_says_nothing_when_told_then_it_is_refused(self):
        invoice = self._invoice(l10n_pl_ksef_fa3_detail_ids=self._rows({"kind": "warehouse"}))
        self.assertRefused(invoice, "detail.empty", invoice.name, "Warehouse document")

    def test_given_charges_and_deductions_when_told_then_what_is_to_pay_follows(self):
        told = self._told_of(
            self._line(100),
            self._line(7, name="kaucja", tax=self._zero_tax("settlement")),
            self._line(-2, name="zwrot kaucji", tax=self._zero_tax("settlement")),
            l10n_pl_ksef_fa3_detail_ids=self._rows(
                {"kind": "charge", "text": "odsetki", "amount": 10},
                {"kind": "deduction", "text": "nadpłata", "amount": 30},
            ),
        )
        self.assertEqual(told.total, Decimal("123"))
        self.assertEqual(len(told.lines), 1)
        settlement = told.settlement
        self.assertEqual(
            [(item.reason, item.amount) for item in settlement.charges],
            [("kaucja", Decimal("7")), ("odsetki", Decimal("10"))],
        )
        self.assertEqual(
            [(item.reason, item.amount) for item in settlement.deductions],
            [("zwrot kaucji", Decimal("2")), ("nadpłata", Decimal("30"))],
        )
        self.assertEqual((settlement.charges_total, settlement.deductions_total), (17, 32))
        self.assertEqual(settlement.to_pay, Decimal("108"))

    def test_given_more_deducted_than_owed_when_told_then_it_is_to_settle(self):
        told = self._told_of(
            l10n_pl_ksef_fa3_detail_ids=self._rows(
                {"kind": "deduction", "text": "nadpłata", "amount": 200}
            )
        )
        self.assertEqual((told.settlement.to_pay, told.settlement.to_settle), (None, 77))

    def test_given_registers_of_the_company_when_told_then_the_footer_has_them(self):
        self.company.write({"l10n_pl_ksef_krs": "0000099999", "l10n_pl_ksef_bdo": "000099999"})
        self.assertEqual(
            self._told_of().footer.registers, (fa3.Register(krs="0000099999", bdo="000099999"),)
        )

    def test_given_transport_when_told_then_all_of_it_is_there(self):
        carrier = self._partner("Przewoźnik", vat="PL6666666666")
        place = self._partner("Skład", vat="/")
        told = self._told_of(
            l10n_pl_ksef_fa3_transport_ids=self._rows(
                {
                    "kind": "other",
                    "other_kind": "dron",
                    "carrier_id": carrier.id,
                    "order_number": "T/1",
                    "cargo": "other",
                    "other_cargo": "paczka",
                    "starts_at": "2026-02-14 06:00:00",
                    "ends_at": "2026-02-14 08:00:00",
                    "from_id": self.company.partner_id.id,
                    "via_ids": [Command.set(place.ids)],
                    "to_id": self.buyer.id,
                }
            )
        )
        transport = told.terms.transports[0]
        self.assertEqual((transport.kind, transport.other_kind), (None, "dron"))
        self.assertEqual((transport.cargo, transport.other_cargo), (None, "paczka"))
        self.assertEqual(transport.carrier.identity.nip, "6666666666")
        self.assertEqual(transport.starts_at, datetime(2026, 2, 14, 6, tzinfo=timezone.utc))
        self.assertEqual(transport.ship_from.line1, "ul. Kwiatowa 1 m. 2")
        self.assertEqual(len(transport.ship_via), 1)
        self.assertEqual(transport.ship_to.line1, "ul. Polna 1")

    def test_given_new_means_of_transport_when_told_then_they_are_described(self):
        german = self.buyer.copy({"vat": "DE136695976", "country_id": self.env.ref("base.de").id})
        for kind, expected in (
            ("land", {"mileage": "100", "vin": "ABC"}),
            ("vessel", {"hours_sailed": "100", "hull_number": "ABC"}),
            ("aircraft", {"hours_flown": "100", "serial_number": "ABC"}),
        ):
            with self.subTest(kind=kind):
                told = self._told_of(
                    self._line(tax=self._polish_tax("vs_unia")),
                    partner_id=german.id,
                    l10n_pl_ksef_fa3_vehicle_ids=self._rows(
                        {
                            "kind": kind,
                            "first_used_on": "2026-01-02",
                            "make": "Autex",
                            "used": "100",
                            "number": "ABC",
                        }
                    ),
                )
                self.assertEqual(
                    told.annotations.new_transport.vehicles,
                    (
                        fa3.NewVehicle(
                            first_used_on=date(2026, 1, 2),
                            line_number=1,
                            make="Autex",
                            **expected,
                        ),
                    ),
                )

    def test_given_a_vehicle_on_one_of_two_lines_when_none_is_chosen_then_it_is_refused(self):
        invoice = self._invoice(
            self._line(),
            self._line(),
            l10n_pl_ksef_fa3_vehicle_ids=self._rows(
                {"first_used_on": "2026-01-02", "make": "Autex"}
            ),
        )
        self.assertIn("vehicle.line", self._refusals(invoice))

    def test_given_a_form_of_the_payment_method_when_told_then_it_is_that(self):
        method = self.company_data["default_journal_bank"].inbound_payment_method_line_ids[:1]
        for form, name, told_form, told_other in (
            ("7", "BLIK", fa3.PaymentForm.MOBILE, None),
            ("other", "barter", None, "barter"),
        ):
            with self.subTest(form=form):
                method.write({"l10n_pl_ksef_form": form, "name": name})
                told = self._told_of(preferred_payment_method_line_id=method.id).payment
                self.assertEqual((told.form, told.other_form), (told_form, told_other))

    def test_given_cells_when_told_then_columns_have_the_type_of_all_their_cells(self):
        told = self._told_of(
            l10n_pl_ksef_fa3_block_ids=self._rows(
                {
                    "title": "Zużycie",
                    "info": "Licznik: 7\nAdres: ul. Polna 1: lok. 2",
                    "paragraphs": "Pierwszy.\n\nDrugi.",
                    "table_ids": self._rows(
                        {
                            "content": "Dzień|Kod|Ile|Cena|Co\n"
                            "2026-01-01|007|1|1.50|x\n2026-01-02|008|-|2|5"
                        }
                    ),
                }
            )
        )
        block = told.attachment.blocks[0]
        self.assertEqual(
            block.info,
            (
                fa3.BlockInfo(key="Licznik", value="7"),
                fa3.BlockInfo(key="Adres", value="ul. Polna 1: lok. 2"),
            ),
        )
        self.assertEqual(block.paragraphs, ("Pierwszy.", "Drugi."))
        self.assertEqual(
            [column.type.value for column in block.tables[0].columns],
            ["date", "txt", "int", "dec", "txt"],
        )

    def test_given_a_fact_without_a_value_when_told_then_it_is_refused(self):
        invoice = self._invoice(l10n_pl_ksef_fa3_block_ids=self._rows({"info": "no colon here"}))
        self.assertIn("attachment.data", self._refusals(invoice))
