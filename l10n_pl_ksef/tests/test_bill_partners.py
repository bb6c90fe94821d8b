"""Who a bill is from: the contact that is there, or a new one, never another company's."""

from dataclasses import replace

from odoo.tests import tagged

from ..ksef import fa3
from .common_bills import OTHER_NIP, SUPPLIER_NIP, BillTestCase, sold

ACCOUNT = "61109010140000071219812874"
NAME = "Hurtownia Nowak sp. z o.o."


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillPartners(BillTestCase):
    @classmethod
    def _contact(cls, **values):
        return (
            cls.env["res.partner"]
            .with_context(no_vat_validation=True)
            .create({"name": NAME, "country_id": cls.poland.id, **values})
        )

    def test_given_a_supplier_with_its_nip_when_a_bill_comes_then_it_is_taken(self):
        supplier = self._contact(vat=f"PL{SUPPLIER_NIP}")
        self.assertEqual(self._bill().partner_id, supplier)

    def test_given_a_nip_written_in_any_way_when_a_bill_comes_then_the_supplier_is_taken(self):
        for written in (SUPPLIER_NIP, "111-111-11-11", "PL 111 111 11 11", "pl111.111.11.11"):
            with self.subTest(written=written):
                supplier = self._contact(vat=written)
                bill = self._bill(number=f"FV/{written}")
                self.assertEqual(bill.partner_id, supplier)
                bill.unlink()
                supplier.unlink()

    def test_given_contacts_of_the_supplier_when_a_bill_comes_then_the_company_itself_is_taken(
        self,
    ):
        supplier = self._contact(vat=f"PL{SUPPLIER_NIP}", is_company=True)
        self._contact(name="Magazyn", parent_id=supplier.id, type="delivery")
        self.assertEqual(self._bill().partner_id, supplier)

    def test_given_no_such_supplier_when_a_bill_comes_then_it_is_made_with_its_address(self):
        partner = self._bill().partner_id
        self.assertEqual(
            (partner.name, partner.vat, partner.street, partner.zip, partner.city),
            (NAME, f"PL{SUPPLIER_NIP}", "ul. Sadowa 1 lok. 3", "00-002", "Kraków"),
        )
        self.assertEqual((partner.country_id.code, partner.email), ("PL", "biuro@nowak.pl"))
        self.assertTrue(partner.is_company)

    def test_given_another_name_that_begins_alike_when_a_bill_comes_then_it_is_not_taken(self):
        longer = self._contact(name=f"{NAME} Handel")
        self.assertNotEqual(self._bill().partner_id, longer)

    def test_given_the_very_name_without_a_number_when_a_bill_comes_then_it_is_taken(self):
        supplier = self._contact(name="HURTOWNIA  NOWAK Sp. z o.o.")
        bill = self._bill()
        self.assertEqual(bill.partner_id, supplier)
        self.assertEqual(supplier.vat, f"PL{SUPPLIER_NIP}")
        self.assertTrue(any("by its name alone" in text for text in self._alerts(bill).values()))

    def test_given_polish_letters_in_the_name_when_a_bill_comes_then_it_is_found_too(self):
        supplier = self._contact(name="ŻÓŁĆ Łódź s.c.")
        seller = self._party(SUPPLIER_NIP, "Żółć  łódź S.C.")
        self.assertEqual(self._bill(seller=seller).partner_id, supplier)

    def test_given_the_name_with_another_number_when_a_bill_comes_then_it_is_not_taken(self):
        namesake = self._contact(vat=f"PL{OTHER_NIP}")
        self.assertNotEqual(self._bill().partner_id, namesake)

    def test_given_the_name_in_another_town_when_a_bill_comes_then_it_is_not_taken(self):
        namesake = self._contact(zip="80-001")
        self.assertNotEqual(self._bill().partner_id, namesake)

    def test_given_two_contacts_of_the_name_when_a_bill_comes_then_neither_is_taken(self):
        namesakes = self._contact() | self._contact()
        self.assertNotIn(self._bill().partner_id, namesakes)

    def test_given_the_supplier_of_another_company_when_a_bill_comes_then_it_is_not_taken(self):
        other = self.env["res.company"].create({"name": "Inna spółka"})
        theirs = self._contact(vat=f"PL{SUPPLIER_NIP}", company_id=other.id)
        self.assertNotEqual(self._bill().partner_id, theirs)

    def test_given_two_suppliers_of_one_name_when_they_come_then_neither_is_the_known_contact(self):
        known = self.env["res.partner"].create({"name": "Kowalski"})
        documents = self.env["l10n_pl_ksef.received"]
        for nip in (SUPPLIER_NIP, OTHER_NIP):
            told = self._told(number=nip, seller=self._party(nip, "Kowalski"))
            documents |= self._keep(told)
        self.env["l10n_pl_ksef.bill"]._make(documents)
        self.assertEqual(len(documents.move_id.partner_id - known), 2)
        self.assertFalse(known.vat)

    def test_given_an_archived_supplier_when_a_bill_comes_then_it_is_taken_and_said(self):
        archived = self._contact(vat=f"PL{SUPPLIER_NIP}", active=False)
        bill = self._bill()
        self.assertEqual(bill.partner_id, archived)
        self.assertTrue(any("is archived" in text for text in self._alerts(bill).values()))

    def test_given_an_archived_and_an_active_one_when_a_bill_comes_then_the_active_is_taken(self):
        self._contact(vat=f"PL{SUPPLIER_NIP}", active=False)
        active = self._contact(vat=SUPPLIER_NIP)
        self.assertEqual(self._bill().partner_id, active)

    def test_given_a_foreign_number_of_the_same_digits_when_a_bill_comes_then_it_is_not_taken(self):
        foreign = self._contact(vat=f"SK{SUPPLIER_NIP}", country_id=self.env.ref("base.sk").id)
        self.assertNotEqual(self._bill().partner_id, foreign)

    def test_given_two_documents_of_a_new_supplier_when_they_come_then_it_is_made_once(self):
        received = self._keep(self._told(number="A/1")) | self._keep(self._told(number="A/2"))
        self.env["l10n_pl_ksef.bill"]._make(received)
        self.assertEqual(len(received.move_id), 2)
        self.assertEqual(len(received.move_id.partner_id), 1)

    def test_given_vies_is_wanted_when_a_supplier_is_made_then_nobody_is_asked(self):
        self.company.vat_check_vies = True
        partner = self._bill().partner_id
        partner.flush_recordset()
        self.assertFalse(partner.vies_valid)

    def test_given_a_name_of_512_characters_when_a_bill_comes_then_the_supplier_has_it(self):
        name = "Ł" * 512
        seller = self._party(SUPPLIER_NIP, name)
        self.assertEqual(self._bill(seller=seller).partner_id.name, name)

    def test_given_a_nip_with_a_wrong_check_digit_when_a_bill_comes_then_it_is_made_all_the_same(
        self,
    ):
        partner = self._bill(seller=self._party("1234567890", "Próba")).partner_id
        self.assertEqual(partner.vat, "PL1234567890")


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillAccounts(BillTestCase):
    def _paid_to(self, number=ACCOUNT, **values):
        account = fa3.BankAccount(number=number)
        return self._bill(payment=fa3.Payment(bank_accounts=(account,), **values))

    def test_given_an_account_on_the_document_when_a_bill_comes_then_it_is_made_untrusted(self):
        account = self._paid_to().partner_bank_id
        self.assertEqual(account.sanitized_acc_number, f"PL{ACCOUNT}")
        self.assertFalse(account.allow_out_payment)

    def test_given_the_account_is_known_when_a_bill_comes_then_it_is_not_made_twice(self):
        first = self._paid_to()
        second = self._bill(
            number="FV/2",
            payment=fa3.Payment(bank_accounts=(fa3.BankAccount(number=ACCOUNT),)),
        )
        self.assertEqual(first.partner_bank_id, second.partner_bank_id)

    def test_given_the_account_without_its_country_when_a_bill_comes_then_it_is_known(self):
        partner = self._bill().partner_id
        known = self.env["res.partner.bank"].create(
            {"acc_number": ACCOUNT[:2] + " " + ACCOUNT[2:], "partner_id": partner.id}
        )
        bill = self._bill(
            number="FV/2",
            payment=fa3.Payment(bank_accounts=(fa3.BankAccount(number=ACCOUNT),)),
        )
        self.assertEqual(bill.partner_bank_id, known)

    def test_given_an_archived_account_when_a_bill_comes_then_the_bill_has_none_and_says_so(self):
        first = self._paid_to()
        first.partner_bank_id.active = False
        bill = self._bill(
            number="FV/2",
            payment=fa3.Payment(bank_accounts=(fa3.BankAccount(number=ACCOUNT),)),
        )
        self.assertFalse(bill.partner_bank_id)
        self.assertTrue(any("is archived" in text for text in self._alerts(bill).values()))

    def test_given_no_real_account_number_when_a_bill_comes_then_it_is_kept_as_it_came(self):
        account = self._paid_to("73111111111111111111111112").partner_bank_id
        self.assertEqual(account.acc_number, "73111111111111111111111112")

    def test_given_the_account_of_a_factor_when_a_bill_comes_then_it_is_to_be_paid_to(self):
        factor = fa3.ThirdParty(
            identity=fa3.Identity(nip=OTHER_NIP, name="Faktor SA"), role=fa3.Role.FACTOR
        )
        bill = self._bill(
            third_parties=(factor,),
            payment=fa3.Payment(factor_accounts=(fa3.BankAccount(number=ACCOUNT),)),
        )
        self.assertEqual(bill.partner_bank_id.acc_holder_name, "Faktor SA")
        self.assertTrue(any("factor: Faktor SA" in text for text in self._alerts(bill).values()))


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillAddresses(BillTestCase):
    def _address_of(self, line1, line2=None, country="PL"):
        address = fa3.Address(line1=line1, line2=line2, country=country)
        seller = replace(self._party("1234567890", f"{line1} {line2}"), address=address)
        partner = self._bill(sold(), seller=seller, number=f"{line1} {line2}").partner_id
        found = (partner.street, partner.street2, partner.zip, partner.city)
        partner.vat = False
        partner.name = "-"
        return found

    def test_given_two_lines_when_the_second_is_a_town_then_it_becomes_code_and_city(self):
        self.assertEqual(
            self._address_of("ul. Polna 1", "00-001  Warszawa"),
            ("ul. Polna 1", False, "00-001", "Warszawa"),
        )

    def test_given_one_line_when_it_ends_with_a_town_then_it_is_divided(self):
        for line in ("ul. Polna 1, 00-001 Warszawa", "ul. Polna 1 00-001 Warszawa"):
            with self.subTest(line=line):
                self.assertEqual(
                    self._address_of(line), ("ul. Polna 1", False, "00-001", "Warszawa")
                )

    def test_given_a_foreign_town_when_it_has_a_code_then_it_is_divided(self):
        self.assertEqual(
            self._address_of("Hauptstraße 5", "10115 Berlin", "DE"),
            ("Hauptstraße 5", False, "10115", "Berlin"),
        )

    def test_given_what_is_no_town_when_it_is_the_second_line_then_it_stays_whole(self):
        self.assertEqual(
            self._address_of("Budynek C", "wejście od podwórza"),
            ("Budynek C", "wejście od podwórza", False, False),
        )
