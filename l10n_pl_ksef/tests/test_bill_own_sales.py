"""Our own sales that another program issued: tied to our invoices, or offered as drafts."""

from datetime import date

from odoo.tests import tagged

from ..ksef import fa3
from .common_bills import OWN_NIP, BillTestCase, ksef_number, sold


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillOwnSales(BillTestCase):
    def _sale(self, *lines, **values):
        seller = fa3.Seller(
            identity=fa3.Taxpayer(nip=OWN_NIP, name="ABC AGD"),
            address=fa3.Address(line1="ul. Kwiatowa 1 m. 2", line2="00-001 Warszawa"),
        )
        buyer = fa3.Buyer(
            identity=fa3.Identity(nip="1111111111", name="F.H.U. Jan Kowalski"),
            address=fa3.Address(line1="ul. Polna 1", line2="00-001 Warszawa"),
        )
        return self._told(*lines, **{"seller": seller, "buyer": buyer, **values})

    def _received_sale(self, *lines, number=None, **values):
        received = self._keep(self._sale(*lines, **values), number, role="subject1")
        self.env["l10n_pl_ksef.bill"]._make(received)
        return received

    def _connect(self):
        self.company.sudo().write(
            {
                "l10n_pl_ksef_environment": "test",
                "l10n_pl_ksef_auth_method": "token",
                "l10n_pl_ksef_token_sealed": "not a token",
            }
        )

    def test_given_a_sale_issued_elsewhere_when_it_comes_then_a_draft_invoice_is_made(self):
        move = self._received_sale(sold("100.00")).move_id
        self.assertEqual((move.move_type, move.state), ("out_invoice", "draft"))
        self.assertEqual(move.invoice_line_ids.tax_ids, self.tax_23)
        self.assertComesTo(move, "100.00", "23.00", "123.00")

    def test_given_such_a_draft_when_it_is_confirmed_then_it_is_not_sent_again(self):
        self._connect()
        move = self._received_sale(sold("100.00")).move_id
        move.action_post()
        self.assertFalse(move.l10n_pl_ksef_state)
        self.assertTrue(move._l10n_pl_ksef_why_not())

    def test_given_such_a_draft_when_it_is_shown_then_it_has_its_number_in_ksef(self):
        number = ksef_number(OWN_NIP)
        move = self._received_sale(sold("100.00"), number=number).move_id
        self.assertEqual(move._l10n_pl_ksef_known_number(), number)

    def test_given_our_invoice_of_that_number_when_it_comes_then_they_are_tied(self):
        self._connect()
        ours = self._invoice(name="FV/1", invoice_date="2026-11-02")
        number = ksef_number(OWN_NIP)
        received = self._keep(self._sale(sold("100.00"), number="FV/1"), number, role="subject1")
        self.env["l10n_pl_ksef.bill"]._make(received)
        self.assertEqual((received.state, received.move_id), ("linked", ours))
        self.assertEqual(ours._l10n_pl_ksef_known_number(), number)
        self.assertFalse(ours.l10n_pl_ksef_state)

    def test_given_a_sale_below_zero_when_it_comes_then_a_draft_credit_note_is_made(self):
        corrected = fa3.CorrectedInvoice(issue_date=date(2026, 11, 1), number="FV/0")
        move = self._received_sale(
            sold("-100.00"),
            kind=fa3.InvoiceKind.CORRECTION,
            correction=fa3.Correction(corrected=(corrected,)),
        ).move_id
        self.assertEqual(move.move_type, "out_refund")
        self.assertComesTo(move, "100.00", "23.00", "123.00")

    def test_given_a_journal_for_such_sales_when_one_comes_then_it_keeps_its_number(self):
        journal = self.env["account.journal"].create(
            {"name": "Sklep", "code": "SKL", "type": "sale", "company_id": self.company.id}
        )
        self.env["l10n_pl_ksef.bill_default"].create(
            {"company_id": self.company.id, "role": "subject1", "journal_id": journal.id}
        )
        move = self._received_sale(sold("100.00")).move_id
        self.assertEqual((move.journal_id, move.name), (journal, "FV/2026/11/7"))

    def test_given_a_buyer_without_a_number_when_it_comes_then_a_person_is_made(self):
        buyer = fa3.Buyer(
            identity=fa3.Identity(name="Zofia Nowa"), address=fa3.Address(line1="ul. Polna 9")
        )
        partner = self._received_sale(sold("100.00"), buyer=buyer).move_id.partner_id
        self.assertEqual(
            (partner.name, partner.is_company, partner.vat), ("Zofia Nowa", False, False)
        )

    def test_given_a_buyer_in_the_eu_when_it_comes_then_it_is_found_by_its_number(self):
        greek = (
            self.env["res.partner"]
            .with_context(no_vat_validation=True)
            .create(
                {"name": "Ελλάς", "vat": "EL123456789", "country_id": self.env.ref("base.gr").id}
            )
        )
        buyer = fa3.Buyer(
            identity=fa3.Identity(eu_country="EL", eu_vat_number="123456789", name="Ellas"),
            address=fa3.Address(line1="Athina", country="GR"),
        )
        self.assertEqual(self._received_sale(sold("100.00"), buyer=buyer).move_id.partner_id, greek)

    def test_given_what_we_sent_ourselves_when_it_comes_back_then_it_is_tied_by_its_hash(self):
        self._connect()
        ours = self._invoice(name="FV/2026/00009", invoice_date="2026-11-02")
        xml = fa3.write(self._sale(sold("100.00")))
        received = self._keep(xml, role="subject1")
        self.env["l10n_pl_ksef.submission"].sudo().create(
            {
                "move_id": ours.id,
                "company_id": self.company.id,
                "connection_company_id": self.company.id,
                "environment": "test",
                "invoice_number": ours.name,
                "seller_nip": OWN_NIP,
                "issue_date": "2026-11-02",
                "generated_at": "2026-11-02 09:00:00",
                "sha256": received.sha256,
                "state": "sent",
            }
        )
        self.env["l10n_pl_ksef.bill"]._make(received)
        self.assertEqual((received.state, received.move_id), ("linked", ours))

    def test_given_a_role_without_bills_when_our_invoice_is_known_then_it_is_tied_all_the_same(
        self,
    ):
        self._connect()
        ours = self._invoice(name="FV/3", invoice_date="2026-11-02")
        received = self._keep(self._sale(sold("100.00"), number="FV/3"), role="subject1")
        self.env["l10n_pl_ksef.bill"]._link_known(received)
        self.assertEqual(received.move_id, ours)
        self.assertEqual(ours.l10n_pl_ksef_outside_reason, "other_program")
