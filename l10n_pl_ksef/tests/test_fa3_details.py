"""What invoices can say beyond Odoo's own fields: one feature, one test."""

from datetime import date, datetime, timezone
from decimal import Decimal

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..ksef import fa3
from .common import GENERATED_AT
from .common_fa3 import Fa3TestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3Details(Fa3TestCase):
    def _zero_tax(self, code):
        return self.percent_tax(0, l10n_pl_ksef_rate_code=code)

    def _told_of(self, *lines, **values):
        """Give the document of such an invoice, which must have nothing that keeps it back."""
        invoice = self._invoice(*lines, **values)
        _xml, findings = invoice._l10n_pl_ksef_xml(GENERATED_AT)
        errors = [finding.message for finding in findings if finding.severity == "error"]
        self.assertFalse(errors)
        return self._told(invoice)

    def _rows(self, *rows):
        return [Command.create(row) for row in rows]

    def _partner(self, name, **values):
        return self.buyer.copy({"name": name, "ref": False, **values})

    # -- taxes -----------------------------------------------------------------------------

    def test_given_services_outside_poland_when_told_then_they_are_np_i(self):
        american = self._partner("EFG", vat=False, country_id=self.env.ref("base.us").id)
        told = self._told_of(self._line(tax=self._polish_tax("vs_ekspu")), partner_id=american.id)
        self.assertEqual(told.lines[0].rate, fa3.RateCode.OUTSIDE_POLAND)
        self.assertEqual(told.totals.outside_poland.net, Decimal("100"))

    def test_given_oss_when_told_then_the_rate_is_the_other_countrys(self):
        tax = self.percent_tax(19, l10n_pl_ksef_rate_code="oss")
        told = self._told_of(self._line(tax=tax), partner_id=self.consumer.id)
        line = told.lines[0]
        self.assertEqual((line.rate, line.oss_rate), (None, Decimal("19")))
        self.assertEqual(told.totals.oss, fa3.Total(net=Decimal("100"), vat=Decimal("19")))
        self.assertEqual(told.total, Decimal("119"))

    def test_given_oss_in_euro_when_told_then_its_vat_is_not_in_pln(self):
        tax = self.percent_tax(19, l10n_pl_ksef_rate_code="oss")
        told = self._told_of(
            self._line(tax=tax),
            self._line(),
            partner_id=self.consumer.id,
            currency_id=self._euro().id,
        )
        self.assertIsNone(told.totals.oss.vat_pln)
        self.assertIsNone(told.lines[0].exchange_rate)
        self.assertEqual(told.lines[1].exchange_rate, Decimal("4.5005"))

    def test_given_a_tax_with_the_tag_oss_when_proposed_then_it_is_oss_whatever_its_rate(self):
        tag = self.env["account.account.tag"].create({"name": "OSS", "applicability": "taxes"})
        tax = self.percent_tax(23)
        base = tax.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "base"
        )
        base.tag_ids = tag
        self.assertEqual(tax._l10n_pl_ksef_proposed_rate_code(), "oss")

    def test_given_a_margin_scheme_when_told_then_it_is_named_and_values_are_gross(self):
        for code, scheme in (
            ("margin_travel", fa3.MarginScheme.TRAVEL),
            ("margin_used", fa3.MarginScheme.USED_GOODS),
            ("margin_art", fa3.MarginScheme.WORKS_OF_ART),
            ("margin_collectors", fa3.MarginScheme.COLLECTORS_ITEMS),
        ):
            with self.subTest(code=code):
                told = self._told_of(self._line(50, quantity=3, tax=self._zero_tax(code)))
                line = told.lines[0]
                self.assertEqual(told.annotations.margin, scheme)
                self.assertEqual(told.totals.margin, fa3.Total(net=Decimal("150")))
                self.assertEqual((line.rate, line.net_amount), (None, None))
                self.assertEqual((line.gross_price, line.gross_amount), (50, 150))

    def test_given_a_margin_scheme_when_a_discount_is_given_then_the_value_is_the_ledgers(self):
        told = self._told_of(
            self._line(33.33, quantity=3, discount=7, tax=self._zero_tax("margin_used"))
        )
        line = told.lines[0]
        self.assertEqual(line.gross_amount, told.totals.margin.net)
        self.assertEqual(line.gross_amount, Decimal("92.99"))
        self.assertEqual(line.discount, Decimal("2.3331"))

    def test_given_two_margin_schemes_when_told_then_it_is_refused(self):
        invoice = self._invoice(
            self._line(tax=self._zero_tax("margin_used")),
            self._line(tax=self._zero_tax("margin_art")),
        )
        self.assertRefused(invoice, "margin.several", invoice.name)

    def test_given_an_exemption_of_the_fiscal_position_when_told_then_it_goes_first(self):
        position = self.env["account.fiscal.position"].create(
            {
                "name": "ONZ",
                "l10n_pl_ksef_exemption_kind": "directive",
                "l10n_pl_ksef_exemption_basis": "art. 151",
            }
        )
        told = self._told_of(self._line(tax=self.tax_exempt), fiscal_position_id=position.id)
        self.assertEqual(told.annotations.exemption, fa3.Exemption(directive="art. 151"))

    def test_given_cash_accounting_when_told_then_it_is_annotated(self):
        self.company.tax_exigibility = True
        account = self.company_data["default_account_assets"]
        account.reconcile = True
        tax = self.tax_23.copy(
            {
                "name": "kasowa",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": account.id,
            }
        )
        self.assertTrue(self._told_of(self._line(tax=tax)).annotations.cash_accounting)
        self.assertFalse(self._told_of(self._line()).annotations.cash_accounting)

    # -- lines -----------------------------------------------------------------------------

    def test_given_codes_on_the_product_when_told_then_lines_have_them(self):
        self.fridge.write(
            {
                "l10n_pl_ksef_cn": "8418 21 91",
                "l10n_pl_ksef_pkwiu": "27.51.11.0",
                "l10n_pl_ksef_pkob": "1122",
                "l10n_pl_vat_gtu": "GTU_06",
            }
        )
        line = self._told_of(self._line(product_id=self.fridge.id)).lines[0]
        self.assertEqual(
            (line.cn, line.pkwiu, line.pkob, line.gtu),
            ("8418 21 91", "27.51.11.0", "1122", fa3.GoodsCode.GTU_06),
        )

    def test_given_codes_on_the_line_when_told_then_they_go_before_the_products(self):
        self.fridge.l10n_pl_vat_gtu = "GTU_06"
        line = self._told_of(
            self._line(
                product_id=self.fridge.id,
                l10n_pl_ksef_fa3_gtu="GTU_07",
                l10n_pl_ksef_fa3_procedure="IED",
                l10n_pl_ksef_fa3_supplied_on="2026-02-10",
            )
        ).lines[0]
        self.assertEqual(
            (line.gtu, line.procedure, line.supplied_on),
            (fa3.GoodsCode.GTU_07, fa3.Procedure.IED, date(2026, 2, 10)),
        )

    def test_given_rates_of_lines_against_the_ledger_when_told_then_the_mean_is_named(self):
        invoice = self._invoice(
            self._line(l10n_pl_ksef_fa3_exchange_rate=4.2),
            self._line(l10n_pl_ksef_fa3_exchange_rate=4.4),
            currency_id=self._euro(4.5005).id,
        )
        self.assertRefused(invoice, "currency.line_rates", "4.300000", "197.80", "EUR")

    # -- split payment -----------------------------------------------------------------------

    def _steel(self):
        return self._create_product(name="stal", taxes_id=False, l10n_pl_ksef_annex_15=True)

    def test_given_annex_15_above_15000_when_entered_then_split_payment_is_proposed(self):
        steel = self._steel().id
        for price, product, proposed in (
            (12195.12, steel, False),  # 15,000.00 with VAT: not above it
            (12195.13, steel, True),
            (20000, self.fridge.id, False),
        ):
            with self.subTest(price=price, product=product):
                invoice = self._invoice(self._line(price, product_id=product), post=False)
                self.assertEqual(invoice.l10n_pl_ksef_fa3_split_payment, proposed)

    def test_given_a_consumer_when_annex_15_is_sold_then_split_payment_is_not_proposed(self):
        invoice = self._invoice(
            self._line(20000, product_id=self._steel().id), partner_id=self.consumer.id
        )
        self.assertFalse(invoice.l10n_pl_ksef_fa3_split_payment)

    def test_given_a_proposal_when_somebody_withdraws_it_then_the_check_says_so(self):
        invoice = self._invoice(self._line(20000, product_id=self._steel().id))
        told = self._told(invoice)
        self.assertTrue(told.annotations.split_payment)
        self.assertTrue(told.lines[0].annex_15)
        invoice.l10n_pl_ksef_fa3_split_payment = False
        _xml, findings = invoice._l10n_pl_ksef_xml(GENERATED_AT)
        self.assertIn("annotation.split_payment_missing", [finding.code for finding in findings])

    def test_given_a_line_that_is_not_of_annex_15_when_it_says_so_then_nothing_is_proposed(self):
        invoice = self._invoice(
            self._line(20000, product_id=self._steel().id, l10n_pl_ksef_fa3_annex_15="no")
        )
        self.assertFalse(invoice.l10n_pl_ksef_fa3_split_payment)
        self.assertFalse(self._told(invoice).lines[0].annex_15)

    def test_given_euro_when_the_total_is_above_15000_pln_then_split_payment_is_proposed(self):
        invoice = self._invoice(
            self._line(3000, product_id=self._steel().id), currency_id=self._euro(4.5).id
        )
        self.assertTrue(invoice.l10n_pl_ksef_fa3_split_payment)

    # -- parties -----------------------------------------------------------------------------

    def test_given_third_parties_when_told_then_each_has_its_role(self):
        payer = self._partner("Płatnik", vat="PL2222222222")
        owner = self._partner("Współwłaściciel", vat="PL6666666666")
        keeper = self._partner("Przechowawca", vat="/")
        told = self._told_of(
            l10n_pl_ksef_fa3_party_ids=self._rows(
                {"partner_id": payer.id, "role": "6"},
                {"partner_id": owner.id, "role": "4", "share": 50},
                {"partner_id": keeper.id, "role": "other", "other_role": "przechowawca"},
            ),
        )
        self.assertEqual(
            [(one.identity.nip, one.role, one.share, one.other_role) for one in told.third_parties],
            [
                ("2222222222", fa3.Role.PAYER, None, None),
                ("6666666666", fa3.Role.ADDITIONAL_BUYER, Decimal("50"), None),
                (None, None, None, "przechowawca"),
            ],
        )

    def test_given_a_vat_group_when_its_member_is_recipient_then_the_buyer_is_marked(self):
        member = self._partner("Członek", vat="PL2222222222")
        self.buyer.l10n_pl_ksef_party_ids = self._rows({"partner_id": member.id, "role": "10"})
        told = self._told_of()
        self.assertTrue(told.buyer.vat_group_member)
        self.assertFalse(told.buyer.local_government_unit)
        self.assertEqual(told.third_parties[0].role, fa3.Role.VAT_GROUP_RECIPIENT)

    def test_given_a_unit_without_nip_when_told_then_its_internal_identifier_stands_there(self):
        school = self._partner(
            "Szkoła", vat=False, l10n_pl_ksef_internal_id=f"{self.buyer.vat[2:]}-00001"
        )
        self.buyer.l10n_pl_ksef_party_ids = self._rows({"partner_id": school.id, "role": "8"})
        told = self._told_of()
        self.assertTrue(told.buyer.local_government_unit)
        self.assertEqual(told.third_parties[0].identity.internal_id, "1111111111-00001")

    def test_given_parties_of_the_invoice_when_told_then_the_customers_do_not_stand_there(self):
        usual = self._partner("Zwykły", vat="PL2222222222")
        this_time = self._partner("Tym razem", vat="PL6666666666")
        self.buyer.l10n_pl_ksef_party_ids = self._rows({"partner_id": usual.id, "role": "2"})
        told = self._told_of(
            l10n_pl_ksef_fa3_party_ids=self._rows({"partner_id": this_time.id, "role": "2"})
        )
        self.assertEqual([one.identity.name for one in told.third_parties], ["Tym razem"])

    def test_given_third_parties_when_a_credit_note_is_made_then_they_stand_there_too(self):
        payer = self._partner("Płatnik", vat="PL2222222222")
        invoice = self._invoice(
            l10n_pl_ksef_fa3_party_ids=self._rows({"partner_id": payer.id, "role": "6"})
        )
        invoice.l10n_pl_ksef_outside_reason = "other"
        told = self._told(self._credit_note(invoice))
        self.assertEqual([one.role for one in told.third_parties], [fa3.Role.PAYER])

    def test_given_a_representative_of_the_company_when_told_then_it_is_authorised(self):
        representative = self._partner("Przedstawiciel", vat="PL2222222222")
        self.company.partner_id.l10n_pl_ksef_party_ids = self._rows(
            {"partner_id": representative.id, "role": "authorised_3"}
        )
        told = self._told_of()
        self.assertFalse(told.third_parties)
        self.assertEqual(told.authorised_party.role, fa3.AuthorisedRole.TAX_REPRESENTATIVE)
        self.assertEqual(told.authorised_party.identity.nip, "2222222222")

    def test_given_a_third_party_with_a_wrong_nip_when_told_then_it_is_refused(self):
        wrong = self._partner("Zły")
        wrong.with_context(no_vat_validation=True).vat = "PL1234567890"
        invoice = self._invoice(
            l10n_pl_ksef_fa3_party_ids=self._rows({"partner_id": wrong.id, "role": "2"})
        )
        self.assertRefused(invoice, "party.nip", "Zły", "1234567890")

    def test_given_another_role_without_words_when_told_then_it_is_refused(self):
        invoice = self._invoice(
            l10n_pl_ksef_fa3_party_ids=self._rows(
                {"partner_id": self._partner("Kto", vat="/").id, "role": "other"}
            )
        )
        self.assertRefused(invoice, "party.other_role", "Kto")

    def test_given_a_party_of_nobody_when_saved_then_it_is_refused(self):
        with self.assertRaises(ValidationError):
            self.env["l10n_pl_ksef.invoice.party"].create({"partner_id": self.buyer.id})

    def test_given_eori_gln_and_status_when_told_then_they_stand_there(self):
        self.company.l10n_pl_ksef_taxpayer_status = "1"
        self.company.partner_id.l10n_pl_ksef_eori = "PL5265877635000"
        self.buyer.l10n_pl_ksef_gln = "5901234567890"
        told = self._told_of()
        self.assertEqual(told.seller.status, fa3.TaxpayerStatus.LIQUIDATION)
        self.assertEqual(told.seller.eori, "PL5265877635000")
        self.assertEqual(told.buyer.address.gln, "5901234567890")

    # -- the invoice -------------------------------------------------------------------------

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

    # -- transport ---------------------------------------------------------------------------

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

    # -- payment -----------------------------------------------------------------------------

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

    # -- the attachment ----------------------------------------------------------------------

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
