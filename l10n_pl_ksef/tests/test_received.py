"""Keeping what KSeF has for the company: each document once, its bytes as they came."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import BUYER_NIP, SELLER_NIP, KsefTestCase
from .common_received import ksef_number, metadata, supplier_invoice


@tagged("post_install", "-at_install")
class TestReceived(KsefTestCase):
    def setUp(self):
        super().setUp()
        self.company.l10n_pl_ksef_environment = "test"
        self.xml = supplier_invoice()
        self.received = self.env["l10n_pl_ksef.received"]

    def receive(self, xml=None, **changes):
        xml = xml or self.xml
        return self.received._receive(self.company, xml, metadata(xml, **changes)).sudo()

    def test_the_bytes_are_kept_as_they_came(self):
        self.assertEqual(self.receive()._xml(), self.xml)

    def test_what_ksef_says_of_it_is_shown(self):
        received = self.receive(number=ksef_number("20260216"))
        self.assertEqual(
            (received.invoice_number, received.seller_nip, received.gross, received.form),
            ("FV/1", BUYER_NIP, 123.0, "FA (3)"),
        )

    def test_the_day_of_receipt_is_that_of_the_number(self):
        received = self.receive(number=ksef_number("20260216"))
        self.assertEqual(received.received_on, date(2026, 2, 16))

    def test_its_kind_is_said_in_words(self):
        received = self.receive(invoiceType="KorZal")
        self.assertEqual(received.kind_name, "Correction of an advance payment invoice")

    def test_a_kind_that_nobody_knows_is_said_as_ksef_says_it(self):
        self.assertEqual(self.receive(invoiceType="Vat2030").kind_name, "Vat2030")

    def test_a_document_comes_in_once(self):
        number = ksef_number()
        first = self.receive(number=number)
        self.assertEqual(self.receive(number=number), first)

    def test_another_environment_has_documents_of_its_own(self):
        number = ksef_number()
        first = self.receive(number=number)
        self.company.l10n_pl_ksef_environment = "demo"
        self.assertNotEqual(self.receive(number=number), first)

    def test_other_bytes_than_announced_need_attention(self):
        received = self.received._receive(self.company, self.xml + b"\n", metadata(self.xml)).sudo()
        self.assertEqual((received.state, received.genuine), ("attention", False))
        self.assertIn("SHA-256", received.problem)

    def test_the_right_bytes_take_the_place_of_wrong_ones(self):
        told = metadata(self.xml)
        wrong = self.received._receive(self.company, self.xml + b"\n", told).sudo()
        right = self.received._receive(self.company, self.xml, told).sudo()
        self.assertEqual((right, right._xml(), right.genuine), (wrong, self.xml, True))

    def announced(self):
        """A document whose bytes are not here yet, and what KSeF tells of it."""
        told = metadata(self.xml)
        return self.received.sudo()._keep(self.company, [(None, told)]), told

    def test_bytes_that_come_later_leave_an_ignored_document_ignored(self):
        received, told = self.announced()
        received.action_ignore("on paper")
        self.received._receive(self.company, self.xml, told)
        self.assertEqual((received.state, received.genuine), ("ignored", True))

    def test_bytes_that_come_later_leave_a_bill_made_by_hand(self):
        received, told = self.announced()
        received.action_make_by_hand()
        bill = received.move_id
        self.received._receive(self.company, self.xml, told)
        self.assertEqual(
            (received.state, received.move_id, received.genuine), ("linked", bill, True)
        )

    def test_a_number_with_a_wrong_checksum_needs_attention(self):
        number = ksef_number()
        wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
        received = self.receive(number=wrong)
        self.assertEqual(received.state, "attention")
        self.assertIn("checksum", received.problem)

    def test_a_number_of_the_old_system_is_taken(self):
        number = f"{BUYER_NIP}-20250215-0A1B2C-3D4E5F-00"
        self.assertTrue(self.receive(number=number).genuine)

    def test_metadata_may_be_short(self):
        received = self.received._receive(self.company, self.xml, {"ksefNumber": ksef_number()})
        self.assertTrue(received.sudo().genuine)

    def test_without_a_number_nothing_is_kept(self):
        with self.assertRaisesRegex(UserError, "KSeF number"):
            self.received._receive(self.company, self.xml, {"invoiceNumber": "FV/1"})

    def test_the_role_is_read_off_the_metadata(self):
        ours = {"seller": {"nip": SELLER_NIP}, "buyer": {"identifier": {"type": "None"}}}
        third = {
            "buyer": {"identifier": {"type": "Nip", "value": "9999999999"}},
            "thirdSubjects": [{"identifier": {"type": "Nip", "value": SELLER_NIP}, "role": 2}],
        }
        roles = [self.receive(**changes).role for changes in ({}, ours, third)]
        self.assertEqual(roles, ["subject2", "subject1", "subject3"])

    def test_a_purchase_counts_more_than_being_named_as_third_party(self):
        told = metadata(self.xml)
        self.received._receive(self.company, self.xml, told, role="subject3")
        again = self.received._receive(self.company, self.xml, told, role="subject2")
        self.assertEqual(again.role, "subject2")

    def test_a_document_cannot_be_changed_or_deleted(self):
        received = self.receive()
        with self.assertRaises(UserError):
            received.document = False
        with self.assertRaises(UserError):
            received.unlink()

    def test_people_read_and_only_the_code_writes(self):
        received = self.receive()
        accountant = new_test_user(
            self.env,
            "ksef_reader",
            groups="base.group_user,account.group_account_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        seen = received.with_user(accountant)
        self.assertEqual(seen.invoice_number, "FV/1")
        with self.assertRaises(AccessError):
            seen.write({"state": "ignored"})

    def test_other_companies_see_nothing(self):
        received = self.receive()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "ksef_stranger",
            groups="base.group_user,account.group_account_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        found = self.received.with_user(stranger).search([("id", "=", received.id)])
        self.assertFalse(found)
