"""The printed invoice: a real PDF, whose QR code is read by a real reader."""

from odoo.tests import tagged

from .common_sending import ConnectedTestCase


def codes_in(pdf):
    """What a phone would read from the pages of ``pdf``: the texts of all its QR codes."""
    import pypdfium2  # development packages, not needed by the addon
    import zxingcpp

    found = []
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=200 / 72).to_pil()
        found += [code.text for code in zxingcpp.read_barcodes(picture)]
    return found


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPrint(ConnectedTestCase):
    def pdf(self, invoice):
        content, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf("account.report_invoice", invoice.ids)
        )
        self.assertEqual(kind, "pdf", "wkhtmltopdf did not make a PDF")
        return content

    def page_of(self, invoice):
        """The same document as the portal shows it."""
        reports = self.env["ir.actions.report"]
        return reports._render_qweb_html("account.report_invoice", invoice.ids)[0].decode()

    def test_the_code_on_the_print_is_the_link_of_the_invoice(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        with self.allow_pdf_render():
            pdf = self.pdf(invoice)
        self.assertIn(invoice.l10n_pl_ksef_invoice_url, codes_in(pdf))

    def test_the_print_of_an_invoice_without_number_says_so_and_has_no_code(self):
        invoice = self.today_invoice()
        with self.allow_pdf_render():
            pdf = self.pdf(invoice)
        self.assertFalse(codes_in(pdf))
        self.assertIn("no KSeF number yet", self.page_of(invoice))

    def test_the_link_leads_to_this_invoice_at_ksef(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        page = self.simulator.page(invoice.l10n_pl_ksef_invoice_url)
        self.assertIn(invoice.l10n_pl_ksef_number, page)
        self.assertIn(invoice.name, page)

    def test_the_portal_shows_the_same_code(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        html = self.page_of(invoice)
        self.assertIn(invoice.l10n_pl_ksef_invoice_url, html)

    def test_an_invoice_outside_ksef_prints_as_ever(self):
        self.buyer.l10n_pl_ksef_sending = "never"
        invoice = self.today_invoice()
        html = self.page_of(invoice)
        self.assertNotIn("l10n_pl_ksef", html)

    def test_the_portal_offers_no_pro_forma_of_what_ksef_holds(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        self.assertFalse(invoice.invoice_pdf_report_id)
        with self.allow_pdf_render():
            document = invoice.with_context(force_report_rendering=True)._get_invoice_pdf_proforma()
        self.assertNotIn("proforma", document["filename"].lower())
        reports = self.env["ir.actions.report"].with_context(proforma_invoice=True)
        page = reports._render_qweb_html("account.report_invoice", invoice.ids)[0].decode()
        self.assertNotIn("proforma", page.lower().replace("pro forma", "proforma"))

    def test_a_customer_who_moved_is_told_before_a_new_print(self):
        invoice = self.today_invoice()
        invoice.action_l10n_pl_ksef_send()
        self.assertFalse(invoice._l10n_pl_ksef_differs_from_document())
        self.buyer.street = "ul. Inna 7"
        self.assertTrue(invoice._l10n_pl_ksef_differs_from_document())
