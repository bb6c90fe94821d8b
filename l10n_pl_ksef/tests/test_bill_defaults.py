"""Journal, account, analytic distribution and person of a bill, by supplier or by role."""

from odoo.tests import new_test_user, tagged

from .common_bills import BillTestCase, sold


@tagged("post_install", "post_install_l10n", "-at_install")
class TestBillDefaults(BillTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls._bill(number="FV/0").partner_id
        cls.journal = cls.env["account.journal"].create(
            {"name": "Z KSeF", "code": "KSF", "type": "purchase", "company_id": cls.company.id}
        )
        cls.account = cls.company_data["default_account_expense"].copy({"code": "40123456"})

    def _default(self, **values):
        return self.env["l10n_pl_ksef.bill_default"].create(
            {"company_id": self.company.id, **values}
        )

    def test_given_nothing_chosen_when_a_bill_comes_then_it_is_in_the_first_journal(self):
        self.assertEqual(self._bill().journal_id, self.company_data["default_journal_purchase"])

    def test_given_a_journal_for_the_role_when_a_bill_comes_then_it_is_in_it(self):
        self._default(role="subject2", journal_id=self.journal.id)
        self.assertEqual(self._bill().journal_id, self.journal)

    def test_given_a_journal_for_the_supplier_when_its_bill_comes_then_that_counts_first(self):
        self._default(role="subject2", journal_id=self.company_data["default_journal_purchase"].id)
        self._default(partner_id=self.supplier.id, journal_id=self.journal.id)
        self.assertEqual(self._bill().journal_id, self.journal)

    def test_given_an_account_for_the_supplier_when_its_bill_comes_then_the_lines_have_it(self):
        self._default(partner_id=self.supplier.id, account_id=self.account.id)
        self.assertEqual(self._bill().invoice_line_ids.account_id, self.account)

    def test_given_a_known_product_when_the_bill_comes_then_its_own_account_counts(self):
        self._default(partner_id=self.supplier.id, account_id=self.account.id)
        product = self._create_product(name="Lodówka")
        product.property_account_expense_id = self.company_data["default_account_assets"]
        line = self._bill(sold(name="Lodówka")).invoice_line_ids
        self.assertEqual(line.account_id, self.company_data["default_account_assets"])

    def test_given_earlier_bills_of_the_supplier_when_one_comes_then_its_account_is_theirs(self):
        bill = self._bill(number="FV/1")
        bill.invoice_line_ids.account_id = self.account
        bill.action_post()
        self.assertEqual(self._bill(number="FV/2").invoice_line_ids.account_id, self.account)

    def test_given_a_distribution_when_the_bill_comes_then_its_lines_have_it(self):
        plan = self.env["account.analytic.plan"].create({"name": "Projekty"})
        project = self.env["account.analytic.account"].create({"name": "P1", "plan_id": plan.id})
        self._default(role="subject2", analytic_distribution={str(project.id): 100})
        self.assertEqual(
            self._bill().invoice_line_ids.analytic_distribution, {str(project.id): 100}
        )

    def test_given_a_person_when_the_bill_comes_then_she_is_asked_to_look_at_it(self):
        person = self.env.ref("base.user_admin")
        self._default(partner_id=self.supplier.id, user_id=person.id)
        bill = self._bill()
        self.assertEqual((bill.activity_ids.user_id, bill.invoice_user_id), (person, person))

    def test_given_a_journal_for_self_billing_when_a_bill_comes_then_it_is_in_another(self):
        first = self.company_data["default_journal_purchase"]
        first.is_self_billing = True
        self.assertNotEqual(self._bill().journal_id, first)

    def test_given_an_archived_account_when_the_bill_comes_then_the_usual_one_is_taken(self):
        self._default(partner_id=self.supplier.id, account_id=self.account.id)
        self.account.active = False
        account = self._bill().invoice_line_ids.account_id
        self.assertEqual((bool(account), account.active), (True, True))

    def test_given_a_person_who_left_when_the_bill_comes_then_nobody_is_asked(self):
        person = new_test_user(self.env, "left", groups="account.group_account_invoice")
        self._default(partner_id=self.supplier.id, user_id=person.id)
        person.active = False
        self.assertFalse(self._bill().activity_ids)

    def test_given_a_person_of_another_company_when_the_bill_comes_then_it_is_made(self):
        elsewhere = self.env["res.company"].create({"name": "Inna"})
        person = new_test_user(
            self.env,
            "elsewhere",
            groups="account.group_account_invoice",
            company_id=elsewhere.id,
            company_ids=elsewhere.ids,
        )
        self._default(partner_id=self.supplier.id, user_id=person.id)
        self.assertTrue(self._bill())

    def test_given_no_account_at_all_when_a_bill_comes_then_the_document_says_what_to_do(self):
        self.company.expense_account_id = False
        journal = self.company_data["default_journal_purchase"]
        self.env["account.journal"].search([("type", "=", "purchase")]).default_account_id = False
        received = self._receive(seller=self._party())
        self.assertEqual(received.state, "attention")
        self.assertIn(journal.display_name, received.problem)
