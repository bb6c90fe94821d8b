"""Who sells and who buys."""

from odoo import Command
from odoo.tests import tagged

from ..ksef import fa3
from .common import SELLER_NIP
from .common_fa3 import Fa3TestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3Parties(Fa3TestCase):
    def _buyer_told(self, **changes):
        partner = self.buyer.copy({"name": "Nabywca", "vat": False, **changes})
        taxes = self._polish_tax("vs_ekspu") if partner.country_id.code != "PL" else self.tax_23
        return self._told(self._invoice(self._line(tax=taxes), partner_id=partner.id)).buyer

    def _country(self, code):
        return self.env.ref(f"base.{code}").id

    def test_given_a_polish_company_when_told_then_the_seller_is_whole(self):
        seller = self._told(self._invoice()).seller
        self.assertEqual(
            seller,
            fa3.Seller(
                identity=fa3.Taxpayer(nip=SELLER_NIP, name="ABC AGD sp. z o.o."),
                address=fa3.Address(line1="ul. Kwiatowa 1 m. 2", line2="00-001 Warszawa"),
                contacts=(fa3.Contact(email="abc@abc.pl", phone="667444555"),),
            ),
        )

    def test_given_a_nip_with_hyphens_and_no_prefix_when_told_then_it_is_ten_digits(self):
        self.company.vat = "526-587-76-35"
        self.assertEqual(self._told(self._invoice()).seller.identity.nip, SELLER_NIP)

    def test_given_a_branch_when_told_then_the_seller_is_the_company_with_the_nip(self):
        self.company.child_ids = [
            Command.create({"name": "Oddział w Łodzi", "country_id": self.poland.id})
        ]
        branch = self.company.child_ids
        self.env.user.company_ids |= branch
        self.buyer.with_company(
            branch
        ).property_account_receivable_id = self.buyer.property_account_receivable_id
        invoice = (
            self.env["account.move"]
            .with_company(branch)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": branch.id,
                    "partner_id": self.buyer.id,
                    "invoice_date": "2026-02-15",
                    "invoice_line_ids": [self._line()],
                }
            )
        )
        invoice.action_post()
        self.assertEqual(invoice.company_id, branch)
        seller = self._told(invoice).seller
        self.assertEqual(
            (seller.identity.nip, seller.identity.name), (SELLER_NIP, "ABC AGD sp. z o.o.")
        )

    def test_given_a_polish_buyer_when_told_then_it_has_its_nip(self):
        self.buyer.ref = "fdfd778343"
        buyer = self._told(self._invoice()).buyer
        self.assertEqual(
            buyer,
            fa3.Buyer(
                identity=fa3.Identity(nip="1111111111", name="F.H.U. Jan Kowalski"),
                address=fa3.Address(line1="ul. Polna 1", line2="00-001 Warszawa"),
                contacts=(fa3.Contact(email="jan@kowalski.pl", phone="555777999"),),
                customer_number="fdfd778343",
            ),
        )

    def test_given_a_polish_nip_without_prefix_when_told_then_it_is_a_nip(self):
        self.assertEqual(self._buyer_told(vat="999-999-99-99").identity.nip, "9999999999")

    def test_given_a_consumer_when_told_then_there_is_no_number(self):
        buyer = self._told(self._invoice(partner_id=self.consumer.id)).buyer
        self.assertEqual(buyer.identity, fa3.Identity(name="Anna Nowak"))

    def test_given_a_slash_as_tax_id_when_told_then_there_is_no_number(self):
        self.assertEqual(self._buyer_told(vat="/").identity, fa3.Identity(name="Nabywca"))

    def test_given_an_eu_vat_number_when_told_then_prefix_and_number_are_apart(self):
        cases = {
            ("de", "DE 136 695 976"): ("DE", "136695976"),
            ("gr", "EL123456783"): ("EL", "123456783"),
            ("gr", "EL 123 456 783"): ("EL", "123456783"),
            ("es", "A12345674"): ("ES", "A12345674"),
            ("at", "ATU12345675"): ("AT", "U12345675"),
        }
        for (country, vat), expected in cases.items():
            with self.subTest(vat=vat):
                identity = self._buyer_told(vat=vat, country_id=self._country(country)).identity
                self.assertEqual((identity.eu_country, identity.eu_vat_number), expected)
                self.assertIsNone(identity.nip)

    def test_given_a_number_of_another_country_when_told_then_it_is_a_foreign_one(self):
        cases = {
            ("uk", "GB123456782"): ("GB", "123456782"),
            ("ch", "CHE-123.456.788 TVA"): ("CH", "CHE123456788TVA"),
            ("us", "12-3456789"): ("US", "123456789"),
        }
        for (country, vat), expected in cases.items():
            with self.subTest(vat=vat):
                identity = self._buyer_told(vat=vat, country_id=self._country(country)).identity
                self.assertEqual((identity.id_country, identity.other_id), expected)

    def test_given_a_contact_of_a_company_when_told_then_the_company_buys(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Księgowość",
                "type": "invoice",
                "parent_id": self.buyer.id,
                "street": "ul. Długa 5",
                "zip": "00-003",
                "city": "Warszawa",
                "country_id": self.poland.id,
            }
        )
        buyer = self._told(self._invoice(partner_id=contact.id)).buyer
        self.assertEqual(buyer.identity.name, "F.H.U. Jan Kowalski")
        self.assertEqual(buyer.address.line1, "ul. Polna 1")
        self.assertEqual(buyer.mailing_address.line1, "ul. Długa 5")

    def test_given_a_village_without_streets_when_told_then_the_place_is_the_first_line(self):
        buyer = self._buyer_told(
            vat="PL9999999999", street=False, zip="00-007", city="Bzdziszewo 1"
        )
        self.assertEqual(buyer.address, fa3.Address(line1="00-007 Bzdziszewo 1"))

    def test_given_contact_data_that_ksef_refuses_when_told_then_only_they_are_left_out(self):
        buyer = self._buyer_told(
            vat="PL9999999999", email="brak", phone="tel. 22 123 45 67 w. 8901"
        )
        self.assertEqual(buyer.contacts, ())

    def test_given_related_parties_when_told_then_the_invoice_says_so(self):
        self.buyer.l10n_pl_links_with_customer = True
        self.assertTrue(self._told(self._invoice()).related_parties)

    # -- what stops it ------------------------------------------------------------------

    def test_given_no_nip_of_the_seller_when_told_then_it_is_refused(self):
        invoice = self._invoice()
        self.company.vat = False
        self.assertRefused(invoice, "seller.nip", "ABC AGD", "Tax ID", "Companies")

    def test_given_a_wrong_nip_of_the_seller_when_told_then_it_is_refused(self):
        invoice = self._invoice()
        self.company.partner_id.with_context(no_vat_validation=True).vat = "PL5265877636"
        self.assertRefused(invoice, "seller.nip", "PL5265877636", "not a valid NIP")

    def test_given_no_address_of_the_seller_when_told_then_it_is_refused(self):
        invoice = self._invoice()
        self.company.write({"street": False, "city": False})
        self.assertRefused(invoice, "seller.address", "ABC AGD", "street or city")

    def test_given_a_polish_company_without_nip_when_told_then_it_is_refused(self):
        self.buyer.vat = False
        self.assertRefused(self._invoice(), "buyer.nip", "F.H.U. Jan Kowalski", "Tax ID", "/")

    def test_given_a_wrong_nip_of_the_buyer_when_told_then_it_is_refused(self):
        self.buyer.with_context(no_vat_validation=True).vat = "PL1111111112"
        self.assertRefused(self._invoice(), "buyer.nip", "PL1111111112", "F.H.U. Jan Kowalski")

    def test_given_no_address_of_the_buyer_when_told_then_it_is_refused(self):
        for missing in ({"street": False, "city": False}, {"country_id": False}):
            with self.subTest(missing=missing):
                partner = self.consumer.copy(missing)
                self.assertRefused(
                    self._invoice(partner_id=partner.id), "buyer.address", partner.name, "country"
                )

    def test_given_a_supply_to_the_eu_without_eu_number_when_told_then_it_is_refused(self):
        invoice = self._invoice(self._line(tax=self._polish_tax("vs_unia")))
        self.assertRefused(invoice, "buyer.eu_number", "EU VAT number", "F.H.U. Jan Kowalski")
