"""Corrections, advances, settlements and the rest: the right kind, tied to what they belong to."""

from datetime import date
from decimal import Decimal as D

from odoo.tests import tagged

from ..ksef import fa3
from .common_bills import OTHER_NIP, BillTestCase, ksef_number, sold

K = fa3.InvoiceKind


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillCorrections(BillTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.original_number = ksef_number()
        cls.original = cls._bill(sold("1000.00"), number_in_ksef=cls.original_number)

    def _corrects(self, number=True, **values):
        corrected = fa3.CorrectedInvoice(
            issue_date=date(2026, 11, 2),
            number="FV/2026/11/7",
            ksef_number=self.original_number if number else None,
        )
        return fa3.Correction(
            reason="obniżka ceny",
            effect=fa3.CorrectionEffect.CORRECTION_DATE,
            corrected=(corrected,),
            **values,
        )

    def _correction(self, *lines, number="K/1", correction=None, kind=K.CORRECTION, **values):
        return self._bill(
            *lines, number=number, kind=kind, correction=correction or self._corrects(), **values
        )

    def test_given_a_correction_downwards_when_it_comes_then_it_is_a_refund_of_the_original(self):
        refund = self._correction(sold("-100.00", quantity=D(-1), net_price=D(100)))
        self.assertEqual((refund.move_type, refund.reversed_entry_id), ("in_refund", self.original))
        self.assertComesTo(refund, "100.00", "23.00", "123.00")

    def test_given_a_negative_price_when_it_comes_then_the_refund_has_a_positive_one(self):
        line = self._correction(sold("-100.00")).invoice_line_ids
        self.assertEqual((line.quantity, line.price_unit), (1.0, 100.0))

    def test_given_a_correction_upwards_when_it_comes_then_it_is_a_bill_tied_to_the_original(self):
        bill = self._correction(sold("100.00"))
        self.assertEqual(bill.move_type, "in_invoice")
        self.assertEqual(bill.l10n_pl_ksef_original_ids, self.original)
        self.assertFalse(bill.reversed_entry_id)

    def test_given_before_and_after_when_they_come_then_the_refund_is_the_difference(self):
        before = sold("1000.00", before=True)
        after = sold("900.00")
        totals = fa3.VatTotals(standard=fa3.Total(net=D(-100), vat=D(-23)))
        refund = self._correction(before, after, totals=totals)
        self.assertComesTo(refund, "100.00", "23.00", "123.00")

    def test_given_an_original_outside_ksef_when_it_is_named_then_it_is_found_by_its_number(self):
        refund = self._correction(sold("-100.00"), correction=self._corrects(number=False))
        self.assertEqual(refund.l10n_pl_ksef_original_ids, self.original)

    def test_given_an_original_that_is_not_in_odoo_when_it_is_named_then_that_is_said(self):
        corrected = fa3.CorrectedInvoice(issue_date=date(2025, 1, 1), number="STARA/1")
        refund = self._correction(
            sold("-100.00"), correction=fa3.Correction(corrected=(corrected,))
        )
        self.assertIn("STARA/1", refund.l10n_pl_ksef_remarks)

    def test_given_the_original_comes_with_its_correction_when_they_come_then_they_are_tied(self):
        number = ksef_number()
        corrected = fa3.CorrectedInvoice(
            issue_date=date(2026, 11, 2), number="X/1", ksef_number=number
        )
        correction = self._keep(
            self._told(
                sold("-5.00"),
                number="K/2",
                kind=K.CORRECTION,
                correction=fa3.Correction(corrected=(corrected,)),
            )
        )
        original = self._keep(self._told(sold("50.00"), number="X/1"), number=number)
        self.env["l10n_pl_ksef.bill"]._make(correction | original)
        self.assertEqual(correction.move_id.reversed_entry_id, original.move_id)

    def test_given_a_correction_came_first_when_its_original_comes_then_they_are_tied(self):
        number = ksef_number()
        corrected = fa3.CorrectedInvoice(
            issue_date=date(2026, 11, 2), number="X/1", ksef_number=number
        )
        refund = self._correction(sold("-5.00"), correction=fa3.Correction(corrected=(corrected,)))
        self.assertIn("X/1", refund.l10n_pl_ksef_remarks)
        original = self._bill(sold("50.00"), number="X/1", number_in_ksef=number)
        self.assertEqual(
            (refund.l10n_pl_ksef_original_ids, refund.reversed_entry_id), (original, original)
        )
        self.assertNotIn("X/1", refund.l10n_pl_ksef_remarks or "")

    def test_given_a_correction_of_two_came_first_when_one_comes_then_the_other_is_awaited(self):
        named = [
            fa3.CorrectedInvoice(issue_date=date(2026, 11, 2), number=number)
            for number in ("X/1", "X/2")
        ]
        refund = self._correction(sold("-5.00"), correction=fa3.Correction(corrected=tuple(named)))
        original = self._bill(sold("50.00"), number="X/1")
        self.assertEqual(refund.l10n_pl_ksef_original_ids, original)
        self.assertEqual(refund.l10n_pl_ksef_missing, "|x/2")

    def test_given_another_suppliers_number_when_it_comes_later_then_they_are_not_tied(self):
        corrected = fa3.CorrectedInvoice(issue_date=date(2026, 11, 2), number="X/1")
        refund = self._correction(sold("-5.00"), correction=fa3.Correction(corrected=(corrected,)))
        self._bill(sold("50.00"), number="X/1", seller=self._party(OTHER_NIP))
        self.assertFalse(refund.l10n_pl_ksef_original_ids)

    def test_given_a_number_typed_with_blanks_when_it_is_corrected_then_it_is_found(self):
        self.original.ref = "fv / 2026 / 11 / 7"
        refund = self._correction(sold("-100.00"), correction=self._corrects(number=False))
        self.assertEqual(refund.l10n_pl_ksef_original_ids, self.original)

    def test_given_our_own_sale_of_that_number_when_it_is_corrected_then_it_is_not_meant(self):
        self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.original.partner_id.id,
                "ref": "FV/2026/11/7",
                "invoice_date": "2026-11-02",
            }
        )
        refund = self._correction(sold("-100.00"), correction=self._corrects(number=False))
        self.assertEqual(refund.l10n_pl_ksef_original_ids, self.original)

    def test_given_only_data_are_corrected_when_it_comes_then_the_bill_can_be_confirmed(self):
        bill = self._correction(
            sold("0.00"),
            correction=self._corrects(
                buyers_before=(fa3.BuyerBefore(identity=fa3.Identity(nip="5265877635", name="X")),)
            ),
        )
        bill.action_post()
        self.assertEqual((bill.state, bill.amount_total), ("posted", 0.0))

    def test_given_another_suppliers_bill_is_named_when_it_comes_then_it_is_not_reversed(self):
        refund = self._correction(sold("-100.00"), seller=self._party(OTHER_NIP))
        self.assertEqual((refund.move_type, refund.reversed_entry_id.id), ("in_refund", False))
        self.assertEqual(refund.l10n_pl_ksef_original_ids, self.original)
        self.assertTrue(any("FV/2026/11/7" in text for text in self._alerts(refund).values()))

    def test_given_another_suppliers_bill_is_named_when_both_are_posted_then_it_is_still_owed(self):
        refund = self._correction(sold("-100.00"), seller=self._party(OTHER_NIP))
        self.original.action_post()
        refund.action_post()
        self.assertEqual(self.original.amount_residual, 1230.0)

    def test_given_a_reason_when_it_comes_then_the_bill_says_it(self):
        refund = self._correction(sold("-100.00"))
        self.assertIn("obniżka ceny", refund.l10n_pl_ksef_remarks)

    def test_given_a_refund_when_it_is_confirmed_then_the_ledger_owes_less(self):
        refund = self._correction(sold("-100.00"))
        refund.action_post()
        payable = refund.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertEqual(payable.balance, 123.0)


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillKinds(BillTestCase):
    def test_given_an_advance_when_it_comes_then_the_bill_is_for_what_was_paid(self):
        order = fa3.Order(
            total=D("1230.00"),
            lines=(
                fa3.OrderLine(
                    number=1,
                    name="maszyna",
                    unit="szt.",
                    quantity=D(1),
                    net_price=D(1000),
                    net_amount=D(1000),
                    vat_amount=D(230),
                    rate=fa3.RateCode.VAT_23,
                ),
            ),
        )
        totals = fa3.VatTotals(standard=fa3.Total(net=D("100.00"), vat=D("23.00")))
        told = self._told(kind=K.ADVANCE, totals=totals, order=order)
        received = self._keep(fa3.write(self._without_lines(told)))
        self.env["l10n_pl_ksef.bill"]._make(received)
        bill = received.move_id
        self.assertComesTo(bill, "100.00", "23.00", "123.00")
        self.assertIn("maszyna", bill.invoice_line_ids.name)

    @staticmethod
    def _without_lines(told):
        from dataclasses import replace

        return replace(told, lines=())

    def test_given_a_settlement_when_it_comes_then_the_advance_is_deducted_and_tied(self):
        number = ksef_number()
        advance = self._bill(sold("100.00"), number="ZAL/1", number_in_ksef=number)
        totals = fa3.VatTotals(standard=fa3.Total(net=D("900.00"), vat=D("207.00")))
        bill = self._bill(
            sold("1000.00"),
            number="ROZ/1",
            kind=K.SETTLEMENT,
            totals=totals,
            advance_invoices=(fa3.AdvanceInvoice(ksef_number=number),),
        )
        self.assertComesTo(bill, "900.00", "207.00", "1107.00")
        self.assertEqual(bill.l10n_pl_ksef_original_ids, advance)
        self.assertEqual(bill.invoice_line_ids.mapped("price_subtotal"), [1000.0, -100.0])

    def test_given_a_document_in_the_older_form_when_it_comes_then_it_becomes_a_bill(self):
        xml = fa3.write(self._told(sold("100.00")))
        for new, old in (
            (b"wzor/2025/06/25/13775/", b"wzor/2023/06/29/12648/"),
            (b'kodSystemowy="FA (3)"', b'kodSystemowy="FA (2)"'),
            (b"<WariantFormularza>3<", b"<WariantFormularza>2<"),
            (b"<JST>2</JST><GV>2</GV>", b""),
        ):
            self.assertIn(new, xml)
            xml = xml.replace(new, old)
        received = self.env["l10n_pl_ksef.received"]._keep(
            self.company, [(xml, {"ksefNumber": ksef_number()})], role="subject2"
        )
        self.env["l10n_pl_ksef.bill"]._make(received)
        self.assertEqual(received.state, "billed", received.problem)
        self.assertComesTo(received.move_id, "100.00", "23.00", "123.00")

    def test_given_a_simplified_invoice_when_it_has_only_a_total_then_the_bill_has_it(self):
        line = fa3.Line(number=1, name="wiertarka", rate=fa3.RateCode.VAT_23)
        bill = self._bill(line, kind=K.SIMPLIFIED, totals=fa3.VatTotals(), total=D("450.00"))
        self.assertComesTo(bill, "365.85", "84.15", "450.00")

    def test_given_self_billing_when_it_comes_then_the_bill_says_so(self):
        bill = self._bill(annotations=fa3.Annotations(self_billing=True))
        self.assertIn("self-billing", bill.l10n_pl_ksef_remarks)

    def test_given_third_parties_when_they_come_then_the_bill_names_them(self):
        payer = fa3.ThirdParty(
            identity=fa3.Identity(nip=OTHER_NIP, name="Płatnik SA"), role=fa3.Role.PAYER
        )
        bill = self._bill(third_parties=(payer,))
        self.assertIn("Płatnik SA (payer)", bill.l10n_pl_ksef_remarks)

    def test_given_an_attachment_when_it_comes_then_the_bill_says_so(self):
        attachment = fa3.Attachment(
            blocks=(
                fa3.Block(
                    info=(fa3.BlockInfo(key="k", value="v"),),
                ),
            )
        )
        bill = self._bill(attachment=attachment)
        self.assertIn("attachment", bill.l10n_pl_ksef_remarks)

    def test_given_additional_descriptions_when_they_come_then_the_bill_has_them(self):
        bill = self._bill(notes=(fa3.Note(key="Umowa", value="12/2026"),))
        self.assertIn("Umowa: 12/2026", bill.narration)

    def test_given_a_polish_reader_when_remarks_are_shown_then_they_are_polish(self):
        self.env["res.lang"]._activate_lang("pl_PL")
        bill = self._bill(annotations=fa3.Annotations(split_payment=True))
        polish = bill.with_context(lang="pl_PL")
        self.assertTrue(
            any("podzielonej płatności" in text for text in self._alerts(polish).values())
        )
