"""Who stands on an invoice besides seller and buyer, and numbers of the parties."""

from decimal import Decimal

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..ksef import fa3
from .common_details import DetailsTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFa3ThirdParties(DetailsTestCase):
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
