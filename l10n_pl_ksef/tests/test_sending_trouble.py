"""What happens on the way to KSeF when something fails: nothing lost, nothing twice."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import account_move_actions
from .common_sending import ConnectedTestCase

SEND = "POST /v2/sessions/online/*/invoices"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSendingTrouble(ConnectedTestCase):
    def test_an_answer_lost_after_ksef_took_it_ends_with_its_number_and_no_double(self):
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "drop_after")
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "in_doubt")
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        [held] = self.simulator.invoices()
        self.assertEqual(held["offered"], 1)

    def test_an_answer_lost_before_ksef_took_it_is_sent_again_with_the_same_bytes(self):
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "drop_before")
        invoice.action_l10n_pl_ksef_send()
        before = self.submission_of(invoice).sha256
        self.run_due()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(self.simulator.invoices()[0]["hash"], before)

    def test_in_doubt_it_can_neither_be_reset_nor_sent_again(self):
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "drop_after")
        invoice.action_l10n_pl_ksef_send()
        with self.assertRaises(UserError):
            invoice.button_draft()
        with self.assertRaises(UserError):
            invoice.action_l10n_pl_ksef_send()

    def test_a_duplicate_that_is_ours_takes_the_number_of_the_original(self):
        # given: KSeF took it, and the listing that would tell so is empty for a while
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "drop_after")
        invoice.action_l10n_pl_ksef_send()
        [held] = self.simulator.invoices()
        submission = self.submission_of(invoice)
        submission.write({"state": "ready"})  # as after a look that came too early
        # when
        self.run_due()
        # then
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_number, held["number"])
        self.assertTrue(invoice.l10n_pl_ksef_has_upo)
        self.assertEqual(len(self.simulator.invoices()), 1)

    def test_a_duplicate_of_a_session_nobody_remembers_is_compared_byte_by_byte(self):
        # given: the same bytes reached KSeF by another way
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "status", code=429, headers={"Retry-After": "1"})
        invoice.action_l10n_pl_ksef_send()
        planted = self.simulator.plant(self.document(invoice))
        # when
        self.run_due()
        # then
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(invoice.l10n_pl_ksef_number, planted["number"])

    def test_a_duplicate_that_is_not_ours_is_said_with_its_number(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        number = invoice.l10n_pl_ksef_number
        other = self.today_invoice(self._line(price=5))
        self.submission_of(invoice)
        # another program used the number that Odoo gives to the second invoice
        xml = self.document(invoice).replace(invoice.name.encode(), other.name.encode())
        self.simulator.plant(xml)
        other.action_l10n_pl_ksef_send()
        self.assertEqual(other.l10n_pl_ksef_state, "rejected")
        self.assertNotEqual(other.l10n_pl_ksef_number, number)
        self.assertFalse(other.l10n_pl_ksef_number)
        planted = next(h for h in self.simulator.invoices() if h["invoice_number"] == other.name)
        self.assertIn(planted["number"], str(other._get_alerts()["l10n_pl_ksef_rejected"]))

    def test_a_refusal_keeps_ksefs_words_and_can_be_corrected(self):
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "process_status", code=450)
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "rejected")
        refused = self.submission_of(invoice)
        self.assertEqual(refused.refusal_code, 450)
        self.assertTrue(refused.refusal)
        self.assertTrue(invoice.activity_ids)
        invoice.button_draft()
        invoice.action_post()
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(refused.state, "rejected")
        self.assertEqual(len(invoice.l10n_pl_ksef_submission_ids), 2)
        self.assertFalse(invoice.activity_ids)

    def test_a_refused_invoice_of_a_locked_journal_is_rebuilt_from_the_posted_one(self):
        self.company_data["default_journal_sale"].restrict_mode_hash_table = True
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "process_status", code=450)
        invoice.action_l10n_pl_ksef_send()
        self.assertTrue(invoice.inalterable_hash)
        self.buyer.street = "ul. Nowa 2"
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertIn(b"ul. Nowa 2", self.document(invoice))

    def test_a_cancellation_by_the_system_is_sent_again(self):
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "process_status", code=550)
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_an_unknown_code_is_no_rejection(self):
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "process_status", code=777)
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "sent")
        self.assertIn("777", self.submission_of(invoice).trouble)

    def test_too_many_requests_waits_as_long_as_ksef_says(self):
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "status", code=429, headers={"Retry-After": "120"})
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")
        pause = (
            self.env["l10n_pl_ksef.throttle"].sudo().search([("operation", "=", "send_invoice")])
        )
        self.assertGreater((pause.until - fields.Datetime.now()).total_seconds(), 90)
        self.env["l10n_pl_ksef.submission"].sudo()._cron_send()
        self.assertEqual(self.submission_of(invoice).attempts, 1)

    def test_a_server_error_leaves_it_in_doubt(self):
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "status", code=503)
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "in_doubt")

    def test_garbage_leaves_it_in_doubt(self):
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "garbage")
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "in_doubt")
        self.run_due()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(len(self.simulator.invoices()), 1)

    def test_a_session_that_ended_is_replaced(self):
        first = self.today_invoice()
        first.action_l10n_pl_ksef_send()
        session = self.submission_of(first).session_id
        self.company._l10n_pl_ksef_client().close_interactive_session(session.reference)
        second = self.today_invoice()
        second.action_l10n_pl_ksef_send()
        self.run_due()
        self.assertEqual(second.l10n_pl_ksef_state, "accepted")
        self.assertNotEqual(self.submission_of(second).session_id, session)

    def test_a_withdrawn_key_of_ksef_is_fetched_again(self):
        self.simulator.fault("POST /v2/sessions/online", "rotate_keys")
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_expired_tokens_are_renewed_by_themselves(self):
        first = self.today_invoice()
        first.action_l10n_pl_ksef_send()
        self.simulator.fault(SEND, "expire_tokens")
        second = self.today_invoice()
        second.action_l10n_pl_ksef_send()
        self.run_due()
        self.assertEqual(second.l10n_pl_ksef_state, "accepted")

    def test_one_unbuildable_invoice_does_not_stop_the_others(self):
        self.company.l10n_pl_ksef_send_mode = "on_post"
        other_buyer = self.buyer.copy({"name": "Inny Nabywca", "vat": "PL9999999999"})
        bad = self.today_invoice()
        self.buyer.write({"street": False, "city": False, "zip": False})
        good = self.today_invoice(partner_id=other_buyer.id)
        self.run_due()
        self.assertEqual(good.l10n_pl_ksef_state, "accepted")
        self.assertEqual(bad.l10n_pl_ksef_state, "to_send")
        self.assertTrue(bad.l10n_pl_ksef_problems)
        self.assertTrue(bad.activity_ids)

    def test_without_the_permission_to_send_it_waits_and_says_which_is_lacking(self):
        self.connect(self.company, permissions=["InvoiceRead"])
        invoice = self.today_invoice()
        report = invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")
        self.assertIn("InvoiceWrite", report["params"]["message"])
        self.assertIn("InvoiceWrite", str(invoice._get_alerts()["l10n_pl_ksef_waiting"]))

    def test_with_ksef_out_of_reach_nothing_is_lost(self):
        invoice = self.today_invoice()
        with self.simulator_at("http://127.0.0.1:9"):  # nobody listens there
            report = invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")
        self.assertIn("could not be reached", report["params"]["message"])
        frozen = self.submission_of(invoice).sha256
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(self.simulator.invoices()[0]["hash"], frozen)

    def test_a_future_date_is_refused_before_anything_leaves(self):
        tomorrow = fields.Date.add(fields.Date.context_today(self.env.user), days=2)
        invoice = self.today_invoice(invoice_date=tomorrow)
        with self.assertRaisesRegex(UserError, "future|later than today|lies after"):
            invoice.action_l10n_pl_ksef_send()
        self.assertFalse(self.submission_of(invoice))

    def test_a_credit_note_waits_for_the_number_of_its_invoice(self):
        invoice = self.today_invoice()
        credit_note = self._credit_note(
            invoice, invoice_date=fields.Date.context_today(self.env.user)
        )
        with self.assertRaisesRegex(UserError, invoice.name):
            credit_note.action_l10n_pl_ksef_send()

    def test_while_ksef_is_out_of_reach_the_schedule_rests_instead_of_trying_each_invoice(self):
        self.company.l10n_pl_ksef_send_mode = "on_post"
        for price in range(1, 5):
            self.today_invoice(self._line(price=price))
        submissions = self.env["l10n_pl_ksef.submission"].sudo()
        with self.simulator_at("http://127.0.0.1:9"):
            submissions._cron_send()
            submissions._cron_send()
            submissions._cron_follow()
        tried = submissions.search([("trouble", "!=", False)])
        self.assertEqual(len(tried), 1)
        pause = self.env["l10n_pl_ksef.throttle"].sudo().search([("operation", "=", "connection")])
        self.assertEqual(pause.failures, 1)

    def test_a_refused_invoice_marked_as_issued_outside_ksef_is_out(self):
        invoice = self.today_invoice()
        self.simulator.fault(SEND, "process_status", code=450)
        invoice.action_l10n_pl_ksef_send()
        invoice.button_draft()
        invoice.l10n_pl_ksef_outside_reason = "other"
        invoice.action_post()
        self.assertFalse(invoice.l10n_pl_ksef_state)

    def test_a_document_prepared_for_one_environment_never_goes_to_another(self):
        # given a document frozen for the simulator that could not leave
        invoice = self.today_invoice()
        with self.simulator_at("http://127.0.0.1:9"):
            invoice.action_l10n_pl_ksef_send()
        old = self.submission_of(invoice)
        # when the company moves to another environment
        self.company.l10n_pl_ksef_environment = "test"
        old._transmit(by_person=True)
        # then it was given up instead of being sent there
        self.assertEqual(old.state, "withdrawn")
        self.company.l10n_pl_ksef_environment = "simulator"
        invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_problems_are_forgotten_when_the_invoice_is_corrected_and_posted_again(self):
        self.company.l10n_pl_ksef_send_mode = "on_post"
        self.buyer.write({"street": False, "city": False, "zip": False})
        invoice = self.today_invoice()
        self.run_due()
        self.assertTrue(invoice.l10n_pl_ksef_problems)
        invoice.button_draft()
        self.buyer.write({"street": "ul. Nowa 1", "city": "Kraków", "zip": "30-001"})
        invoice.action_post()
        self.assertFalse(invoice.l10n_pl_ksef_problems)
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_problems_are_looked_at_again_another_day_and_told_once(self):
        self.company.l10n_pl_ksef_send_mode = "on_post"
        self.buyer.write({"street": False, "city": False, "zip": False})
        invoice = self.today_invoice()
        self.run_due()
        told = len(invoice.message_ids)
        invoice.l10n_pl_ksef_try_again_at = "2026-01-01 00:00:00"
        self.run_due()
        self.assertEqual(len(invoice.message_ids), told)
        self.buyer.write({"street": "ul. Nowa 1", "city": "Kraków", "zip": "30-001"})
        invoice.l10n_pl_ksef_try_again_at = "2026-01-01 00:00:00"
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_a_duplicate_that_may_not_be_read_is_refused_and_not_asked_for_ever(self):
        self.connect(self.company, permissions=["InvoiceWrite"])
        first = self.today_invoice()
        first.action_l10n_pl_ksef_send()
        other = self.today_invoice(self._line(price=5))
        xml = self.document(first).replace(first.name.encode(), other.name.encode())
        self.simulator.plant(xml)
        other.action_l10n_pl_ksef_send()
        self.assertEqual(other.l10n_pl_ksef_state, "rejected")

    def test_very_many_are_left_to_the_schedule(self):
        # given one posted before the company used KSeF, and one of today
        self.company.l10n_pl_ksef_go_live_date = "2099-01-01"
        earlier = self.today_invoice()
        self.company.l10n_pl_ksef_go_live_date = "2026-01-01"
        invoices = earlier | self.today_invoice()
        with patch.object(account_move_actions, "PREPARED_WHILE_WAITING", 1):
            report = invoices.action_l10n_pl_ksef_send()
        self.assertIn("background", report["params"]["message"])
        self.assertFalse(invoices.l10n_pl_ksef_submission_ids)
        self.run_due()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"accepted"})

    def test_a_disconnected_company_still_mails_its_invoices(self):
        invoice = self.today_invoice()
        self.company.l10n_pl_ksef_environment = False
        self.assertNotIn(
            "l10n_pl_ksef", self.env["account.move.send"]._get_default_extra_edis(invoice)
        )

    def test_hybrid_sends_all_but_those_kept_for_the_hand(self):
        self.company.l10n_pl_ksef_send_mode = "hybrid"
        by_itself = self.today_invoice()
        kept = self.buyer.copy({"name": "Ręczny", "vat": "PL9999999999"})
        kept.l10n_pl_ksef_sending = "by_hand"
        by_hand = self.today_invoice(partner_id=kept.id)
        self.run_due()
        self.assertEqual(by_itself.l10n_pl_ksef_state, "accepted")
        self.assertEqual(by_hand.l10n_pl_ksef_state, "to_send")
