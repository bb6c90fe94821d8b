"""Issuing offline: two codes in the buyer's hands at once, the same bytes in KSeF in time."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..ksef.calendar import next_working_day
from .common_sending import PASSWORD, ConnectedTestCase
from .test_print import codes_in

NOWHERE = "http://127.0.0.1:9"


class OfflineTestCase(ConnectedTestCase):
    def setUp(self):
        super().setUp()
        self.give_offline_pair()

    def give_offline_pair(self, **more):
        pair = self.simulator.issue_certificate(purpose="offline", password=PASSWORD, **more)
        self.env["l10n_pl_ksef.certificate"]._import_pair(
            self.company, "offline", pair["certificate"].encode(), pair["key"].encode(), PASSWORD
        )

    def announce(self, category, start_hours=-1, end_hours=None, event=1):
        """Let the beacon announce an outage around now, and ask the beacon."""
        now = fields.Datetime.now()
        message = {
            "id": f"M/{event}",
            "eventId": event,
            "category": category,
            "type": "FAILURE_START" if end_hours is None else "FAILURE_END",
            "title": "Awaria",
            "text": "Trwa awaria.",
            "start": (now + timedelta(hours=start_hours)).isoformat() + "Z",
            "end": end_hours is not None
            and (now + timedelta(hours=end_hours)).isoformat() + "Z"
            or None,
            "version": 1 if end_hours is None else 2,
            "published": now.isoformat() + "Z",
        }
        status = "AVAILABLE" if end_hours is not None and end_hours < 0 else category
        self.simulator.control("lighthouse", {"status": status, "messages": [message]})
        self.env["l10n_pl_ksef.outage"].sudo()._cron_ask_beacon()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestIssueOffline(OfflineTestCase):
    def test_it_has_both_codes_at_once_and_is_not_in_ksef(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertEqual(invoice.l10n_pl_ksef_state, "offline")
        self.assertEqual(invoice.l10n_pl_ksef_mode, "offline24")
        self.assertIn("/invoice/5265877635/", invoice.l10n_pl_ksef_invoice_url)
        self.assertIn(
            "/certificate/Nip/5265877635/5265877635/", invoice.l10n_pl_ksef_certificate_url
        )
        self.assertFalse(self.simulator.invoices())

    def test_both_codes_are_on_the_print_and_it_is_no_pro_forma(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        with self.allow_pdf_render():
            pdf, _kind = (
                self.env["ir.actions.report"]
                .with_context(force_report_rendering=True)
                ._render_qweb_pdf("account.report_invoice", invoice.ids)
            )
        self.assertEqual(
            set(codes_in(pdf)),
            {invoice.l10n_pl_ksef_invoice_url, invoice.l10n_pl_ksef_certificate_url},
        )
        labels = [code["label"] for code in invoice._l10n_pl_ksef_codes()]
        self.assertEqual(labels, ["OFFLINE", "CERTYFIKAT"])
        self.assertFalse(invoice._l10n_pl_ksef_print_notice())

    def test_the_second_code_proves_the_seller_with_either_kind_of_key(self):
        for algorithm in ("EC", "RSA"):
            with self.subTest(algorithm=algorithm):
                self.give_offline_pair(algorithm=algorithm)
                invoice = self.today_invoice()
                invoice.action_l10n_pl_ksef_issue_offline()
                page = self.simulator.page(invoice.l10n_pl_ksef_certificate_url)
                self.assertIn("signed with a valid KSeF certificate of the Offline kind", page)

    def test_it_is_locked_from_that_moment(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        with self.assertRaises(UserError):
            invoice.invoice_line_ids.price_unit = 1
        with self.assertRaisesRegex(UserError, "issued offline"):
            invoice.button_draft()

    def test_the_very_same_bytes_go_to_ksef_by_themselves(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        frozen = self.submission_of(invoice).sha256
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        [held] = self.simulator.invoices()
        self.assertEqual((held["hash"], held["mode"]), (frozen, "Offline"))
        self.assertFalse(invoice.l10n_pl_ksef_deadline)

    def test_the_most_urgent_goes_first(self):
        urgent, other = self.today_invoice(), self.today_invoice()
        (other | urgent).action_l10n_pl_ksef_issue_offline()
        self.submission_of(urgent).deadline = fields.Date.add(
            self.submission_of(other).deadline, days=-1
        )
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "status", skip=1, code=429)
        self.make_due()
        self.env["l10n_pl_ksef.submission"].sudo()._cron_send()
        self.assertEqual(urgent.l10n_pl_ksef_state, "sent")
        self.assertEqual(other.l10n_pl_ksef_state, "offline")

    def test_a_failed_attempt_leaves_it_issued(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        with self.simulator_at(NOWHERE):
            self.env["l10n_pl_ksef.submission"].sudo()._cron_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "offline")

    def test_a_lost_answer_while_it_is_sent_later_ends_with_one_document(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "drop_after")
        self.run_due()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        self.assertEqual(len(self.simulator.invoices()), 1)

    def test_many_at_once(self):
        invoices = self.today_invoice() | self.today_invoice()
        invoices.action_l10n_pl_ksef_issue_offline()
        self.assertEqual(set(invoices.mapped("l10n_pl_ksef_state")), {"offline"})

    def test_send_and_print_does_not_wait_for_ksef(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertNotIn(
            "l10n_pl_ksef", self.env["account.move.send"]._get_default_extra_edis(invoice)
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestWhyNotOffline(OfflineTestCase):
    def test_a_company_that_skips_offline_is_told_where_to_change_it(self):
        self.company.l10n_pl_ksef_skip_offline = True
        invoice = self.today_invoice()
        self.assertFalse(invoice.l10n_pl_ksef_can_issue_offline)
        with self.assertRaisesRegex(UserError, "skips offline certificates"):
            invoice.action_l10n_pl_ksef_issue_offline()

    def test_a_company_without_offline_certificate_is_told_so(self):
        self.company.l10n_pl_ksef_offline_certificate_id = False
        with self.assertRaisesRegex(UserError, "no offline certificate"):
            self.today_invoice().action_l10n_pl_ksef_issue_offline()

    def test_a_credit_note_waits_for_the_number_of_its_invoice(self):
        invoice = self.today_invoice()
        credit_note = self._credit_note(
            invoice, invoice_date=fields.Date.context_today(self.env.user)
        )
        with self.assertRaisesRegex(UserError, invoice.name):
            credit_note.action_l10n_pl_ksef_issue_offline()

    def test_during_a_total_failure_an_ordinary_invoice_is_the_way(self):
        self.announce("TOTAL_FAILURE")
        with self.assertRaisesRegex(UserError, "outside KSeF"):
            self.today_invoice().action_l10n_pl_ksef_issue_offline()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestDeadlines(OfflineTestCase):
    def today(self):
        return self.env["l10n_pl_ksef.submission"]._warsaw_today()

    def test_offline24_is_due_on_the_next_working_day(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertEqual(invoice.l10n_pl_ksef_deadline, next_working_day(self.today()))

    def test_a_failure_announced_meanwhile_opens_the_deadline_until_its_end(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        first = invoice.l10n_pl_ksef_deadline
        self.announce("FAILURE")
        self.assertFalse(invoice.l10n_pl_ksef_deadline)
        self.announce("FAILURE", start_hours=-2, end_hours=-1)
        self.assertGreater(invoice.l10n_pl_ksef_deadline, first)

    def test_during_a_failure_the_mode_is_emergency(self):
        self.announce("FAILURE")
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertEqual(invoice.l10n_pl_ksef_mode, "emergency")

    def test_an_announced_failure_shows_on_what_is_to_be_sent(self):
        invoice = self.today_invoice()
        self.assertNotIn("l10n_pl_ksef_outage", invoice._get_alerts())
        self.announce("FAILURE")
        self.assertIn("Awaria", invoice._get_alerts()["l10n_pl_ksef_outage"]["message"])

    def test_a_total_failure_ends_the_duty_of_what_waits(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        self.announce("TOTAL_FAILURE")
        self.assertTrue(self.submission_of(invoice).released)
        self.assertFalse(invoice.l10n_pl_ksef_deadline)

    def test_somebody_is_told_once_in_time(self):
        invoice = self.today_invoice(invoice_date=self.today())
        invoice.action_l10n_pl_ksef_issue_offline()
        submissions = self.env["l10n_pl_ksef.submission"].sudo()
        submissions._renew_deadlines()
        submissions._renew_deadlines()
        self.assertEqual(len(invoice.activity_ids), 1)

    def test_a_missed_deadline_is_marked(self):
        invoice = self.today_invoice(invoice_date=fields.Date.add(self.today(), days=-30))
        invoice.action_l10n_pl_ksef_issue_offline()
        self.assertTrue(invoice.l10n_pl_ksef_deadline_missed)
        self.assertIn("l10n_pl_ksef_deadline", invoice._get_alerts())

    def test_the_silence_of_the_beacon_changes_nothing(self):
        self.announce("FAILURE")
        with self.simulator_at(NOWHERE):
            self.env["l10n_pl_ksef.outage"].sudo()._cron_ask_beacon()
        self.assertEqual(self.company._l10n_pl_ksef_offline_mode(), "emergency")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFallBack(OfflineTestCase):
    def test_out_of_reach_it_is_issued_offline_where_the_company_wants_that(self):
        self.company.l10n_pl_ksef_offline_fallback = True
        invoice = self.today_invoice()
        with self.simulator_at(NOWHERE):
            invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "offline")
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")

    def test_otherwise_it_waits(self):
        invoice = self.today_invoice()
        with self.simulator_at(NOWHERE):
            invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")
        self.assertFalse(invoice.l10n_pl_ksef_invoice_url)

    def test_never_without_an_offline_certificate(self):
        self.company.write(
            {"l10n_pl_ksef_offline_fallback": True, "l10n_pl_ksef_offline_certificate_id": False}
        )
        invoice = self.today_invoice()
        with self.simulator_at(NOWHERE):
            invoice.action_l10n_pl_ksef_send()
        self.assertEqual(invoice.l10n_pl_ksef_state, "to_send")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestCodesOfACertificate(OfflineTestCase):
    def test_revoking_the_offline_certificate_names_the_invoices_with_its_codes(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        certificate = self.company.l10n_pl_ksef_offline_certificate_id
        warning = (
            self.env["l10n_pl_ksef.revocation"].new({"certificate_id": certificate.id}).warning
        )
        self.assertIn(invoice.name, warning)

    def test_another_certificate_has_none(self):
        self.today_invoice().action_l10n_pl_ksef_issue_offline()
        self.give_offline_pair()
        newer = self.company.l10n_pl_ksef_offline_certificate_id
        self.assertFalse(self.env["l10n_pl_ksef.submission"].sudo()._carrying_codes_of(newer))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTechnicalCorrection(OfflineTestCase):
    def refused(self, code=430):
        """An invoice in the buyer's hands whose document KSeF refused."""
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_issue_offline()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "process_status", code=code)
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "rejected")
        return invoice

    def test_a_new_file_takes_the_place_of_the_refused_one(self):
        invoice = self.refused()
        old = self.submission_of(invoice)
        wizard = self.env["l10n_pl_ksef.technical.correction"].create({"move_id": invoice.id})
        wizard.action_send()
        self.run_due()
        self.assertEqual(invoice.l10n_pl_ksef_state, "accepted")
        new = self.submission_of(invoice)
        self.assertEqual((new.corrects_id, new.mode), (old, "offline24"))
        self.assertNotEqual(new.sha256, old.sha256)

    def test_the_codes_the_buyer_has_lead_to_the_new_document(self):
        invoice = self.refused()
        old_link = self.submission_of(invoice).invoice_url
        invoice.action_l10n_pl_ksef_send()
        self.run_due()
        self.assertIn(invoice.l10n_pl_ksef_number, self.simulator.page(old_link))

    def test_what_changes_is_shown_before_it_is_sent(self):
        invoice = self.refused()
        self.buyer.street = "ul. Poprawiona 3"
        action = invoice.action_l10n_pl_ksef_technical_correction()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("+", wizard.difference)
        self.assertIn("ul. Poprawiona 3", wizard.difference)
        self.assertNotIn("DataWytworzeniaFa", wizard.difference)

    def test_a_lacking_permission_is_no_reason_for_one(self):
        invoice = self.refused(code=410)
        with self.assertRaisesRegex(UserError, "permission"):
            invoice.action_l10n_pl_ksef_technical_correction()

    def test_an_invoice_sent_online_has_none(self):
        invoice = self.today_invoice()
        self.simulator.fault("POST /v2/sessions/online/*/invoices", "process_status", code=450)
        invoice.action_l10n_pl_ksef_send()
        with self.assertRaisesRegex(UserError, "issued offline"):
            invoice.action_l10n_pl_ksef_technical_correction()
