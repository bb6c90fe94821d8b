"""What the buyer sees in the portal."""

from odoo.tests import HttpCase, tagged

from .common_sending import ConnectedTestCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPortal(ConnectedTestCase, HttpCase):
    def page(self, invoice, **parameters):
        parameters = {"access_token": invoice._portal_ensure_token(), **parameters}
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        answer = self.url_open(f"/my/invoices/{invoice.id}?{query}")
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def test_the_buyer_sees_the_code_the_number_and_no_pro_forma(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        html = self.page(invoice, report_type="html")
        self.assertIn(invoice.l10n_pl_ksef_number, html)
        self.assertIn(invoice.l10n_pl_ksef_invoice_url, html)
        self.assertNotIn("Proforma", html)

    def test_before_that_the_document_says_that_it_has_no_number(self):
        html = self.page(self.today_invoice(), report_type="html")
        self.assertIn("no KSeF number yet", html)
